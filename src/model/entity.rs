//! What every entity has, whatever its kind.

use std::sync::Arc;

use jiff::Span as Duration;
use jiff::civil::Date;

use crate::diagnostic::Place;
use crate::model::kind::Kind;
use crate::model::ownership::Ownership;
use crate::model::prose::ProseLink;
use crate::model::reference::{EntityId, Reference};
use crate::model::review::{Review, ReviewState};
use crate::model::{
    alert::Alert, clarification::Clarification, clarification::ClarificationStatus, decision::Decision, drill::Drill,
    escalation::Escalation, improvement::Improvement, improvement::ImprovementStatus, learning::Learning, page::Page,
    person::Person, responsibility::Responsibility, role::Role, runbook::Runbook, service::Service, team::Team,
};
use crate::source::parse::Body;
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
    /// Whether a review is written that could not be read; a finding says why.
    pub reviews_unread: bool,
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

    /// What it is called: id, the id's last part, title, aliases, old ids and addresses, an alert's name, a person's handle.
    pub fn names(&self) -> Vec<&str> {
        let last = self.id.rsplit('/').next().unwrap_or(&self.id);
        let mut names = vec![self.id.as_str(), last, self.title.as_str()];
        names.extend(self.aliases.iter().chain(&self.moved_from).map(|name| name.value.as_str()));
        names.extend(self.alert().map(|alert| alert.name.as_str()));
        names.extend(self.person().and_then(|person| person.handle.as_deref()));
        names
    }

    /// Its own words besides its prose, which search finds it by.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = self.summary.as_deref().into_iter().collect();
        texts.extend(match &self.detail {
            Detail::Team(detail) => detail.texts(),
            Detail::Role(detail) => detail.texts(),
            Detail::Service(detail) => detail.texts(),
            Detail::Responsibility(detail) => detail.texts(),
            Detail::Alert(detail) => detail.texts(),
            Detail::Escalation(detail) => detail.texts(),
            Detail::Decision(detail) => detail.texts(),
            Detail::Learning(detail) => detail.texts(),
            Detail::Person(_)
            | Detail::Runbook(_)
            | Detail::Drill(_)
            | Detail::Improvement(_)
            | Detail::Clarification(_)
            | Detail::Page(_) => Vec::new(),
        });
        texts
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

/// Whether an address from content may become a link of a page.
pub fn is_safe(url: &str) -> bool {
    let lower = url.trim_start().to_ascii_lowercase();
    ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme))
}
