//! `ownership/unheld-role`. While a team's file cannot be read its members may hold any role: nothing is found then.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "ownership/unheld-role",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A thing owned by a role that nobody holds today: no `holders`, no team member with the role, only people who have \
            left, or all of them away without cover. It is told at each thing that names the role, not again where the owner is \
            inherited.",
    matters: "A role outlives those who held it. When the last one moves on, everything the role answers for is nobody's, and \
              no page shows it.",
    example: "```yaml\n# roles/release-manager.md\nholders: []\n\n# responsibilities/releases.md\nowner: role:release-manager\n```",
    instead: "```yaml\n# roles/release-manager.md\nholders: [ana-ruiz, ben-okoro]\n```\n\nor in a team's `members`: \
              `{ person: ana-ruiz, role: release-manager }`.",
    source: "AWS Well-Architected, OPS02-BP03 *Operations activities have identified owners responsible for their performance*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let unheld: HashMap<_, _> = handbook
        .of_kind(Kind::Role)
        .filter_map(|(id, role)| {
            let holders = handbook.holders(id);
            let reason = match &role.role()?.held_by {
                people if people.is_empty() => "which nobody holds",
                _ if holders.current.is_empty() => "whose holders have all left",
                _ => "whose holders are all away without cover",
            };
            holders.is_nobody().then_some((id, reason))
        })
        .collect();
    let mut findings = Vec::new();
    for (id, entity, owner) in handbook.holdings().filter(|(_, entity, _)| !entity.is_closed()) {
        let Some(reason) = unheld.get(&owner) else { continue };
        let role = handbook.get(owner);
        let message = format!("{} `{}` is owned by role `{}`, {reason}", entity.kind, entity.id, role.id);
        findings.push(
            Diagnostic::new(&RULE, entity.owner_place(), message)
                .label(role.place(), "this role")
                .help("give the role to somebody who is there, in its `holders` or a team's `members`, or name another owner")
                .about(handbook.subject(id)),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fixture;

    #[test]
    fn members_of_an_unreadable_team_may_hold_the_role() {
        let owned =
            "=== content/roles/auditor.md\n# Auditor\n=== content/services/books.md\n---\nowner: role:auditor\n---\n";
        let broken = "=== content/teams/payments.md\n---\ntitle: \"Broken\n---\n";
        assert_eq!(check(&fixture::handbook(owned).0).len(), 1);
        assert_eq!(check(&fixture::handbook(&format!("{owned}{broken}")).0).len(), 0);
    }
}
