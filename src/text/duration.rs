//! Lengths of time as people write them: `15m`, `4h`, `90d`, `6w`, `6 months`, `1y`.

use jiff::Span as Duration;
use jiff::civil::Date;

/// Parses a length of time above zero and of at most a hundred years.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    // A bare ISO 8601 form (`P90D`) is not one of the model's spellings.
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let duration: Duration = text.parse().ok()?;
    let origin = Date::constant(2000, 1, 1).at(0, 0, 0, 0);
    let end = origin.checked_add(duration).ok()?;
    (end > origin && end.date() <= Date::constant(2100, 1, 1)).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_spellings_of_the_model() {
        for text in ["15m", "4h", "90d", "6w", "6 months", "1y", "1 year", "2 weeks"] {
            assert!(parse_duration(text).is_some(), "{text}");
        }
        for text in ["", "soon", "0d", "-3d", "P90D", "90", "1000y"] {
            assert!(parse_duration(text).is_none(), "{text}");
        }
    }
}
