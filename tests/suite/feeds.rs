//! The files beside the pages, read by parsers that are not onus's: calendars, the feed, the sitemap, lists of pages.

use std::collections::BTreeMap;

use icalendar::{Calendar, Component, DatePerhapsTime};
use roxmltree::{Document, Node};
use serde_json::Value;

use crate::fixture::Folder;

const HOSTILE: &str =
    "a, b; c\\\nEND:VEVENT\r\nBEGIN:VALARM <&\"'>]]> \u{1}\u{b}\u{fffe}\u{2028} [x](y) ünïcödé 日本語😀";

fn handbook(settings: &str) -> Folder {
    Folder::new()
        .file("site.toml", format!("title = \"Book\"\n{settings}[ownership]\narbiter = \"team:top\"\n[review]\nservice = \"90d\"\nrunbook = \"30d\"\n"))
        .file("content/teams/top.md", "---\ntitle: Top\nmembers: [ana]\ncontacts: {slack: \"#top\"}\n---\n")
        .file("content/teams/pay.md", "---\ntitle: Pay\nparent: top\nmembers: [ana]\ncontacts: {slack: \"https://x.slack.com/archives/C012AB/p1\"}\n---\n")
        .file("content/people/ana.md", "---\ntitle: Ana\ncontacts: {phone: \"+44 20 7946 0101\"}\n---\n")
        .file("content/services/card.md", "---\ntitle: Cards\ntier: 2\nowner: team:pay\nreviews: [{on: 2026-10-01, by: ana, how: used, note: \"fine < now\"}, {on: 2026-09-01, by: ana}]\n---\n")
        .file("content/services/lost.md", "---\ntitle: Lost\nreviews: [{on: 2026-01-01}]\n---\n")
        .file("content/services/hidden.md", "---\ntitle: Hidden\nsearch: false\nowner: top\n---\n")
        .file("content/runbooks/down.md", "---\ntitle: Down\nservices: [card]\nreviewed: 2026-11-01\n---\n")
        .file("content/responsibilities/refunds.md", "---\ntitle: Refunds\nowner: team:pay\ntransfer: {to: team:top, on: 2026-11-09, accepted_by: ana, accepted_on: 2026-11-05}\n---\n")
        .file("content/responsibilities/later.md", "---\ntitle: Later\nowner: team:pay\ntransfer: {to: team:top, on: 2026-12-24, accepted_by: ana}\n---\n")
        .file("content/responsibilities/open.md", "---\ntitle: Open\nowner: team:pay\ntransfer: {to: team:top, on: 2026-11-10}\n---\n")
        .file("content/drills/try.md", "---\ntitle: Try\non: 2026-11-11\noutcome: failed\n---\n")
        .file("content/learnings/learned.md", "---\ntitle: Learned\non: 2026-11-12\n---\n")
        .file("content/guides/moved.md", "---\ntitle: Moved\nmoved_from: [old.html]\n---\n")
}

const BASE: &str = "base_url = \"https://h.example/book/\"\n";

/// A published calendar, by UID: summary, day, and address.
#[track_caller]
fn events(folder: &Folder, route: &str) -> BTreeMap<String, (String, String, Option<String>)> {
    let text = folder.page(route);
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") && text.ends_with("END:VCALENDAR\r\n"));
    for line in text.split_inclusive('\n') {
        assert!(line.ends_with("\r\n") && line.len() <= 77, "{line:?}");
        assert!(!line.trim_end_matches("\r\n").contains(char::is_control), "{line:?}");
    }
    let calendar: Calendar = text.parse().unwrap_or_else(|error| panic!("{route}: {error}\n{text}"));
    let mut events = BTreeMap::new();
    for event in calendar.events() {
        assert_eq!(event.property_value("DTSTAMP"), Some("20261122T000000Z"));
        let Some(DatePerhapsTime::Date(day)) = event.get_start() else { panic!("no whole day: {event:?}") };
        let uid = event.get_uid().expect("a UID").to_string();
        let summary = event.get_summary().expect("a summary").to_string();
        let known = events.insert(uid, (summary, day.to_string(), event.get_url().map(str::to_string)));
        assert!(known.is_none(), "two events of one UID");
    }
    assert_eq!(events.len(), calendar.components.len());
    events
}

