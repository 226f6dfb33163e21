//! The responsibility matrix and "Can I?": what their pages say without a script, and what their scripts work from.

use crate::fixture::Folder;
use crate::html::{Element, Page};

fn page(folder: &Folder, route: &str) -> Page {
    folder.pages().into_iter().find(|page| page.route == route).expect("the page is there")
}

fn with<'p>(page: &'p Page, attribute: &'p str) -> Vec<&'p Element> {
    page.elements.iter().filter(|element| element.get(attribute).is_some()).collect()
}

fn refunds() -> Folder {
    Folder::new()
        .file("content/teams/shop.md", "---\ntitle: Shop\nmembers: [ana]\ngoals: [{id: fast, text: Money back in a day}]\n---\n")
        .file("content/teams/desk.md", "---\ntitle: Desk\nmembers: [ana]\n---\n")
        .file("content/people/ana.md", "---\ntitle: Ana\n---\n")
        .file("content/services/till.md", "---\ntitle: Till\nowner: shop\n---\n")
        .file(
            "content/responsibilities/refunds.yaml",
            "- title: Refunds\n  owner: shop\n  responsible:\n    - shop\n    - person:ana\n  consulted: desk\n  services: [till]\n  supports: [shop/fast]\n- title: \"=Sums\"\n  owner: desk\n",
        )
}

#[test]
fn a_cell_says_who_is_what_and_in_which_line() {
    let folder = refunds();
    folder.build();
    let matrix = page(&folder, "responsibilities/index.html");
    let cells: Vec<(&str, &str)> = with(&matrix, "data-raci")
        .iter()
        .filter(|cell| cell.name != "b")
        .map(|cell| (cell.get("data-raci").unwrap_or_default(), cell.get("data-at").unwrap_or_default()))
        .collect();
    // Sorted by id: `refunds`, `sums`; columns by title: Desk, Shop; then who has no column.
    assert_eq!(cells, [("C", "6"), ("AR", "2 4"), ("R", "5"), ("A", "10")]);
    let text = folder.page("responsibilities/index.html");
    assert!(text.contains("<a href=\"refunds.html#_raci\">AR<i> accountable, responsible:</i><span> Shop</span></a>"));
    let rows = with(&matrix, "data-file");
    assert_eq!(rows[0].get("data-team"), Some("desk shop"));
    assert_eq!(rows[0].get("data-service"), Some("till"));
    assert!(
        text.contains("<template data-goals-list><a href=\"../teams/shop.html#_goal-fast\">Money back in a day</a>")
    );
}

#[test]
fn the_matrix_can_be_opened_as_a_spreadsheet_that_computes_nothing() {
    let folder = refunds();
    folder.build();
    assert_eq!(
        folder.page("responsibilities/matrix.csv"),
        "\u{feff}Responsibility,Id,Accountable,Responsible,Consulted,Informed,Services,Supports,State,Review due,File,Desk,Shop\r\n\
         Refunds,refunds,Shop,Shop; Ana,Desk,,Till,Money back in a day,never reviewed,,content/responsibilities/refunds.yaml,C,AR\r\n\
         '=Sums,sums,Desk,,,,,,never reviewed,,content/responsibilities/refunds.yaml,A,\r\n"
    );
    let without = Folder::new().file("content/teams/shop.md", "---\ntitle: Shop\n---\n");
    without.build();
    assert!(!without.path("public/responsibilities/matrix.csv").exists());
}

#[test]
fn can_i_knows_who_may_where_and_whom_to_ask_about_a_service() {
    let folder = refunds()
        .file("content/roles/cashier.md", "---\ntitle: Cashier\nholders: [ana]\n---\n")
        .file(
            "content/decisions/pay.md",
            "---\ntitle: Pay out\naliases: [Reimburse]\ntags: [cash]\naction: Give money back\nwho: [role:cashier, person:ana]\nservices: [till]\n---\n",
        )
        .file("content/decisions/close.md", "---\ntitle: Close\naction: Close the shop\nwho: [team:shop]\n---\n");
    folder.build();
    let asked = page(&folder, "decisions/index.html");
    let cards: Vec<[Option<&str>; 3]> = with(&asked, "data-words")
        .iter()
        .map(|card| [card.get("data-role"), card.get("data-service"), card.get("data-words")])
        .collect();
    assert_eq!(
        cards,
        [
            [Some("team:shop"), None, Some("Close")],
            [Some("cashier person:ana"), Some("till"), Some("Pay out Reimburse cash")]
        ]
    );
    let hats: Vec<(&str, &str)> = with(&asked, "data-hats")
        .iter()
        .map(|option| (option.get("value").unwrap_or_default(), option.get("data-hats").unwrap_or_default()))
        .collect();
    assert_eq!(
        hats,
        [("cashier", "cashier"), ("team:shop", "team:shop"), ("person:ana", "person:ana team:desk team:shop cashier")]
    );
    let till = with(&asked, "data-owner");
    assert_eq!(till[0].get("value"), Some("till"));
    assert_eq!(till[0].get("data-owner-href"), Some("../teams/shop.html"));
}
