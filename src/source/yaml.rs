//! YAML as a tree in which every key and value knows where it stands.
//!
//! serde_yaml decides what a document says (with its limits on nesting and on repeated aliases), saphyr-parser's events say
//! where; the two trees are walked in step. Nothing outside this file names either library.
//!
//! Traps: saphyr's markers count characters, and the end of a quoted scalar may take in a trailing comment.

use std::collections::{HashMap, HashSet};
use std::fmt;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde::Deserialize;
use serde::de::{self, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use crate::text::{Span, Spanned};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    /// A string.
    Text(String),
    /// A number or a truth value, as written.
    Plain(String),
    List(Vec<Node>),
    /// Entries in the order written; no key stands twice.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: Spanned<String>,
    pub node: Node,
}

impl Node {
    /// The value as text, if it is a scalar other than null.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Plain(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.node),
            _ => None,
        }
    }

    /// What the value is, as a message names it.
    pub fn what(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Text(_) => "text",
            Value::Plain(text) if text == "true" || text == "false" => "a truth value",
            Value::Plain(_) => "a number",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// Why a document could not be read, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub message: String,
    pub span: Span,
}

/// A key that stands twice in one map: the name, the second place and the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicate {
    pub key: String,
    pub second: Span,
    pub first: Span,
}

/// What a YAML text holds.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    /// The documents that could be read; empty documents are left out.
    pub documents: Vec<Node>,
    pub duplicates: Vec<Duplicate>,
    /// Set when a document could not be read; those before it are there.
    pub problem: Option<Problem>,
}

/// Reads a stream of documents. Spans are byte offsets in `text` plus `offset`.
pub fn parse(text: &str, offset: usize) -> Stream {
    let mut raws = Vec::new();
    let mut problem = None;
    for document in serde_yaml::Deserializer::from_str(text) {
        match Raw::deserialize(document) {
            Ok(raw) => raws.push(raw),
            Err(error) => {
                problem = Some(explain(&error, text, offset));
                break;
            }
        }
    }
    let places = Places::scan(text, offset, raws.len());
    let mut duplicates = Vec::new();
    let whole = Span::new(offset, offset + text.len());
    let documents = raws
        .into_iter()
        .enumerate()
        .map(|(at, raw)| places.join(raw, places.documents.get(at).copied(), whole, &mut duplicates))
        .filter(|node| node.value != Value::Null)
        .collect();
    Stream { documents, duplicates, problem }
}

fn explain(error: &serde_yaml::Error, text: &str, offset: usize) -> Problem {
    let at = error.location().map_or(0, |location| location.index().min(text.len()));
    let mut message = error.to_string();
    // The place is shown by the finding itself.
    if let Some(cut) = message.find(" at line ") {
        message.truncate(cut);
    }
    let message = match message.as_str() {
        "recursion limit exceeded" => "nested deeper than 128 levels".to_string(),
        "repetition limit exceeded" => "aliases (`*name`) repeat too much text".to_string(),
        _ => message,
    };
    let end = text[floor(text, at)..].find('\n').map_or(text.len(), |line| floor(text, at) + line);
    Problem { message, span: Span::new(floor(text, at) + offset, end + offset) }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What serde_yaml read, duplicate keys kept.
#[derive(Debug)]
enum Raw {
    Null,
    Text(String),
    Plain(String),
    List(Vec<Raw>),
    Map(Vec<(Raw, Raw)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any YAML value")
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }
    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }
    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }
    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_string()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Raw, A::Error> {
        // A local tag (`!thing value`) has no meaning in a handbook: the value counts.
        let (_, value) = tagged.variant::<IgnoredTag>()?;
        value.newtype_variant()
    }
}

struct IgnoredTag;

impl<'de> Deserialize<'de> for IgnoredTag {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_ignored_any(de::IgnoredAny).map(|_| Self)
    }
}

/// Where the nodes of a text stand. Aliases point at their anchor's node, so a bomb of aliases costs nothing here.
struct Places {
    nodes: Vec<Place>,
    documents: Vec<usize>,
}

struct Place {
    span: Span,
    /// The scalar as written, for plain ones.
    plain: Option<String>,
    /// Items, or keys and values in turn.
    children: Vec<usize>,
    alias: Option<usize>,
}

