//! Names, links and folders that a disk can hold and a site cannot.

use std::fmt::Write;
use std::fs;

use crate::fixture::Folder;
use crate::hostile::{build, build_whole, page, prose};

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
    let second = folder.publish();
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
fn a_file_that_cannot_be_opened_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = prose("# x\n").file("content/guides/locked.md", "x").file("content/teams/t.md", "# T\n");
    let path = folder.path("content/guides/locked.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("a mode");
    // Whoever runs the tests as root may open everything.
    if fs::read(&path).is_err() {
        folder.build().finds("source/not-utf8", "content/guides/locked.md");
    }
    assert!(folder.publish().stdout.contains("files in"));
}

#[test]
fn a_folder_to_publish_to_that_is_a_link_to_nothing_is_refused() {
    let folder = Folder::new().link("public", "nowhere");
    folder.onus("build").stderr_holds("not written by onus").exits(2);
}
