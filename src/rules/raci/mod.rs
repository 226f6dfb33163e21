//! Who does the work and who is asked, besides the one who is accountable.

pub mod no_responsible;
pub mod too_many_consulted;
