//! `onus explain`.

use crate::cli::{Exit, Usage};
use crate::pipeline::near_rule;
use crate::rules;

#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The rule, as GROUP/NAME; without one, all rules are listed
    rule: Option<String>,
}

pub fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let Some(name) = arguments.rule else {
        for row in rules::TABLE {
            anstream::println!("{:<5}  {}", row.rule.level.name(), row.rule.name);
        }
        return Ok(Exit::Clean);
    };
    if let Some(rule) = rules::named(&name) {
        anstream::print!("{}", rule.page());
        return Ok(Exit::Clean);
    }
    let group = name.trim_end_matches("/*").trim_end_matches('/');
    if rules::is_group(group) {
        for row in rules::TABLE.iter().filter(|row| row.rule.group() == group) {
            anstream::println!("{:<5}  {}", row.rule.level.name(), row.rule.name);
        }
        return Ok(Exit::Clean);
    }
    let help =
        near_rule(&name).map_or("; `onus explain` lists all".to_string(), |near| format!("; did you mean `{near}`?"));
    Err(Usage(format!("unknown rule `{name}`{help}")).into())
}
