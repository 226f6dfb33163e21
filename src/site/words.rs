//! Text on its way to a page: contacts, addresses of site.toml, messages with code in them.

use pulldown_cmark_escape::escape_html;

use crate::config::Config;
use crate::model::entity::Channel;
use crate::site::view::Contact;

/// A contact as a page shows it: a link only where its scheme is one of ours.
pub fn contact_view(channel: Channel, value: &str) -> Contact {
    let web = value.starts_with("https://") || value.starts_with("http://");
    let digits: String = value.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let number = value.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c)) && digits.len() >= 3;
    let (name, href) = match channel {
        Channel::OnCall => ("On-call", number.then(|| format!("tel:{digits}"))),
        Channel::Phone => ("Phone", number.then(|| format!("tel:{digits}"))),
        Channel::Slack => ("Slack", None),
        Channel::Email => {
            ("Email", (value.contains('@') && !value.contains([' ', '?', '&', '"'])).then(|| format!("mailto:{value}")))
        }
        Channel::Issues => ("Issues", None),
        Channel::Url => ("Web", None),
    };
    let href = if web { Some(value.to_string()) } else { href };
    // A thumb needs the address, an eye only its name.
    let label = value.strip_prefix("https://").unwrap_or(value).trim_end_matches('/');
    Contact { kind: channel.name(), name, label: label.to_string(), href }
}

/// Characters of an address that are read at a glance.
const AT_A_GLANCE: usize = 50;

/// An address of another site as words: without its scheme and, where it is long, only the host and how it ends.
pub fn address(url: &str) -> String {
    let bare =
        url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url).trim_end_matches('/');
    let parts = bare.split_once('/').and_then(|(host, path)| Some((host, path.rsplit_once('/')?.1)));
    match parts {
        Some((host, end)) if bare.chars().count() > AT_A_GLANCE && !host.contains(char::is_whitespace) => {
            format!("{host}/…/{end}")
        }
        _ => bare.to_string(),
    }
}

/// Fills `{name}` in an address of site.toml, percent-encoded; slashes of a path stay.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    const PATH: &AsciiSet = &VALUE.remove(b'/');
    let mut out = template.to_string();
    for (name, value) in values {
        let set = if *name == "path" { PATH } else { VALUE };
        out = out.replace(&format!("{{{name}}}"), &utf8_percent_encode(value, set).to_string());
    }
    out
}

/// Escapes a message, with what stands in backticks as code.
pub fn code_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (n, part) in text.split('`').enumerate() {
        let code = n % 2 == 1;
        out.push_str(if code { "<code>" } else { "" });
        // Writing to a string cannot fail.
        let _ = escape_html(&mut out, part);
        out.push_str(if code { "</code>" } else { "" });
    }
    out
}

/// The address of a new issue that asks who owns `…`.
pub fn ask(config: &Config) -> Option<String> {
    let title = ("title", "Who owns …?");
    config.issue_url.as_ref().map(|url| fill(url, &[title, ("body", "What is it, and where did you look?\n")]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_safe_html() {
        assert_eq!(code_html("`<b>` is no <i>"), "<code>&lt;b&gt;</code> is no &lt;i&gt;");
    }

    #[test]
    fn addresses_are_filled_and_encoded() {
        assert_eq!(
            fill("https://e.example/{path}?t={title}", &[("path", "a b/c.md"), ("title", "x&y")]),
            "https://e.example/a%20b/c.md?t=x%26y"
        );
    }

    #[test]
    fn long_addresses_are_told_by_where_they_are_and_how_they_end() {
        let long = "https://git.example/any/platform/blob/main/resources/README.md#config-reload";
        assert_eq!(address(long), "git.example/…/README.md#config-reload");
        assert_eq!(address("https://wiki.example/runbooks/down/"), "wiki.example/runbooks/down");
        assert_eq!(
            address("Ask whoever is on the desk, and/or read the note/s that lie beside it"),
            "Ask whoever is on the desk, and/or read the note/s that lie beside it"
        );
    }

    #[test]
    fn only_numbers_become_telephone_links() {
        assert_eq!(contact_view(Channel::Phone, "+44 20 7946 0102").href.as_deref(), Some("tel:+442079460102"));
        assert_eq!(contact_view(Channel::OnCall, "javascript:alert(1)").href, None);
        assert_eq!(contact_view(Channel::Email, "a@b.example").href.as_deref(), Some("mailto:a@b.example"));
        assert_eq!(contact_view(Channel::Url, "javascript:alert(1)").href, None);
    }
}
