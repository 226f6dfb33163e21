//! Where the links of prose lead. It resolves them; writing HTML is the render stage's.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::entity::{Entity, is_safe};
use crate::model::index::{self, Index, Miss};
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::model::rules::AMBIGUOUS;
use crate::source::load::Asset;
use crate::source::markdown::outline::{Link, Outline};
use crate::source::rules::{BROKEN, BROKEN_ANCHOR, ESCAPES};
use crate::text::{likeness, slug};

/// Where a link of prose leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProseLink {
    /// A page of the handbook, and the heading on it.
    Entity { id: EntityId, fragment: Option<String> },
    /// A copied file, as its path below `content/`.
    Asset(Arc<str>),
    /// The list page of a folder, as its slug path.
    Folder(String),
    /// A heading of the same page.
    Here(String),
    /// Another site, or an address that is not ours to judge.
    External(String),
    /// Nothing.
    Dead,
}

/// Everything that links of prose can lead to.
pub struct Targets<'h> {
    entities: &'h [Entity],
    index: &'h Index,
    paths: HashMap<&'h str, PathTarget<'h>>,
    /// Paths in lower case, to tell a link whose letters differ.
    folded: HashMap<String, &'h str>,
    folders: BTreeSet<&'h str>,
}

#[derive(Clone, Copy)]
enum PathTarget<'h> {
    Entity(EntityId),
    Asset(&'h Arc<str>),
}

impl<'h> Targets<'h> {
    pub fn new(entities: &'h [Entity], index: &'h Index, assets: &'h [Asset], folders: &'h [Arc<str>]) -> Self {
        let mut paths: HashMap<&str, PathTarget> = HashMap::new();
        for (at, entity) in entities.iter().enumerate() {
            // A YAML file may hold many entities: none of them is what a link to the file means.
            if entity.path.ends_with(".md") || entity.path.ends_with(".markdown") {
                paths.insert(&entity.path, PathTarget::Entity(EntityId(at as u32)));
            }
        }
        paths.extend(assets.iter().map(|asset| (&*asset.path, PathTarget::Asset(&asset.path))));
        let folded = paths.keys().map(|path| (path.to_lowercase(), *path)).collect();
        Self { entities, index, paths, folded, folders: folders.iter().map(|folder| &**folder).collect() }
    }

    /// Resolves every link of an entity's prose.
    pub fn resolve(&self, entity: &Entity) -> (Vec<ProseLink>, Vec<Diagnostic>) {
        let Some(body) = &entity.body else { return (Vec::new(), Vec::new()) };
        let mut findings = Vec::new();
        let links = body
            .outline
            .links
            .iter()
            .map(|link| {
                self.link(entity, &body.outline, link).unwrap_or_else(|trouble| {
                    let place = entity.at(body.span(link.span));
                    let finding = Diagnostic::new(trouble.rule, place, trouble.message);
                    findings.push(match trouble.help {
                        Some(help) => finding.help(help),
                        None => finding,
                    });
                    trouble.target
                })
            })
            .collect();
        (links, findings)
    }

    fn link(&self, from: &Entity, outline: &Outline, link: &Link) -> Result<ProseLink, Trouble> {
        let target = link.target.trim();
        // Tags of another generator's templates are not ours to judge.
        if target.contains("{{") || target.contains("{%") {
            return Ok(ProseLink::Dead);
        }
        if let Some(fragment) = target.strip_prefix('#') {
            return match anchor(outline, fragment) {
                Anchor::Top => Ok(ProseLink::Here(String::new())),
                Anchor::Id(id) => Ok(ProseLink::Here(id)),
                Anchor::None(near) => Err(Trouble::anchor(fragment, "this page", near, ProseLink::Here(String::new()))),
            };
        }
        if let Some((scheme, _)) = target.split_once(':')
            && !scheme.contains(['/', '#', '?', '.'])
        {
            return self.with_scheme(target, scheme);
        }
        if target.starts_with("//") {
            return Ok(ProseLink::External(target.to_string()));
        }
        self.path(from, target, link.image)
    }

    fn with_scheme(&self, target: &str, scheme: &str) -> Result<ProseLink, Trouble> {
        if is_safe(target) {
            return Ok(ProseLink::External(target.to_string()));
        }
        let (name, fragment) = target.split_once('#').map_or((target, None), |(name, fragment)| (name, Some(fragment)));
        if let Some(kind) = index::split(name).0 {
            return match self.index.find(name, &[kind]) {
                Ok(id) => self.at_fragment(id, fragment),
                Err(Miss::Ambiguous(ids)) => Err(Trouble {
                    rule: &AMBIGUOUS,
                    message: format!("`{name}` may be any of {}", self.list(&ids)),
                    help: Some("write more of the id".to_string()),
                    target: ProseLink::Dead,
                }),
                Err(_) => Err(Trouble::broken(
                    format!("there is no {kind} `{}`", index::split(name).1),
                    Some(format!("write the id of {} {kind} that is there, or take the link out", kind.article())),
                )),
            };
        }
        let scheme = scheme.to_ascii_lowercase();
        match scheme.as_str() {
            "javascript" | "vbscript" | "data" | "file" | "blob" => Err(Trouble::broken(
                format!("a page must not link to a `{scheme}:` address"),
                Some("link to a page, or to an `https://` address".to_string()),
            )),
            // Other programs' schemes (`slack://`, `sip:`, `git+ssh:`) are dropped by browsers that do not know them.
            _ if scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
                && !scheme.is_empty() =>
            {
                Ok(ProseLink::External(target.to_string()))
            }
            _ => Err(Trouble::broken(
                format!("`{target}` is not an address"),
                Some("write an address that starts with `https://`, or the path of a file".to_string()),
            )),
        }
    }