fn summaries(events: &BTreeMap<String, (String, String, Option<String>)>) -> Vec<&str> {
    let mut summaries: Vec<&str> = events.values().map(|(summary, ..)| summary.as_str()).collect();
    summaries.sort_unstable();
    summaries
}

fn children<'d>(node: Node<'d, 'd>, name: &'d str) -> impl Iterator<Item = Node<'d, 'd>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

fn text<'d>(node: Node<'d, 'd>, name: &'d str) -> &'d str {
    children(node, name).next().and_then(|child| child.text()).unwrap_or_default()
}

#[test]
fn reviews_are_whole_day_events_of_all_and_of_each_team() {
    let folder = handbook(BASE);
    folder.build();
    let all = events(&folder, "reviews.ics");
    let mut days: Vec<(&str, &str, &str)> = all
        .values()
        .map(|(summary, day, url)| (day.as_str(), summary.as_str(), url.as_deref().unwrap_or_default()))
        .collect();
    days.sort_unstable();
    assert_eq!(
        days,
        [
            ("2026-04-01", "Review overdue: Lost", "https://h.example/book/services/lost.html"),
            ("2026-12-01", "Review due: Down", "https://h.example/book/runbooks/down.html"),
            ("2026-12-30", "Review due: Cards", "https://h.example/book/services/card.html"),
        ]
    );
    // What a team's teams own is its own business too.
    for team in ["pay", "top"] {
        let own = events(&folder, &format!("teams/{team}/reviews.ics"));
        assert_eq!(summaries(&own), ["Review due: Cards", "Review due: Down"], "{team}");
        assert!(own.keys().all(|uid| all.contains_key(uid)), "an event has one UID everywhere");
    }
}

#[test]
fn an_event_moves_when_its_review_is_recorded() {
    let folder = handbook(BASE);
    folder.build();
    let before = events(&folder, "reviews.ics");
    folder.put("content/runbooks/down.md", "---\ntitle: It is down\nservices: [card]\nreviewed: 2026-11-20\n---\n");
    folder.build();
    let after = events(&folder, "reviews.ics");
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    let day = |events: &BTreeMap<String, (String, String, Option<String>)>| {
        events.values().find(|(summary, ..)| summary.ends_with("own")).map(|(_, day, _)| day.clone())
    };
    assert_eq!((day(&before).as_deref(), day(&after).as_deref()), (Some("2026-12-01"), Some("2026-12-20")));
}

#[test]
fn hostile_titles_stay_text_in_every_file() {
    // YAML takes what is no character only where it is escaped.
    let title = serde_json::to_string(HOSTILE).expect("a string").replace('\u{fffe}', "\\ufffe");
    let folder = Folder::new()
        .file("site.toml", format!("title = {title}\nbase_url = \"https://h.example/a\\\"b<c> d\\n/\"\nlanguage = {title}\n"))
        .file("content/teams/t.yaml", format!("title: {title}\nmembers: []\nreviewed: 2026-10-01\nreview_every: 90d\ncontacts: {{slack: {title}}}\nsummary: {title}\n"))
        .file("content/services/s.yaml", format!("title: {title}\nowner: t\nreviews: [{{on: 2026-10-01, by: {title}, note: {title}}}]\nreview_every: 90d\n"))
        .file("content/services/long.yaml", format!("title: \"{}\"\nreviewed: 2026-10-01\nreview_every: 90d\n", "ü,".repeat(40_000)));
    folder.build();
    assert_eq!(events(&folder, "reviews.ics").len(), 3);
    assert!(folder.page("reviews.ics").len() < 20_000, "a title without measure is cut");
    let own = events(&folder, "teams/t/reviews.ics");
    let (summary, _, url) = own.values().next().expect("an event");
    assert!(summary.contains("a, b; c\\ END:VEVENT  BEGIN:VALARM"), "{summary:?}");
    assert!(url.as_ref().expect("an address").starts_with("https://h.example/a%22b%3Cc%3E%20d%0A/"), "{url:?}");
    for route in ["feed.xml", "sitemap.xml"] {
        let xml = folder.page(route);
        Document::parse(&xml).unwrap_or_else(|error| panic!("{route}: {error}"));
    }
    let xml = folder.page("feed.xml");
    let feed = Document::parse(&xml).expect("XML");
    let entry = children(feed.root_element(), "entry").next().expect("an entry");
    assert!(text(entry, "title").contains("<&\"'>]]>"), "{}", text(entry, "title"));
    let pages: Value = serde_json::from_str(&folder.page("api/pages.json")).expect("JSON");
    assert_eq!(pages.as_array().map(Vec::len), Some(3));
    let lines = folder.page("llms.txt");
    assert!(lines.lines().all(|line| !line.starts_with("END:")), "{lines}");
    assert!(lines.contains("\\[x\\](y)"), "{lines}");
}

