//! The library behind `onus`.
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod model;
pub mod output;
pub mod pipeline;
pub mod render;
pub mod rules;
pub mod site;
pub mod source;
pub mod text;
pub mod theme;
