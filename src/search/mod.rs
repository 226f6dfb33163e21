//! Answers: what somebody means by a name, and who owns it. Showing the answer is the command line's and the pages' work.

pub mod card;
pub mod export;
pub mod index;
pub mod names;
pub mod query;
pub mod rank;
pub mod shards;
pub mod spelling;
pub mod store;
pub mod words;
