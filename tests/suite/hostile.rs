//! Content that is broken or means harm: it ends in a finding or in a page that shows it as text.
//!
//! Every case is built by the binary within [`Folder`]'s limit, and every page that comes out is read as a browser would.

use std::fmt::Write;
use std::fs;

use crate::fixture::{Folder, Ran};
use crate::html::{self, Page};

/// Builds, and expects harmless pages and nothing outside the published folder.
#[track_caller]
fn build(folder: &Folder) -> Ran {
    let before = others(folder);
    let ran = folder.build();
    assert_eq!(others(folder), before, "something was written outside the published folder");
    html::assert_harmless(&folder.pages());
    ran
}

/// Builds like [`build`], and expects no link of a page to lead nowhere.
#[track_caller]
fn build_whole(folder: &Folder) -> Ran {
    let ran = build(folder);
    html::assert_whole(&folder.path("public"), &folder.pages());
    ran
}

/// The files of a handbook that are not published, by their lengths.
fn others(folder: &Folder) -> Vec<(String, usize)> {
    let files = folder.tree("").into_iter().filter(|(path, _)| !path.starts_with("public/"));
    files.map(|(path, bytes)| (path, bytes.len())).collect()
}

fn page(folder: &Folder, route: &str) -> Page {
    Page::of(&folder.page(route))
}

/// A handbook of one page with this text.
fn prose(text: impl AsRef<[u8]>) -> Folder {
    Folder::new().file("content/guides/x.md", text)
}

#[test]
fn a_file_of_50_mb_is_left_out_and_told() {
    let folder = prose("# x\n").file("content/guides/dump.md", vec![b'a'; 50 * 1024 * 1024]);
    build_whole(&folder).finds("source/too-large", "content/guides/dump.md:1:1");
    assert!(!folder.path("public/guides/dump.html").exists());
}

#[test]
fn aliases_that_multiply_are_told() {
    let mut bomb = String::from("extra:\n  a: &a [x,x,x,x,x,x,x,x,x]\n");
    for (last, this) in "abcdefghij".chars().zip("bcdefghijk".chars()) {
        let _ = writeln!(bomb, "  {this}: &{this} [{}]", vec![format!("*{last}"); 9].join(","));
    }
    let folder = prose(format!("---\n{bomb}---\nshown all the same\n")).file("content/services/bomb.yaml", &bomb);
    let ran = build_whole(&folder);
    ran.finds("source/invalid-yaml", "content/guides/x.md").finds("source/invalid-yaml", "content/services/bomb.yaml");
    assert!(folder.page("guides/x.html").contains("shown all the same"));
}

