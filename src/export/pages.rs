//! `api/pages.json`: every page with the day its review falls due and the channel of its owner, in the shape that GOV.UK's
//! tech-docs-monitor reads (<https://github.com/alphagov/tech-docs-monitor>), which reminds owners in Slack.

use serde::Serialize;

use crate::export::Files;
use crate::site::feeds::Feeds;

const ROUTE: &str = "api/pages.json";

#[derive(Serialize)]
struct Page<'f> {
    title: &'f str,
    url: String,
    review_by: Option<String>,
    owner_slack: Option<&'f str>,
}

pub fn files(feeds: &Feeds) -> Files {
    let pages = feeds.pages.iter().map(|page| Page {
        title: &page.title,
        url: feeds.address(&page.route),
        review_by: page.due.map(|due| due.to_string()),
        owner_slack: page.slack.as_deref(),
    });
    let pages: Vec<Page> = pages.collect();
    let mut json = serde_json::to_vec(&pages).expect("texts have a JSON");
    json.push(b'\n');
    vec![(ROUTE.to_string(), json)]
}
