//! Whether a drawing shows all that its text says. The parser passes over what it does not know, and a drawing in which an arrow
//! is missing is worse than none.

use std::collections::BTreeSet;

use rusty_mermaid_core::{Primitive, Scene};

/// Words of the language, which are not drawn.
const LANGUAGE: [&str; 53] = [
    "flowchart",
    "graph",
    "subgraph",
    "end",
    "direction",
    "TB",
    "TD",
    "BT",
    "LR",
    "RL",
    "stateDiagram",
    "v2",
    "state",
    "note",
    "Note",
    "right",
    "left",
    "of",
    "over",
    "as",
    "participant",
    "actor",
    "create",
    "destroy",
    "activate",
    "deactivate",
    "loop",
    "alt",
    "else",
    "opt",
    "par",
    "and",
    "critical",
    "option",
    "break",
    "rect",
    "box",
    "autonumber",
    "sequenceDiagram",
    "classDiagram",
    "class",
    "namespace",
    "erDiagram",
    "fork",
    "join",
    "choice",
    "PK",
    "FK",
    "UK",
    "br",
    "for",
    "o",
    "x",
];

/// Statements that change how things look, or say things to those who do not see.
const LOOKS: [&str; 11] =
    ["style", "classDef", "linkStyle", "click", "direction", "accTitle", "accDescr", "%%", "cssClass", "rect", "title"];

/// The first word of a diagram's text that is not in its drawing, or the first line with more connections than are drawn.
pub fn missing(text: &str, scene: &Scene) -> Option<String> {
    let mut drawn = Drawn::default();
    scene.elements().iter().for_each(|element| drawn.take(&element.primitive));
    let class_diagram = text.trim_start().starts_with("classDiagram");
    let lines: Vec<&str> = without_description(text)
        .into_iter()
        .flat_map(str::lines)
        .map(str::trim)
        .filter(|line| {
            !LOOKS.iter().any(|word| line.starts_with(word)) && (class_diagram || !line.starts_with("class "))
        })
        .collect();
    let mut known: BTreeSet<&str> = lines.iter().flat_map(|line| ids(line)).collect();
    known.extend(LANGUAGE);
    let untagged: Vec<String> = lines.iter().map(|line| without_tags(line)).collect();
    let mut words = untagged.iter().flat_map(|line| words(line));
    if let Some(word) = words.find(|word| !drawn.words.contains(*word) && !known.contains(word)) {
        return Some(format!("`{word}`"));
    }
    let connected = untagged.iter().filter(|line| is_connection(line)).count();
    (connected > drawn.paths).then(|| "a connection".to_string())
}

/// A text without `accDescr { … }`, which may have several lines.
fn without_description(text: &str) -> [&str; 2] {
    let around = text.split_once("accDescr").and_then(|(before, rest)| {
        let inside = rest.trim_start().strip_prefix('{')?;
        Some([before, inside.split_once('}').map_or("", |(_, after)| after)])
    });
    around.unwrap_or([text, ""])
}

#[derive(Default)]
struct Drawn {
    words: BTreeSet<String>,
    paths: usize,
}

impl Drawn {
    fn take(&mut self, primitive: &Primitive) {
        match primitive {
            Primitive::Text { content, .. } => {
                self.words.extend(words(&without_tags(content)).map(str::to_string));
            }
            Primitive::Path { .. } => self.paths += 1,
            Primitive::Group { children, .. } => children.iter().for_each(|child| self.take(child)),
            _ => {}
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Names that a line gives to things, which are shown by their labels.
fn ids(line: &str) -> Vec<&str> {
    let mut ids = Vec::new();
    for (at, _) in line.match_indices(['[', '(', '{', '>']) {
        ids.extend(line[..at].rsplit(|c: char| !c.is_alphanumeric()).next());
    }
    for (at, mark) in line.match_indices(":::").chain(line.match_indices(" as ")) {
        if mark == " as " {
            ids.extend(words(&line[..at]).last());
        }
        ids.extend(words(&line[at + mark.len()..]).next());
    }
    ids
}

/// A line without `<…>`: line breaks, emphasis and stereotypes.
fn without_tags(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at..];
        let letters = tag[1..].trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic() || c == '<');
        match tag.find('>').filter(|_| letters) {
            Some(end) => {
                out.push(' ');
                rest = &tag[end + 1..];
            }
            None => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out + rest
}

/// Whether a line connects things, whatever its labels say.
fn is_connection(line: &str) -> bool {
    let line = line.split(':').next().unwrap_or_default();
    let outside: String = line.split('"').step_by(2).collect();
    ["--", "==", "-.", "->", ".."].iter().any(|arrow| outside.contains(arrow))
}