#[test]
fn yaml_nested_10_000_levels_deep_is_told() {
    let flow = format!("extra: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let maps = format!("extra: {}{}\n", "{a: ".repeat(10_000), "}".repeat(10_000));
    let items = format!("extra:\n  {}x\n", "- ".repeat(10_000));
    // Block maps grow with the square of their depth: as many levels as 8 MiB hold.
    let block = (0..3_500).fold(String::from("extra:\n"), |text, level| format!("{text}{}a:\n", " ".repeat(level + 1)));
    let folder = Folder::new()
        .file("content/services/flow.yaml", &flow)
        .file("content/services/maps.yaml", &maps)
        .file("content/services/items.yaml", &items)
        .file("content/services/block.yaml", &block)
        .file("content/services/matter.md", format!("---\n{flow}---\nx\n"))
        .file("content/services/open.yaml", "[".repeat(10_000))
        .file("content/services/keys.yaml", "? ".repeat(10_000));
    let ran = build(&folder);
    for name in ["flow.yaml", "maps.yaml", "items.yaml", "block.yaml", "matter.md", "open.yaml", "keys.yaml"] {
        ran.finds("source/invalid-yaml", &format!("content/services/{name}"));
    }
}

#[test]
fn site_toml_nested_deep_is_wrong_configuration() {
    let folder = Folder::new().file("site.toml", format!("title = \"x\"\nx = {}\n", "[".repeat(10_000)));
    folder.onus("build").stderr_holds("site.toml:2:").exits(2);
}

#[test]
fn markdown_nested_10_000_levels_deep_is_a_page() {
    let lists = (0..1_000).fold(String::new(), |text, level| format!("{text}{}- x\n", "  ".repeat(level)));
    let mut folder = Folder::new();
    let cases = [
        ("quotes", ">".repeat(10_000) + " x"),
        ("list items on one line", "- ".repeat(10_000) + "x"),
        ("ordered items on one line", "1. ".repeat(2_000) + "x"),
        ("lists", lists),
        ("quotes and lists in turn", "> - ".repeat(1_000) + "x"),
        ("brackets", "[".repeat(50_000) + "x" + &"]".repeat(50_000)),
        ("open brackets", "[".repeat(50_000)),
        ("links in links", "[a](".repeat(10_000)),
        ("images in images", "![".repeat(10_000) + "x" + &"](y)".repeat(10_000)),
        ("emphasis", "*a ".repeat(10_000) + &"b* ".repeat(10_000)),
        ("strong emphasis", "**a ".repeat(10_000)),
        ("both", "*a **a ".repeat(10_000)),
        ("underscores", "_a __a ".repeat(10_000)),
        ("tildes", "~~a ~a ".repeat(10_000)),
        ("backticks", (1..400).fold(String::new(), |text, n| text + &"`".repeat(n) + " ")),
        ("footnotes", (0..2_000).fold(String::new(), |text, n| format!("{text}[^{n}]: [^{n}]\n"))),
        ("tables", "| a ".repeat(5_000) + "|\n" + &"|-".repeat(5_000) + "|\n| x |\n"),
    ];
    for (name, text) in &cases {
        folder = folder.file(&format!("content/guides/{name}.md"), format!("# Title\n\n{text}\n\nthe end\n"));
    }
    build(&folder);
    for (name, _) in &cases {
        let page = folder.path(&format!("public/guides/{}.html", name.replace(' ', "-")));
        assert!(page.exists(), "{name}");
    }
}

#[test]
fn raw_html_nested_10_000_levels_deep_is_a_page() {
    let mut folder = Folder::new();
    let cases = [
        "<div>".repeat(10_000) + "x",
        "<div>\n\n".repeat(10_000) + "x",
        "<b><i>".repeat(5_000) + "x",
        "<table><tr><td>".repeat(2_000) + "x",
        "a <b ".repeat(10_000),
        "a <!-- ".repeat(10_000),
        "a <? ".repeat(10_000),
        "a <![CDATA[ ".repeat(10_000),
        "<details><summary>".repeat(3_000),
    ];
    for (n, text) in cases.iter().enumerate() {
        folder = folder.file(&format!("content/guides/x{n}.md"), format!("{text}\n\nthe end\n"));
    }
    build(&folder);
    for n in 0..cases.len() {
        assert!(folder.path(&format!("public/guides/x{n}.html")).exists(), "{n}");
    }
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let folder = prose(b"# T\n\nbad \xff\xfe byte\n")
        .file("content/services/latin.yaml", b"title: Gr\xfc\xdfe\n")
        .file("content/teams/utf16.md", b"\xff\xfe#\0 \0x\0")
        .file("content/teams/fine.md", "# Fine\n");
    build(&folder)
        .finds("source/not-utf8", "content/guides/x.md")
        .finds("source/not-utf8", "content/services/latin.yaml")
        .finds("source/not-utf8", "content/teams/utf16.md");
    assert!(folder.path("public/teams/fine.html").exists());
}

#[test]
fn control_characters_are_shown_or_told() {
    let folder =
        prose("---\ntitle: \"a\\0b\\x1bc\"\ntags: [\"\\u202e\"]\n---\nx \0 \u{1b}[31m y\u{7f}\n\n# \0\n\n[\0](\0)\n")
            .file("content/guides/y.md", "---\ntitle: a\0b\n---\nx\n")
            .file("content/services/z.yaml", "title: \"\\e]0;owned\\a\"\nowner: \"\\e[2J\"\n");
    build_whole(&folder);
    let shown = folder.onus("check --today 2026-11-22 --limit 0").exits(1);
    assert!(!shown.stdout.chars().any(|c| c.is_control() && c != '\n'), "{:?}", shown.stdout);
    let short = folder.onus("check --today 2026-11-22 --format short").exits(1);
    assert!(!short.stdout.chars().any(|c| c.is_control() && c != '\n'), "{:?}", short.stdout);
    let list = folder.onus("list").success();
    assert!(!list.stdout.chars().any(|c| c.is_control() && c != '\n'), "{:?}", list.stdout);
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let text = "---\ntitle: Till\nowner: nobody-there\n---\nOne\ntwo\n\n```sh\nls\n```\n";
    let page = |text: String| {
        let folder = Folder::new().file("content/services/till.md", &text);
        let ran = build(&folder);
        (folder.page("services/till.html"), ran.of_rule("refs/unknown"))
    };
    let plain = page(text.to_string());
    assert!(plain.1[0].starts_with("content/services/till.md:3:8 "), "{:?}", plain.1);
    assert_eq!(page(text.replace('\n', "\r\n")), plain);
    assert_eq!(page(format!("\u{feff}{text}")), plain);
    assert_eq!(page(format!("\u{feff}{}", text.replace('\n', "\r\n"))), plain);
}

#[test]
fn symbolic_links_do_not_lead_out_of_the_content_folder() {
    let secret = Folder::empty().file("secret.md", "# hunter2\n").file("more/secret.png", "hunter2");
    let outside = |name: &str| secret.path(name).to_string_lossy().into_owned();
    let folder = prose("# x\n\n![p](leak.png)\n")
        .link("content/guides/leak.md", &outside("secret.md"))
        .link("content/guides/leak.png", &outside("more/secret.png"))
        .link("content/guides/more", &outside("more"))
        .link("content/guides/site.md", "../../site.toml")
        .link("content/guides/loop.md", "loop.md")
        .link("content/guides/circle", "../guides")
        .link("content/guides/lost.md", "nowhere.md")
        .link("content/guides/proc.md", "/proc/self/environ")
        .link("content/guides/same.md", "x.md");
    let ran = build(&folder);
    for name in ["leak.md", "leak.png", "more", "site.md", "loop.md", "circle", "lost.md", "proc.md"] {
        ran.finds("links/escapes", &format!("content/guides/{name}:"));
    }
    assert!(folder.path("public/guides/same.html").exists());
    for (path, bytes) in folder.tree("public") {
        assert!(!String::from_utf8_lossy(&bytes).contains("hunter2"), "{path}");
    }
}

#[test]
fn names_that_differ_in_case_alone_get_pages_of_their_own() {
    let folder = Folder::new()
        .file("content/services/Checkout.md", "# First\n")
        .file("content/services/checkout.md", "# Second\n")
        .file("content/guides/ÉTÉ.md", "# One\n")
        .file("content/guides/été.md", "# Two\n")
        .file("content/guides/e\u{301}te\u{301}.md", "# Three\n");
    let ran = build_whole(&folder);
    assert_eq!(ran.of_rule("source/duplicate-id").len(), 3);
    let files = folder.tree("public");
    let lower: std::collections::BTreeSet<String> = files.keys().map(|path| path.to_lowercase()).collect();
    assert_eq!(lower.len(), files.len());
    let pages = |folder_name: &str| files.keys().filter(|path| path.starts_with(folder_name)).count();
    // Each folder has a list page, and stands in the tree itself.
    assert_eq!((pages("services/"), pages("guides/")), (4, 5));
}

#[test]
fn names_of_any_shape_become_pages_that_can_be_reached() {
    let names = [
        "a b",
        "a#b",
        "a%b",
        "a%2e%2e",
        "a$b",
        "a&b",
        "a'b",
        "a\"b",
        "a<b>",
        "a?b",
        "a\\b",
        "a:b",
        "javascript:x",
        "a..b",
        "b..",
        "~",
        "a+b",
        "a=b",
        "a;b",
        "東京",
        "🙂",
        "-",
        "_",
        "--x",
        "con",
        "nul.x",
        "a\nb",
        "a\tb",
        "ʼ",
        "İ",
        "ß",
        "<script>alert(1)</script",
        "' onx=1 '",
        "{{ page.title }}",
        "{% raw %}",
        "$(id)",
        "`id`",
        "|x",
        "%",
    ];
    let mut folder = Folder::new().file("content/guides/_index.md", "# Guides\n");
    let mut links = String::from("# All\n\n");
    for name in names {
        let name = name.replace('/', "");
        folder = folder
            .file(&format!("content/services/{name}.md"), "A service.\n")
            .file(&format!("content/guides/{name}/deep {name}.md"), "# Deep\n")
            .file(&format!("content/files/{name}.png"), "png");
        let encoded = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
        let _ = writeln!(links, "- [s](<../services/{encoded}.md>) ![p](<../files/{encoded}.png>)");
    }
    folder = folder.file("content/guides/all.md", &links);
    let ran = build_whole(&folder);
    ran.finds_no("links/broken");
    let all = page(&folder, "guides/all.html");
    assert_eq!(all.named("img").count(), names.len());
    let second = folder.build();
    assert!(second.stdout.contains(": 0 changed, 0 removed"), "{}", second.stdout);
}

#[test]
fn names_of_the_longest_length_become_pages() {
    let long = "a".repeat(252);
    let wide = "ж".repeat(126);
    let folder = Folder::new()
        .file(&format!("content/services/{long}.md"), "x\n")
        .file(&format!("content/services/{wide}.md"), "x\n")
        .file("content/services/list.yaml", format!("- id: {}\n- title: {}\n", "a/".repeat(3_000), "b".repeat(100_000)))
        .file("content/alerts/rules.yaml", format!("groups: [{{rules: [{{alert: {}}}]}}]\n", "x/".repeat(3_000)));
    build_whole(&folder);
    let pages =
        folder.tree("public").into_keys().filter(|path| path.ends_with(".html") && !path.ends_with("/index.html"));
    assert_eq!(pages.filter(|path| path.starts_with("services/")).count(), 4);
}

#[test]
fn teams_that_are_their_own_ancestors_are_told() {
    let mut folder = Folder::new().file("content/teams/self.md", "---\nparent: self\n---\n");
    for n in 0..300 {
        folder = folder.file(&format!("content/teams/t{n}.md"), format!("---\nparent: t{}\n---\n", (n + 1) % 300));
    }
    let folder = folder
        .file("content/people/a.md", "---\nbackup: b\naway: {cover: b}\n---\n")
        .file("content/people/b.md", "---\nbackup: a\naway: {cover: a}\n---\n")
        .file("content/services/a.md", "---\ndepends_on: [b]\nowner: role:r\n---\n")
        .file("content/services/b.md", "---\ndepends_on: [a]\nowner: person:a\n---\n")
        .file("content/roles/r.md", "---\nholders: [a]\nowner: role:r\n---\n")
        .file("content/escalations/e.md", "---\nowner: role:r\nsteps: [{notify: [a, b, role:r]}]\n---\n");
    assert_eq!(build_whole(&folder).of_rule("refs/cycle").len(), 2);
}

/// Addresses that run, each with what a browser makes of it.
const RUNNING: [&str; 18] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "javascript://far.example/%0aalert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript&#58;alert(1)",
    "javascript\\:alert(1)",
    "vbscript:msgbox(1)",
    "VBSCRIPT://x",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "DATA:image/svg+xml,<svg onload=alert(1)>",
    "blob:https://far.example/x",
    "file:///etc/passwd",
];

