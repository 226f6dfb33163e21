//! Reads the fields of one YAML map, each by its name and shape, and tells every field that is wrong.
//!
//! Fields are read one by one rather than deserialised as a whole, so that one bad value never hides the other fields or
//! findings of its entity. What the fields mean is the model's business.

use jiff::Span as Duration;
use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Place};
use crate::source::rules::{INVALID_VALUE, UNKNOWN_FIELD};
use crate::source::yaml::{Entry, Node, Value};
use crate::text::duration::parse_duration;
use crate::text::files::FileId;
use crate::text::{Span, Spanned, likeness, list};

/// Which field names pass although no kind has them.
#[derive(Debug, Clone, Default)]
pub struct Ignored(pub std::collections::BTreeSet<String>);

/// A map being read. Fields not asked for by the time of [`Record::finish`] are unknown.
pub struct Record<'n> {
    node: &'n Node,
    file: FileId,
    asked: Vec<&'static str>,
    findings: Vec<Diagnostic>,
}

impl<'n> Record<'n> {
    /// Opens a map; any other value has no fields.
    pub fn new(node: &'n Node, file: FileId) -> Self {
        Self { node, file, asked: Vec::new(), findings: Vec::new() }
    }

    /// Where the record stands.
    pub fn span(&self) -> Span {
        self.node.span
    }

    pub fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    fn entries(&self) -> &'n [Entry] {
        match &self.node.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Whether the field is there, even as `null`; this does not count as asking for it.
    pub fn has(&self, field: &str) -> bool {
        self.entries().iter().any(|entry| entry.key.value == field)
    }

