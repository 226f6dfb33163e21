//! What every entity has, whatever its kind, and how it is read.

use std::sync::Arc;

use jiff::Span as Duration;
use jiff::civil::Date;

use crate::diagnostic::Place;
use crate::model::kind::{Kind, PARTIES};
use crate::model::ownership::Ownership;
use crate::model::prose::ProseLink;
use crate::model::reference::{self, EntityId, Reference};
use crate::model::review::{self, Review, ReviewState};
use crate::model::{
    alert::Alert, clarification::Clarification, clarification::ClarificationStatus, decision::Decision, drill::Drill,
    escalation::Escalation, improvement::Improvement, improvement::ImprovementStatus, learning::Learning, page::Page,
    person::Person, responsibility::Responsibility, role::Role, runbook::Runbook, service::Service, team::Team,
};
use crate::source::parse::Body;
use crate::source::record::{Ignored, Record};
use crate::source::yaml::{Node, Value};
use crate::text::files::FileId;
use crate::text::{Span, Spanned};

/// One thing of the handbook: the fields every kind has, and those of its own.
#[derive(Debug, Clone)]
pub struct Entity {
    pub kind: Kind,
    pub id: String,
    pub file: FileId,
    /// The file's path below `content/`.
    pub path: Arc<str>,
    /// Where a finding about the whole entity points: its title, else the start of its record.
    pub span: Span,
    pub title: String,
    pub summary: Option<String>,
    pub aliases: Vec<Spanned<String>>,
    pub tags: Vec<String>,
    pub links: Vec<Link>,
    pub contacts: Vec<Contact>,
    pub owner: Owner,
    pub status: Option<Spanned<String>>,
    pub weight: Option<i64>,
    /// Newest last.
    pub reviews: Vec<Review>,
    pub review_every: Option<Spanned<Duration>>,
    pub waivers: Vec<Waiver>,
    /// Ids or addresses it had before.
    pub moved_from: Vec<Spanned<String>>,
    /// Whether search may show it.
    pub searchable: bool,
    pub body: Option<Body>,
    /// Whether its YAML could not be read, so that what it says is not known.
    pub broken: bool,
    pub detail: Detail,
    /// The page's address from the site's root.
    pub route: String,
    /// Who answers for it, set when linked.
    pub ownership: Ownership,
    /// The escalation policy that applies, set when linked.
    pub policy: Option<EntityId>,
    /// The lowest tier of a service it is, or serves; set when linked.
    pub tier: Option<u8>,
    pub review: ReviewState,
    /// Where the links of the body lead, in their order; set when linked.
    pub prose: Vec<ProseLink>,
}

/// The fields of one kind.
#[derive(Debug, Clone)]
pub enum Detail {
    Team(Team),
    Person(Person),
    Role(Role),
    Service(Service),
    Responsibility(Responsibility),
    Runbook(Runbook),
    Alert(Alert),
    Escalation(Escalation),
    Decision(Decision),
    Drill(Drill),
    Learning(Learning),
    Improvement(Improvement),
    Clarification(Clarification),
    Page(Page),
}

/// Who is accountable, as written.
#[derive(Debug, Clone, Default)]
pub enum Owner {
    #[default]
    Absent,
    /// `owner: null`, and where.
    Null(Span),
    Named(Reference),
    /// A value that names nobody in particular; a finding says so.
    Unreadable(Span),
}

/// A link of the field `links`.
#[derive(Debug, Clone)]
pub struct Link {
    pub title: String,
    /// `http`, `https`, `mailto` or `tel`.
    pub url: String,
    /// dashboard, logs, repo, chat, docs, …; empty where not said.
    pub kind: String,
}

/// A way to reach somebody.
#[derive(Debug, Clone)]
pub struct Contact {
    pub channel: Channel,
    pub value: String,
    pub span: Span,
}

/// The ways to reach somebody, the fastest in an incident first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    OnCall,
    Phone,
    Slack,
    Email,
    Issues,
    Url,
}

impl Channel {
    pub fn name(self) -> &'static str {
        match self {
            Self::OnCall => "on_call",
            Self::Phone => "phone",
            Self::Slack => "slack",
            Self::Email => "email",
            Self::Issues => "issues",
            Self::Url => "url",
        }
    }
}

/// Accepts a finding on this entity for a while.
#[derive(Debug, Clone)]
pub struct Waiver {
    pub span: Span,
    /// `group/name` of the rule.
    pub rule: Option<Spanned<String>>,
    pub reason: Option<String>,
    pub by: Option<Reference>,
    /// The last day it holds.
    pub until: Option<Spanned<Date>>,
}

