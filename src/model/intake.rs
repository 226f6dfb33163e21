//! Reads an entity from its record: the fields that every kind has, then those of its own.

use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::model::entity::{Channel, Contact, Detail, Entity, Link, Owner, Waiver, is_safe};
use crate::model::kind::{Kind, PARTIES};
use crate::model::ownership::Ownership;
use crate::model::reference;
use crate::model::review::{self, ReviewState};
use crate::model::{
    alert::Alert, clarification::Clarification, decision::Decision, drill::Drill, escalation::Escalation,
    improvement::Improvement, learning::Learning, page::Page, person::Person, responsibility::Responsibility,
    role::Role, runbook::Runbook, service::Service, team::Team,
};
use crate::source::parse::Body;
use crate::source::record::{Ignored, Record};
use crate::source::yaml::{Node, Value};
use crate::text::files::FileId;
use crate::text::{Span, Spanned, slug};

/// Where an entity comes from, before its fields are read.
pub struct Origin<'a> {
    pub kind: Kind,
    /// The id its path gives; none for an item of a list, which names itself.
    pub id: Option<String>,
    pub file: FileId,
    pub path: Arc<str>,
    pub body: Option<Body>,
    pub broken: bool,
    /// Whether it is written in YAML, with its prose in `body`.
    pub in_yaml: bool,
    pub today: Date,
    pub ignored: &'a Ignored,
    /// The folder a page introduces.
    pub folder: Option<String>,
}

/// Reads an entity from its record.
pub fn read(node: &Node, origin: Origin) -> (Entity, Vec<Diagnostic>) {
    let mut record = Record::new(node, origin.file);
    let name = record.text("name");
    let title = record.text("title").or(name);
    let given_id = record.text("id");
    if origin.in_yaml {
        record.raw("body");
    }
    if let (Some(given), Some(id)) = (&given_id, &origin.id)
        && slug::path(&given.value) != *id
    {
        let help = "rename the file, or leave `id` out; items of a list take ids";
        record.invalid(given.span, format!("the id of a file is its path, `{id}`"), help);
    }
    record.raw("extra");
    let heading = origin.body.as_ref().and_then(|body| {
        let heading = body.outline.headings.iter().find(|heading| !heading.text.is_empty())?;
        Some(Spanned::new(heading.text.clone(), body.span(heading.span)))
    });
    let shown = title.or(heading);
    let start = Span::new(node.span.start as usize, node.span.start as usize);
    let span = shown.as_ref().or(given_id.as_ref()).map_or(start, |title| title.span);
    let id = match (&given_id, origin.id, &shown) {
        (Some(id), None, _) => slug::path(&id.value),
        (None, None, Some(title)) => slug::segment(&title.value),
        (_, Some(id), _) => id,
        (None, None, None) => String::new(),
    };
    let id = if id.is_empty() { "untitled".to_string() } else { id };
    let title = shown.map_or_else(|| id.rsplit('/').next().unwrap_or(&id).to_string(), |title| title.value);
    let summary = record.text("summary").map(|text| text.value);
    let aliases = record.texts("aliases");
    let tags = record.texts("tags").into_iter().map(|tag| tag.value).collect();
    let links = links(&mut record);
    let contacts = contacts(&mut record);
    let owner = owner(&mut record, origin.broken);
    let weight = record.number("weight", -1_000_000, 1_000_000).map(|weight| weight.value);
    let (reviews, reviews_unread, review_every) = review::read(&mut record);
    let waivers = waivers(&mut record);
    let moved_from = record.texts("moved_from");
    let searchable = record.flag("search").unwrap_or(true);
    let detail = match origin.kind {
        Kind::Team => Detail::Team(Team::read(&mut record)),
        Kind::Person => Detail::Person(Person::read(&mut record)),
        Kind::Role => Detail::Role(Role::read(&mut record)),
        Kind::Service => Detail::Service(Service::read(&mut record)),
        Kind::Responsibility => Detail::Responsibility(Responsibility::read(&mut record)),
        Kind::Runbook => Detail::Runbook(Runbook::read(&mut record)),
        Kind::Alert => Detail::Alert(Alert::read(&mut record, &title)),
        Kind::Escalation => Detail::Escalation(Escalation::read(&mut record)),
        Kind::Decision => Detail::Decision(Decision::read(&mut record)),
        Kind::Drill => Detail::Drill(Drill::read(&mut record, origin.today)),
        Kind::Learning => Detail::Learning(Learning::read(&mut record, origin.today)),
        Kind::Improvement => Detail::Improvement(Improvement::read(&mut record, origin.today)),
        Kind::Clarification => Detail::Clarification(Clarification::read(&mut record, origin.today)),
        Kind::Page => Detail::Page(Page::read(&mut record, origin.folder)),
    };
    // Kinds with a fixed set of states have read `status` themselves.
    let status = record.text("status");
    let findings = record.finish(origin.ignored);
    let entity = Entity {
        kind: origin.kind,
        id,
        file: origin.file,
        path: origin.path,
        span,
        title,
        summary,
        aliases,
        tags,
        links,
        contacts,
        owner,
        status,
        weight,
        reviews,
        reviews_unread,
        review_every,
        waivers,
        moved_from,
        searchable,
        body: origin.body,
        broken: origin.broken,
        detail,
        route: String::new(),
        ownership: Ownership::default(),
        policy: None,
        tier: None,
        review: ReviewState::default(),
        prose: Vec::new(),
    };
    (entity, findings)
}

