//! What prose may hold besides words, as it stands on the published page.

use crate::fixture::Folder;
use crate::html::{self, Page};

/// A handbook with one page.
fn page(text: &str) -> Folder {
    Folder::new().file("content/guides/x.md", format!("# X\n\n{text}"))
}

/// Builds, and gives the page's HTML.
#[track_caller]
fn built(folder: &Folder) -> String {
    folder.build();
    html::assert_harmless(&folder.pages());
    html::assert_whole(&folder.path("public"), &folder.pages());
    folder.page("guides/x.html")
}

#[test]
fn an_alert_says_its_word_in_the_text() {
    let html = built(&page("> [!CAUTION]\n> Hot.\n\n> A quotation.\n"));
    assert!(
        html.contains("role=\"note\">\n<p class=\"markdown-alert-title\">Caution</p>\n<p>Hot.</p>\n</div>"),
        "{html}"
    );
    assert!(html.contains("<blockquote>\n<p>A quotation.</p>"), "{html}");
}

#[test]
fn footnotes_lead_there_and_back_from_every_reference() {
    let folder = page(
        "One[^a], two[^b], one again[^a].\n\n[^b]: Second, [with a link](x.md).\n[^a]: First.\n\n    More.\n\n[^c]: Nobody refers to it.\n",
    );
    let html = built(&folder);
    let page = Page::of(&html);
    let ids: Vec<&str> =
        page.elements.iter().filter_map(|element| element.get("id")).filter(|id| id.starts_with("_fn")).collect();
    assert_eq!(ids, ["_fnref-1", "_fnref-2", "_fnref-1-2", "_fn-1", "_fn-2", "_fn-3"]);
    let back: Vec<&str> =
        page.named("a").filter(|a| a.get("class") == Some("note-back")).filter_map(|a| a.get("href")).collect();
    assert_eq!(back, ["#_fnref-1", "#_fnref-1-2", "#_fnref-2"]);
    assert!(html.find("First.") < html.find("Second,"), "{html}");
}

#[test]
fn a_card_shows_the_notes_of_the_section_it_shows() {
    let folder = Folder::new()
        .file("content/alerts/rules.yaml", "groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]\n")
        .file("content/alerts/Down.md", "---\ntitle: Down\n---\nText[^n].\n\n[^n]: Of the alert.\n")
        .file(
            "content/runbooks/r.md",
            "---\ntitle: R\nalerts: [Down]\n---\nBefore[^z].\n\n## First safe step\n\nLook[^a].\n\n## Then\n\n[^z]: Not shown.\n[^a]: Shown.\n",
        );
    folder.build();
    html::assert_whole(&folder.path("public"), &folder.pages());
    let card = folder.page("alerts/down.html");
    assert!(card.contains("Shown.") && card.contains("Of the alert.") && !card.contains("Not shown."), "{card}");
    assert!(card.contains("id=\"_fn-p") && card.contains("id=\"_fn-1\""), "{card}");
}

#[test]
fn marked_lines_are_the_code_that_was_written() {
    let code = "a: \"\n  b\"\nc: <1>\n";
    for fence in [
        "yaml {2-3} title=\"a & b.yaml\"",
        "yaml hl_lines=\"2 3\" title='a & b.yaml'",
        "yaml{2,3,9} title=\"a & b.yaml\"",
    ] {
        let html = built(&page(&format!("```{fence}\n{code}```\n")));
        assert!(html.contains("<figure class=\"listing\"><figcaption>a &amp; b.yaml</figcaption><pre class=\"code\" data-lang=\"yaml\">"), "{html}");
        let inside = html.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).expect("code");
        assert_eq!(inside.matches("<mark>").count(), 2, "{inside}");
        let mut plain = String::new();
        for part in inside.split('<') {
            plain.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        }
        assert_eq!(plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\""), code);
    }
}

#[test]
fn images_keep_their_place_and_have_their_caption() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x20\x08\x06\0\0\0\0\0\0\0";
    let folder = page(
        "![wide](p.png)\n\n![half](p.png \"A & B\"){width=32}\n\n![drawn](d.svg \"inline\") text {width=3}\n\n![gone](x.png){width=9}\n\n![bad](bad.png)\n",
    )
    .file("content/guides/p.png", png)
    .file("content/guides/bad.png", "\u{89}PNG and nothing")
    .file("content/guides/d.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 76 34\"/>");
    folder.build();
    let html = folder.page("guides/x.html");
    for expected in [
        "<p><img src=\"p.png\" alt=\"wide\" width=\"64\" height=\"32\" loading=\"lazy\"></p>",
        "<figure><img src=\"p.png\" alt=\"half\" width=\"32\" height=\"16\" loading=\"lazy\"><figcaption>A &amp; B</figcaption></figure>",
        "<p><img src=\"d.svg\" alt=\"drawn\" width=\"76\" height=\"34\" loading=\"lazy\" title=\"inline\"> text {width=3}</p>",
        "gone</span></p>",
        "<img src=\"bad.png\" alt=\"bad\" loading=\"lazy\">",
    ] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
}

