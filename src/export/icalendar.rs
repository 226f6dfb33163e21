//! `reviews.ics`: the reviews that fall due as whole-day events, for all and for each team (RFC 5545).
//!
//! Written here and not by a crate: the maintained one folds a line by counting it from its start again at each fold, passes
//! on line breaks in a calendar's name, and brings a clock and random numbers for what stands here by the day of the build.

use std::fmt::Write;

use rayon::prelude::*;

use crate::export::{Files, line};
use crate::site::feeds::{Feeds, REVIEWS, Review};
use crate::text::fingerprint;

/// Octets of a line, without its end (RFC 5545, section 3.1).
const WIDTH: usize = 75;

pub fn files(feeds: &Feeds) -> Files {
    let events: Vec<String> = feeds.reviews.par_iter().map(|review| event(feeds, review)).collect();
    let all = calendar(&format!("Reviews: {}", feeds.title), events.iter());
    let teams = feeds.calendars.par_iter().map(|(route, (team, numbers))| {
        let own = numbers.iter().filter_map(|number| events.get(*number));
        (route.clone(), calendar(&format!("Reviews: {team}"), own))
    });
    let mut files: Files = teams.collect();
    files.push((REVIEWS.to_string(), all));
    files
}

fn calendar<'e>(name: &str, events: impl Iterator<Item = &'e String>) -> Vec<u8> {
    let mut out = String::new();
    put(&mut out, "BEGIN", "VCALENDAR");
    put(&mut out, "VERSION", "2.0");
    put(&mut out, "PRODID", "-//onus//reviews//EN");
    put(&mut out, "CALSCALE", "GREGORIAN");
    // The second is what was understood before RFC 7986, and still is most widely.
    put(&mut out, "NAME", &text(name));
    put(&mut out, "X-WR-CALNAME", &text(name));
    put(&mut out, "REFRESH-INTERVAL;VALUE=DURATION", "P1D");
    put(&mut out, "X-PUBLISHED-TTL", "P1D");
    events.for_each(|event| out.push_str(event));
    put(&mut out, "END", "VCALENDAR");
    out.into_bytes()
}

fn event(feeds: &Feeds, review: &Review) -> String {
    let day = |day: jiff::civil::Date| day.strftime("%Y%m%d").to_string();
    let word = if review.due < feeds.today { "overdue" } else { "due" };
    let mut kind = review.kind.to_string();
    kind[..1].make_ascii_uppercase();
    let mut description = match &review.owner {
        Some(owner) => format!("{kind} owned by {owner}."),
        None => format!("{kind} without an owner."),
    };
    if let Some(last) = review.last {
        // Writing to a string cannot fail.
        let _ = write!(description, " Last reviewed on {last}.");
    }
    let mut out = String::with_capacity(512);
    put(&mut out, "BEGIN", "VEVENT");
    put(&mut out, "UID", &text(&uid(feeds, review)));
    put(&mut out, "DTSTAMP", &format!("{}T000000Z", day(feeds.today)));
    put(&mut out, "DTSTART;VALUE=DATE", &day(review.due));
    put(&mut out, "SUMMARY", &text(&format!("Review {word}: {}", review.title)));
    put(&mut out, "DESCRIPTION", &format!("{}\\n{}", text(&description), text(&feeds.address(&review.route))));
    if let Some(page) = feeds.whole(&review.route) {
        put(&mut out, "URL", &page);
    }
    put(&mut out, "CATEGORIES", &text(&kind));
    // Nobody is busy because of it.
    put(&mut out, "TRANSP", "TRANSPARENT");
    put(&mut out, "END", "VEVENT");
    out
}

/// The same for a page in every build, and another in every handbook: an event moves when its review is recorded.
fn uid(feeds: &Feeds, review: &Review) -> String {
    let book = feeds.base.as_ref().unwrap_or(&feeds.title);
    let print = fingerprint::of_all([book.as_bytes(), review.reference.as_bytes()].into_iter());
    format!("review-{print}@{}", feeds.host().map_or("onus", |(host, _)| host))
}

/// A value of type TEXT (RFC 5545, section 3.3.11).
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in line(text).chars() {
        if matches!(c, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Writes a line, folded where it is too long, never within a character.
fn put(out: &mut String, name: &str, value: &str) {
    let mut room = WIDTH;
    for c in name.chars().chain([':']).chain(value.chars()) {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = WIDTH - 1;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_at_75_octets_and_never_within_a_character() {
        for text in ["x".repeat(400), "ü".repeat(200), "日本語😀".repeat(60), "a b ".repeat(90)] {
            let mut out = String::new();
            put(&mut out, "SUMMARY", &text);
            assert!(out.ends_with("\r\n"));
            let lines: Vec<&str> = out.trim_end_matches("\r\n").split("\r\n").collect();
            assert!(lines.len() > 3 && lines.iter().all(|line| line.len() <= WIDTH), "{lines:?}");
            assert!(lines[..lines.len() - 1].iter().all(|line| line.len() > WIDTH - 4), "{lines:?}");
            let unfolded = out.replace("\r\n ", "");
            assert_eq!(unfolded, format!("SUMMARY:{text}\r\n"));
        }
    }

    #[test]
    fn text_cannot_begin_a_line_of_its_own() {
        assert_eq!(text("a\r\nEND:VEVENT\u{0};,\\"), "a  END:VEVENT \\;\\,\\\\");
    }
}