#[test]
fn links_of_prose_never_run() {
    for raw in ["sanitize", "escape"] {
        let mut text = String::from("# Links\n\n");
        for (n, address) in RUNNING.iter().enumerate() {
            let _ = write!(
                text,
                "[a]({address}) [b](<{address}>) [c][r{n}] ![d]({address}) ![e](<{address}>) <{address}> \
                 <a href=\"{address}\">f</a> <img src='{address}'> <form action='{address}'><button formaction='{address}'>g\
                 </button></form> <iframe src=\"{address}\"></iframe> <object data='{address}'></object>\n\n\
                 <svg><a xlink:href=\"{address}\"><text>h</text></a></svg>\n\n[r{n}]: <{address}>\n\n"
            );
        }
        let folder = prose(&text).file("site.toml", format!("title = \"x\"\n[markdown]\nraw_html = \"{raw}\"\n"));
        let ran = build(&folder);
        assert!(ran.of_rule("links/broken").len() >= RUNNING.len(), "{}", ran.stderr);
        let page = page(&folder, "guides/x.html");
        for element in page.named("a") {
            let href = element.get("href").unwrap_or_default();
            let scheme = html::scheme(href);
            assert!(scheme.is_none(), "{href}");
        }
    }
}

#[test]
fn addresses_in_fields_never_run() {
    let mut folder = Folder::new();
    for (n, address) in RUNNING.iter().enumerate() {
        let quoted = serde_json::to_string(address).expect("a string");
        let fields = format!(
            "contacts: {{slack: {quoted}, email: {quoted}, phone: {quoted}, on_call: {quoted}, issues: {quoted}, url: {quoted}}}\n\
             links: [{{title: x, url: {quoted}, kind: dashboard}}]\n"
        );
        folder = folder
            .file(&format!("content/teams/t{n}.yaml"), format!("{fields}members: [p{n}]\nescalation: e{n}\n"))
            .file(&format!("content/people/p{n}.yaml"), &fields)
            .file(&format!("content/services/s{n}.yaml"), format!("{fields}owner: team:t{n}\nescalation: e{n}\n"))
            .file(&format!("content/escalations/e{n}.yaml"), format!("{fields}owner: person:p{n}\nsteps: [{{notify: [p{n}, team:t{n}], via: {quoted}}}]\n"))
            .file(&format!("content/decisions/d{n}.yaml"), format!("{fields}action: x\naudit: {quoted}\npractice: {quoted}\nwho: [team:t{n}]\n"))
            .file(&format!("content/alerts/a{n}.yaml"), format!("{fields}service: s{n}\nrunbook: {quoted}\n"))
            .file(
                &format!("content/alerts/rules{n}.yaml"),
                format!("groups: [{{rules: [{{alert: B{n}, labels: {{service: s{n}}}, annotations: {{runbook_url: {quoted}}}}}]}}]\n"),
            )
            .file(&format!("content/clarifications/c{n}.yaml"), format!("about: {quoted}\noutcome: {quoted}\n"));
    }
    let ran = build(&folder);
    for n in 0..RUNNING.len() {
        ran.finds("source/invalid-value", &format!("content/teams/t{n}.yaml:2:"));
    }
}

