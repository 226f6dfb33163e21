//! `moved_from`: old addresses lead on, and never replace what stands at an address.

use crate::fixture::Folder;
use crate::html::{self, Page};

/// Where the page at an address leads on to, by itself and by its link.
#[track_caller]
fn leads(folder: &Folder, from: &str) -> String {
    let page = Page { route: from.to_string(), ..Page::of(&folder.page(from)) };
    let refresh = page.named("meta").find(|meta| meta.get("http-equiv") == Some("refresh"));
    let content = refresh.and_then(|meta| meta.get("content")).unwrap_or_else(|| panic!("{from} leads nowhere"));
    let to = content.strip_prefix("0; url=").and_then(|url| page.resolve(url)).expect("an address").0;
    let link = page.named("a").next().and_then(|a| a.get("href")).and_then(|href| page.resolve(href)).expect("a link");
    assert_eq!(link.0, to, "the link of {from}");
    assert!(page.named("link").any(|link| link.get("rel") == Some("canonical")), "{from} names no address");
    assert!(folder.path("public").join(&to).is_file(), "{from} leads to {to}, which is not there");
    to
}

#[test]
fn old_ids_and_addresses_lead_on() {
    let folder = Folder::new()
        .file("site.toml", "title = \"x\"\nbase_url = \"https://h.example/book/\"\n")
        .file("content/services/pay.md", "---\ntitle: Pay\nmoved_from: [Card Service, \"team:cards\"]\n---\n")
        .file(
            "content/runbooks/pay/down.md",
            "---\ntitle: Down\nmoved_from: [cards/down, Old_Wiki/Ops.html, old-wiki/cards/, \"https://h.example/book/deep/er/x%20y.html#z\", \"https://elsewhere.example/x.html\"]\n---\n",
        )
        .file("content/guides/plan.md", "---\ntitle: Plan\nmoved_from: [floor-plan, \"/Plans/Ground\"]\n---\n");
    folder.build().finds_no("source/invalid-value").finds_no("source/duplicate-id");
    for (from, to) in [
        ("services/card-service.html", "services/pay.html"),
        ("teams/cards.html", "services/pay.html"),
        ("runbooks/cards/down.html", "runbooks/pay/down.html"),
        ("Old_Wiki/Ops.html", "runbooks/pay/down.html"),
        ("old-wiki/cards/index.html", "runbooks/pay/down.html"),
        ("deep/er/x y.html", "runbooks/pay/down.html"),
        ("floor-plan.html", "guides/plan.html"),
        ("Plans/Ground.html", "guides/plan.html"),
    ] {
        assert_eq!(leads(&folder, from), to, "{from}");
    }
    let page = folder.page("teams/cards.html");
    assert!(page.contains("href=\"https://h.example/book/services/pay.html\""), "{page}");
    let pages = folder.pages();
    html::assert_harmless(&pages);
    html::assert_whole(&folder.path("public"), &pages);
}

#[test]
fn old_addresses_lead_on_from_a_disk_where_the_handbook_has_no_address() {
    let folder = Folder::new().file("content/guides/new.md", "---\ntitle: New\nmoved_from: [a/b/old.html]\n---\n");
    folder.build();
    assert_eq!(leads(&folder, "a/b/old.html"), "guides/new.html");
    assert!(folder.page("a/b/old.html").contains("rel=\"canonical\" href=\"../../guides/new.html\""));
}

#[test]
fn what_stands_at_an_address_is_never_replaced() {
    let real = "---\ntitle: The real one\n---\n";
    let claims = [
        "services/real",
        "services/real.html",
        "SERVICES/Real.html",
        "index.html",
        "services/",
        "guides/index.html",
        "search.html",
        "404.html",
        "print.html",
        "health/index.html",
        "rules/ownership/unowned.html",
        "search/index.html",
        "assets/x.html",
        "services/plan.pdf/x.html",
        "services/real.html/x.html",
    ];
    let folder = Folder::new()
        .file("content/index.md", "# Front page\n")
        .file("content/services/real.md", real)
        .file("content/services/plan.pdf", "a plan")
        .file("content/guides/other.md", format!("---\ntitle: Other\nmoved_from: {claims:?}\n---\n"));
    let ran = folder.build();
    assert_eq!(ran.of_rule("source/duplicate-id").len(), claims.len(), "{}", ran.stderr);
    for page in folder.pages() {
        assert!(!page.named("meta").any(|meta| meta.get("http-equiv").is_some()), "{} is replaced", page.route);
    }
    assert_eq!(folder.path("public/services/plan.pdf").metadata().expect("a file").len(), 6);
}

#[test]
fn an_address_that_two_pages_claim_leads_to_the_first_and_is_told() {
    let claims = |title: &str| format!("---\ntitle: {title}\nmoved_from: [old/place.html]\n---\n");
    let folder = Folder::new()
        .file("content/guides/a.md", claims("A"))
        .file("content/guides/b.md", claims("B").replace("place", "PLACE"))
        .file(
            "content/guides/c.md",
            "---\ntitle: C\nmoved_from: [old/place.html/deeper.html, guides/c, guides/c.html]\n---\n",
        );
    let ran = folder.build();
    assert_eq!(
        ran.of_rule("source/duplicate-id"),
        [
            "content/guides/b.md:3:14 the old address `old/PLACE.html` is taken",
            "content/guides/c.md:3:14 the old address `old/place.html/deeper.html` lies below another one",
        ]
    );
    assert_eq!(leads(&folder, "old/place.html"), "guides/a.html");
    assert_eq!(folder.names("public/old"), ["place.html"]);
}

#[test]
fn hostile_old_addresses_stay_within_the_site_and_are_told() {
    let long = "x".repeat(70_000);
    let values = [
        "../outside.html",
        "/../../outside.html",
        "a/../../outside.html",
        "%2e%2e/%2e%2e/outside.html",
        "..\\\\outside.html",
        ".onus-manifest/x.html",
        ".onus-manifest.html",
        "a\\u0000b.html",
        "a\\nb.html",
        "con:x.html",
        "!!!.?",
        "\\\"><script>alert(1)</script>.html",
        &format!("{long}.html"),
        &format!("{}x.html", "d/".repeat(5_000)),
    ];
    let list: String = values.iter().map(|value| format!("  - \"{value}\"\n")).collect();
    let folder = Folder::empty()
        .file("book/site.toml", "title = \"x\"\n")
        .file("book/content/guides/x.md", format!("---\ntitle: X\nmoved_from:\n{list}---\n"));
    let ran = folder.onus("build --fail-on never --format json --today 2026-11-22").within("book").success();
    let told = ran.of_rule("links/escapes").len() + ran.of_rule("source/invalid-value").len();
    assert_eq!(told, values.len(), "{}", ran.stderr);
    assert_eq!(folder.names("."), ["book"]);
    assert_eq!(folder.names("book"), ["content", "public", "site.toml"]);
    html::assert_harmless(&Page::all(&folder.path("book/public")));
}

#[test]
fn what_is_only_markup_becomes_an_id() {
    let folder = Folder::new().file(
        "content/guides/x.md",
        "---\ntitle: \"</title><script>alert(1)</script>\"\nmoved_from: [\"javascript:alert(1)\", \"<img src=x onerror=alert(1)>\"]\n---\n",
    );
    folder.build().finds_no("source/invalid-value");
    assert_eq!(leads(&folder, "javascript-alert-1.html"), "guides/x.html");
    html::assert_harmless(&folder.pages());
}
