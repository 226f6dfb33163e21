//! The files beside the pages, for other programs: a calendar, a feed, lists of pages. One file a format, one row in the table.
//!
//! Each is a pure function of what the site has planned for it. What stands in a file is decided in `site::feeds`.

mod atom;
mod icalendar;
mod llms;
mod pages;
mod sitemap;

use std::borrow::Cow;

use rayon::prelude::*;

use crate::site::feeds::Feeds;

/// Published files: addresses from the site's root, and bytes.
pub type Files = Vec<(String, Vec<u8>)>;

/// What writes each format.
static TABLE: [fn(&Feeds) -> Files; 5] = [atom::files, icalendar::files, llms::files, pages::files, sitemap::files];

/// Writes every format.
pub fn export(feeds: &Feeds) -> Files {
    TABLE.par_iter().flat_map(|files| files(feeds)).collect()
}

/// Text on one line, without the control characters that neither XML nor iCalendar takes.
fn line(text: &str) -> Cow<'_, str> {
    // XML takes neither of the last two, though they are characters.
    let foreign = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(foreign) { Cow::Owned(text.replace(foreign, " ")) } else { Cow::Borrowed(text) }
}

/// Text for XML, in an element or in an attribute.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    // Writing to a string cannot fail.
    let _ = pulldown_cmark_escape::escape_html(&mut out, &line(text));
    out
}