    fn path(&self, from: &Entity, target: &str, image: bool) -> Result<ProseLink, Trouble> {
        let (written, fragment) =
            target.split_once('#').map_or((target, None), |(path, fragment)| (path, Some(fragment)));
        let written = written.split('?').next().unwrap_or_default();
        let decoded = percent_encoding::percent_decode_str(written).decode_utf8_lossy();
        let base =
            if decoded.starts_with('/') { "" } else { from.path.rsplit_once('/').map_or("", |(folder, _)| folder) };
        let Some(path) = join(base, &decoded) else {
            return Err(Trouble {
                rule: &ESCAPES,
                message: format!("`{written}` leads out of the content folder"),
                help: Some("move the file into `content/` and link to it there".to_string()),
                target: ProseLink::Dead,
            });
        };
        let bare = path.strip_suffix(".html").unwrap_or(&path);
        let candidates = [path.clone(), format!("{bare}.md"), format!("{bare}.markdown")];
        for candidate in &candidates {
            match self.paths.get(candidate.as_str()) {
                Some(PathTarget::Entity(id)) => return self.at_fragment(*id, fragment),
                Some(PathTarget::Asset(path)) => return Ok(ProseLink::Asset((*path).clone())),
                None => {}
            }
        }
        if !image && (path.is_empty() || self.folders.contains(path.as_str())) {
            let folder = slug::path(&path);
            let page = self.index.find(&format!("page:{folder}"), &[Kind::Page]).ok();
            return match page.filter(|id| self.entities[id.0 as usize].id == folder) {
                Some(id) => self.at_fragment(id, fragment),
                None => Ok(ProseLink::Folder(folder)),
            };
        }
        if decoded.starts_with('/')
            && let Some(id) = self.index.at_address(&decoded, None)
        {
            return self.at_fragment(id, fragment);
        }
        let what = if image { "image" } else { "file" };
        let same = candidates.iter().find_map(|candidate| self.folded.get(&candidate.to_lowercase()));
        let help = match same {
            Some(path) => Some(format!("the file is called `{path}`: write its name in the same letters")),
            None if path.ends_with(".html") || path.ends_with(".htm") => {
                Some("HTML files of the content folder are not published; link to the Markdown file".to_string())
            }
            None => Some(format!("mend the path, add the {what}, or take the link out")),
        };
        Err(Trouble::broken(format!("there is no {what} `{path}` in the content folder"), help))
    }

    fn at_fragment(&self, id: EntityId, fragment: Option<&str>) -> Result<ProseLink, Trouble> {
        let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) else {
            return Ok(ProseLink::Entity { id, fragment: None });
        };
        let entity = &self.entities[id.0 as usize];
        let empty = Outline::default();
        let outline = entity.body.as_ref().map_or(&empty, |body| &body.outline);
        match anchor(outline, fragment) {
            Anchor::Top => Ok(ProseLink::Entity { id, fragment: None }),
            Anchor::Id(found) => Ok(ProseLink::Entity { id, fragment: Some(found) }),
            Anchor::None(near) => {
                let page = format!("`{}`", entity.path);
                Err(Trouble::anchor(fragment, &page, near, ProseLink::Entity { id, fragment: None }))
            }
        }
    }

    fn list(&self, ids: &[EntityId]) -> String {
        let names: Vec<String> =
            ids.iter().map(|id| format!("`{}`", self.entities[id.0 as usize].reference())).collect();
        names.join(", ")
    }
}

struct Trouble {
    rule: &'static crate::diagnostic::rule::Rule,
    message: String,
    help: Option<String>,
    target: ProseLink,
}

impl Trouble {
    fn broken(message: String, help: Option<String>) -> Self {
        Self { rule: &BROKEN, message, help, target: ProseLink::Dead }
    }

    fn anchor(fragment: &str, page: &str, near: Option<String>, target: ProseLink) -> Self {
        let help = match near {
            Some(near) => format!("did you mean `#{near}`?"),
            None => "name a heading that is there, or link to the page alone".to_string(),
        };
        let message = format!("there is no heading `#{fragment}` on {page}");
        Self { rule: &BROKEN_ANCHOR, message, help: Some(help), target }
    }
}

enum Anchor {
    /// The page's own title.
    Top,
    Id(String),
    /// Nothing, and what may have been meant.
    None(Option<String>),
}

/// Finds a heading by its fragment: exactly, else by its letters and digits, since generators differ in the rest.
fn anchor(outline: &Outline, fragment: &str) -> Anchor {
    let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
    if decoded.is_empty() || decoded == "top" {
        return Anchor::Top;
    }
    let fold =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let ids = || outline.headings.iter().map(|heading| &heading.id).chain(&outline.html_ids);
    let found = ids().position(|id| **id == *decoded).or_else(|| {
        let folded = fold(&decoded);
        if folded.is_empty() { None } else { ids().position(|id| fold(id) == folded) }
    });
    match found {
        Some(0) if outline.opens_with_title => Anchor::Top,
        Some(at) => Anchor::Id(ids().nth(at).cloned().unwrap_or_default()),
        None => Anchor::None(likeness::nearest(&decoded, ids().map(String::as_str)).map(str::to_string)),
    }
}

/// Joins a relative path to a folder, both with `/`; none where it climbs above the content folder.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_and_never_climb_out() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a", "/x/./y").as_deref(), Some("a/x/y"));
        assert_eq!(join("a", "../../x"), None);
    }
}