impl Places {
    /// Scans the first `documents` documents. Text that only serde_yaml accepts leaves places out; the nodes above stand in.
    fn scan(text: &str, offset: usize, documents: usize) -> Self {
        let mut places = Self { nodes: Vec::new(), documents: Vec::new() };
        if documents == 0 {
            return places;
        }
        let bytes = ByteOffsets::new(text);
        let mut anchors: HashMap<usize, usize> = HashMap::new();
        let mut open: Vec<usize> = Vec::new();
        let mut parser = Parser::new_from_str(text);
        while let Some(Ok((event, mark))) = parser.next_event() {
            let start = bytes.at(mark.start.index());
            let end = bytes.at(mark.end.index()).max(start);
            let mut place = Place { span: Span::default(), plain: None, children: Vec::new(), alias: None };
            let (anchor, opens) = match event {
                Event::Scalar(value, style, anchor, _) => {
                    place.span = scalar_span(text, start, end, style);
                    if style == ScalarStyle::Plain {
                        place.plain = Some(value.into_owned());
                    }
                    (anchor, false)
                }
                Event::Alias(anchor) => {
                    place.span = Span::new(start, end);
                    place.alias = anchors.get(&anchor).copied();
                    (0, false)
                }
                Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                    place.span = Span::new(start, end);
                    (anchor, true)
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    if let Some(node) = open.pop() {
                        let trimmed = text[..end].trim_end().len();
                        let span = &mut places.nodes[node].span;
                        span.end = span.end.max(trimmed as u32);
                    }
                    continue;
                }
                Event::DocumentEnd if places.documents.len() >= documents => break,
                _ => continue,
            };
            let node = places.nodes.len();
            places.nodes.push(place);
            if anchor > 0 {
                anchors.insert(anchor, node);
            }
            match open.last() {
                Some(parent) => places.nodes[*parent].children.push(node),
                None => places.documents.push(node),
            }
            if opens {
                open.push(node);
            }
        }
        for place in &mut places.nodes {
            place.span = place.span.shifted(offset);
        }
        places
    }

    fn join(&self, raw: Raw, at: Option<usize>, above: Span, duplicates: &mut Vec<Duplicate>) -> Node {
        let here = at.map(|at| &self.nodes[at]);
        let span = here.map_or(above, |place| place.span);
        // The value of an alias stands at its anchor, but it is used, and shown, here.
        let source = here.and_then(|place| place.alias).map(|anchor| &self.nodes[anchor]).or(here);
        let child = |n: usize| source.and_then(|place| place.children.get(n).copied());
        let value = match raw {
            Raw::Null => Value::Null,
            Raw::Text(text) => Value::Text(text),
            // `1.10` and `yes` keep the look the author gave them.
            Raw::Plain(text) => Value::Plain(source.and_then(|place| place.plain.clone()).unwrap_or(text)),
            Raw::List(items) => Value::List(
                items.into_iter().enumerate().map(|(n, item)| self.join(item, child(n), span, duplicates)).collect(),
            ),
            Raw::Map(pairs) => {
                let mut entries: Vec<Entry> = Vec::with_capacity(pairs.len());
                let mut known: HashMap<String, Span> = HashMap::with_capacity(pairs.len());
                let mut merged = Vec::new();
                for (n, (key, value)) in pairs.into_iter().enumerate() {
                    let key_node = self.join(key, child(2 * n), span, duplicates);
                    let key = Spanned::new(key_node.text().unwrap_or_default().to_string(), key_node.span);
                    let node = self.join(value, child(2 * n + 1), key_node.span, duplicates);
                    if key.value == "<<" {
                        merged.push(node);
                    } else if let Some(first) = known.get(&key.value) {
                        duplicates.push(Duplicate { key: key.value, second: key.span, first: *first });
                    } else {
                        known.insert(key.value.clone(), key.span);
                        entries.push(Entry { key, node });
                    }
                }
                let mut known = known.into_keys().collect();
                merged.into_iter().for_each(|node| merge(&mut entries, &mut known, node));
                Value::Map(entries)
            }
        };
        Node { span, value }
    }
}

/// A merge key (`<<`) brings the entries of a map, or of several, that are not there already.
fn merge(entries: &mut Vec<Entry>, known: &mut HashSet<String>, node: Node) {
    match node.value {
        Value::Map(more) => entries.extend(more.into_iter().filter(|entry| known.insert(entry.key.value.clone()))),
        Value::List(maps) => maps.into_iter().for_each(|map| merge(entries, known, map)),
        _ => {}
    }
}

