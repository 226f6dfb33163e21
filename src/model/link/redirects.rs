//! Old addresses: what `moved_from` says, as addresses of the site from which a page can lead on. Each is given once, and
//! none that a page or a file has.
//!
//! That old names still resolve where they are written is the index's business.

use std::collections::{HashMap, HashSet};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Redirect;
use crate::model::entity::Entity;
use crate::model::index;
use crate::model::kind::Kind;
use crate::model::link::addresses::{RESERVED, folders_above};
use crate::model::reference::EntityId;
use crate::model::route::{self, OWN_FOLDERS};
use crate::model::rules::DUPLICATE_ID;
use crate::source::load::Asset;
use crate::source::rules::{ESCAPES, INVALID_VALUE};
use crate::text::slug;

/// Bytes that the name of a file may have, and an address as a whole.
const LONGEST_NAME: usize = 255;
const LONGEST: usize = 2048;
/// Folders that an address may lie in.
const DEEPEST: usize = 100;

/// What an entry of `moved_from` means.
#[derive(Debug, PartialEq, Eq)]
enum Old {
    /// An address from the site's root.
    Here(String),
    /// An address of another site. It is a name as good as others, but nothing can lead on from it.
    Elsewhere,
    /// It leaves the site.
    Escapes,
    /// No file can have that name.
    Impossible,
}

