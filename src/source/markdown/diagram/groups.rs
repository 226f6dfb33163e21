//! Groups of a diagram (subgraphs, composite states, namespaces) that hold each other: a layout that descends into them would
//! never come back.

use std::collections::{BTreeMap, BTreeSet};

/// Whether a group is mentioned inside itself, however far down. A connection inside a group counts, since it makes its ends
/// members.
pub fn hold_each_other(text: &str) -> bool {
    let names: BTreeSet<&str> = text.lines().filter_map(opened).collect();
    if names.is_empty() {
        return false;
    }
    let mut inside: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut open: Vec<&str> = Vec::new();
    for line in text.lines() {
        let name = opened(line);
        let own = name.map_or(line, |_| "");
        for word in own.split(|c: char| !is_of_word(c)).chain(name).filter_map(|word| names.get(word)) {
            open.iter().for_each(|outer| {
                inside.entry(outer).or_default().insert(word);
            });
        }
        let first = line.split_whitespace().next().unwrap_or_default();
        if let Some(name) = name {
            open.push(name);
        } else if first == "end" || first.starts_with('}') {
            open.pop();
        }
    }
    // Whatever holds nothing but what is known to end, ends.
    let mut left = inside;
    loop {
        let ends: Vec<&str> = left
            .iter()
            .filter(|(_, held)| held.iter().all(|held| !left.contains_key(held)))
            .map(|(name, _)| *name)
            .collect();
        if ends.is_empty() {
            return !left.is_empty();
        }
        ends.iter().for_each(|name| {
            left.remove(name);
        });
    }
}

/// The name of the group that a line opens.
fn opened(line: &str) -> Option<&str> {
    let line = line.trim();
    let rest = line.strip_prefix("subgraph").or_else(|| {
        let rest = line.strip_prefix("state").or_else(|| line.strip_prefix("namespace"))?;
        rest.trim_end().strip_suffix('{')
    })?;
    let rest = rest.rsplit_once(" as ").map_or(rest, |(_, name)| name).trim_start().trim_start_matches('"');
    let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
    Some(&rest[..end])
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_hold_each_other_are_told_from_those_that_lean_on_each_other() {
        for (text, is) in [
            ("flowchart LR\nsubgraph a\n x --> y\nend\nsubgraph b\n z --> a\nend\n", false),
            ("flowchart LR\nsubgraph a\n subgraph b\n x\n end\nend\na --> b\n", false),
            ("flowchart LR\nsubgraph a\n x\nsubgraph a\n y\nend\nend\n", true),
            ("flowchart LR\nsubgraph a [A]\n b --> x\nend\nsubgraph b\n a\nend\n", true),
            ("stateDiagram-v2\nstate \"X\" as a {\n state b {\n a --> c\n }\n}\n", true),
            ("stateDiagram-v2\nstate a {\n [*] --> c\n}\na --> b\n", false),
        ] {
            assert_eq!(hold_each_other(text), is, "{text}");
        }
    }
}
