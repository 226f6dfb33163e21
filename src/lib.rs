//! The library behind `onus`.
pub mod config;
pub mod diagnostic;
pub mod model;
pub mod rules;
pub mod source;
pub mod text;
