//! Markup and addresses that would run in a browser: they are shown as text, cleaned, or left out.

use std::fmt::Write;

use crate::fixture::Folder;
use crate::hostile::{build, page, prose};
use crate::html;

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
fn markup_in_what_prose_can_hold_is_text_or_clean() {
    let text = format!(
        "```yaml {{1}} title=\"{MARKUP}\"\n{MARKUP}\n```\n\n```sh title='\"onload=x' hl_lines=\"1\"\n<b>\n```\n\n\
         ![{MARKUP}](a.svg \"{MARKUP}\"){{width=3}}\n\n![a](a.svg){{width=\"3\" onload=alert(1)}}\n\n\
         <!-- tabs:start -->\n\n### {MARKUP}\n\n{MARKUP}\n\n<!-- tabs:end -->\n\n> [!TIP]\n> {MARKUP}\n\n\
         a[^{MARKUP}] b[^x]\n\n[^x]: {MARKUP}\n\n\
         ```mermaid\nflowchart LR\naccTitle: {MARKUP}\naccDescr: {MARKUP}\nA[\"{MARKUP}\"] -->|x| B[\"onload=alert(1) ' \\\" <svg>\"]\n\
         click A \"javascript:alert(1)\" \"{MARKUP}\"\nstyle A fill:url(//far.example/x),stroke:red\" onload=\"alert(1)\n```\n\n\
         ```mermaid\nsequenceDiagram\nparticipant A as {MARKUP}\nA->>A: {MARKUP}\n```\n\n\
         <div title='\n\n```mermaid\nflowchart LR\nA --> B[\"onclick=alert(1) x=\"]\n```\n\n'>\n\n\
         <figure class=\"diagram\">diagram 0</figure>\n\n<details ontoggle=alert(1) open><summary onclick=x>{MARKUP}</summary>\n\n{MARKUP}\n\n</details>\n"
    );
    for raw in ["sanitize", "escape"] {
        let folder = prose(&text)
            .file("content/guides/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>")
            .file("site.toml", format!("title = \"x\"\n[markdown]\nraw_html = \"{raw}\"\n"));
        build(&folder);
    }
}

#[test]
fn diagrams_that_mean_harm_are_told_in_time() {
    let cases = [
        "flowchart LR\n".to_string() + &"subgraph x\n".repeat(150),
        "flowchart LR\nsubgraph a\nsubgraph a\nb --> c\nend\nend\n".to_string(),
        "flowchart LR\nsubgraph a\nb\nend\nsubgraph b\na\nend\n".to_string(),
        "stateDiagram-v2\n".to_string() + &"state s {\n".repeat(150),
        "flowchart LR\na[".to_string() + &"[".repeat(9_000),
        "flowchart LR\n".to_string() + &"a --> b\n".repeat(5_000),
        "gantt\ndateFormat YYYY-MM-DD\nx :a, 0001-01-01, 999999999d\n".to_string(),
        "erDiagram\n participant X漢   }\n".to_string(),
        "classDiagram\n é   Animal : \n+int age\n".to_string(),
        "stateDiagram-v2\n --> Still\n]\n".to_string(),
        "sequenceDiagram\nend\nend\nactivate\n\u{202e}->>: \n".to_string(),
        "flowchart".to_string(),
        "sequenceDiagram\n".to_string() + &"loop x\n".repeat(150),
    ];
    let folder = prose(cases.iter().fold(String::new(), |text, case| text + "```mermaid\n" + case + "\n```\n\n"));
    build(&folder).finds("prose/undrawn-diagram", "content/guides/x.md");
}