#[test]
fn addresses_of_site_toml_never_run() {
    for (field, value) in [
        ("edit_url", "javascript:alert('{path}')"),
        ("issue_url", "data:text/html,{title}{body}"),
        ("edit_url", "\\u0001JavaScript:alert(1)"),
        ("base_url", "javascript:alert(1)"),
    ] {
        let folder = prose("x\n").file("site.toml", format!("title = \"x\"\n{field} = \"{value}\"\n"));
        folder.onus("build").stderr_holds("site.toml:2:").stderr_holds(format!("`{field}`")).exits(2);
    }
}

/// Text that is markup wherever it is not escaped.
const MARKUP: &str = "</title></textarea></style>--><script>alert(1)</script><img src=x onerror=alert(1)>\"' onx=1 `<b>` &lt;i&gt; {{ 1 }}{% raw %}";

#[test]
fn markup_in_fields_is_text() {
    let m = serde_json::to_string(MARKUP).expect("a string");
    let every = format!(
        "title: {m}\nsummary: {m}\naliases: [{m}]\ntags: [{m}]\nlinks: [{{title: {m}, url: {url}, kind: {m}}}]\n\
         contacts: {{slack: {m}, email: {m}, phone: {m}, on_call: {m}, issues: {m}, url: {m}}}\nmoved_from: [{m}]\n\
         reviews: [{{on: 2026-01-01, by: {m}, how: read, note: {m}}}]\nextra: {{{m}: {m}}}\n{m}: {m}\n\
         waivers: [{{rule: ownership/unowned, reason: {m}, by: {m}, until: 2026-12-01}}, {{rule: {m}}}]\n",
        url = serde_json::to_string(&format!("https://far.example/{MARKUP}")).expect("a string"),
    );
    let body = format!(
        "body: {}\n",
        serde_json::to_string(&format!("# {MARKUP}\n\n## {MARKUP}\n\n[x](#{MARKUP})")).expect("a string")
    );
    let folder = Folder::new()
        .file("site.toml", format!("title = {m}\nlanguage = {m}\nbase_url = \"https://x.example/\\\"><script>\"\nedit_url = \"https://x.example/\\\"><script>/{{path}}\"\nissue_url = \"https://x.example/?t={{title}}\\\"><script>\"\n[ownership]\narbiter = {m}\n"))
        .file("content/index.md", format!("---\ntitle: {m}\nsummary: {m}\n---\n{MARKUP}\n"))
        .file("content/teams/t.yaml", format!("{every}{body}mission: {m}\nhours: {m}\nlead: {m}\nparent: {m}\nmembers: [{m}, {{person: {m}, role: {m}}}]\ngoals: [{{id: {m}, text: {m}, metric: {m}}}]\n"))
        .file("content/people/p.yaml", format!("{every}{body}handle: {m}\ntimezone: {m}\nbackup: {m}\naway: {{cover: {m}}}\n"))
        .file("content/roles/r.yaml", format!("{every}{body}duties: [{m}]\nholders: [{m}]\n"))
        .file("content/services/s.yaml", format!("{every}{body}owner: {m}\nlifecycle: {m}\nworkload_owner: {m}\ndepends_on: [{m}]\npaths: [{m}]\nalerts: [{m}]\nescalation: {m}\n"))
        .file("content/responsibilities/x.yaml", format!("{every}{body}owner: {m}\nresponsible: [{m}]\nscope: {{in: [{m}], out: [{m}]}}\nsupports: [{m}]\npages: [{m}]\ntransfer: {{to: {m}, on: 2026-01-01}}\n"))
        .file("content/runbooks/b.yaml", format!("{every}{body}services: [{m}]\nalerts: [{m}, B]\nseverity: {m}\nmay_run: [{m}]\n"))
        .file("content/alerts/a.yaml", format!("{every}{body}service: {m}\nseverity: {m}\nrunbook: {m}\n"))
        .file("content/alerts/rules.yaml", format!("groups: [{{name: {m}, rules: [{{alert: {m}, expr: {m}, for: {m}, labels: {{service: {m}, team: {m}, severity: {m}}}, annotations: {{summary: {m}, description: {m}, runbook_url: {m}}}}}]}}]\n"))
        .file("content/escalations/e.yaml", format!("{every}{body}owner: {m}\nwhen: {m}\nsteps: [{{notify: [{m}], may: {m}, via: {m}}}]\nrepeat: {m}\n"))
        .file("content/decisions/d.yaml", format!("{every}{body}action: {m}\nwho: [{m}]\nwhen: {m}\nlimits: {m}\nsafety: {m}\naudit: {m}\npermission: {m}\notherwise: {m}\npractice: {m}\n"))
        .file("content/drills/d.yaml", format!("{every}{body}on: 2026-01-01\nrunbooks: [{m}]\n"))
        .file("content/learnings/l.yaml", format!("{every}{body}on: 2026-01-01\nseverity: {m}\nadoption: [{{team: {m}, status: open, note: {m}}}]\n"))
        .file("content/improvements/i.yaml", format!("{every}{body}by: {m}\nfrequency: {m}\n"))
        .file("content/clarifications/c.yaml", format!("{every}{body}by: {m}\nabout: {m}\noutcome: {m}\n"))
        .file("content/guides/g.yaml", format!("{every}{body}"))
        .file("content/services/list.yaml", format!("- id: {m}\n  title: x\n- {m}\n- [{m}]\n"));
    build(&folder);
    let page = page(&folder, "teams/t.html");
    let title = page.named("title").next().map(|title| title.text.clone()).unwrap_or_default();
    assert_eq!(title, format!("{MARKUP} · {MARKUP}"));
    let revision = folder.onus("build --fail-on never --today 2026-11-22 --revision").arg(MARKUP).success();
    assert!(revision.stdout.contains("changed"));
    html::assert_harmless(&folder.pages());
}

