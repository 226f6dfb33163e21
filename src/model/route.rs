//! Addresses of pages: flat `.html` files below the site's root, and the way from one to another.

use crate::model::kind::Kind;

/// The address of an entity's page. A page that introduces a folder is that folder's list page.
pub fn entity(kind: Kind, id: &str, folder: Option<&str>) -> String {
    match folder {
        Some(folder) => list(folder),
        None if kind == Kind::Page => placed(format!("{id}.html")),
        None => format!("{}/{id}.html", kind.folder()),
    }
}

/// The address of the list page of a folder, which is given as a slug path; the content folder's own is the home page.
pub fn list(folder: &str) -> String {
    if folder.is_empty() { "index.html".to_string() } else { placed(format!("{folder}/index.html")) }
}

/// Folders of a site that hold pages of onus's own.
pub const OWN_FOLDERS: [&str; 3] = ["health", "rules", "search"];

/// Moves pages of prose out of the folders of onus's own: `content/rules/x.md` is published at `pages/rules/x.html`.
fn placed(address: String) -> String {
    let own = address.split_once('/').is_some_and(|(folder, _)| OWN_FOLDERS.contains(&folder));
    if own { format!("pages/{address}") } else { address }
}

/// The way from one page to another, both from the site's root: relative, percent-encoded, for an `href`.
pub fn relative(from: &str, to: &str) -> String {
    match to.split_once('#') {
        Some((path, fragment)) => way(from, path, Some(fragment)),
        None => way(from, to, None),
    }
}

/// The way from a page to a copied file, whose name may hold a `#`.
pub fn to_file(from: &str, path: &str) -> String {
    way(from, path, None)
}

fn way(from: &str, path: &str, fragment: Option<&str>) -> String {
    let mut out = String::new();
    if path != from || fragment.is_none() {
        let here: Vec<&str> = from.split('/').collect();
        let there: Vec<&str> = path.split('/').collect();
        let (here, there) = (&here[..here.len() - 1], &there[..]);
        let shared = here.iter().zip(&there[..there.len() - 1]).take_while(|(a, b)| a == b).count();
        (shared..here.len()).for_each(|_| out.push_str("../"));
        for (n, part) in there[shared..].iter().enumerate() {
            if n > 0 {
                out.push('/');
            }
            encode(&mut out, part);
        }
    }
    if let Some(fragment) = fragment {
        out.push('#');
        encode(&mut out, fragment);
    }
    out
}

fn encode(out: &mut String, part: &str) {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    // What RFC 3986 allows unescaped in a path segment, less the colon, which would look like a scheme.
    const KEEP: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'(').remove(b')').remove(b'!');
    utf8_percent_encode(part, KEEP).for_each(|piece| out.push_str(piece));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_from_any_depth() {
        assert_eq!(relative("index.html", "teams/a.html"), "teams/a.html");
        assert_eq!(relative("runbooks/x/a.html", "runbooks/x/b.html#top"), "b.html#top");
        assert_eq!(relative("runbooks/x/a.html", "teams/index.html"), "../../teams/index.html");
        assert_eq!(relative("a/b.html", "a/b.html#here"), "#here");
        assert_eq!(relative("a/b.html", "a/50% #1.png"), "50%25%20#1.png");
        assert_eq!(relative("404.html", "teams/größe.html"), "teams/gr%C3%B6%C3%9Fe.html");
    }
}
