//! The rules that linking can break. Their checks are the linker's own error paths; here stand their names and pages.

use crate::diagnostic::rule::{Rule, Severity};

pub static DUPLICATE_ID: Rule = Rule {
    name: "source/duplicate-id",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "Two entities of one kind with the same id, or two files that would be published at the same address. Both places \
            are shown; the later one gets a number, so that nothing is lost. Also an old address in `moved_from` that has a page \
            or a file again, or that two pages claim: the page that is there stays, and the first claim counts.",
    matters: "Whoever refers to the id gets one of the two, and nobody can say which. On a disk that does not tell capitals \
              apart, one file would overwrite the other.",
    example: "`services/Checkout.md` and `services/checkout.md`.",
    instead: "Rename one of the two, or give it an `id` of its own in a YAML list.",
    source: "The content model: ids are unique per kind.",
};

pub static UNKNOWN: Rule = Rule {
    name: "refs/unknown",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A reference to nothing: no entity of the kinds its field takes has that id, ends in it, or has it as an alias.",
    matters: "An owner that does not exist is no owner, and an escalation step to nobody wakes nobody.",
    example: "```yaml\nowner: team:paymnts\n```",
    instead: "```yaml\nowner: team:payments\n```",
    source: "The content model, *Ground rules*.",
};

pub static AMBIGUOUS: Rule = Rule {
    name: "refs/ambiguous",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A reference that several entities answer to. The candidates are listed.",
    matters: "Guessing would be right until somebody adds a third.",
    example: "```yaml\nservices: [api]   # services/shop/api.md and services/stock/api.md\n```",
    instead: "```yaml\nservices: [shop/api]\n```",
    source: "The content model: the last segments of an id are enough where they are unambiguous.",
};

pub static WRONG_KIND: Rule = Rule {
    name: "refs/wrong-kind",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A reference to a thing of a kind that its field does not take.",
    matters: "A service cannot be accountable, and a team cannot be a team's lead: somebody has mistaken one name for another.",
    example: "```yaml\nlead: team:payments\n```",
    instead: "```yaml\nlead: person:ana-ruiz\n```",
    source: "The content model, *Kinds*.",
};

pub static CYCLE: Rule = Rule {
    name: "refs/cycle",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A team that is its own ancestor.",
    matters: "Nobody stands at the top of such a circle, so nothing can be handed upwards.",
    example: "```yaml\n# teams/a.md\nparent: b\n# teams/b.md\nparent: a\n```",
    instead: "Take out the `parent` of the team that stands highest.",
    source: "The content model, *Kinds*.",
};
