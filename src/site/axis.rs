//! A ladder drawn to scale: where the bar of each step lies on the axis of time, and what is written beside it.
//!
//! It gives places, not marks: across in shares of the width, so that the drawing fits any screen with letters of one size,
//! and down in pixels. Who is called and what they may decide is not its business.

use serde::Serialize;

/// The share of the axis that the shortest stretch gets at least, or the times would stand in each other's way.
const LEAST: f64 = 0.1;
/// Steps that are drawn; the list beside the drawing has them all.
const DRAWN: usize = 8;
/// Pixels of the axis on a screen of 320, and of a letter of a name and of a time; wide letters count twice.
const NARROW: f64 = 286.0;
const LETTER: f64 = 6.8;
const DIGIT: f64 = 6.4;
/// Pixels from one bar to the next, from there to the line of letters above the bar and to the bar, and below the last.
const ROW: usize = 24;
const BASELINE: usize = 12;
const BAR: usize = 16;
const FOOT: usize = 18;

/// A step as it is drawn.
pub struct Stretch {
    pub label: String,
    /// Minutes until the next step is called; none where the handbook does not say.
    pub minutes: Option<u32>,
    /// Whether it reaches nobody.
    pub lost: bool,
}

/// The drawing of a ladder. What lies across is a share of the width such as `12.5%`, what lies down is in pixels.
#[derive(Debug, Clone, Serialize)]
pub struct Axis {
    pub height: usize,
    /// Where the line of the axis is, and the times below it.
    pub line: usize,
    pub foot: usize,
    pub bars: Vec<Bar>,
    pub ticks: Vec<Tick>,
}

/// How long one step has before the next is called.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    pub n: usize,
    pub label: String,
    pub label_at: String,
    /// `start` or `end`: on which side of `label_at` the label stands.
    pub anchor: &'static str,
    pub baseline: usize,
    pub top: usize,
    pub at: String,
    pub width: String,
    pub lost: bool,
    /// Whether it is not known when it ends.
    pub open: bool,
    /// Where it is cut, as it is longer than the axis shows.
    pub cut: Option<String>,
}

/// A time on the axis.
#[derive(Debug, Clone, Serialize)]
pub struct Tick {
    pub at: String,
    /// Where its line begins.
    pub top: usize,
    /// Left out where it would stand in another's way.
    pub text: Option<String>,
    pub anchor: &'static str,
}

/// Draws steps; none where there is nothing to draw.
pub fn draw(steps: &[Stretch]) -> Option<Axis> {
    let drawn = &steps[..steps.len().min(DRAWN)];
    let lengths = lengths(drawn);
    let longest = cap(&lengths);
    let whole: f64 = lengths.iter().map(|length| length.min(longest)).sum();
    if drawn.is_empty() {
        return None;
    }
    let mut edges = vec![0.0];
    for length in &lengths {
        edges.push(edges.last().copied().unwrap_or_default() + length.min(longest) / whole);
    }
    let mut bars = Vec::new();
    for (n, step) in drawn.iter().enumerate() {
        let (from, to) = (edges[n], edges[n + 1]);
        let (label, label_at, anchor) = label(n + 1, &step.label, from, to);
        bars.push(Bar {
            n: n + 1,
            label,
            label_at: percent(label_at),
            anchor,
            baseline: ROW * n + BASELINE,
            top: ROW * n + BAR,
            at: percent(from),
            width: percent(to - from),
            lost: step.lost,
            open: step.minutes.is_none(),
            cut: (lengths[n] > longest).then(|| percent((from + to) / 2.0)),
        });
    }
    let line = ROW * drawn.len() + 2;
    Some(Axis { height: line + FOOT, line, foot: line + 14, bars, ticks: ticks(drawn, &edges) })
}

/// The stretches in minutes; one that is not known is as long as the one in the middle.
fn lengths(steps: &[Stretch]) -> Vec<f64> {
    let mut known: Vec<u32> = steps.iter().filter_map(|step| step.minutes).collect();
    known.sort_unstable();
    let usual = known.get(known.len() / 2).copied().unwrap_or(1);
    steps.iter().map(|step| f64::from(step.minutes.unwrap_or(usual).max(1))).collect()
}

/// The length that longer stretches are cut to, so that the shortest keeps its share.
fn cap(lengths: &[f64]) -> f64 {
    let mut sorted = lengths.to_vec();
    sorted.sort_by(f64::total_cmp);
    let room = sorted.first().copied().unwrap_or_default() / LEAST;
    let mut below = 0.0;
    for (at, length) in sorted.iter().enumerate() {
        let left = (sorted.len() - at) as f64;
        if below + length * left > room {
            return ((room - below) / left).max(sorted[0]);
        }
        below += length;
    }
    f64::INFINITY
}

