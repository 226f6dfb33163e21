//! Where the links of prose lead. It resolves them; writing HTML is the render stage's.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::model::entity::{Entity, is_safe};
use crate::model::index::{self, CANDIDATES, Index, Miss};
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::model::rules::AMBIGUOUS;
use crate::source::image::Size;
use crate::source::load::Asset;
use crate::source::markdown::outline::{Link, Outline};
use crate::source::rules::{BROKEN, BROKEN_ANCHOR, ESCAPES};
use crate::text::{likeness, list, slug};

/// How many lost headings of one page are offered a "did you mean": each costs a look at every heading.
const GUESSES: usize = 20;

const NO_HEADING: &str = "name a heading that is there, or link to the page alone";

/// Where a link of prose leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProseLink {
    /// A page of the handbook, and the heading on it.
    Entity { id: EntityId, fragment: Option<String> },
    /// A copied file, as its path below `content/`; and how large it is, where it is an image.
    Asset(Arc<str>, Option<Size>),
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
    /// What links can name on the page of each entity.
    anchors: Vec<Anchors<'h>>,
}

#[derive(Clone, Copy)]
enum PathTarget<'h> {
    Entity(EntityId),
    Asset(&'h Asset),
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
        paths.extend(assets.iter().map(|asset| (&*asset.path, PathTarget::Asset(asset))));
        let folded = paths.keys().map(|path| (path.to_lowercase(), *path)).collect();
        let outlines = entities.par_iter().map(|entity| entity.body.as_ref().map(|body| &*body.outline));
        Self {
            entities,
            index,
            paths,
            folded,
            folders: folders.iter().map(|folder| &**folder).collect(),
            anchors: outlines.map(|outline| outline.map(Anchors::new).unwrap_or_default()).collect(),
        }
    }

    /// Resolves every link of an entity's prose.
    pub fn resolve(&self, id: EntityId) -> (Vec<ProseLink>, Vec<Diagnostic>) {
        let entity = &self.entities[id.0 as usize];
        let Some(body) = &entity.body else { return (Vec::new(), Vec::new()) };
        let mut findings = Vec::new();
        let mut guesses = GUESSES;
        let links = body
            .outline
            .links
            .iter()
            .map(|link| {
                self.link(id, link).unwrap_or_else(|trouble| {
                    let place = entity.at(body.span(link.span));
                    let finding = Diagnostic::new(trouble.rule, place, trouble.message);
                    let help = match trouble.help {
                        Help::Text(help) => help,
                        Help::Heading { page, fragment } => {
                            let near = if guesses > 0 { self.anchors[page.0 as usize].near(&fragment) } else { None };
                            guesses = guesses.saturating_sub(1);
                            near.map_or(NO_HEADING.to_string(), |near| format!("did you mean `#{near}`?"))
                        }
                    };
                    findings.push(finding.help(help));
                    trouble.target
                })
            })
            .collect();
        (links, findings)
    }

    fn link(&self, from: EntityId, link: &Link) -> Result<ProseLink, Trouble> {
        let target = link.target.trim();
        // Tags of another generator's templates are not ours to judge.
        if target.contains("{{") || target.contains("{%") {
            return Ok(ProseLink::Dead);
        }
        if let Some(fragment) = target.strip_prefix('#') {
            return match self.anchors[from.0 as usize].find(fragment) {
                Some(Anchor::Top) => Ok(ProseLink::Here(String::new())),
                Some(Anchor::Id(id)) => Ok(ProseLink::Here(id)),
                None => Err(Trouble::anchor(from, fragment, "this page", ProseLink::Here(String::new()))),
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
        self.path(&self.entities[from.0 as usize], target, link.image)
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
                    help: Help::Text("write more of the id".to_string()),
                    target: ProseLink::Dead,
                }),
                Err(_) => Err(Trouble::broken(
                    format!("there is no {kind} `{}`", index::split(name).1),
                    format!("write the id of {} {kind} that is there, or take the link out", kind.article()),
                )),
            };
        }
        let scheme = scheme.to_ascii_lowercase();
        match scheme.as_str() {
            "javascript" | "vbscript" | "data" | "file" | "blob" => Err(Trouble::broken(
                format!("a page must not link to a `{scheme}:` address"),
                "link to a page, or to an `https://` address".to_string(),
            )),
            // Other programs' schemes (`slack://`, `sip:`, `git+ssh:`) are dropped by browsers that do not know them.
            _ if scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
                && !scheme.is_empty() =>
            {
                Ok(ProseLink::External(target.to_string()))
            }
            _ => Err(Trouble::broken(
                format!("`{target}` is not an address"),
                "write an address that starts with `https://`, or the path of a file".to_string(),
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
                help: Help::Text("move the file into `content/` and link to it there".to_string()),
                target: ProseLink::Dead,
            });
        };
        let bare = path.strip_suffix(".html").unwrap_or(&path);
        let candidates = [path.clone(), format!("{bare}.md"), format!("{bare}.markdown")];
        for candidate in &candidates {
            match self.paths.get(candidate.as_str()) {
                Some(PathTarget::Entity(id)) => return self.at_fragment(*id, fragment),
                Some(PathTarget::Asset(asset)) => return Ok(ProseLink::Asset(asset.path.clone(), asset.size)),
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
            Some(path) => format!("the file is called `{path}`: write its name in the same letters"),
            None if path.ends_with(".html") || path.ends_with(".htm") => {
                "HTML files of the content folder are not published; link to the Markdown file".to_string()
            }
            None => format!("mend the path, add the {what}, or take the link out"),
        };
        Err(Trouble::broken(format!("there is no {what} `{path}` in the content folder"), help))
    }

    fn at_fragment(&self, id: EntityId, fragment: Option<&str>) -> Result<ProseLink, Trouble> {
        let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) else {
            return Ok(ProseLink::Entity { id, fragment: None });
        };
        match self.anchors[id.0 as usize].find(fragment) {
            Some(Anchor::Top) => Ok(ProseLink::Entity { id, fragment: None }),
            Some(Anchor::Id(found)) => Ok(ProseLink::Entity { id, fragment: Some(found) }),
            None => {
                let page = format!("`{}`", self.entities[id.0 as usize].path);
                Err(Trouble::anchor(id, fragment, &page, ProseLink::Entity { id, fragment: None }))
            }
        }
    }

    fn list(&self, ids: &[EntityId]) -> String {
        let names = ids.iter().map(|id| format!("`{}`", self.entities[id.0 as usize].reference()));
        list::shortened(names, CANDIDATES)
    }
}