/// Gathers the old addresses of all entities, sorted, and tells those from which no page can lead on.
pub(super) fn redirects(
    entities: &[Entity],
    assets: &[Asset],
    config: &Config,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Redirect> {
    if entities.iter().all(|entity| entity.moved_from.is_empty()) {
        return Vec::new();
    }
    let taken = Taken::new(entities, assets);
    let mut claims: HashMap<String, (EntityId, Place)> = HashMap::new();
    let mut redirects: Vec<Redirect> = Vec::new();
    let tell = |rule, place, message: String, help: &str| Diagnostic::new(rule, place, message).help(help);
    for (at, entity) in entities.iter().enumerate() {
        let id = EntityId(at as u32);
        for written in &entity.moved_from {
            let place = entity.at(written.span);
            let shown = shorten(&written.value);
            let from = match old(entity.kind, &written.value, config.base_url.as_deref()) {
                Old::Elsewhere => continue,
                Old::Here(from) => from,
                Old::Escapes => {
                    let help = "write the address as it was below the site's root";
                    findings.push(tell(
                        &ESCAPES,
                        place,
                        format!("the old address `{shown}` leads out of the site"),
                        help,
                    ));
                    continue;
                }
                Old::Impossible => {
                    let help = "write an id, or an address such as `guides/old-name.html`";
                    findings.push(tell(
                        &INVALID_VALUE,
                        place,
                        format!("no page can have had the address `{shown}`"),
                        help,
                    ));
                    continue;
                }
            };
            // Addresses that differ in case alone are one file on some disks.
            let key = from.to_lowercase();
            if key == entity.route || claims.get(&key).is_some_and(|(by, _)| *by == id) {
                continue;
            }
            let message = format!("the old address `{}` is taken", shorten(&from));
            let help = "take it out of `moved_from`: what stands there now is never replaced";
            if let Some((_, place_of_first)) = claims.get(&key) {
                let finding =
                    tell(&DUPLICATE_ID, place, message, "leave it to one of the two: an address leads to one page");
                findings.push(finding.label(*place_of_first, "another page claims it here"));
                continue;
            }
            match taken.by(&key) {
                None => {}
                Some(Some(page)) => {
                    findings
                        .push(tell(&DUPLICATE_ID, place, message, help).label(entities[page].place(), "by this one"));
                    continue;
                }
                Some(None) => {
                    let message = format!("{message} by the site itself, or by a copied file");
                    findings.push(tell(&DUPLICATE_ID, place, message, help));
                    continue;
                }
            }
            claims.insert(key, (id, place));
            redirects.push(Redirect { from, to: id });
        }
    }
    // A page cannot lie below another page's address.
    redirects.retain(|redirect| {
        let key = redirect.from.to_lowercase();
        let above = folders_above(&key).find_map(|folder| claims.get(folder));
        let Some((_, first)) = above else { return true };
        let (_, place) = claims[&key];
        let message = format!("the old address `{}` lies below another one", shorten(&redirect.from));
        findings.push(tell(&DUPLICATE_ID, place, message, "take one of the two out").label(*first, "this one"));
        false
    });
    redirects.sort_by(|a, b| a.from.cmp(&b.from));
    redirects
}

/// What has an address already, in lower case.
struct Taken {
    /// With the number of the entity whose page it is; none for list pages and copied files.
    files: HashMap<String, Option<usize>>,
    folders: HashSet<String>,
}

impl Taken {
    fn new(entities: &[Entity], assets: &[Asset]) -> Self {
        let mut files: HashMap<String, Option<usize>> = HashMap::new();
        let mut folders = HashSet::new();
        files.extend(RESERVED.iter().map(|address| (address.to_string(), None)));
        files.insert(route::list(""), None);
        for asset in assets {
            let path = asset.path.to_lowercase();
            folders.extend(folders_above(&path).map(str::to_string));
            files.insert(path, None);
        }
        for (at, entity) in entities.iter().enumerate() {
            for folder in folders_above(&entity.route) {
                folders.insert(folder.to_string());
                files.entry(route::list(folder)).or_insert(None);
            }
            files.insert(entity.route.clone(), Some(at));
        }
        Self { files, folders }
    }

    /// Who has an address, or a part of it: an entity's page, or something else.
    fn by(&self, address: &str) -> Option<Option<usize>> {
        let own = address.split('/').next().is_some_and(|first| OWN_FOLDERS.contains(&first) || first == "assets");
        if own || self.folders.contains(address) || folders_above(address).any(|folder| self.files.contains_key(folder))
        {
            return Some(None);
        }
        self.files.get(address).copied()
    }
}

/// Reads an entry of `moved_from`: an id, `kind:id`, a path in `content/`, or an address with or without its host.
fn old(kind: Kind, written: &str, base: Option<&str>) -> Old {
    let text = written.trim();
    if let (Some(named), id) = index::split(text) {
        return page(route::entity(named, &slug::path(id), None), id);
    }
    let below = |base: &str| text.strip_prefix(base.trim_end_matches('/')).filter(|rest| rest.starts_with('/'));
    let text = match base.and_then(below) {
        Some(rest) => rest,
        None if text.starts_with("//") || text.contains("://") => return Old::Elsewhere,
        None => text,
    };
    let text = text.split(['#', '?']).next().unwrap_or_default();
    let (folder, below) = text.split_once('/').unwrap_or_default();
    let ending = |text: &str| [".html", ".htm", ".md", "/"].iter().any(|ending| text.ends_with(ending));
    let is_address = folder.is_empty() && text.starts_with('/') || ending(text) || Kind::of_folder(folder).is_some();
    if !is_address {
        return page(route::entity(kind, &slug::path(text), None), text);
    }
    let Ok(decoded) = percent_encoding::percent_decode_str(text).decode_utf8() else { return Old::Impossible };
    let mut parts: Vec<&str> = Vec::new();
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Old::Escapes,
            ".." => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    if let Some(bare) = path.strip_suffix(".md") {
        let last = bare.rsplit('/').next().unwrap_or(bare).to_lowercase();
        let folder = bare.rsplit_once('/').map_or("", |(folder, _)| folder);
        return match last.as_str() {
            "index" | "readme" | "_index" => page(route::list(&slug::path(folder)), bare),
            _ => page(route::entity(Kind::Page, &slug::path(bare), None), bare),
        };
    }
    let address = match () {
        () if path.is_empty() => "index.html".to_string(),
        () if decoded.ends_with('/') => format!("{path}/index.html"),
        () if ending(&path) => path,
        // Below the folder of a kind, what has no ending is an id.
        () if Kind::of_folder(folder).is_some() => format!("{folder}/{}.html", slug::path(below)),
        () => format!("{path}.html"),
    };
    let fits = address.len() <= LONGEST && address.split('/').count() <= DEEPEST;
    if fits && address.split('/').all(is_name) { Old::Here(address) } else { Old::Impossible }
}

/// An address that is made of slugs; none where there was nothing to make it of.
fn page(address: String, written: &str) -> Old {
    if written.chars().any(char::is_alphanumeric) { Old::Here(address) } else { Old::Impossible }
}

/// Whether a file can have this name on every disk.
fn is_name(name: &str) -> bool {
    let bad = |c: char| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    name.len() <= LONGEST_NAME && !name.starts_with('.') && !name.ends_with(['.', ' ']) && !name.contains(bad)
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn here(kind: Kind, written: &str, address: &str) {
        assert_eq!(old(kind, written, Some("https://h.example/book/")), Old::Here(address.to_string()), "{written}");
    }

    #[test]
    fn ids_and_addresses_of_any_sort_are_places_on_the_site() {
        here(Kind::Service, "Card_Service", "services/card-service.html");
        here(Kind::Page, "policies/old", "policies/old.html");
        here(Kind::Runbook, "page:wiki/Down", "wiki/down.html");
        here(Kind::Runbook, "payments/card-errors", "runbooks/payments/card-errors.html");
        here(Kind::Runbook, "runbooks/Card_Errors", "runbooks/card-errors.html");
        here(Kind::Runbook, "runbooks/Card_Errors.md", "runbooks/card-errors.html");
        here(Kind::Runbook, "runbooks/Cards/README.md", "runbooks/cards/index.html");
        here(Kind::Runbook, "Old_Wiki/Ops.html#top", "Old_Wiki/Ops.html");
        here(Kind::Runbook, "old-wiki/ops/", "old-wiki/ops/index.html");
        here(Kind::Runbook, "/old-wiki/ops", "old-wiki/ops.html");
        here(Kind::Runbook, "https://h.example/book/a%20b.html?x=1", "a b.html");
        here(Kind::Page, "a/../b.html", "b.html");
        here(Kind::Page, "rules/x", "pages/rules/x.html");
    }

    #[test]
    fn addresses_of_other_sites_are_left_alone() {
        for written in ["https://old.example/x.html", "//old.example/x.html", "https://h.example/bookshop/x.html"] {
            assert_eq!(old(Kind::Page, written, Some("https://h.example/book/")), Old::Elsewhere, "{written}");
        }
    }

    #[test]
    fn what_leaves_the_site_is_no_address() {
        for written in ["../x.html", "/../x.html", "a/../../x.html", "%2e%2e/x.html", "a/%2e%2e/%2E%2E%2fx.html"] {
            assert_eq!(old(Kind::Page, written, None), Old::Escapes, "{written}");
        }
    }

    #[test]
    fn what_no_file_can_be_called_is_no_address() {
        let long = format!("{}.html", "x".repeat(300));
        let deep = format!("{}x.html", "a/".repeat(200));
        for written in
            ["..\\x.html", "a\0.html", "%00.html", "%ff.html", ".onus-manifest/x.html", "a./x.html", "!?", &long, &deep]
        {
            assert_eq!(old(Kind::Page, written, None), Old::Impossible, "{written}");
        }
    }
}
