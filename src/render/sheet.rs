//! Tables as CSV (RFC 4180) that a spreadsheet opens as it should.

use csv::{Terminator, WriterBuilder};

use crate::site::sheet::Sheet;

/// What tells a spreadsheet that the text is UTF-8; without it, some read it in the system's old encoding.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Characters at which a spreadsheet takes a cell for a formula, in their wide forms as well
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A table as CSV.
pub fn csv(sheet: &Sheet) -> Vec<u8> {
    let mut bytes = MARK.to_vec();
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(&mut bytes);
    for row in &sheet.rows {
        writer.write_record(row.iter().map(|cell| inert(cell))).expect("memory takes what is written");
    }
    writer.flush().expect("memory takes what is written");
    drop(writer);
    bytes
}

/// A cell that no spreadsheet computes: a quote before it makes it text.
fn inert(cell: &str) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(cells: &[&str]) -> String {
        let rows = vec![cells.iter().map(|cell| cell.to_string()).collect()];
        String::from_utf8(csv(&Sheet { route: "x.csv", rows })).expect("UTF-8")
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        assert_eq!(
            lines(&["a, b", "say \"x\"", "two\nlines", ""]),
            "\u{feff}\"a, b\",\"say \"\"x\"\"\",\"two\nlines\",\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert!(lines(&[cell]).trim_start_matches(['\u{feff}', '"']).starts_with('\''), "{cell:?}");
        }
        assert_eq!(lines(&["a=1", "#team"]), "\u{feff}a=1,#team\r\n");
    }
}