#[test]
fn markup_in_prose_is_text_or_clean() {
    let text = format!(
        "# {MARKUP}\n\n## {MARKUP} {{#{MARKUP}}}\n\n## a {{#x\"onclick=alert(1) .y onx=1}}\n\n```{MARKUP}\n{MARKUP}\n```\n\n\
         ```html\n{MARKUP}\n```\n\n    {MARKUP}\n\n`{MARKUP}`\n\n[a](https://far.example/ '{MARKUP}')\n\n\
         ![{MARKUP}](https://far.example/x.png \"{MARKUP}\")\n\n[^{MARKUP}]\n\n[^{MARKUP}]: {MARKUP}\n\n[^\"onx=1]\n\n[^\"onx=1]: x\n\n\
         | {MARKUP} | b |\n|:--|--:|\n| `{MARKUP}` | c |\n\n- [x] {MARKUP}\n\n> [!NOTE]\n> {MARKUP}\n\n{MARKUP}\n\n\
         <div style=\"position:fixed\" onclick=x id=main class=plate>\n\n{MARKUP}\n\n</div>\n\n\
         <svg><style><img src=x onerror=alert(1)></style></svg>\n\n<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=alert(1)&gt;\">\n\n\
         <noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>\n\n<template><script>x</script></template>\n\n\
         <meta http-equiv=refresh content='0;url=javascript:x'><base href='https://far.example/'><link rel=stylesheet href=//far.example/x.css>\n\n\
         <input type=image src=x formaction=javascript:x><input type=text><video src=//far.example/x autoplay></video>\n\n\
         <img src='/\\far.example/x.png'><img src='\\\\far.example/x.png'><img srcset='//far.example/x.png 2x'><img src='x.png' srcset='//far.example/y'>\n\n\
         </div></main></body></html><script>alert(1)</script>\n\n<scr<script>ipt>alert(1)</scr</script>ipt>\n\n<a href='https://far.example/' target=_blank ping=//far.example/>x</a>\n"
    );
    for raw in ["sanitize", "escape"] {
        let folder = prose(&text)
            .file("site.toml", format!("title = \"x\"\n[markdown]\nraw_html = \"{raw}\"\n"))
            .file("content/runbooks/r.md", format!("---\nalerts: [Alert]\n---\n# R\n\n## First safe step\n\n{text}\n"));
        build(&folder);
    }
}

