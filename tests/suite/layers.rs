//! The layers of ARCHITECTURE: a room imports rooms of lower layers, and its own files.

use std::fs;
use std::path::{Path, PathBuf};

/// Every room of `src`, and its layer.
const ROOMS: [(&str, u8); 17] = [
    ("text", 0),
    ("diagnostic", 1),
    ("config", 2),
    ("source", 2),
    ("history", 2),
    ("model", 3),
    ("rules", 4),
    ("site", 5),
    ("theme", 6),
    ("render", 6),
    ("search", 6),
    ("export", 6),
    ("output", 7),
    ("pipeline", 7),
    ("serve", 8),
    ("import", 8),
    ("cli", 8),
];

/// Neighbours in a layer of which the first uses the second, never the other way round: a page is rendered with a theme, the pipeline ends in the output, and each command runs its room.
const NEIGHBOURS: [(&str, &str); 4] =
    [("render", "theme"), ("pipeline", "output"), ("cli", "serve"), ("cli", "import")];

/// The rooms of the crate that a source file names, with the lines.
fn named(text: &str) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    let code: Vec<&str> =
        text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect();
    let code = code.join("\n");
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => named.extend(firsts(group).into_iter().map(|name| (line, name))),
            None => named.push((line, word(rest).to_string())),
        }
    }
    named
}

/// The first names of the paths in a group, up to its closing brace.
fn firsts(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = Vec::new();
    let mut begins = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            c if c.is_whitespace() => {}
            _ if begins => {
                names.push(word(&group[at..]).to_string());
                begins = false;
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).expect("a folder is listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn rooms_import_lower_layers_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layer = |room: &str| ROOMS.iter().find(|(name, _)| *name == room).map(|(_, layer)| *layer);
    let mut wrong = Vec::new();
    for path in sources(&src) {
        let below = path.strip_prefix(&src).expect("it is below src");
        let room = below.components().next().expect("a name").as_os_str().to_string_lossy();
        let room = room.trim_end_matches(".rs");
        if room == "main" || room == "lib" {
            continue;
        }
        let Some(own) = layer(room) else {
            wrong.push(format!("{}: the room `{room}` has no layer", below.display()));
            continue;
        };
        for (line, used) in named(&fs::read_to_string(&path).expect("a source file")) {
            let allowed = used == room
                || NEIGHBOURS.contains(&(room, used.as_str()))
                || layer(&used).is_some_and(|layer| layer < own);
            if !allowed {
                wrong.push(format!("{}:{line}: `{room}` may not use `{used}`", below.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rooms_are_found_in_every_form_of_path() {
    let text = "use crate::text::Span;\nuse crate::{model::{self, link}, rules,\n    site::{a, b}};\n// use crate::cli;\nlet x = crate::config::read();\n";
    let names: Vec<String> = named(text).into_iter().map(|(line, name)| format!("{line} {name}")).collect();
    assert_eq!(names, ["1 text", "2 model", "2 rules", "2 site", "5 config"]);
}
