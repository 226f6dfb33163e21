//! What onus does from outside: the binary is run on handbooks that the tests make in temporary folders.
//!
//! `fixture` makes and runs, `preview` serves, `html` reads what was published; the other files are tests, one subject each.

mod fixture;
mod html;
mod preview;

mod cli;
mod edits;
mod feeds;
mod fields;
mod history;
mod hostile;
mod layers;
mod licences;
mod moved;
mod pages;
mod prose;
mod publish;
mod search;
mod serve;
mod session;
mod sources;
mod tables;
mod themes;
mod who;