fn owner(record: &mut Record, broken: bool) -> Owner {
    let Some(node) = record.raw("owner") else {
        return if broken { Owner::Unreadable(record.span()) } else { Owner::Absent };
    };
    match &node.value {
        Value::Null => Owner::Null(node.span),
        Value::Text(text) if text.trim().is_empty() => Owner::Null(node.span),
        Value::List(_) => {
            let help = "keep the one accountable party in `owner` and put the others under `responsible`";
            record.invalid(node.span, "`owner` names exactly one accountable party, not a list", help);
            Owner::Unreadable(node.span)
        }
        Value::Map(_) => {
            record.invalid(node.span, "`owner` takes a reference, not a map", "write `team:…`, `person:…` or `role:…`");
            Owner::Unreadable(node.span)
        }
        Value::Text(_) | Value::Plain(_) => {
            reference::of_node(node, "owner", PARTIES).map_or(Owner::Unreadable(node.span), Owner::Named)
        }
    }
}

fn links(record: &mut Record) -> Vec<Link> {
    let mut links = Vec::new();
    for mut item in record.records("links") {
        let title = item.text("title").map(|text| text.value);
        let kind = item.text("kind").map(|text| text.value).unwrap_or_default();
        let url = item.text("url");
        if url.is_none() {
            item.invalid(item.span(), "a link without `url`", "write `{ title: …, url: … }`");
        }
        if let Some(url) = url {
            if is_safe(&url.value) {
                links.push(Link { title: title.unwrap_or_else(|| url.value.clone()), url: url.value, kind });
            } else {
                let help = "write an address that starts with `https://`, `http://`, `mailto:` or `tel:`";
                item.invalid(url.span, format!("`{}` is not an address", url.value), help);
            }
        }
        record.absorb(item.finish(&Ignored::default()));
    }
    links
}

fn contacts(record: &mut Record) -> Vec<Contact> {
    let mut contacts = Vec::new();
    if let Some(mut map) = record.record("contacts") {
        use Channel::{Email, Issues, OnCall, Phone, Slack, Url};
        for channel in [OnCall, Phone, Slack, Email, Issues, Url] {
            if let Some(text) = map.text(channel.name()) {
                contacts.push(Contact { channel, value: text.value, span: text.span });
            }
        }
        record.absorb(map.finish(&Ignored::default()));
    }
    contacts
}

fn waivers(record: &mut Record) -> Vec<Waiver> {
    let mut waivers = Vec::new();
    for mut item in record.records("waivers") {
        waivers.push(Waiver {
            span: item.span(),
            rule: item.text("rule"),
            reason: item.text("reason").map(|text| text.value),
            by: reference::one(&mut item, "by", PARTIES),
            until: item.date("until"),
        });
        record.absorb(item.finish(&Ignored::default()));
    }
    waivers
}
