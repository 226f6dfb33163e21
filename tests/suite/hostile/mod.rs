//! Content that is broken or means harm: it ends in a finding or in a page that shows it as text.
//!
//! Every case is built by the binary within [`Folder`]'s limit, and every page that comes out is read as a browser would.

mod files;
mod markup;
mod size;
mod values;

use crate::fixture::{Folder, Ran};
use crate::html::{self, Page};

/// Builds, and expects harmless pages and nothing outside the published folder.
#[track_caller]
pub(super) fn build(folder: &Folder) -> Ran {
    let before = others(folder);
    let ran = folder.build();
    assert_eq!(others(folder), before, "something was written outside the published folder");
    html::assert_harmless(&folder.pages());
    ran
}

/// Builds like [`build`], and expects no link of a page to lead nowhere.
#[track_caller]
pub(super) fn build_whole(folder: &Folder) -> Ran {
    let ran = build(folder);
    html::assert_whole(&folder.path("public"), &folder.pages());
    ran
}

/// The files of a handbook that are not published, by their lengths.
pub(super) fn others(folder: &Folder) -> Vec<(String, usize)> {
    let files = folder.tree("").into_iter().filter(|(path, _)| !path.starts_with("public/"));
    files.map(|(path, bytes)| (path, bytes.len())).collect()
}

pub(super) fn page(folder: &Folder, route: &str) -> Page {
    Page::of(&folder.page(route))
}

/// A handbook of one page with this text.
pub(super) fn prose(text: impl AsRef<[u8]>) -> Folder {
    Folder::new().file("content/guides/x.md", text)
}
