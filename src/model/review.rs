//! Reviews: the ledger as written, and when the next one is due. Never derived from git or file times.

use jiff::Span as Duration;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::config;
use crate::model::kind::{Kind, PARTIES};
use crate::model::reference::{self, EntityId, Reference};
use crate::source::record::{Ignored, Record};
use crate::text::{Span, Spanned};

/// One entry of the ledger.
#[derive(Debug, Clone)]
pub struct Review {
    pub span: Span,
    pub on: Spanned<Date>,
    pub by: Option<Reference>,
    pub how: Option<How>,
    pub note: Option<String>,
    /// Whether it is an entry of `reviews`, which can say more than its date.
    pub ledger: bool,
}

/// How a thing was reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Read,
    /// In an incident.
    Used,
    Drilled,
}

impl How {
    const WORDS: [(&'static str, Self); 3] = [("read", Self::Read), ("used", Self::Used), ("drilled", Self::Drilled)];

    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// Where the review of an entity stands today.
#[derive(Debug, Clone, Default)]
pub struct ReviewState {
    /// The newest review that is not in the future, as its number in the entity's ledger.
    pub last: Option<usize>,
    /// How often it is due; none where neither the entity nor site.toml says.
    pub every: Option<Duration>,
    pub due: Option<Date>,
}

/// Reads the ledger, in any of its spellings, oldest first; whether an entry could not be read, which a finding says;
/// and the entity's own cadence.
pub(super) fn read(record: &mut Record) -> (Vec<Review>, bool, Option<Spanned<Duration>>) {
    let (mut reviews, mut unread) = (Vec::new(), false);
    for mut item in record.records("reviews") {
        let on = item.date("on");
        let by = reference::one(&mut item, "by", PARTIES);
        let how = item.choice("how", &How::WORDS).map(|word| word.value);
        let note = item.text("note").map(|text| text.value);
        match on {
            Some(on) => reviews.push(Review { span: item.span(), on, by, how, note, ledger: true }),
            None if item.has("on") => unread = true,
            None => {
                unread = true;
                item.invalid(item.span(), "a review without `on`", "write the day of the review as `on: YYYY-MM-DD`")
            }
        }
        record.absorb(item.finish(&Ignored::default()));
    }
    // The short form, GOV.UK's tech-docs spelling, and a common third one.
    for field in ["reviewed", "last_reviewed_on", "last_review_date"] {
        let written = record.has(field);
        if let Some(on) = record.date(field) {
            reviews.push(Review { span: on.span, on, by: None, how: None, note: None, ledger: false });
        } else {
            unread |= written;
        }
    }
    let every = record.duration("review_every");
    let every = every.or(record.duration("review_in"));
    reviews.sort_by_key(|review| (review.on.value, review.span));
    (reviews, unread, every)
}

/// Reads a date on which something has happened: one after today is an error.
pub(super) fn past_date(record: &mut Record, field: &'static str, today: Date) -> Option<Spanned<Date>> {
    let date = record.date(field)?;
    if date.value > today {
        let message = format!("`{field}` lies in the future: {}", date.value);
        record.invalid(date.span, message, format!("write a day up to {today}"));
        return None;
    }
    Some(date)
}

/// Works out where a review stands. The cadence of site.toml is halved for tier 0 and 1; an entity's own is not.
pub(super) fn state(
    kind: Kind,
    reviews: &[Review],
    own: Option<Duration>,
    tier: Option<u8>,
    settings: &config::Review,
    today: Date,
) -> ReviewState {
    let last = reviews.iter().rposition(|review| review.on.value <= today);
    let critical = tier.is_some_and(|tier| tier <= 1);
    let general = cadence(kind, settings);
    let every = own.or(general);
    let from = last.map(|last| reviews[last].on.value);
    let due = match (from, own, general) {
        (Some(from), Some(own), _) => from.checked_add(own).ok(),
        (Some(from), None, Some(general)) => from.checked_add(general).ok().map(|whole| {
            let days = (whole - from).get_days();
            if critical { from.saturating_add((days / 2).days()) } else { whole }
        }),
        _ => None,
    };
    ReviewState { last, every, due }
}

/// The cadence that site.toml gives a kind.
pub fn cadence(kind: Kind, settings: &config::Review) -> Option<Duration> {
    let length = match kind {
        Kind::Team => settings.team,
        Kind::Person => settings.person,
        Kind::Role => settings.role,
        Kind::Service => settings.service,
        Kind::Responsibility => settings.responsibility,
        Kind::Runbook => settings.runbook,
        Kind::Alert => settings.alert,
        Kind::Escalation => settings.escalation,
        Kind::Decision => settings.decision,
        Kind::Drill => settings.drill,
        Kind::Learning => settings.learning,
        Kind::Improvement => settings.improvement,
        Kind::Clarification => settings.clarification,
        Kind::Page => settings.page,
    };
    length.map(|length| length.0)
}

/// The party that made a review, if it is known.
pub fn reviewer(review: &Review) -> Option<EntityId> {
    review.by.as_ref().and_then(|by| by.target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Length;

    fn review(on: &str) -> Review {
        let on = Spanned::new(on.parse().expect("a date"), Span::default());
        Review { span: Span::default(), on, by: None, how: None, note: None, ledger: false }
    }

    #[test]
    fn months_are_cut_to_the_end_of_the_month() {
        let today = Date::constant(2026, 9, 1);
        let own = Some(6.months());
        let state = state(Kind::Page, &[review("2026-08-31")], own, None, &config::Review::default(), today);
        assert_eq!(state.due, Some(Date::constant(2027, 2, 28)));
    }

    #[test]
    fn tier_one_halves_the_general_cadence_but_not_its_own() {
        let settings = config::Review { runbook: Some(Length(90.days())), ..config::Review::default() };
        let today = Date::constant(2026, 9, 1);
        let due = |own, tier| state(Kind::Runbook, &[review("2026-06-01")], own, tier, &settings, today).due;
        assert_eq!(due(None, Some(2)), Some(Date::constant(2026, 8, 30)));
        assert_eq!(due(None, Some(1)), Some(Date::constant(2026, 7, 16)));
        assert_eq!(due(Some(90.days()), Some(0)), Some(Date::constant(2026, 8, 30)));
    }

    #[test]
    fn a_review_in_the_future_never_counts_as_fresh() {
        let today = Date::constant(2026, 9, 1);
        let reviews = [review("2026-01-01"), review("2027-01-01")];
        let state = state(Kind::Page, &reviews, Some(30.days()), None, &config::Review::default(), today);
        assert_eq!(state.last, Some(0));
        assert_eq!(state.due, Some(Date::constant(2026, 1, 31)));
    }
}
