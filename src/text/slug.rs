//! Identifiers from names: path segments for ids and routes, and fragment ids for headings.

use unicode_normalization::UnicodeNormalization;

/// Longest slug in bytes, so that a route stays below the 255 bytes a file name may have.
const LONGEST: usize = 180;

/// Longest id in bytes, so that a published path stays below the 4096 bytes a system takes, wherever the site stands.
const LONGEST_PATH: usize = 2048;

/// Most segments of an id: each is a folder with a page of its own, and every page names all those above it.
const DEEPEST: usize = 100;

/// Makes an id segment: lower case, every run of characters that are neither letters nor digits (of any script) one `-`.
///
/// Text without a letter or digit becomes the code points it is made of, so that it still has an id of its own.
pub fn segment(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.nfc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    while slug.ends_with('-') {
        slug.pop();
    }
    if slug.is_empty() {
        let points: Vec<String> = text.chars().take(8).map(|c| format!("{:x}", c as u32)).collect();
        slug = if points.is_empty() { "untitled".to_string() } else { format!("u{}", points.join("-")) };
    }
    if slug.len() > LONGEST {
        let print = super::fingerprint::of(slug.as_bytes());
        let mut end = LONGEST - print.len() - 1;
        while !slug.is_char_boundary(end) {
            end -= 1;
        }
        slug = format!("{}-{print}", &slug[..end]);
    }
    slug
}

/// Makes an id from a path: each segment slugified, `/` between them; empty segments and `.` are left out.
///
/// Of a path that is too deep or too long, the rest becomes one segment that names it.
pub fn path(text: &str) -> String {
    let mut id = String::with_capacity(text.len().min(LONGEST_PATH));
    let mut parts = text.split('/').filter(|part| !part.is_empty() && *part != ".").enumerate();
    while let Some((depth, part)) = parts.next() {
        if !id.is_empty() {
            id.push('/');
        }
        let part_id = segment(part);
        if depth + 1 >= DEEPEST || id.len() + part_id.len() > LONGEST_PATH - LONGEST {
            let rest: Vec<&str> = parts.map(|(_, part)| part).collect();
            if rest.is_empty() {
                id.push_str(&part_id);
            } else {
                id.push_str(&super::fingerprint::of(format!("{part}/{}", rest.join("/")).as_bytes()));
            }
            break;
        }
        id.push_str(&part_id);
    }
    id
}

/// Makes a heading's fragment id the way GitHub does, since that is what authors' links are written for: lower case,
/// letters, digits, `-` and `_` kept, white space to `-`, the rest dropped.
pub fn heading(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.trim().chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '-' || c == '_' {
            id.push(c);
        } else if c.is_whitespace() {
            id.push('-');
        }
    }
    if id.is_empty() { "section".to_string() } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_model() {
        assert_eq!(path("alertmanager/Cluster_Down"), "alertmanager/cluster-down");
        assert_eq!(segment("recreate-core-vpc-$environment-accounts"), "recreate-core-vpc-environment-accounts");
        assert_eq!(segment("Latency(ms)-High"), "latency-ms-high");
        assert_eq!(segment("Größe 東京"), "größe-東京");
        assert_eq!(segment("e\u{301}te\u{301}"), "été");
    }

    #[test]
    fn names_without_letters_still_get_an_id() {
        assert_eq!(segment("!!"), "u21-21");
        assert_eq!(segment(""), "untitled");
        assert_eq!(segment(".."), "u2e-2e");
    }

    #[test]
    fn long_names_are_cut_and_stay_distinct() {
        let (a, b) = ("a".repeat(400), "a".repeat(401));
        assert!(segment(&a).len() <= LONGEST);
        assert_ne!(segment(&a), segment(&b));
    }

    #[test]
    fn long_paths_are_cut_and_stay_distinct() {
        let (deep, deeper) = ("a/".repeat(400), "a/".repeat(401));
        assert_eq!(path(&deep).split('/').count(), DEEPEST);
        assert_ne!(path(&deep), path(&deeper));
        assert!(path(&format!("{}/", "b".repeat(150)).repeat(90)).len() <= LONGEST_PATH);
        assert_eq!(path(&"a/".repeat(60)).len(), 119);
    }

    #[test]
    fn headings_are_named_as_github_names_them() {
        assert_eq!(heading("What's new?"), "whats-new");
        assert_eq!(heading("NginxIngress-Latency(ms) - warning"), "nginxingress-latencyms---warning");
    }
}
