//! People: whether they are there, and who stands in.

use jiff::civil::Date;

use crate::model::kind::Kind;
use crate::model::reference::{self, Reference};
use crate::source::record::{Ignored, Record};

/// A person. Contacts are those of every entity, as published.
#[derive(Debug, Clone)]
pub struct Person {
    pub handle: Option<String>,
    /// A name of the IANA time zone database.
    pub timezone: Option<String>,
    pub status: Presence,
    pub away: Option<Away>,
    pub backup: Option<Reference>,
}

/// What `status` says of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Presence {
    #[default]
    Active,
    Away,
    Left,
}

impl Presence {
    const WORDS: [(&'static str, Self); 3] = [("active", Self::Active), ("away", Self::Away), ("left", Self::Left)];

    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// An absence, first and last day included.
#[derive(Debug, Clone)]
pub struct Away {
    pub from: Option<Date>,
    pub until: Option<Date>,
    /// Who stands in.
    pub cover: Option<Reference>,
}

impl Person {
    pub(super) fn read(record: &mut Record) -> Self {
        let away = record.record("away").map(|mut map| {
            let from = map.date("from");
            let until = map.date("until");
            if let (Some(from), Some(until)) = (&from, &until)
                && until.value < from.value
            {
                map.invalid(until.span, "the absence ends before it begins", "exchange `from` and `until`");
            }
            let cover = reference::one(&mut map, "cover", &[Kind::Person]);
            record.absorb(map.finish(&Ignored::default()));
            Away { from: from.map(|date| date.value), until: until.map(|date| date.value), cover }
        });
        Self {
            handle: record.text("handle").map(|text| text.value),
            timezone: record.text("timezone").map(|text| text.value),
            status: record.choice("status", &Presence::WORDS).map_or(Presence::Active, |word| word.value),
            away,
            backup: reference::one(record, "backup", &[Kind::Person]),
        }
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.away.iter_mut().filter_map(|away| away.cover.as_mut()).chain(&mut self.backup).for_each(visit);
    }

    /// Whether the person is there on that day: dates count where they are given, else `status`.
    pub fn presence(&self, today: Date) -> Presence {
        match (&self.status, &self.away) {
            (Presence::Left, _) => Presence::Left,
            (_, Some(Away { from: None, until: None, .. })) | (Presence::Away, None) => Presence::Away,
            (_, Some(away)) => {
                let begun = away.from.is_none_or(|from| from <= today);
                let over = away.until.is_some_and(|until| until < today);
                if begun && !over { Presence::Away } else { Presence::Active }
            }
            (Presence::Active, None) => Presence::Active,
        }
    }

    /// Who stands in during an absence.
    pub fn cover(&self) -> Option<&Reference> {
        self.away.as_ref().and_then(|away| away.cover.as_ref())
    }
}
