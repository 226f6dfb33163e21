//! The level each rule has in this handbook and this run: defaults, then site.toml, then the command line.

use std::collections::BTreeMap;

use crate::diagnostic::rule::{Rule, Severity};
use crate::diagnostic::{Diagnostic, Gravity};

/// Overrides of rule levels by `group/name` or `group/*`: what is set later counts, and a rule may be set apart from its
/// group after it.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    rules: BTreeMap<String, Severity>,
    groups: BTreeMap<String, Severity>,
}

impl Levels {
    /// Sets the level of a rule (`group/name`) or of a group (`group/*` or `group`).
    pub fn set(&mut self, pattern: &str, level: Severity) {
        match pattern.split_once('/') {
            Some((group, "*")) => self.set_group(group, level),
            Some(_) => {
                self.rules.insert(pattern.to_string(), level);
            }
            None => self.set_group(pattern, level),
        }
    }

    fn set_group(&mut self, group: &str, level: Severity) {
        self.rules.retain(|rule, _| rule.split('/').next() != Some(group));
        self.groups.insert(group.to_string(), level);
    }

    /// Gives the level of a finding.
    pub fn of(&self, finding: &Diagnostic) -> Severity {
        self.set_for(finding.rule).unwrap_or(match finding.gravity {
            Gravity::Usual => finding.rule.level,
            Gravity::Worse => finding.rule.worse,
        })
    }

    /// Gives the level of a rule in its usual case.
    pub fn of_rule(&self, rule: &Rule) -> Severity {
        self.set_for(rule).unwrap_or(rule.level)
    }

    fn set_for(&self, rule: &Rule) -> Option<Severity> {
        self.rules.get(rule.name).or_else(|| self.groups.get(rule.group())).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::text::Span;
    use crate::text::files::FileId;

    static OVERDUE: Rule = Rule {
        name: "review/overdue",
        level: Severity::Warn,
        worse: Severity::Error,
        finds: "",
        matters: "",
        example: "",
        instead: "",
        source: "",
    };

    #[test]
    fn what_is_set_later_counts_and_all_of_it_beats_the_default() {
        let place = Place { file: FileId(0), span: Span::default() };
        let usual = Diagnostic::new(&OVERDUE, place, "late");
        let worse = Diagnostic::new(&OVERDUE, place, "late").worse();
        let mut levels = Levels::default();
        assert_eq!((levels.of(&usual), levels.of(&worse)), (Severity::Warn, Severity::Error));
        levels.set("review/*", Severity::Info);
        assert_eq!((levels.of(&usual), levels.of(&worse)), (Severity::Info, Severity::Info));
        levels.set("review/overdue", Severity::Off);
        assert_eq!(levels.of(&usual), Severity::Off);
        levels.set("review", Severity::Error);
        assert_eq!(levels.of(&usual), Severity::Error);
    }
}