#[test]
fn markup_in_code_is_kept_as_it_is_written() {
    let folder = prose(format!("```yaml\n{MARKUP}\n```\n"));
    build(&folder);
    let page = page(&folder, "guides/x.html");
    let code: String = page.named("code").chain(page.named("span")).map(|element| element.text.as_str()).collect();
    assert!(code.contains("script"), "{code}");
}

#[test]
fn a_line_of_5_mb_is_a_page() {
    let words = "word ".repeat(1024 * 1024);
    let folder = prose(format!("{words}\n"))
        .file("content/guides/one.md", "x".repeat(5 * 1024 * 1024))
        .file("content/services/s.yaml", format!("title: {}\nowner: nobody\nownr: x\n", "y".repeat(5 * 1024 * 1024)))
        .file("content/services/bad.yaml", format!("title: {}: x\n", "z".repeat(5 * 1024 * 1024)));
    build(&folder).finds("source/unknown-field", "content/services/s.yaml:3:1");
    let shown = folder.onus("check --today 2026-11-22 --limit 0").exits(1);
    assert!(shown.stdout.len() < 1024 * 1024, "{} bytes", shown.stdout.len());
}

#[test]
fn a_code_fence_of_1_mb_is_shown_whole() {
    let code = "if [ -n \"$HOME\" ]; then echo '<b>'; fi\n".repeat(27_000);
    let folder = prose(format!("```sh\n{code}```\n"));
    build(&folder);
    assert!(folder.page("guides/x.html").len() > code.len());
}

#[test]
fn code_that_is_slow_to_highlight_is_shown_in_time() {
    let bait = [
        "(".repeat(2_000),
        "\"".repeat(2_000),
        "a".repeat(2_000),
        "\\".repeat(2_000),
        "<".repeat(2_000),
        "$(".repeat(1_000),
        "${".repeat(1_000),
        "[[".repeat(1_000),
        "a=".repeat(1_000),
        "{{".repeat(1_000),
        " ".repeat(1_999) + "x",
        "/*".repeat(1_000),
        "a.".repeat(1_000),
        "a b ".repeat(500),
        "0x".repeat(1_000),
        "<a b=".repeat(400),
        "- ? : ".repeat(300),
        "<<E ".repeat(500),
    ];
    let languages = [
        "sh",
        "yaml",
        "promql",
        "json",
        "python",
        "js",
        "ts",
        "html",
        "sql",
        "go",
        "rust",
        "md",
        "java",
        "ruby",
        "perl",
        "php",
        "tf",
        "dockerfile",
        "make",
        "toml",
        "xml",
        "c++",
        "tex",
        "hs",
        "clj",
    ];
    let mut folder = Folder::new();
    for language in languages {
        let mut text = String::from("# Code\n\n");
        for line in &bait {
            let _ = write!(text, "````{language}\n{line}\n{line}\n````\n\n");
        }
        // As long a block as is highlighted.
        let _ = write!(text, "````{language}\n{}````\n", format!("{}\n", "(a \"b".repeat(300)).repeat(40));
        folder = folder.file(&format!("content/guides/{}.md", language.replace('+', "p")), text);
    }
    build(&folder);
}

#[test]
fn a_name_that_5_000_entities_share_is_told_in_a_line_that_can_be_read() {
    let mut services = String::new();
    let mut runbooks = String::new();
    for n in 0..5_000 {
        let _ = writeln!(services, "- {{id: shop-{n}/api, title: API, aliases: [the-api]}}");
        let _ = writeln!(runbooks, "- {{title: Runbook {n}, services: [api], body: '[x](service:api)'}}");
    }
    let folder = Folder::new().file("content/services/all.yaml", services).file("content/runbooks/all.yaml", runbooks);
    let ran = folder.check();
    let found = ran.of_rule("refs/ambiguous");
    assert_eq!(found.len(), 10_000);
    assert!(found.iter().all(|finding| finding.len() < 1_000), "{}", &found[0][..1_000]);
    assert!(found[0].contains("`service:shop-0/api`") && found[0].contains("and 4995 more"), "{}", found[0]);
}

#[test]
fn an_id_that_stands_1_000_times_is_told_each_time() {
    let mut folder = Folder::new().file("content/services/list.yaml", "- {title: Same}\n".repeat(1_000));
    folder = folder.file("content/teams/list.yaml", "- {title: Same}\n".repeat(1_000));
    let ran = build_whole(&folder);
    assert_eq!(ran.of_rule("source/duplicate-id").len(), 2 * 999);
    assert!(folder.path("public/services/same-1000.html").exists());
}

#[test]
fn many_small_things_in_one_file_are_read_in_time() {
    let keys = (0..50_000).fold(String::from("title: x\nextra:\n"), |text, n| text + &format!("  k{n}: {n}\n"));
    let anchors = (0..30_000).fold(String::from("title: y\nextra:\n"), |text, n| text + &format!("- &a{n} {n}\n"));
    let headings = "# a\n\n[x](#zz)\n\n".repeat(5_000);
    let ids = "- {title: Same}\n".repeat(5_000);
    let folder = Folder::new()
        .file("content/services/keys.yaml", keys)
        .file("content/services/anchors.yaml", anchors)
        .file("content/guides/headings.md", headings)
        .file("content/teams/ids.yaml", ids);
    let ran = folder.check();
    assert_eq!(ran.of_rule("links/broken-anchor").len(), 5_000);
    assert_eq!(ran.of_rule("source/duplicate-id").len(), 4_999);
}

