//! What to do when it breaks: runbooks nobody arrives at, that lack what one needs, or that anyone may run.

pub mod destructive_without_authority;
pub mod missing_section;
pub mod no_alert_or_service;
pub mod no_escalation;