impl Entity {
    /// `kind:id`.
    pub fn reference(&self) -> String {
        format!("{}:{}", self.kind, self.id)
    }

    /// Where a finding about the whole entity points.
    pub fn place(&self) -> Place {
        self.at(self.span)
    }

    /// Whether it is done with: a drill or a learning, or something that was resolved, done or dropped. Nobody has to hold it.
    pub fn is_closed(&self) -> bool {
        match &self.detail {
            Detail::Drill(_) | Detail::Learning(_) => true,
            Detail::Improvement(detail) => {
                matches!(detail.status, ImprovementStatus::Done | ImprovementStatus::Dropped)
            }
            Detail::Clarification(detail) => detail.status == ClarificationStatus::Resolved,
            _ => false,
        }
    }

    /// A place in the entity's file.
    pub fn at(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    pub fn team(&self) -> Option<&Team> {
        if let Detail::Team(detail) = &self.detail { Some(detail) } else { None }
    }
    pub fn person(&self) -> Option<&Person> {
        if let Detail::Person(detail) = &self.detail { Some(detail) } else { None }
    }
    pub fn role(&self) -> Option<&Role> {
        if let Detail::Role(detail) = &self.detail { Some(detail) } else { None }
    }
    pub fn service(&self) -> Option<&Service> {
        if let Detail::Service(detail) = &self.detail { Some(detail) } else { None }
    }
    pub fn responsibility(&self) -> Option<&Responsibility> {
        if let Detail::Responsibility(detail) = &self.detail { Some(detail) } else { None }
    }
    pub fn runbook(&self) -> Option<&Runbook> {
        if let Detail::Runbook(detail) = &self.detail { Some(detail) } else { None }
    }
    pub fn alert(&self) -> Option<&Alert> {
        if let Detail::Alert(detail) = &self.detail { Some(detail) } else { None }
    }
    pub fn escalation(&self) -> Option<&Escalation> {
        if let Detail::Escalation(detail) = &self.detail { Some(detail) } else { None }
    }
    pub fn decision(&self) -> Option<&Decision> {
        if let Detail::Decision(detail) = &self.detail { Some(detail) } else { None }
    }
    pub fn page(&self) -> Option<&Page> {
        if let Detail::Page(detail) = &self.detail { Some(detail) } else { None }
    }

    /// Calls `visit` with every reference of the entity's fields.
    pub fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        if let Owner::Named(owner) = &mut self.owner {
            visit(owner);
        }
        self.reviews.iter_mut().filter_map(|review| review.by.as_mut()).for_each(&mut *visit);
        self.waivers.iter_mut().filter_map(|waiver| waiver.by.as_mut()).for_each(&mut *visit);
        match &mut self.detail {
            Detail::Team(detail) => detail.references(visit),
            Detail::Person(detail) => detail.references(visit),
            Detail::Role(detail) => detail.references(visit),
            Detail::Service(detail) => detail.references(visit),
            Detail::Responsibility(detail) => detail.references(visit),
            Detail::Runbook(detail) => detail.references(visit),
            Detail::Alert(detail) => detail.references(visit),
            Detail::Escalation(detail) => detail.references(visit),
            Detail::Decision(detail) => detail.references(visit),
            Detail::Drill(detail) => detail.references(visit),
            Detail::Learning(detail) => detail.references(visit),
            Detail::Improvement(detail) => detail.references(visit),
            Detail::Clarification(detail) => detail.references(visit),
            Detail::Page(detail) => detail.references(visit),
        }
    }
}

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
pub fn read(node: &Node, origin: Origin) -> (Entity, Vec<crate::diagnostic::Diagnostic>) {
    let mut record = Record::new(node, origin.file);
    let name = record.text("name");
    let title = record.text("title").or(name);
    let given_id = record.text("id");
    if origin.in_yaml {
        record.raw("body");
    }
    if let (Some(given), Some(id)) = (&given_id, &origin.id)
        && crate::text::slug::path(&given.value) != *id
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
        (Some(id), None, _) => crate::text::slug::path(&id.value),
        (None, None, Some(title)) => crate::text::slug::segment(&title.value),
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
    let (reviews, review_every) = review::read(&mut record);
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

/// Whether an address from content may become a link of a page.
pub fn is_safe(url: &str) -> bool {
    let lower = url.trim_start().to_ascii_lowercase();
    ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme))
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