    /// The field's value, `null` included.
    pub fn raw(&mut self, field: &'static str) -> Option<&'n Node> {
        self.asked.push(field);
        self.entries().iter().find(|entry| entry.key.value == field).map(|entry| &entry.node)
    }

    /// The span of the field's name.
    pub fn key_span(&self, field: &str) -> Option<Span> {
        self.entries().iter().find(|entry| entry.key.value == field).map(|entry| entry.key.span)
    }

    /// The field's value, unless absent or `null`.
    pub fn node(&mut self, field: &'static str) -> Option<&'n Node> {
        self.raw(field).filter(|node| node.value != Value::Null)
    }

    /// Tells that a value is not what its field takes.
    pub fn invalid(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.findings.push(Diagnostic::new(&INVALID_VALUE, self.place(span), message).help(help));
    }

    fn mismatch(&mut self, field: &str, node: &Node, wanted: &str) {
        self.invalid(
            node.span,
            format!("`{field}` takes {wanted}, not {}", node.what()),
            format!("write {wanted} here"),
        );
    }

    /// A scalar.
    pub fn text(&mut self, field: &'static str) -> Option<Spanned<String>> {
        let node = self.node(field)?;
        match node.text() {
            Some(text) if !text.trim().is_empty() => Some(Spanned::new(text.trim().to_string(), node.span)),
            Some(_) => None,
            None => {
                self.mismatch(field, node, "text");
                None
            }
        }
    }

    /// A scalar, or a list of scalars.
    pub fn texts(&mut self, field: &'static str) -> Vec<Spanned<String>> {
        let items = self.items(field);
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.text() {
                Some(text) => texts.push(Spanned::new(text.trim().to_string(), item.span)),
                None if item.value == Value::Null => {}
                None => self.mismatch(field, item, "a list of texts"),
            }
        }
        texts.retain(|text| !text.value.is_empty());
        texts
    }

    /// The items of a list; anything else counts as a list of one.
    pub fn items(&mut self, field: &'static str) -> Vec<&'n Node> {
        match self.node(field) {
            None => Vec::new(),
            Some(Node { value: Value::List(items), .. }) => items.iter().collect(),
            Some(node) => vec![node],
        }
    }

    /// Maps in a list; anything else in it is told.
    pub fn records(&mut self, field: &'static str) -> Vec<Record<'n>> {
        let mut records = Vec::new();
        for item in self.items(field) {
            match item.value {
                Value::Map(_) => records.push(Record::new(item, self.file)),
                _ => self.invalid(
                    item.span,
                    format!("an item of `{field}` is a map of fields, not {}", item.what()),
                    "write it as `{ field: value, … }`",
                ),
            }
        }
        records
    }

    /// A map.
    pub fn record(&mut self, field: &'static str) -> Option<Record<'n>> {
        let node = self.node(field)?;
        if matches!(node.value, Value::Map(_)) {
            return Some(Record::new(node, self.file));
        }
        self.mismatch(field, node, "a map");
        None
    }

    /// A calendar date.
    pub fn date(&mut self, field: &'static str) -> Option<Spanned<Date>> {
        let node = self.node(field)?;
        let text = node.text().map(str::trim);
        match text.and_then(parse_date) {
            Some(date) => Some(Spanned::new(date, node.span)),
            None => {
                let shown = text.map_or_else(|| node.what().to_string(), |text| format!("`{text}`"));
                let (message, help) = match text {
                    Some(text) if looks_like_date(text) => {
                        (format!("{shown} is not a day of the calendar"), "write a day that exists, as YYYY-MM-DD")
                    }
                    _ => (format!("`{field}` takes a date, not {shown}"), "write the date as YYYY-MM-DD"),
                };
                self.invalid(node.span, message, help);
                None
            }
        }
    }

    /// A length of time above zero: `15m`, `4h`, `90d`, `6w`, `6 months`, `1y`.
    pub fn duration(&mut self, field: &'static str) -> Option<Spanned<Duration>> {
        let node = self.node(field)?;
        match node.text().and_then(parse_duration) {
            Some(duration) => Some(Spanned::new(duration, node.span)),
            None => {
                let shown = node.text().map_or_else(|| node.what().to_string(), |text| format!("`{text}`"));
                let help = "write a number and a unit: `15m`, `4h`, `90d`, `6w`, `6 months`, `1y`";
                self.invalid(node.span, format!("`{field}` takes a duration, not {shown}"), help);
                None
            }
        }
    }

    /// A whole number in a range, both ends included.
    pub fn number(&mut self, field: &'static str, lowest: i64, highest: i64) -> Option<Spanned<i64>> {
        let node = self.node(field)?;
        let number = node.text().and_then(|text| text.trim().parse::<i64>().ok());
        match number {
            Some(number) if (lowest..=highest).contains(&number) => Some(Spanned::new(number, node.span)),
            _ => {
                let shown = node.text().map_or_else(|| node.what().to_string(), |text| format!("`{text}`"));
                let message = format!("`{field}` takes a whole number from {lowest} to {highest}, not {shown}");
                self.invalid(node.span, message, format!("write a number from {lowest} to {highest}"));
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, field: &'static str) -> Option<bool> {
        let node = self.node(field)?;
        match node.text() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => {
                self.mismatch(field, node, "`true` or `false`");
                None
            }
        }
    }

    /// One of a set of words.
    pub fn choice<T: Copy>(&mut self, field: &'static str, words: &[(&'static str, T)]) -> Option<Spanned<T>> {
        let text = self.text(field)?;
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&text.value));
        if let Some((_, value)) = found {
            return Some(Spanned::new(*value, text.span));
        }
        let list: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let help = match likeness::nearest(&text.value, words.iter().map(|(word, _)| *word)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", list.join(", ")),
        };
        self.invalid(text.span, format!("`{}` is not a value of `{field}`", text.value), help);
        None
    }

    /// The fields asked for, as a message lists them.
    fn known_fields(&self) -> String {
        let mut known: Vec<String> = Vec::new();
        for field in self.asked.iter().map(|field| format!("`{field}`")) {
            if !known.contains(&field) {
                known.push(field);
            }
        }
        list::joined(&known, "or")
    }

    /// Takes in the findings of a record below this one.
    pub fn absorb(&mut self, findings: Vec<Diagnostic>) {
        self.findings.extend(findings);
    }

    /// Ends the reading: whatever was not asked for is unknown, but for the ignored names.
    pub fn finish(mut self, ignored: &Ignored) -> Vec<Diagnostic> {
        for entry in self.entries() {
            let key = entry.key.value.as_str();
            if self.asked.contains(&key) || ignored.0.contains(key) {
                continue;
            }
            let place = self.place(entry.key.span);
            let finding = Diagnostic::new(&UNKNOWN_FIELD, place, format!("unknown field `{key}`"));
            let help = match likeness::nearest(key, self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if self.asked.contains(&"extra") => {
                    "put free data under `extra`, or name the field in `[content] ignore_fields` of site.toml"
                        .to_string()
                }
                None => format!("write {}", self.known_fields()),
            };
            self.findings.push(finding.help(help));
        }
        self.findings
    }
}

/// Parses `YYYY-MM-DD`; a time after it, as YAML writers add it, is left out.
pub fn parse_date(text: &str) -> Option<Date> {
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    if day.len() != 10 || !time.chars().all(|c| c.is_ascii_digit() || ":.Z+-".contains(c)) {
        return None;
    }
    day.parse().ok()
}

fn looks_like_date(text: &str) -> bool {
    let mut parts = text.split('-');
    parts.clone().count() == 3 && parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::yaml;

    fn read<T>(text: &str, read: impl Fn(&mut Record) -> T) -> (T, Vec<String>) {
        let stream = yaml::parse(text, 0);
        let mut record = Record::new(&stream.documents[0], FileId(0));
        let value = read(&mut record);
        let findings = record.finish(&Ignored::default());
        (value, findings.into_iter().map(|f| format!("{}; {}", f.message, f.help.unwrap_or_default())).collect())
    }

    #[test]
    fn a_date_that_does_not_exist_is_told() {
        let (date, findings) = read("on: 2026-02-30\n", |record| record.date("on"));
        assert_eq!(date, None);
        assert_eq!(findings, ["`2026-02-30` is not a day of the calendar; write a day that exists, as YYYY-MM-DD"]);
    }

    #[test]
    fn unknown_fields_are_offered_the_field_that_was_meant() {
        let (_, findings) = read("ownr: x\n", |record| record.text("owner"));
        assert_eq!(findings, ["unknown field `ownr`; did you mean `owner`?"]);
    }

    #[test]
    fn one_bad_field_hides_no_other() {
        let (_, findings) = read("tier: nine\nstatus: gone\non: soon\n", |record| {
            record.number("tier", 0, 4);
            record.choice("status", &[("active", 1), ("left", 2)]);
            record.date("on");
        });
        assert_eq!(findings.len(), 3);
    }
}