/// A label as far as there is room, and where it stands: above its bar from the left, else from where the bar ends.
fn label(n: usize, text: &str, from: f64, to: f64) -> (String, f64, &'static str) {
    let number = LETTER * (n.to_string().len() + 1) as f64;
    let needed = 4.0 + number + LETTER * width(text) as f64;
    if needed <= NARROW * (1.0 - from) {
        return (text.to_string(), from, "start");
    }
    let end = if needed <= NARROW * to { to } else { 1.0 };
    let room = ((NARROW * end - number) / LETTER) as usize;
    (cut(text, room), end, "end")
}

/// Letters of a text, wide ones twice.
fn width(text: &str) -> usize {
    text.chars().map(breadth).sum()
}

fn breadth(letter: char) -> usize {
    if u32::from(letter) < 0x1100 { 1 } else { 2 }
}

fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_string();
    }
    let mut taken = 1;
    let fits = |letter: &char| {
        taken += breadth(*letter);
        taken <= room
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end_matches([' ', ',']))
}

/// The times at which steps begin, and at which the last one ends, as far as they are known.
fn ticks(steps: &[Stretch], edges: &[f64]) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut minutes = 0;
    let mut free = 0.0;
    for (n, edge) in edges.iter().enumerate() {
        if n > 0 {
            match steps[n - 1].minutes {
                Some(more) => minutes += more,
                None => break,
            }
        }
        let last = n + 1 == edges.len();
        let text = match n {
            0 => "t+0".to_string(),
            _ => time(minutes, last),
        };
        let (room, at) = (DIGIT * text.len() as f64, NARROW * edge);
        let (anchor, left) = match n {
            0 => ("start", at),
            _ if at + room / 2.0 > NARROW => ("end", at - room),
            _ => ("middle", at - room / 2.0),
        };
        let fits = left >= free;
        if fits {
            free = left + room + DIGIT / 3.0;
        }
        ticks.push(Tick {
            at: percent(*edge),
            top: ROW * n.saturating_sub(1) + BAR,
            text: fits.then_some(text),
            anchor,
        });
    }
    ticks
}

/// Minutes in short: `+5`, `+1 h`, `+1 h 15`; the last one says what they are.
fn time(minutes: u32, last: bool) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) if last => format!("+{m} min"),
        (0, m) => format!("+{m}"),
        (h, 0) => format!("+{h} h"),
        (h, m) => format!("+{h} h {m}"),
    }
}

fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(minutes: &[Option<u32>]) -> Axis {
        let step = |minutes: &Option<u32>| Stretch { label: "Ann".into(), minutes: *minutes, lost: false };
        draw(&minutes.iter().map(step).collect::<Vec<_>>()).expect("there are steps")
    }

    fn bars(axis: &Axis) -> Vec<(&str, &str, bool)> {
        axis.bars.iter().map(|bar| (bar.at.as_str(), bar.width.as_str(), bar.cut.is_some())).collect()
    }

    fn times(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.text.as_deref().unwrap_or("-")).collect()
    }

    #[test]
    fn bars_are_as_long_as_their_steps_have() {
        let axis = axis(&[Some(5), Some(10), Some(5)]);
        assert_eq!(bars(&axis), [("0%", "25%", false), ("25%", "50%", false), ("75%", "25%", false)]);
        assert_eq!(times(&axis), ["t+0", "+5", "+15", "+20 min"]);
    }

    #[test]
    fn a_long_stretch_is_cut_where_a_short_one_would_not_be_seen() {
        let axis = axis(&[Some(5), Some(240)]);
        assert_eq!(bars(&axis), [("0%", "10%", false), ("10%", "90%", true)]);
        assert_eq!(times(&axis), ["t+0", "+5", "+4 h 5"]);
    }

    #[test]
    fn no_time_is_told_after_a_step_that_does_not_say_how_long_it_has() {
        let axis = axis(&[Some(15), None, Some(15)]);
        assert_eq!(times(&axis), ["t+0", "+15"]);
        assert!(axis.bars[1].open);
    }

    #[test]
    fn many_short_steps_share_the_axis_and_leave_out_times_that_do_not_fit() {
        let axis = axis(&[Some(1); 40]);
        assert_eq!(axis.bars.len(), DRAWN);
        assert_eq!(axis.bars[1].at, "12.5%");
        let long = [Some(100), Some(100), Some(100), Some(100), Some(100), Some(100), Some(100)];
        assert!(times(&self::axis(&long)).contains(&"-"));
    }

    #[test]
    fn a_label_that_does_not_fit_on_the_right_ends_with_its_bar_or_is_cut() {
        assert_eq!(label(1, "Ann", 0.0, 0.5), ("Ann".into(), 0.0, "start"));
        assert_eq!(label(2, "Incident manager on call", 0.5, 1.0), ("Incident manager on call".into(), 1.0, "end"));
        let (text, at, anchor) = label(2, &"Ann and Bo, ".repeat(9), 0.5, 1.0);
        assert!(text.ends_with("Ann…") || text.ends_with('…'), "{text}");
        assert_eq!((at, anchor, width(&text) < 42), (1.0, "end", true));
        assert_eq!(cut("当番の担当者", 5), "当番…");
    }
}
