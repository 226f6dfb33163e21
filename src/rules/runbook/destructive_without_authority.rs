//! `runbook/destructive-without-authority`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;
use crate::model::runbook::Risk;

pub static RULE: Rule = Rule {
    name: "runbook/destructive-without-authority",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A runbook of high risk, or with a one-way door, that does not say in `may_run` who may run it.",
    matters: "Either somebody runs it who should not, or everyone waits for a permission that nobody knows who gives.",
    example: "```yaml\ntitle: Drop the write-ahead log\nrisk: high\n```",
    instead: "```yaml\ntitle: Drop the write-ahead log\nrisk: high\nmay_run: [role:database-on-call]\n```",
    source: "AWS Well-Architected, OPS03-BP02 *Team members are empowered to take action when outcomes are at risk*, and OPS07-BP03 \
             *Use runbooks to perform procedures*, which names permissions among what a runbook holds.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Runbook) {
        let Some(runbook) = entity.runbook().filter(|runbook| runbook.may_run.is_empty()) else { continue };
        let Some(span) = runbook.hazard else { continue };
        let what = if runbook.risk == Some(Risk::High) { "is of high risk" } else { "cannot be taken back" };
        let message = format!("runbook `{}` {what}, and does not say who may run it", entity.id);
        findings.push(
            Diagnostic::new(&RULE, entity.at(span), message)
                .help("name the roles, teams or people in `may_run`")
                .about(handbook.subject(id)),
        );
    }
    findings
}
