//! Who is accountable: things without an owner, owners that resolve to nobody, and work that rests on too few.

pub mod unowned;
