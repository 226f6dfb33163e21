//! The library behind `onus`: an ownership handbook from Markdown and YAML to findings and a static site.
//!
//! Data flows one way, through typed stages; each arrow is one function.
//!
//! ```text
//! site.toml ─▶ Config ──────────────────────────────┐
//! content/  ─▶ Sources ─▶ Parsed ─▶ Handbook ─▶ Report ─▶ Site ─▶ Output ─▶ disk or memory
//!              bytes      per file   linked      findings   pages ▲  bytes
//! themes/   ─▶ Theme ────────────────────────────────────────────┘
//! ```
//!
//! | layer | rooms | may use |
//! |---|---|---|
//! | 0 | [`text`] | nothing of the crate |
//! | 1 | [`diagnostic`] | below |
//! | 2 | [`config`], [`source`], [`history`] | below |
//! | 3 | [`model`] | below |
//! | 4 | [`rules`] | below |
//! | 5 | [`site`] | below |
//! | 6 | [`theme`], [`render`], [`search`], [`export`] | below |
//! | 7 | [`output`], [`pipeline`] | below |
//! | 8 | [`serve`], [`cli`] | below; `cli` also `serve` |
//!
//! Only `config`, `source`, `history`, `theme`, `output`, `serve` and `cli` touch disk, and only `serve` and `cli` the clock and the environment: the day
//! is an input everywhere, so the same handbook on the same day gives the same bytes.

pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod export;
pub mod history;
pub mod model;
pub mod output;
pub mod pipeline;
pub mod render;
pub mod rules;
pub mod search;
pub mod serve;
pub mod site;
pub mod source;
pub mod text;
pub mod theme;
