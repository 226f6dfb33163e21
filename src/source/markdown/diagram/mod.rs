//! Mermaid blocks as drawings. The layout is `rusty_mermaid_diagrams`'; what is allowed in, and what comes of it, is ours.

mod groups;
mod svg;
mod whole;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rusty_mermaid_diagrams::{DiagramKind, detect, render_to_scene};

/// The language of a block that is drawn.
pub const LANGUAGE: &str = "mermaid";

/// The name of the threads that draw. What goes wrong in them is told as a finding.
pub const THREAD: &str = "diagram";

/// Bytes, lines and levels of nesting of the largest diagram. The layout takes the square of lines and more of levels: within
/// these limits, a second; and nobody can read a larger drawing.
const BYTES: usize = 10_000;
const LINES: usize = 200;
const LEVELS: usize = 8;
/// Connections of one diagram, as in Mermaid by default, where it is 500.
const EDGES: usize = 250;

/// Enough for a parser that descends once for each byte.
const STACK: usize = 64 * 1024 * 1024;

/// What no drawing within the limits takes. The clock is no input: a diagram that reaches this would never end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Draws a diagram as SVG, or says in a phrase why not.
///
/// Within the limits above it neither panics nor hangs, whatever the text: the layout runs in a thread of its own.
pub fn draw(text: &str) -> Result<String, String> {
    let (head, text) = front_matter(text);
    let kind = kind(text)?;
    fits(text)?;
    let (answer, answers) = mpsc::channel();
    let (head, source) = (head.to_string(), text.to_string());
    let drawing = move || {
        let scene = catch_unwind(AssertUnwindSafe(|| render_to_scene(&source, &svg::theme())));
        let drawn = match scene {
            Ok(Ok(scene)) => match whole::missing(&source, &scene) {
                Some(what) => Err(format!("{what} in it is not understood")),
                None => svg::write(&scene, &name(&head, &source, kind), described(&source).as_deref()),
            },
            Ok(Err(error)) => Err(told(&source, error.span.start)),
            Err(_) => Err("it cannot be laid out".to_string()),
        };
        // Nobody listens any more where it took too long.
        let _ = answer.send(drawn);
    };
    let started = thread::Builder::new().name(THREAD.to_string()).stack_size(STACK).spawn(drawing);
    if started.is_err() {
        return Err("there is no memory to lay it out".to_string());
    }
    answers.recv_timeout(PATIENCE).unwrap_or_else(|_| Err("it takes too long to lay out".to_string()))
}

/// The kinds that are drawn well enough to be relied on, and what each is called.
fn kind(text: &str) -> Result<&'static str, String> {
    match detect(text) {
        Some(DiagramKind::Flowchart) => Ok("Flowchart"),
        Some(DiagramKind::Sequence) => Ok("Sequence diagram"),
        Some(DiagramKind::State) => Ok("State diagram"),
        Some(DiagramKind::Class) => Ok("Class diagram"),
        Some(DiagramKind::Er) => Ok("Entity relationship diagram"),
        _ => {
            let mut lines = text.lines().map(str::trim);
            let first = lines.find(|line| !line.is_empty() && !line.starts_with("%%"));
            let word = first.and_then(|line| line.split_whitespace().next());
            Err(match word {
                Some(word) if word.len() <= 40 => format!("`{word}` is not a kind that onus draws"),
                Some(_) => "it is not of a kind that onus draws".to_string(),
                None => "it is empty".to_string(),
            })
        }
    }
}

