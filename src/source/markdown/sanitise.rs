//! What raw HTML may hold. The list is ammonia's; only what our own Markdown writes is added.

use std::borrow::Cow;
use std::collections::HashSet;

use ammonia::Builder;

/// Cleans a whole rendered text: elements may open in one piece of raw HTML and close in another.
pub struct Sanitiser {
    builder: Builder<'static>,
}

impl Default for Sanitiser {
    fn default() -> Self {
        Self::new()
    }
}

impl Sanitiser {
    pub fn new() -> Self {
        let mut builder = Builder::default();
        builder
            .link_rel(None)
            .add_tags(["input", "section"])
            .add_tag_attributes("section", ["aria-label"])
            .add_tag_attributes("li", ["value"])
            .add_tag_attributes("input", ["type", "checked", "disabled", "aria-label"])
            .add_tag_attributes("a", ["name", "aria-label"])
            .add_tag_attributes("div", ["tabindex", "role", "aria-label"])
            .add_tag_attributes("pre", ["data-lang"])
            .add_tag_attributes("img", ["loading"])
            .add_tag_attributes("details", ["open"])
            .add_generic_attributes(["id", "title"])
            .add_allowed_classes("a", ["anchor", "note-back"])
            .add_allowed_classes("pre", ["code"])
            .add_allowed_classes("figure", ["listing", "diagram"])
            .add_allowed_classes("sup", ["note-ref"])
            .add_allowed_classes("section", ["notes"])
            .add_allowed_classes("p", ["markdown-alert-title"])
            .add_allowed_classes(
                "div",
                [
                    "table-scroll",
                    "tabs",
                    "tab",
                    "markdown-alert",
                    "markdown-alert-note",
                    "markdown-alert-tip",
                    "markdown-alert-important",
                    "markdown-alert-warning",
                    "markdown-alert-caution",
                ],
            )
            .add_tag_attributes("th", ["scope"])
            .add_allowed_classes("th", ["align-left", "align-center", "align-right"])
            .add_allowed_classes("td", ["align-left", "align-center", "align-right"])
            .add_allowed_classes("span", super::highlight::CLASSES.into_iter().chain(["dead-link"]))
            .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
            .attribute_filter(|element, attribute, value| match (element, attribute) {
                // A page loads nothing from another host.
                ("img", "src") if value.contains("//") || value.contains(':') => None,
                // Only the checkbox of a task list is an input.
                ("input", "type") if value != "checkbox" => None,
                _ => Some(Cow::Borrowed(value)),
            });
        Self { builder }
    }

    pub fn clean(&self, html: &str) -> String {
        self.builder.clean(html).to_string()
    }
}
