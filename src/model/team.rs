//! Teams, their members and their goals.

use jiff::civil::Date;

use crate::model::kind::Kind;
use crate::model::reference::{self, Reference};
use crate::source::record::{Ignored, Record};
use crate::source::yaml::Value;
use crate::text::{Span, Spanned};

/// A group of people who answer for things together.
#[derive(Debug, Clone)]
pub struct Team {
    pub mission: Option<String>,
    pub parent: Option<Reference>,
    pub r#type: Option<TeamType>,
    pub lead: Option<Reference>,
    /// None where the team does not say who is in it.
    pub members: Option<Vec<Member>>,
    pub hours: Option<String>,
    /// The policy for what the team owns, unless that has its own.
    pub escalation: Option<Reference>,
    pub goals: Vec<Goal>,
}

/// The team types of *Team Topologies* (Skelton and Pais, 2019).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamType {
    StreamAligned,
    Platform,
    Enabling,
    ComplicatedSubsystem,
}

impl TeamType {
    pub const WORDS: [(&'static str, Self); 4] = [
        ("stream-aligned", Self::StreamAligned),
        ("platform", Self::Platform),
        ("enabling", Self::Enabling),
        ("complicated-subsystem", Self::ComplicatedSubsystem),
    ];

    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// A person in a team.
#[derive(Debug, Clone)]
pub struct Member {
    pub person: Reference,
    pub roles: Vec<Reference>,
    pub since: Option<Date>,
    /// The last day in the team.
    pub until: Option<Date>,
}

impl Member {
    /// Whether the person is in the team on that day.
    pub fn is_in(&self, today: Date) -> bool {
        self.until.is_none_or(|until| until >= today) && self.since.is_none_or(|since| since <= today)
    }
}

/// What a team works towards.
#[derive(Debug, Clone)]
pub struct Goal {
    pub id: String,
    pub text: String,
    pub metric: Option<String>,
    pub span: Span,
}

impl Team {
    pub(super) fn read(record: &mut Record) -> Self {
        Self {
            mission: record.text("mission").map(|text| text.value),
            parent: reference::one(record, "parent", &[Kind::Team]),
            r#type: record.choice("type", &TeamType::WORDS).map(|word| word.value),
            lead: reference::one(record, "lead", &[Kind::Person]),
            members: members(record),
            hours: record.text("hours").map(|text| text.value),
            escalation: reference::one(record, "escalation", &[Kind::Escalation]),
            goals: goals(record),
        }
    }

    /// Its own words, which search finds it by.
    pub(super) fn texts(&self) -> Vec<&str> {
        let goals = self.goals.iter().flat_map(|goal| [Some(goal.text.as_str()), goal.metric.as_deref()]);
        self.mission.as_deref().into_iter().chain(goals.flatten()).chain(self.hours.as_deref()).collect()
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.parent.iter_mut().chain(&mut self.lead).chain(&mut self.escalation).for_each(&mut *visit);
        for member in self.members.iter_mut().flatten() {
            visit(&mut member.person);
            member.roles.iter_mut().for_each(&mut *visit);
        }
    }
}

fn members(record: &mut Record) -> Option<Vec<Member>> {
    record.node("members")?;
    let mut members = Vec::new();
    for item in record.items("members") {
        if let Value::Map(_) = item.value {
            let mut map = Record::new(item, record.place(item.span).file);
            let person = reference::one(&mut map, "person", &[Kind::Person]);
            let mut roles = reference::many(&mut map, "role", &[Kind::Role]);
            roles.extend(reference::many(&mut map, "roles", &[Kind::Role]));
            let since = map.date("since").map(|date| date.value);
            let until = map.date("until").map(|date| date.value);
            match person {
                Some(mut person) => {
                    person.field = "members";
                    members.push(Member { person, roles, since, until });
                }
                None => map.invalid(item.span, "a member without `person`", "write `{ person: …, role: … }`"),
            }
            record.absorb(map.finish(&Ignored::default()));
        } else if let Some(person) = reference::of_node(item, "members", &[Kind::Person]) {
            members.push(Member { person, roles: Vec::new(), since: None, until: None });
        } else {
            record.invalid(item.span, format!("a member is a person, not {}", item.what()), "write the person's id");
        }
    }
    Some(members)
}

fn goals(record: &mut Record) -> Vec<Goal> {
    let mut goals: Vec<Goal> = Vec::new();
    for mut item in record.records("goals") {
        let id: Option<Spanned<String>> = item.text("id");
        let text = item.text("text").map(|text| text.value);
        let metric = item.text("metric").map(|text| text.value);
        let span = id.as_ref().map_or(item.span(), |id| id.span);
        let id = id.map(|id| id.value).or_else(|| text.clone()).map(|id| crate::text::slug::segment(&id));
        match id {
            Some(id) => goals.push(Goal { text: text.unwrap_or_else(|| id.clone()), id, metric, span }),
            None => item.invalid(span, "a goal without `id` and `text`", "write `{ id: …, text: … }`"),
        }
        record.absorb(item.finish(&Ignored::default()));
    }
    goals
}