fn fits(text: &str) -> Result<(), String> {
    let lines = text.lines().count();
    if text.len() > BYTES || lines > LINES {
        return Err(format!("it is longer than {LINES} lines or {BYTES} bytes"));
    }
    let edges: usize = ["--", "==", "-.", "->", ".."].iter().map(|arrow| text.matches(arrow).count()).sum();
    // A connection in a label counts as one too: the limit is generous.
    if edges > 2 * EDGES {
        return Err(format!("it has more than {EDGES} connections"));
    }
    let (mut level, mut deepest) = (0usize, 0);
    for line in text.lines().map(str::trim) {
        let word = line.split([' ', '\t']).next().unwrap_or_default();
        if matches!(word, "subgraph" | "loop" | "alt" | "opt" | "par" | "critical" | "break" | "rect" | "box")
            || line.ends_with('{')
        {
            level += 1;
            deepest = deepest.max(level);
        } else if word == "end" || line.starts_with('}') {
            level = level.saturating_sub(1);
        }
    }
    if deepest > LEVELS {
        return Err(format!("it is nested deeper than {LEVELS} levels"));
    }
    if groups::hold_each_other(text) { Err("a group in it holds itself".to_string()) } else { Ok(()) }
}

/// Mermaid's own front matter, and the diagram after it.
fn front_matter(text: &str) -> (&str, &str) {
    let inside = text.trim_start().strip_prefix("---").and_then(|rest| rest.split_once("\n---"));
    inside.unwrap_or(("", text))
}

/// The name for those who do not see a drawing: its title, else its kind.
fn name(head: &str, text: &str, kind: &str) -> String {
    let titles = text.lines().chain(head.lines()).filter_map(|line| {
        let line = line.trim();
        line.strip_prefix("accTitle:").or_else(|| line.strip_prefix("title:"))
    });
    titles.map(str::trim).find(|title| !title.is_empty()).unwrap_or(kind).to_string()
}

/// `accDescr: …`, or `accDescr { … }` over several lines.
fn described(text: &str) -> Option<String> {
    let at = text.find("accDescr")?;
    let rest = text[at + "accDescr".len()..].trim_start();
    let words = match rest.strip_prefix(':') {
        Some(line) => line.lines().next()?,
        None => rest.strip_prefix('{')?.split('}').next()?,
    };
    Some(words.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|words| !words.is_empty())
}

/// Where the parser gave up, as a line of the diagram.
fn told(text: &str, at: usize) -> String {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("something in its line {} is not understood", text[..at].matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_has_a_name_and_no_markup_of_its_author() {
        let svg =
            draw("flowchart LR\n accTitle: A way\n accDescr {\n from a\n to b\n }\n a[\"<script>x</script>\"] --> b\n")
                .expect("drawn");
        assert!(svg.starts_with("<svg role=\"img\""), "{svg}");
        assert!(svg.contains("<title>A way</title><desc>from a to b</desc>"), "{svg}");
        assert!(
            !svg.contains("<script") && !svg.contains("style=") && !svg.contains("<style") && !svg.contains(" id="),
            "{svg}"
        );
        assert!(draw("sequenceDiagram\nA->>B: x\n").expect("drawn").contains("<title>Sequence diagram</title>"));
    }

    #[test]
    fn what_is_not_drawn_says_why() {
        for (text, why) in [
            ("gitGraph\n commit\n", "`gitGraph` is not a kind that onus draws"),
            ("\n%% nothing\n", "it is empty"),
            ("flowchart LR\n  A[Browser --> B[Checkout]\n", "`Browser` in it is not understood"),
            (
                "flowchart LR\n  A[One]\n  B[Two]\n  A --> B\n  B --> A & B\n",
                "something in its line 5 is not understood",
            ),
        ] {
            assert_eq!(draw(text), Err(why.to_string()));
        }
        assert!(draw("flowchart LR\nsubgraph a\nsubgraph a\nx --> y\nend\nend\n").is_err());
        assert!(draw(&format!("flowchart LR\n{}", "a --> b\n".repeat(300))).is_err());
        assert!(draw(&format!("flowchart LR\n{}", "subgraph x\n".repeat(20))).is_err());
        assert!(draw(&format!("classDiagram\n{}", "a -- b ".repeat(1_000))).is_err());
    }
}
