//! `sitemap.xml`: the addresses of all pages, for search engines within the organisation (<https://www.sitemaps.org/protocol.html>).
//!
//! No page has a date: when a file was changed is not read, and every page says for which day it was built.

use std::fmt::Write;

use crate::export::{Files, xml};
use crate::site::feeds::Feeds;

const ROUTE: &str = "sitemap.xml";

/// Addresses that one file may hold, by the protocol.
const LIMIT: usize = 50_000;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const SPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

/// One file, or one that lists several; none where the handbook does not say where it stands.
pub fn files(feeds: &Feeds) -> Files {
    if feeds.base.is_none() {
        return Vec::new();
    }
    parts(feeds, LIMIT)
}

fn parts(feeds: &Feeds, limit: usize) -> Files {
    let whole: Vec<String> = feeds.addresses.iter().filter_map(|route| feeds.whole(route)).collect();
    if whole.len() <= limit {
        return vec![(ROUTE.to_string(), list("urlset", "url", &whole))];
    }
    let mut files: Files = Vec::new();
    let mut addresses = Vec::new();
    for (n, part) in whole.chunks(limit).enumerate() {
        let route = format!("sitemap-{}.xml", n + 1);
        addresses.extend(feeds.whole(&route));
        files.push((route, list("urlset", "url", part)));
    }
    files.push((ROUTE.to_string(), list("sitemapindex", "sitemap", &addresses)));
    files
}

fn list(root: &str, item: &str, addresses: &[String]) -> Vec<u8> {
    let mut out = format!("{HEAD}<{root} {SPACE}>\n");
    for address in addresses {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "<{item}><loc>{}</loc></{item}>", xml(address));
    }
    let _ = writeln!(out, "</{root}>");
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_addresses_than_one_file_may_hold_are_several_files() {
        let addresses = ["a.html", "b.html", "c.html"].map(str::to_string).to_vec();
        let feeds = Feeds { base: Some("https://h.example/".to_string()), addresses, ..Feeds::default() };
        let files: Vec<(String, String)> = parts(&feeds, 2)
            .into_iter()
            .map(|(route, bytes)| (route, String::from_utf8_lossy(&bytes).into()))
            .collect();
        let routes: Vec<&str> = files.iter().map(|(route, _)| route.as_str()).collect();
        assert_eq!(routes, ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]);
        assert!(files[1].1.contains("<loc>https://h.example/c.html</loc>"), "{}", files[1].1);
        assert!(files[2].1.contains("<sitemap><loc>https://h.example/sitemap-2.xml</loc></sitemap>"), "{}", files[2].1);
    }
}
