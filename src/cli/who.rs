//! `onus who`.

use std::fmt::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::Date;

use crate::cli::{Exit, checked, parse_day};
use crate::diagnostic::human::plain;
use crate::search::card::{self, Card, Named};
use crate::search::names::{Found, Names};

#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// An alert, a service, a team, a channel, an alias, an address of the handbook, a path, or a question about one
    #[arg(required = true, value_name = "THING")]
    thing: Vec<String>,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: AnswerFormat,
    /// The day to answer for, YYYY-MM-DD; else SOURCE_DATE_EPOCH, else the clock
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    today: Option<Date>,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum AnswerFormat {
    /// A card
    Human,
    /// One JSON object a line, the likeliest first
    Json,
}

pub fn run(given: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<Exit> {
    let checked = checked(given, arguments.today)?;
    let handbook = &checked.handbook;
    let question = arguments.thing.join(" ");
    let (ids, near) = match Names::new(handbook).find(&question) {
        Found::Named(ids) => (ids, false),
        Found::Near(ids) => (ids, true),
        Found::Nothing => (Vec::new(), false),
    };
    let cards: Vec<Card> = ids.into_iter().map(|id| card::of(handbook, id)).collect();
    let Some((first, others)) = cards.split_first() else {
        anstream::eprintln!("nothing is called `{}`", plain(&question));
        return Ok(Exit::Findings);
    };
    if near {
        anstream::eprintln!("nothing is called `{}`; this is the nearest", plain(&question));
    }
    match arguments.format {
        AnswerFormat::Json => {
            for card in &cards {
                anstream::println!("{}", serde_json::to_string(card)?);
            }
        }
        AnswerFormat::Human => {
            anstream::print!("{}", shown(first));
            if !others.is_empty() {
                let others: Vec<String> =
                    others.iter().map(|card| format!("{} ({})", card.title, card.r#ref)).collect();
                anstream::println!("\nor: {}", plain(&others.join(", ")));
            }
        }
    }
    Ok(if first.owner.is_some() { Exit::Clean } else { Exit::Findings })
}

/// A card as lines: a word, and what it is.
fn shown(card: &Card) -> String {
    let mut out = String::new();
    let title = |named: &Named| format!("{} ({})", named.title, named.r#ref);
    let titles = |list: &[Named]| list.iter().map(|named| named.title.as_str()).collect::<Vec<_>>().join(", ");
    // Writing to a string cannot fail.
    let mut line = |word: &str, text: &str| {
        let _ = writeln!(out, "  {word:<11} {}", plain(text));
    };
    match &card.owner {
        Some(owner) if owner.r#ref == card.r#ref => {}
        Some(owner) => {
            let via = card.via.as_ref().map_or(String::new(), |via| format!(", from {via}"));
            line("owner", &format!("{}{via}", title(owner)));
        }
        None => line("owner", "nobody owns this"),
    }
    if let Some(arbiter) = &card.arbiter {
        line("arbiter", &format!("{} decides who takes it", title(arbiter)));
    }
    if !card.held_by.is_empty() {
        line("held by", &titles(&card.held_by));
    }
    for contact in &card.contacts {
        line(if contact.channel == "on_call" { "on-call" } else { contact.channel }, &contact.value);
    }
    for (n, step) in card.escalation.iter().enumerate() {
        let at = if n == 0 { "at once".to_string() } else { format!("t+{} min", step.at_minutes) };
        line(if n == 0 { "escalation" } else { "" }, &format!("{at}: {}", titles(&step.notify)));
    }
    for (n, runbook) in card.runbooks.iter().enumerate() {
        line(if n == 0 { "runbook" } else { "" }, &title(runbook));
    }
    line("page", &card.url);
    let tier = card.tier.map_or(String::new(), |tier| format!(", tier {tier}"));
    format!("{} ({}{tier})\n{out}", plain(&card.title), card.r#ref)
}