struct Trouble {
    rule: &'static crate::diagnostic::rule::Rule,
    message: String,
    help: Help,
    target: ProseLink,
}

/// The way out of a trouble.
enum Help {
    Text(String),
    /// The heading of a page that may have been meant, which costs a look at each.
    Heading {
        page: EntityId,
        fragment: String,
    },
}

impl Trouble {
    fn broken(message: String, help: String) -> Self {
        Self { rule: &BROKEN, message, help: Help::Text(help), target: ProseLink::Dead }
    }

    fn anchor(page: EntityId, fragment: &str, name: &str, target: ProseLink) -> Self {
        let message = format!("there is no heading `#{fragment}` on {name}");
        let help = Help::Heading { page, fragment: fragment.to_string() };
        Self { rule: &BROKEN_ANCHOR, message, help, target }
    }
}

enum Anchor {
    /// The page's own title.
    Top,
    Id(String),
}

/// The headings and ids of a page, by their names.
#[derive(Default)]
struct Anchors<'h> {
    /// Whether the first of them is the page's own title.
    titled: bool,
    ids: Vec<&'h str>,
    exact: HashMap<&'h str, usize>,
    /// By their letters and digits, since generators differ in the rest.
    folded: HashMap<String, usize>,
}

impl<'h> Anchors<'h> {
    fn new(outline: &'h Outline) -> Self {
        let ids = outline.headings.iter().map(|heading| &heading.id).chain(&outline.html_ids);
        let mut anchors = Self { titled: outline.opens_with_title, ..Self::default() };
        for (at, id) in ids.enumerate() {
            anchors.ids.push(id);
            anchors.exact.entry(id).or_insert(at);
            anchors.folded.entry(fold(id)).or_insert(at);
        }
        anchors
    }

    /// Finds a heading by its fragment.
    fn find(&self, fragment: &str) -> Option<Anchor> {
        let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
        if decoded.is_empty() || decoded == "top" {
            return Some(Anchor::Top);
        }
        let folded = || Some(fold(&decoded)).filter(|folded| !folded.is_empty());
        let found = self.exact.get(&*decoded).or_else(|| self.folded.get(&folded()?));
        found.map(|at| if *at == 0 && self.titled { Anchor::Top } else { Anchor::Id(self.ids[*at].to_string()) })
    }

    /// The id somebody may have meant.
    fn near(&self, fragment: &str) -> Option<&'h str> {
        let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
        likeness::nearest(&decoded, self.ids.iter().copied())
    }
}

fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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