fn scalar_span(text: &str, start: usize, end: usize, style: ScalarStyle) -> Span {
    match style {
        ScalarStyle::DoubleQuoted if text[start..].starts_with('"') => {
            Span::new(start, double_quoted_end(text, start, end))
        }
        ScalarStyle::SingleQuoted if text[start..].starts_with('\'') => {
            Span::new(start, single_quoted_end(text, start, end))
        }
        _ => Span::new(start, start + text[start..end].trim_end().len()),
    }
}

fn double_quoted_end(text: &str, start: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    end
}

fn single_quoted_end(text: &str, start: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    while at < bytes.len() {
        if bytes[at] == b'\'' {
            if bytes.get(at + 1) != Some(&b'\'') {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    end
}

/// Byte offsets of characters, for markers that count characters.
struct ByteOffsets {
    /// None where the text is ASCII and both are the same.
    offsets: Option<Vec<u32>>,
    length: usize,
}

impl ByteOffsets {
    fn new(text: &str) -> Self {
        let offsets = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at as u32).collect());
        Self { offsets, length: text.len() }
    }

    fn at(&self, index: usize) -> usize {
        match &self.offsets {
            None => index.min(self.length),
            Some(offsets) => offsets.get(index).map_or(self.length, |at| *at as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Node {
        let mut stream = parse(text, 0);
        assert_eq!(stream.problem, None);
        stream.documents.remove(0)
    }

    fn at<'t>(text: &'t str, node: &Node) -> &'t str {
        &text[node.span.range()]
    }

    #[test]
    fn every_value_knows_its_place() {
        let text = "# é comment ü\nowner: 'it''s' # why é\ntitle: \"a \\\" b\"   # more\nlist: [eins, zwölf, x ]\nsub:\n  tier: 1.10\n  on: yes\n";
        let node = one(text);
        assert_eq!(at(text, node.get("owner").expect("owner")), "'it''s'");
        assert_eq!(at(text, node.get("title").expect("title")), "\"a \\\" b\"");
        let Value::List(items) = &node.get("list").expect("list").value else { panic!("a list") };
        assert_eq!(items.iter().map(|item| at(text, item)).collect::<Vec<_>>(), ["eins", "zwölf", "x"]);
        let tier = node.get("sub").and_then(|sub| sub.get("tier")).expect("tier");
        assert_eq!((tier.text(), at(text, tier)), (Some("1.10"), "1.10"));
    }

    #[test]
    fn a_key_that_stands_twice_is_told_with_both_places() {
        let text = "owner: a\ntitle: x\nowner: b\n";
        let stream = parse(text, 10);
        assert_eq!(stream.documents[0].get("owner").and_then(Node::text), Some("a"));
        let duplicate = &stream.duplicates[0];
        assert_eq!((duplicate.key.as_str(), duplicate.first.start, duplicate.second.start), ("owner", 10, 28));
    }

    #[test]
    fn anchors_aliases_and_merge_keys_are_understood() {
        let text = "base: &b {tier: 1, owner: x}\nshop:\n  <<: *b\n  owner: y\nagain: *b\n";
        let node = one(text);
        let shop = node.get("shop").expect("shop");
        assert_eq!(shop.get("owner").and_then(Node::text), Some("y"));
        assert_eq!(shop.get("tier").and_then(Node::text), Some("1"));
        assert_eq!(at(text, node.get("again").expect("again")), "*b");
    }

    #[test]
    fn bombs_and_depth_end_in_a_problem() {
        let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (last, this) in "abcdefghij".chars().zip("bcdefghijk".chars()) {
            bomb += &format!("{this}: &{this} [{}]\n", vec![format!("*{last}"); 9].join(","));
        }
        assert!(parse(&bomb, 0).problem.expect("a problem").message.contains("aliases"));
        let deep = "[".repeat(10_000);
        assert!(parse(&deep, 0).problem.is_some());
    }

    #[test]
    fn documents_before_a_broken_one_are_kept() {
        let stream = parse("a: 1\n---\nb: [\n", 0);
        assert_eq!(stream.documents.len(), 1);
        assert!(stream.problem.is_some());
    }
}
