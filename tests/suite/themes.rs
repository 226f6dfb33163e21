//! The theme in `themes/plain`, which docs/theming.md takes apart: a style sheet of its own, a template of its own, and one that
//! extends the built-in one.

use std::path::Path;

use crate::fixture::Folder;
use crate::html;

const FILES: [&str; 3] = ["assets/onus.css", "templates/404.html", "templates/team.html"];

fn root(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The example handbook in the plain theme.
fn plain() -> Folder {
    let folder = Folder::example();
    folder.put("site.toml", root("site.toml").replace("theme = \"default\"", "theme = \"plain\""));
    FILES.iter().for_each(|file| folder.put(&format!("themes/plain/{file}"), root(&format!("themes/plain/{file}"))));
    folder
}

#[test]
fn a_theme_overrides_what_it_has_and_extends_what_it_wants() {
    let folder = plain();
    folder.build();
    let pages = folder.pages();
    html::assert_harmless(&pages);
    html::assert_whole(&folder.path("public"), &pages);
    let team = folder.page("teams/payments.html");
    let rule = "<p class=\"house-rule\">House rule: ring before you write to Payments.</p>";
    assert!(team.contains(rule) && team.contains("id=\"_mentioned\""), "{team}");
    assert!(!folder.page("services/checkout.html").contains("House rule"));
    assert!(
        folder.page("404.html").contains("There is no such page")
            && !folder.page("404.html").contains("class=\"kinds\"")
    );
    let style =
        folder.tree("public/assets").into_iter().find(|(name, _)| name.starts_with("onus.") && name.ends_with(".css"));
    let style = String::from_utf8(style.expect("there is a style sheet").1).expect("it is text");
    assert!(style.contains("Georgia") && !style.contains("--hl-1"), "{style}");
}

#[test]
fn the_guide_shows_the_files_of_the_theme_as_they_are() {
    let guide = root("docs/theming.md");
    for file in ["templates/404.html", "templates/team.html"] {
        let text = root(&format!("themes/plain/{file}"));
        assert!(guide.contains(text.trim_end()), "docs/theming.md does not show themes/plain/{file}");
    }
}
