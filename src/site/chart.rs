//! Drawings as numbers: bars and lines whose templates only write down where things stand. What they mean is said by the table
//! that each of them stands in or beside.

use serde::Serialize;

use jiff::civil::Date;

/// A bar in a row of a table: its parts from the left, each a share of the whole width.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    pub parts: Vec<Part>,
    /// Where a limit stands, as a share of the whole width: `62.5%`.
    pub limit: Option<String>,
}

/// A part of a bar.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// `full`, `half` or `late`: how it is filled.
    pub fill: &'static str,
    pub x: String,
    pub width: String,
}

impl Bar {
    /// Parts beside each other, out of `whole`.
    pub fn new(whole: usize, parts: &[(&'static str, usize)]) -> Self {
        let mut at = 0;
        let mut drawn = Vec::new();
        for (fill, size) in parts {
            drawn.push(Part { fill, x: share(at, whole), width: share(*size, whole) });
            at += size;
        }
        Self { parts: drawn, limit: None }
    }
}

/// A line over time, in a field that is 100 wide and 100 high, y downwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// `x,y x,y …`
    pub points: String,
    /// The same, closed along the bottom.
    pub area: String,
}

impl Line {
    /// Values on days, the earliest first; the field is `most` high.
    pub fn new(values: &[(Date, usize)], most: usize) -> Self {
        let (Some((first, _)), Some((last, _))) = (values.first(), values.last()) else {
            return Self { points: String::new(), area: String::new() };
        };
        let days = |to: Date| usize::try_from((to - *first).get_days()).unwrap_or(0);
        let span = days(*last);
        let point = |(on, value): &(Date, usize)| {
            format!("{},{}", number(days(*on), span), number(most.saturating_sub(*value), most))
        };
        let points = values.iter().map(point).collect::<Vec<_>>().join(" ");
        let area = format!("0,100 {points} 100,100");
        Self { points, area }
    }
}

/// A share of the whole, from `0%` to `100%`.
pub fn share(part: usize, whole: usize) -> String {
    format!("{}%", number(part, whole))
}

/// A share of the whole in whole per cent, rounded towards the worse: only all of it is 100.
pub fn per_cent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(0)
}

/// Per cent with at most two places, so that a drawing is the same on every machine.
fn number(part: usize, whole: usize) -> String {
    let hundredths = (part.min(whole) * 10_000 + whole / 2).checked_div(whole).unwrap_or(0);
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match rest {
        0 => whole.to_string(),
        rest => format!("{whole}.{rest:02}").trim_end_matches('0').to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_beside_each_other_and_end_where_the_whole_ends() {
        let bar = Bar::new(8, &[("full", 5), ("half", 3)]);
        let drawn: Vec<_> = bar.parts.iter().map(|part| (part.fill, &*part.x, &*part.width)).collect();
        assert_eq!(drawn, [("full", "0%", "62.5%"), ("half", "62.5%", "37.5%")]);
        assert_eq!(Bar::new(0, &[("late", 0)]).parts[0].width, "0%");
    }

    #[test]
    fn a_line_keeps_the_distances_of_days_and_the_highest_value_at_the_top() {
        let day = |on: &str| on.parse().expect("a date");
        let line = Line::new(&[(day("2026-11-01"), 3), (day("2026-11-02"), 6), (day("2026-11-09"), 0)], 6);
        assert_eq!(line.points, "0,50 12.5,0 100,100");
        assert_eq!(line.area, "0,100 0,50 12.5,0 100,100 100,100");
        assert_eq!(Line::new(&[(day("2026-11-01"), 0)], 0).points, "0,0");
    }

    #[test]
    fn only_all_of_it_is_a_hundred_per_cent() {
        assert_eq!((per_cent(199, 200), per_cent(200, 200), per_cent(0, 0)), (99, 100, 0));
    }
}
