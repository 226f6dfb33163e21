//! Who is accountable: things without an owner, owners that resolve to nobody, and work that rests on too few.

pub mod ambiguous;
pub mod concentration;
pub mod departed;
pub mod empty_team;
pub mod idle_team;
pub mod no_arbiter;
pub mod overlap;
pub mod single_holder;
pub mod unaccepted_transfer;
pub mod unheld_role;
pub mod unknown_members;
pub mod unowned;
pub mod unreachable;
