//! `onus list`.

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::Date;
use serde::Serialize;

use crate::cli::{Exit, Usage, checked, parse_day};
use crate::diagnostic::human::plain;
use crate::model::Handbook;
use crate::model::entity::Entity;
use crate::model::index::{CANDIDATES, Miss};
use crate::model::kind::{Kind, PARTIES};
use crate::model::reference::EntityId;
use crate::source::load::from_root;
use crate::text::{likeness, list};

#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Only one kind: team, person, role, service, responsibility, runbook, alert, escalation, …
    kind: Option<String>,
    /// Only what this team, person or role owns
    #[arg(long, value_name = "REF")]
    owner: Option<String>,
    /// How the list is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: ListFormat,
    /// The day to list for, YYYY-MM-DD; else SOURCE_DATE_EPOCH, else the clock
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    today: Option<Date>,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum ListFormat {
    /// One line each: reference, owner, title
    Human,
    /// One JSON object a line
    Json,
}

#[derive(Serialize)]
struct Line<'h> {
    r#ref: String,
    title: &'h str,
    url: &'h str,
    file: String,
    owner: Option<String>,
    held_by: Vec<String>,
    tags: &'h [String],
    review_due: Option<Date>,
}

pub fn run(given: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<Exit> {
    let kind = arguments.kind.as_deref().map(parse_kind).transpose()?;
    let checked = checked(given, arguments.today)?;
    let handbook = &checked.handbook;
    let owner = arguments.owner.as_deref().map(|owner| find_owner(handbook, owner)).transpose()?;
    let shown = handbook.iter().filter(|(_, entity)| {
        kind.is_none_or(|kind| entity.kind == kind) && owner.is_none_or(|owner| entity.ownership.owner == Some(owner))
    });
    let mut out = String::new();
    for (_, entity) in shown {
        let line = line(handbook, entity);
        match arguments.format {
            ListFormat::Json => out.push_str(&serde_json::to_string(&line)?),
            ListFormat::Human => {
                let owner = line.owner.as_deref().unwrap_or("-");
                out.push_str(&plain(&format!("{}  {owner}  {}", line.r#ref, line.title)));
            }
        }
        out.push('\n');
    }
    anstream::print!("{out}");
    Ok(Exit::Clean)
}

fn line<'h>(handbook: &'h Handbook, entity: &'h Entity) -> Line<'h> {
    let name = |id: &EntityId| handbook.get(*id).reference();
    let holders = entity.ownership.owner.map(|owner| handbook.holders(owner).active).unwrap_or_default();
    Line {
        r#ref: entity.reference(),
        title: &entity.title,
        url: &entity.route,
        file: from_root(&entity.path),
        owner: entity.ownership.owner.as_ref().map(name),
        held_by: holders.iter().map(name).collect(),
        tags: &entity.tags,
        review_due: entity.review.due,
    }
}

fn parse_kind(text: &str) -> Result<Kind, Usage> {
    let word = text.to_ascii_lowercase();
    Kind::named(&word).or_else(|| Kind::of_folder(&word)).ok_or_else(|| {
        let help = match likeness::nearest(&word, Kind::all().map(Kind::name)) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => format!("; the kinds are {}", Kind::all().map(Kind::name).collect::<Vec<_>>().join(", ")),
        };
        Usage(format!("unknown kind `{text}`{help}"))
    })
}

fn find_owner(handbook: &Handbook, text: &str) -> Result<EntityId, Usage> {
    handbook.index.find(text, PARTIES).map_err(|miss| match miss {
        Miss::Ambiguous(ids) => {
            let names = ids.iter().map(|id| handbook.get(*id).reference());
            Usage(format!("`{text}` may be any of {}", list::shortened(names, CANDIDATES)))
        }
        Miss::Unknown | Miss::WrongKind(_) => Usage(format!("unknown team, person or role `{text}`")),
    })
}