#[test]
fn folders_60_levels_deep_are_published() {
    let deep: String = (0..60).map(|n| format!("level{n}/")).collect();
    let folder = Folder::new()
        .file(&format!("content/{deep}x.md"), "# Deep\n\n[up](../y.md) ![p](p.png)\n")
        .file(&format!("content/{deep}p.png"), "png")
        .file(&format!("content/{}y.md", deep.strip_suffix("level59/").expect("the last level")), "# Up\n")
        .file(&format!("content/services/{deep}x.md"), "# Deep\n");
    build_whole(&folder).finds_no("links/broken");
    assert!(folder.path(&format!("public/{deep}x.html")).exists());
    assert!(folder.path(&format!("public/services/{deep}x.html")).exists());
}

#[test]
fn empty_files_are_pages_or_nothing() {
    let folder = Folder::new()
        .file("content/services/a.md", "")
        .file("content/services/b.yaml", "")
        .file("content/services/c.yaml", "---\n---\n...\n")
        .file("content/services/d.md", "---\n---\n")
        .file("content/services/e.md", "---")
        .file("content/services/f.md", "\u{feff}")
        .file("content/services/g.yaml", "[]\n")
        .file("content/services/h.yaml", "{}\n")
        .file("content/services/i.md", "---\nnull\n---\n")
        .file("content/services/j.yaml", "# a comment\n")
        .file("content/index.md", "")
        .file("content/alerts/rules.yaml", "groups:\n")
        .file("content/.md", "")
        .file("content/empty.png", "");
    build_whole(&folder);
    assert!(folder.path("public/services/a.html").exists() && folder.path("public/empty.png").exists());
}

#[test]
fn an_empty_content_folder_is_a_site() {
    let folder = Folder::new();
    build_whole(&folder);
    assert!(folder.path("public/index.html").exists());
}

#[test]
fn a_missing_content_folder_is_told() {
    let folder = Folder::empty().file("site.toml", "title = \"x\"\n");
    folder.onus("build").stderr_holds("there is no `content` folder").exits(2);
    assert!(!folder.path("public").exists());
    let file = Folder::empty().file("site.toml", "title = \"x\"\n").file("content", "x");
    file.onus("check").stderr_holds("there is no `content` folder").exits(2);
}

#[test]
fn folders_named_like_files_are_folders() {
    let folder = Folder::new()
        .folder("content/services/empty.md")
        .file("content/services/x.md/y.md", "# Y\n")
        .file("content/services/z.yaml/y.yaml", "title: Z\n")
        .file("content/guides/a.html/p.png", "png")
        .file("content/guides/a.md", "# A\n\n![p](a.html/p.png)\n")
        .file("content/teams.md", "# Teams\n");
    build_whole(&folder);
    assert!(folder.path("public/services/x-md/y.html").exists());
}

#[test]
fn files_where_the_site_has_folders_are_told() {
    for name in ["health", "rules", "assets", "services", "alerts"] {
        let folder = Folder::new()
            .file(&format!("content/{name}"), "not a folder")
            .file("content/teams/t.md", "# T\n")
            .file("content/runbooks/r.md", "---\nalerts: [Lost]\n---\n");
        let ran = build_whole(&folder);
        if folder.path(&format!("public/{name}")).is_dir() {
            ran.finds("source/duplicate-id", &format!("content/{name}:"));
        }
    }
}

#[test]
fn pages_where_the_site_has_its_own_get_another_place() {
    let folder = Folder::new()
        .file("content/rules/ownership/unowned.md", "# Mine\n\n[up](../x.md)\n")
        .file("content/rules/x.md", "# Rules of ours\n\n[index](../rules/) [a](ownership/unowned.md)\n")
        .file("content/health/index.md", "# Healthy\n\n[x](x.md)\n")
        .file("content/health/x.md", "# X\n")
        .file("content/assets/x.md", "# X\n")
        .file("content/search.md", "# S\n")
        .file("content/404.md", "# Lost\n")
        .file("content/services/list.yaml", "- {title: Index}\n- {id: a/index}\n- {id: a/b}\n")
        .file("content/teams/_index.md", "# All\n")
        .file("content/teams/list.yaml", "- {title: Index}\n");
    let ran = build_whole(&folder);
    ran.finds_no("links/broken")
        .finds("source/duplicate-id", "content/404.md:1")
        .finds("source/duplicate-id", "list.yaml:1");
    for title in ["Mine", "Rules of ours", "Healthy", "X", "S", "Lost", "Index", "All"] {
        let heading = format!("<h1>{title}</h1>");
        assert!(folder.pages().iter().any(|page| folder.page(&page.route).contains(&heading)), "{title}");
    }
    assert!(folder.page("health/index.html").contains("Gaps found"));
    assert!(folder.page("rules/ownership/unowned.html").contains("Why it matters"));
    assert_eq!(folder.pages().iter().filter(|page| folder.page(&page.route).contains("<h1>Index</h1>")).count(), 2);
}

#[test]
fn copied_files_that_differ_in_case_alone_are_told() {
    let folder =
        Folder::new().file("content/a/pic.png", "1").file("content/a/PIC.png", "2").file("content/A/x.png", "3");
    build_whole(&folder).finds("source/duplicate-id", "content/a/pic.png:1:1");
}

