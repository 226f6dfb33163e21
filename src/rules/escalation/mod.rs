//! Who is told next: policies that are missing, that nobody owns, and steps that end nowhere.

pub mod dead_end;
pub mod r#loop;
pub mod missing;
pub mod no_owner;
pub mod same_person;
pub mod slow;
pub mod unreachable;