#[test]
fn tabs_are_headings_with_what_stands_below_and_load_their_script() {
    let tabs = "<!-- tabs:start -->\n\n### A\n\none\n\n### B\n\ntwo\n\n#### Part\n\n<!-- tabs:end -->\n";
    let folder = page(&format!("{tabs}\nAfter.\n")).file("content/guides/y.md", "# Y\n");
    let html = built(&folder);
    let (open, close) = ("<div class=\"tab\">\n<h3 id=\"", "</div>\n</div>\n<p>After.</p>");
    assert!(html.contains("<div class=\"tabs\">\n<div class=\"tab\">\n<h3 id=\"a\">"), "{html}");
    assert_eq!(html.matches(open).count(), 2, "{html}");
    assert!(html.contains(close), "{html}");
    let script = |html: &str| {
        Page::of(html).named("script").any(|script| script.get("src").is_some_and(|src| src.contains("tabs.")))
    };
    assert!(script(&html) && !script(&folder.page("guides/y.html")));
    // They are the handbook's notation, not HTML.
    let folder = page(tabs).file("site.toml", "title = \"x\"\n[markdown]\nraw_html = \"escape\"\n");
    assert!(built(&folder).contains("<div class=\"tabs\">"));
}

#[test]
fn tabs_that_never_end_keep_the_page_whole() {
    for text in [
        "<!-- tabs:start -->\n\n### A\n\n## Next\n\nend\n",
        "> <!-- tabs:start -->\n>\n> ### A\n\nend\n",
        "- <!-- tabs:start -->\n\n  ### A\n\n<!-- tabs:end -->\n\nend\n",
        "<!-- tabs:end -->\n\n<!-- tabs:end -->\n\nend\n",
        "<!-- tabs:start -->\n\nend\n\n<!-- tabs:end -->\n",
        "[^1]\n\n[^1]: <!-- tabs:start -->\n\n    ### A\n\nend\n",
    ] {
        let folder = page(text);
        let html = built(&folder);
        folder.check().finds("prose/broken-tabs", "content/guides/x.md");
        assert_eq!(html.matches("<div").count(), html.matches("</div>").count(), "{text}\n{html}");
    }
}

#[test]
fn markdown_stands_in_a_section_that_can_be_closed() {
    let html =
        built(&page("<details>\n<summary>More</summary>\n\nSome *words*.\n\n```sh {1}\nls\n```\n\n</details>\n"));
    assert!(html.contains("<details>\n<summary>More</summary>\n<p>Some <em>words</em>.</p>"), "{html}");
    assert!(html.contains("<mark>"), "{html}");
}

#[test]
fn diagrams_are_drawn_beside_raw_html_and_their_text_is_there() {
    let diagram = "```mermaid\nflowchart LR\n  A[\"One <b>\"] --> B\n```\n";
    for text in [
        diagram.to_string(),
        format!("<b>raw</b>\n\n{diagram}"),
        format!("- in a list\n\n{}", diagram.replace("\n", "\n  ").replace("```m", "  ```m")),
    ] {
        let html = built(&page(&text));
        assert_eq!(html.matches("<svg").count(), 1, "{html}");
        assert!(html.contains("<title>Flowchart</title>") && html.contains("Diagram as text"), "{html}");
        assert!(html.contains("A[\"One &lt;b&gt;\"] --&gt; B"), "{html}");
    }
}

#[test]
fn a_diagram_that_cannot_be_drawn_is_shown_as_text_and_told() {
    let folder = page("```mermaid\ngitGraph\n  commit\n```\n");
    assert!(built(&folder).contains("<pre class=\"code\" data-lang=\"mermaid\"><code>gitGraph"));
    folder.check().finds(
        "prose/undrawn-diagram",
        "content/guides/x.md:3:1 this diagram cannot be drawn: `gitGraph` is not a kind",
    );
}
