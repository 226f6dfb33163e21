//! The only reader of content, and of what stays outside it: walks folders, reads files, parses front matter, YAML and Markdown.
//!
//! It does not know what kinds of things a handbook holds: a file becomes records and prose, and the model says what they mean.

pub mod elsewhere;
pub mod front_matter;
pub mod image;
pub mod load;
pub mod markdown;
pub mod parse;
pub mod record;
pub mod rules;
pub mod yaml;