#[test]
fn the_feed_holds_what_happened_and_nothing_that_has_not() {
    let folder = handbook(BASE);
    folder.build();
    let xml = folder.page("feed.xml");
    let document = Document::parse(&xml).expect("the feed is XML");
    let feed = document.root_element();
    assert_eq!(feed.tag_name().namespace(), Some("http://www.w3.org/2005/Atom"));
    let titles: Vec<&str> = children(feed, "entry").map(|entry| text(entry, "title")).collect();
    assert_eq!(
        titles,
        [
            "Learned: learning",
            "Try: drill failed",
            "Refunds: handed over to Top",
            "Down: reviewed",
            "Cards: used in an incident by Ana",
            "Cards: reviewed by Ana",
            "Lost: reviewed",
        ]
    );
    assert_eq!(text(feed, "updated"), "2026-11-12T00:00:00Z");
    let mut ids: Vec<&str> = children(feed, "entry").map(|entry| text(entry, "id")).collect();
    assert_eq!(ids[4], "tag:h.example,2026-10-01:/book/service:card/review/1");
    for entry in children(feed, "entry") {
        let link = children(entry, "link").next().and_then(|link| link.attribute("href")).expect("a link");
        let route = link.strip_prefix("https://h.example/book/").expect("a whole address");
        assert!(folder.path("public").join(route).is_file(), "{route}");
        assert!(text(entry, "updated").ends_with("T00:00:00Z"));
    }
    assert!(xml.contains("<summary>fine &lt; now</summary>"), "{xml}");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), titles.len(), "ids are told apart");
    let home = folder.page("index.html");
    assert!(
        home.contains(
            "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"What changed\" href=\"feed.xml\">"
        )
    );
    assert!(home.contains("handed over to Top"), "the front page says the same");
}

#[test]
fn the_sitemap_has_every_page_that_search_may_show_and_none_that_leads_on() {
    let folder = handbook(BASE);
    folder.build();
    let xml = folder.page("sitemap.xml");
    let document = Document::parse(&xml).expect("the sitemap is XML");
    assert_eq!(document.root_element().tag_name().namespace(), Some("http://www.sitemaps.org/schemas/sitemap/0.9"));
    let routes: Vec<&str> = children(document.root_element(), "url")
        .map(|url| text(url, "loc").strip_prefix("https://h.example/book/").expect("a whole address"))
        .collect();
    for route in &routes {
        assert!(folder.path("public").join(route).is_file(), "{route}");
    }
    for route in ["index.html", "services/card.html", "services/index.html", "guides/moved.html", "health/index.html"] {
        assert!(routes.contains(&route), "{route} is missing");
    }
    for route in ["old.html", "404.html", "search.html", "print.html", "services/hidden.html"] {
        assert!(!routes.contains(&route), "{route} is listed");
    }
    assert!(routes.is_sorted());
}

