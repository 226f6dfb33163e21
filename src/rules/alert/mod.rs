//! What an alert has to answer: is this mine, and what now.

pub mod dead_runbook;
pub mod duplicate;
pub mod no_runbook;
pub mod no_service;
pub mod undefined;
