//! Too much of something: long files and lines, deep nesting, many of a name.

use std::fmt::Write;

use crate::fixture::Folder;
use crate::hostile::{build, build_whole, prose};

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
