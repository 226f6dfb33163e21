//! Whether what is written has been looked at lately, by whom, and with what result.

pub mod due_soon;
pub mod future;
pub mod never;
pub mod outsider;
pub mod overdue;
pub mod unexplained;

/// A number of days, as a message says it.
fn days(count: i32) -> String {
    if count == 1 { "1 day".to_string() } else { format!("{count} days") }
}
