//! One file at a time: bytes become records and outlined prose. It never looks at another file.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};
use crate::source::front_matter;
use crate::source::load::{Form, Source};
use crate::source::markdown::mistake::Mistake;
use crate::source::markdown::outline::{self, Outline};
use crate::source::rules::{DUPLICATE_KEY, INVALID_VALUE, INVALID_YAML};
use crate::source::yaml::{self, Node, Value};
use crate::text::Span;
use crate::text::files::Files;

/// A stretch of text, shared rather than copied.
#[derive(Debug, Clone)]
pub struct Stretch {
    whole: Arc<str>,
    range: Range<usize>,
}

impl Stretch {
    pub fn new(whole: Arc<str>, range: Range<usize>) -> Self {
        Self { whole, range }
    }

    pub fn as_str(&self) -> &str {
        &self.whole[self.range.clone()]
    }
}

/// Prose and what is in it.
#[derive(Debug, Clone)]
pub struct Body {
    pub text: Stretch,
    /// Where the text stands in its file.
    pub base: Base,
    pub outline: Arc<Outline>,
}

/// How places in prose become places in the file.
#[derive(Debug, Clone, Copy)]
pub enum Base {
    /// The prose is a stretch of the file that starts here.
    Offset(usize),
    /// The prose is a YAML value, whose lines were folded: everything in it stands at the value.
    Value(Span),
}

impl Body {
    /// The place in the file of a span in the prose.
    pub fn span(&self, span: Span) -> Span {
        match self.base {
            Base::Offset(offset) => span.shifted(offset),
            Base::Value(value) => value,
        }
    }
}

/// A record with its prose: what an entity is made from.
#[derive(Debug, Clone)]
pub struct Document {
    /// A map; an empty one where a Markdown file has no front matter.
    pub node: Node,
    pub body: Option<Body>,
    /// Whether the record's YAML could not be read as a map, so that what it says is not known.
    pub broken: bool,
    /// Whether it is an item of a list, which the file's name does not name.
    pub listed: bool,
}

/// A file as records.
#[derive(Debug, Clone)]
pub struct Parsed {
    pub source: Source,
    pub documents: Arc<Vec<Document>>,
}

/// Parses one file. Whatever can be read is there, with a finding for what cannot.
pub fn parse(source: &Source, files: &Files) -> (Parsed, Vec<Diagnostic>) {
    let text = files.get(source.file).text.clone();
    let mut findings = Vec::new();
    let documents = match source.form {
        Form::Markdown => vec![markdown(source, text, &mut findings)],
        Form::Yaml | Form::Rules => stream(source, &text, &mut findings),
    };
    (Parsed { source: source.clone(), documents: Arc::new(documents) }, findings)
}

fn markdown(source: &Source, text: Arc<str>, findings: &mut Vec<Diagnostic>) -> Document {
    let split = front_matter::split(&text);
    let place = |span: Span| Place { file: source.file, span };
    let mut node = Node { span: Span::new(split.body.start, split.body.start), value: Value::Map(Vec::new()) };
    let mut broken = split.unclosed;
    if split.unclosed {
        let end = text.find('\n').unwrap_or(text.len());
        findings.push(
            Diagnostic::new(&INVALID_YAML, place(Span::new(0, end)), "front matter opens here and is never closed")
                .help("close it with a line of `---`"),
        );
    }
    if let Some(matter) = &split.matter {
        let stream = yaml::parse(&text[matter.clone()], matter.start);
        broken = stream.problem.is_some();
        tell(source, &text, &stream, findings);
        if let Some(first) = stream.documents.into_iter().next() {
            match first.value {
                Value::Map(_) => node = first,
                _ => {
                    broken = true;
                    findings.push(
                        Diagnostic::new(
                            &INVALID_VALUE,
                            place(first.span),
                            format!("front matter is {}, not a map", first.what()),
                        )
                        .help("write `field: value` lines"),
                    );
                }
            }
        }
    }
    let outline = Arc::new(outline::read(&text[split.body.clone()]));
    let base = Base::Offset(split.body.start);
    let body = Body { text: Stretch::new(text, split.body), base, outline };
    tell_mistakes(source, &body, findings);
    Document { node, body: Some(body), broken, listed: false }
}

fn stream(source: &Source, text: &str, findings: &mut Vec<Diagnostic>) -> Vec<Document> {
    let offset = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let stream = yaml::parse(&text[offset..], offset);
    tell(source, text, &stream, findings);
    let mut documents = Vec::new();
    for node in stream.documents {
        match node.value {
            Value::Map(_) => documents.push(record(source, node, false, findings)),
            // What stays outside need not be the handbook's.
            _ if source.form == Form::Rules => {}
            Value::List(items) => {
                for item in items {
                    if matches!(item.value, Value::Map(_)) {
                        documents.push(record(source, item, true, findings));
                    } else {
                        findings.push(not_an_entity(source, &item));
                    }
                }
            }
            _ => findings.push(not_an_entity(source, &node)),
        }
    }
    documents
}

fn record(source: &Source, node: Node, listed: bool, findings: &mut Vec<Diagnostic>) -> Document {
    let body = node.get("body").and_then(|body| {
        let text: Arc<str> = body.text()?.into();
        let outline = Arc::new(outline::read(&text));
        let length = text.len();
        Some(Body { text: Stretch::new(text, 0..length), base: Base::Value(body.span), outline })
    });
    if let Some(body) = &body {
        tell_mistakes(source, body, findings);
    }
    Document { node, body, broken: false, listed }
}

fn tell_mistakes(source: &Source, body: &Body, findings: &mut Vec<Diagnostic>) {
    findings.extend(body.outline.mistakes.iter().map(|Mistake { what, span }| {
        let place = Place { file: source.file, span: body.span(*span) };
        Diagnostic::new(what.rule(), place, what.message()).help(what.help())
    }));
}

fn not_an_entity(source: &Source, node: &Node) -> Diagnostic {
    let place = Place { file: source.file, span: node.span };
    Diagnostic::new(&INVALID_VALUE, place, format!("an entity is a map of fields, not {}", node.what()))
        .help("write `title: …` and the other fields of the kind")
}

fn tell(source: &Source, text: &str, stream: &yaml::Stream, findings: &mut Vec<Diagnostic>) {
    let place = |span: Span| Place { file: source.file, span };
    for duplicate in &stream.duplicates {
        findings.push(
            Diagnostic::new(
                &DUPLICATE_KEY,
                place(duplicate.second),
                format!("`{}` stands twice; the first counts", duplicate.key),
            )
            .label(place(duplicate.first), "it stands here first")
            .help("keep one of the two"),
        );
    }
    if let Some(problem) = &stream.problem {
        findings.push(
            Diagnostic::new(&INVALID_YAML, place(problem.span), format!("this is not YAML: {}", problem.message))
                .help(way_out(text.get(problem.span.range()).unwrap_or_default())),
        );
    }
}

/// What to do about a line that is not YAML.
fn way_out(line: &str) -> &'static str {
    if line.starts_with('\t') {
        "indent with spaces: YAML takes no tabs"
    } else if line.contains("{{") {
        "quote the text that holds `{{`; where it is a template, put here what comes out of it"
    } else {
        "quote text that holds `: `, `#`, `{` or `*`, and check the indentation"
    }
}
