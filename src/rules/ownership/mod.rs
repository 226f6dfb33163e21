//! Who is accountable: things without an owner, owners that resolve to nobody, and work that rests on too few.

pub mod departed;
pub mod empty_team;
pub mod unheld_role;
pub mod unowned;
