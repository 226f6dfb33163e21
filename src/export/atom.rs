//! `feed.xml`: what changed, as Atom (RFC 4287).
//!
//! Its ids are `tag:` addresses (RFC 4151) of what happened, on the day it happened, so that a reader never shows it twice.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::export::{Files, xml};
use crate::site::feeds::{CHANGES, Change, Feeds};

/// The feed; none where the handbook does not say where it stands, as Atom wants whole addresses.
pub fn files(feeds: &Feeds) -> Files {
    feed(feeds).map(|text| (CHANGES.to_string(), text.into_bytes())).into_iter().collect()
}

fn feed(feeds: &Feeds) -> Option<String> {
    let (own, home) = (feeds.whole(CHANGES)?, feeds.whole("index.html")?);
    let newest = feeds.changes.first().map_or(feeds.today, |change| change.on);
    let title = xml(&feeds.title);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
         <title>{title}</title>\n<subtitle>Reviews, hand-overs, drills and learnings</subtitle>\n<id>{own}</id>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"{home}\"/>\n\
         <updated>{newest}T00:00:00Z</updated>\n<author><name>{title}</name></author>\n\
         <generator>onus</generator>\n",
        language = xml(&feeds.language),
        own = xml(&own),
        home = xml(&home),
    );
    for change in &feeds.changes {
        entry(&mut out, feeds, change)?;
    }
    out.push_str("</feed>\n");
    Some(out)
}

fn entry(out: &mut String, feeds: &Feeds, change: &Change) -> Option<()> {
    let (host, path) = feeds.host()?;
    let id = format!("tag:{host},{}:{path}{}", change.on, encoded(&change.key));
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "<entry>\n<title>{title}: {what}</title>\n<id>{id}</id>\n<updated>{on}T00:00:00Z</updated>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n<category term=\"{kind}\"/>\n",
        title = xml(&change.title),
        what = xml(&change.what),
        id = xml(&id),
        on = change.on,
        page = xml(&feeds.whole(&change.route)?),
        kind = change.kind,
    );
    if let Some(by) = &change.by {
        let _ = writeln!(out, "<author><name>{}</name></author>", xml(by));
    }
    if let Some(note) = &change.note {
        let _ = writeln!(out, "<summary>{}</summary>", xml(note));
    }
    out.push_str("</entry>\n");
    Some(())
}

/// The specific part of a `tag:` address.
fn encoded(key: &str) -> String {
    const KEEP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'/').remove(b':');
    utf8_percent_encode(key, KEEP).to_string()
}