#[test]
fn files_that_could_run_are_not_published() {
    let mut folder = prose("[a](evil.html) [b](evil.HTM) [c](evil.js)\n");
    for ending in ["html", "HTM", "xhtml", "xht", "js", "mjs", "xml", "xsl", "xslt", "shtml", "mht", "mhtml", "svgz"] {
        folder = folder.file(&format!("content/guides/evil.{ending}"), "<script>alert(1)</script>");
    }
    build(&folder).finds("links/broken", "content/guides/x.md:1:");
    let published = folder.tree("public");
    assert_eq!(published.keys().filter(|path| path.to_lowercase().contains("evil")).count(), 0);
}

#[test]
fn numbers_dates_and_durations_out_of_range_are_told() {
    let folder = Folder::new()
        .file("content/services/tier.yaml", "title: a\ntier: 99999999999999999999999\nweight: 1e999\n")
        .file("content/services/weight.yaml", "title: b\nweight: -9223372036854775808\ntier: -1\n")
        .file("content/services/nan.yaml", "title: c\ntier: .nan\nweight: .inf\nreviewed: -.inf\n")
        .file("content/services/year.yaml", "title: d\nreviews: [{on: 9999-12-31}, {on: 99999-01-01}, {on: 0000-00-00}]\n")
        .file("content/services/old.yaml", "title: e\nreviewed: 0000-01-01\nreview_every: 100y\n")
        .file("content/services/every.yaml", "title: f\nreview_every: 99999999999y\nreviewed: 2026-01-01\n")
        .file("content/services/long.yaml", format!("title: g\nreview_every: {}d\n", "9".repeat(400)))
        .file("content/services/hex.yaml", "title: 0x1F\ntier: 0x1\nweight: 0o17\n")
        .file("content/escalations/e.yaml", "title: e\nsteps: [{notify: [x], within: 100y}, {notify: [x], within: 1e9m}, {within: 0m}]\nrepeat: 99999999999\n")
        .file("content/people/p.yaml", "title: p\naway: {from: 9999-12-31, until: 0001-01-01}\n")
        .file("content/teams/t.yaml", "title: t\nmembers: [{person: p, since: 9999-12-31, until: 9999-12-31}]\n")
        .file("content/learnings/l.yaml", "title: l\non: 9999-12-31\n");
    let ran = build_whole(&folder);
    for place in [
        "tier.yaml:2",
        "tier.yaml:3",
        "weight.yaml:2",
        "weight.yaml:3",
        "nan.yaml:2",
        "nan.yaml:3",
        "nan.yaml:4",
        "every.yaml:2",
        "long.yaml:2",
        "year.yaml:2:34",
        "year.yaml:2:53",
        "hex.yaml:2",
    ] {
        ran.finds("source/invalid-value", &format!("content/services/{place}"));
    }
    for place in ["escalations/e.yaml:2:31", "people/p.yaml:2", "learnings/l.yaml:2"] {
        ran.finds("source/invalid-value", &format!("content/{place}"));
    }
    ran.finds("review/future", "content/services/year.yaml:2");
}

#[test]
fn any_day_is_a_day_to_build_on() {
    let folder = Folder::example();
    for day in ["0000-01-01", "0001-01-01", "9999-12-31"] {
        folder.onus("build --fail-on never --today").arg(day).success();
    }
    for day in ["10000-01-01", "2026-02-30", "-0001-01-01", "", "today", "2026-11-22x"] {
        folder.onus("check --today").arg(day).exits(2);
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = prose("# x\n").file("content/guides/locked.md", "x").file("content/teams/t.md", "# T\n");
    let path = folder.path("content/guides/locked.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("a mode");
    // Whoever runs the tests as root may open everything.
    if fs::read(&path).is_err() {
        folder.build().finds("source/not-utf8", "content/guides/locked.md");
    }
    assert!(folder.build().stdout.contains("files in"));
}

#[test]
fn other_generators_tags_are_text() {
    let folder =
        prose("{{< include \"../../site.toml\" >}} {% include '/etc/passwd' %} {{ config }} [x]({{ page.x }})\n");
    build(&folder);
    assert!(
        folder.page("guides/x.html").contains("{% include '/etc/passwd' %}")
            || folder.page("guides/x.html").contains("{% include")
    );
}

#[test]
fn files_that_a_browser_would_run_are_told_and_not_published() {
    let folder = Folder::new()
        .file("content/guides/x.md", "# X\n\n![fine](fine.svg) ![bad](bad.svg)\n")
        .file(
            "content/guides/fine.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Turn it on = off</title></svg>",
        )
        .file("content/guides/bad.svg", "<svg><SCRIPT>alert(1)</SCRIPT></svg>")
        .file("content/guides/worse.svg", "<svg\nonload  =alert(1)></svg>")
        .file("content/guides/old.html", "<p>old</p>");
    let ran = folder.build();
    for name in ["bad.svg", "worse.svg", "old.html"] {
        ran.finds("source/active-file", name);
        assert!(!folder.path(&format!("public/guides/{name}")).exists(), "{name}");
    }
    ran.finds("links/broken", "bad.svg");
    assert!(folder.path("public/guides/fine.svg").exists());
}

#[test]
fn a_folder_to_publish_to_that_is_a_link_to_nothing_is_refused() {
    let folder = Folder::new().link("public", "nowhere");
    folder.onus("build").stderr_holds("not written by onus").exits(2);
}
