//! From parsed files to entities and alerting rules, each file by itself.

use jiff::civil::Date;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::model::alert::AlertRule;
use crate::model::entity::Entity;
use crate::model::intake::{self, Origin};
use crate::model::kind::Kind;
use crate::model::prometheus;
use crate::source::load::Form;
use crate::source::parse::{Document, Parsed};
use crate::source::record::Ignored;
use crate::text::slug;

/// What one file holds.
#[derive(Debug, Default)]
pub struct Contents {
    pub entities: Vec<Entity>,
    /// For each entity, where its record starts in the file.
    pub starts: Vec<u32>,
    pub rules: Vec<AlertRule>,
    pub findings: Vec<Diagnostic>,
}

/// Where a file stands in the content folder, and what that makes of it.
struct Seat {
    kind: Kind,
    /// The id its path gives.
    id: String,
    /// The folder that the file introduces.
    folder: Option<String>,
}

/// Reads a file's entities. `has_index` says whether an `index.md` stands beside it.
pub fn read(parsed: Parsed, has_index: bool, config: &Config, today: Date) -> Contents {
    let ignored = Ignored(config.content.ignore_fields.clone());
    let mut contents = Contents::default();
    if parsed.source.form == Form::Rules {
        read_rules(&parsed, config, &mut contents);
        return contents;
    }
    let seat = seat(&parsed.source.path, has_index);
    let many = parsed.documents.len() > 1;
    for document in &*parsed.documents {
        let Document { node, body, broken, listed } = document;
        if parsed.source.form == Form::Yaml {
            if seat.kind == Kind::Alert {
                match prometheus::read(node, &parsed.source, &config.alerts) {
                    prometheus::Document::Rules(rules, findings) => {
                        contents.rules.extend(rules);
                        contents.findings.extend(findings);
                        continue;
                    }
                    prometheus::Document::Foreign => continue,
                    prometheus::Document::Entry => {}
                }
            }
            // Beside prose, YAML files are examples and settings as often as pages: a page says so by its body.
            if seat.kind == Kind::Page && node.get("body").is_none() {
                continue;
            }
        }
        let path_id = (parsed.source.form == Form::Markdown || !(many || *listed)).then(|| seat.id.clone());
        let start = if parsed.source.form == Form::Markdown { 0 } else { node.span.start };
        let (mut entity, findings) = intake::read(
            node,
            Origin {
                kind: seat.kind,
                id: path_id,
                file: parsed.source.file,
                path: parsed.source.path.clone(),
                body: body.clone(),
                broken: *broken,
                in_yaml: parsed.source.form == Form::Yaml,
                today,
                ignored: &ignored,
                folder: seat.folder.clone(),
            },
        );
        if entity.kind == Kind::Page && entity.folder().is_some() {
            // The page of a folder is where the folder is, whatever it calls itself.
            entity.id.clone_from(&seat.id);
        }
        contents.entities.push(entity);
        contents.starts.push(start);
        contents.findings.extend(findings);
    }
    contents
}

/// Of a document outside the content folder, only its rules are the handbook's.
fn read_rules(parsed: &Parsed, config: &Config, contents: &mut Contents) {
    for document in &*parsed.documents {
        if let prometheus::Document::Rules(rules, findings) =
            prometheus::read(&document.node, &parsed.source, &config.alerts)
        {
            contents.rules.extend(rules);
            contents.findings.extend(findings);
        }
    }
}

impl Entity {
    /// The folder that this page introduces.
    pub fn folder(&self) -> Option<&str> {
        self.page().and_then(|page| page.folder.as_deref())
    }
}

fn seat(path: &str, has_index: bool) -> Seat {
    let bare = path.rsplit_once('.').map_or(path, |(bare, _)| bare);
    let (folder, name) = bare.rsplit_once('/').unwrap_or(("", bare));
    let (first, below) = folder.split_once('/').unwrap_or((folder, ""));
    let kind = Kind::of_folder(&slug::path(first));
    let is_index = name.eq_ignore_ascii_case("index") || (name.eq_ignore_ascii_case("readme") && !has_index);
    let introduces = name == "_index" || (is_index && (kind.is_none() || below.is_empty()));
    if introduces {
        let folder = slug::path(folder);
        let id = if folder.is_empty() { "index".to_string() } else { folder.clone() };
        return Seat { kind: Kind::Page, id, folder: Some(folder) };
    }
    let inside = if kind.is_some() { below } else { folder };
    let id = if is_index { inside.to_string() } else { format!("{inside}/{name}") };
    Seat { kind: kind.unwrap_or(Kind::Page), id: slug::path(&id), folder: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seated(path: &str) -> (Kind, String, Option<String>) {
        let seat = seat(path, false);
        (seat.kind, seat.id, seat.folder)
    }

    #[test]
    fn the_path_gives_kind_and_id() {
        let id = |id: &str| id.to_string();
        assert_eq!(
            seated("runbooks/alertmanager/Cluster_Down.md"),
            (Kind::Runbook, id("alertmanager/cluster-down"), None)
        );
        assert_eq!(seated("runbooks/failover/index.md"), (Kind::Runbook, id("failover"), None));
        assert_eq!(seated("runbooks/_index.md"), (Kind::Page, id("runbooks"), Some(id("runbooks"))));
        assert_eq!(seated("runbooks/README.md"), (Kind::Page, id("runbooks"), Some(id("runbooks"))));
        assert_eq!(seated("guides/on-call/README.md"), (Kind::Page, id("guides/on-call"), Some(id("guides/on-call"))));
        assert_eq!(seated("index.md"), (Kind::Page, id("index"), Some(String::new())));
        assert_eq!(seated("About Us.md"), (Kind::Page, id("about-us"), None));
    }

    #[test]
    fn a_readme_beside_an_index_is_a_page_of_its_own() {
        let seat = seat("guides/README.md", true);
        assert_eq!((seat.id.as_str(), seat.folder), ("guides/readme", None));
    }
}
