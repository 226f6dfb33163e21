//! The kinds of things a handbook holds, with their names: one row each.

use std::fmt;

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Team,
    Person,
    Role,
    Service,
    Responsibility,
    Runbook,
    Alert,
    Escalation,
    Decision,
    Drill,
    Learning,
    Improvement,
    Clarification,
    Page,
}

struct Row {
    kind: Kind,
    name: &'static str,
    /// The folder below `content/`, and of the list page; a page has none.
    folder: &'static str,
    /// What a list of them is called.
    plural: &'static str,
}

const ROWS: [Row; 14] = [
    Row { kind: Kind::Team, name: "team", folder: "teams", plural: "Teams" },
    Row { kind: Kind::Person, name: "person", folder: "people", plural: "People" },
    Row { kind: Kind::Role, name: "role", folder: "roles", plural: "Roles" },
    Row { kind: Kind::Service, name: "service", folder: "services", plural: "Services" },
    Row { kind: Kind::Responsibility, name: "responsibility", folder: "responsibilities", plural: "Responsibilities" },
    Row { kind: Kind::Runbook, name: "runbook", folder: "runbooks", plural: "Runbooks" },
    Row { kind: Kind::Alert, name: "alert", folder: "alerts", plural: "Alerts" },
    Row { kind: Kind::Escalation, name: "escalation", folder: "escalations", plural: "Escalation policies" },
    Row { kind: Kind::Decision, name: "decision", folder: "decisions", plural: "Decisions" },
    Row { kind: Kind::Drill, name: "drill", folder: "drills", plural: "Drills" },
    Row { kind: Kind::Learning, name: "learning", folder: "learnings", plural: "Learnings" },
    Row { kind: Kind::Improvement, name: "improvement", folder: "improvements", plural: "Improvements" },
    Row { kind: Kind::Clarification, name: "clarification", folder: "clarifications", plural: "Clarifications" },
    Row { kind: Kind::Page, name: "page", folder: "", plural: "Pages" },
];

/// Kinds that can be accountable for something.
pub const PARTIES: &[Kind] = &[Kind::Team, Kind::Person, Kind::Role];

impl Kind {
    /// All kinds, in the order of the model.
    pub fn all() -> impl Iterator<Item = Kind> {
        ROWS.iter().map(|row| row.kind)
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The name, as in `service:checkout`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The article that goes before the name.
    pub fn article(self) -> &'static str {
        if self.name().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
    }

    /// The folder below `content/` and of its pages; empty for pages.
    pub fn folder(self) -> &'static str {
        self.row().folder
    }

    /// The heading of a list of them.
    pub fn plural(self) -> &'static str {
        self.row().plural
    }

    /// What a name most likely means comes first: what fires, what runs, who answers, then the rest.
    pub fn rank(self) -> u8 {
        match self {
            Kind::Alert => 0,
            Kind::Service => 1,
            Kind::Responsibility => 2,
            Kind::Team => 3,
            Kind::Role => 4,
            Kind::Person => 5,
            Kind::Runbook => 6,
            Kind::Escalation => 7,
            Kind::Decision => 8,
            _ => 9,
        }
    }

    /// The kind with this name.
    pub fn named(name: &str) -> Option<Kind> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.kind)
    }

    /// The kind whose folder this is.
    pub fn of_folder(folder: &str) -> Option<Kind> {
        ROWS.iter().find(|row| !row.folder.is_empty() && row.folder == folder).map(|row| row.kind)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_finds_its_own_row() {
        for kind in Kind::all() {
            assert_eq!(kind.row().kind, kind);
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
    }
}