#[test]
fn pages_json_has_the_shape_of_the_monitor() {
    let folder = handbook(BASE);
    folder.build();
    let pages: Value = serde_json::from_str(&folder.page("api/pages.json")).expect("JSON");
    let page =
        |title: &str| pages.as_array().and_then(|pages| pages.iter().find(|page| page["title"] == title)).cloned();
    assert_eq!(
        page("Cards").expect("a page"),
        serde_json::json!({
            "title": "Cards",
            "url": "https://h.example/book/services/card.html",
            "review_by": "2026-12-30",
            "owner_slack": "C012AB",
        })
    );
    // Nobody owns it: the arbiter is told.
    assert_eq!(page("Lost").expect("a page")["owner_slack"], "#top");
    assert_eq!(page("Try").expect("a page")["review_by"], Value::Null);
}

#[test]
fn without_an_address_there_is_no_feed_and_the_rest_leads_on_relatively() {
    let folder = handbook("");
    folder.build();
    assert!(!folder.path("public/feed.xml").exists() && !folder.path("public/sitemap.xml").exists());
    assert!(!folder.page("index.html").contains("application/atom+xml"));
    let all = events(&folder, "reviews.ics");
    assert!(all.values().all(|(.., url)| url.is_none()));
    let calendar = folder.page("reviews.ics").replace("\r\n ", "");
    assert!(calendar.contains("\\nservices/card.html"), "{calendar}");
    assert!(folder.page("llms.txt").contains("- [Pay](teams/pay.html)"));
    assert!(folder.page("api/pages.json").contains("\"url\":\"services/card.html\""));
}

#[test]
fn a_file_of_the_handbook_stands_where_onus_would_write_one() {
    let folder = handbook(BASE)
        .file("content/llms.txt", "ours")
        .file("content/reviews.ics/picture.png", "png")
        .file("content/api/pages.json", "[]");
    folder.build();
    assert_eq!(folder.page("llms.txt"), "ours");
    assert_eq!(folder.page("api/pages.json"), "[]");
    assert_eq!(folder.names("public/reviews.ics"), ["picture.png"]);
}

#[test]
fn llms_txt_has_the_form_of_its_kind() {
    let folder = handbook(BASE);
    folder.build();
    let text = folder.page("llms.txt");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("# Book"));
    assert!(text.contains("\n\n> Who owns what"), "{text}");
    let sections: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(sections, ["Lists", "Teams", "Pages", "Optional"]);
    for line in text.lines().filter(|line| line.starts_with("- ")) {
        let address = line.split_once("](").and_then(|(_, rest)| rest.split_once(')')).expect("a link").0;
        let route = address.strip_prefix("https://h.example/book/").expect("a whole address");
        assert!(folder.path("public").join(route).is_file(), "{line}");
    }
    assert!(!text.contains("Hidden"));
}

#[test]
fn paper_holds_the_ladders_of_critical_services_with_numbers_and_addresses() {
    let folder = handbook(BASE)
        .file("content/services/till.md", "---\ntitle: Till\ntier: 1\nowner: team:top\nescalation: up\nalerts: [TillDown]\n---\n")
        .file("content/runbooks/till.md", "---\ntitle: Till is down\nservices: [till]\nalerts: [TillDown]\n---\n")
        .file("content/escalations/up.md", "---\ntitle: Up the hill\nowner: person:ana\nsteps: [{notify: [ana], within: 5m, may: stop sales}, {notify: [team:top]}]\n---\n");
    folder.build();
    let page = folder.page("print.html");
    for words in [
        "Up the hill",
        "at once",
        "t+5 min",
        "+44 20 7946 0101",
        "stop sales",
        "Till",
        "TillDown",
        "<code>runbooks/till.html</code>",
        "https://h.example/book/",
    ] {
        assert!(page.contains(words), "{words} is not on paper");
    }
    assert!(!page.contains("Cards</a></th>"), "a service of tier 2 is on paper");
    assert!(folder.page("teams/top.html").contains("../print.html"));
    assert!(folder.page("index.html").contains("\"print.html\""));
}
