//! Published pages as a browser reads them.

use std::cell::Ref;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::rc::Rc;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, local_name, parse_document};
use markup5ever_rcdom::{Node, NodeData, RcDom};

use crate::fixture;

/// Pages of one site that are read; of a larger site every n-th is.
const READ: usize = 240;

/// Scripts besides the one of every page, and what on a page asks for them: an attribute, or a class of the script's name.
const NEEDED: [(&str, &str); 6] = [
    ("away", "data-away"),
    ("tabs", "class"),
    ("tables", "data-narrow"),
    ("tables", "data-can-i"),
    ("matrix", "data-raci"),
    ("ask", "data-can-i"),
];

/// A page: its address and its elements, in their order.
pub struct Page {
    pub route: String,
    pub elements: Vec<Element>,
}

/// An element: its name and attributes, and the text directly in it.
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub text: String,
}

impl Element {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

impl Page {
    /// The pages of a published folder.
    pub fn all(dir: &Path) -> Vec<Page> {
        let routes: Vec<String> = fixture::tree(dir).into_keys().filter(|path| path.ends_with(".html")).collect();
        let step = routes.len().div_ceil(READ).max(1);
        let routes = routes.into_iter().step_by(step);
        routes.map(|route| Page { elements: elements(&fs::read(dir.join(&route)).expect("a page")), route }).collect()
    }

    /// Text in HTML, read as a page.
    pub fn of(html: &str) -> Page {
        Page { route: "index.html".to_string(), elements: elements(html.as_bytes()) }
    }

    pub fn named<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    /// What links can name on the page.
    pub fn anchors(&self) -> BTreeSet<&str> {
        let names = self.named("a").filter_map(|element| element.get("name"));
        self.elements.iter().filter_map(|element| element.get("id")).chain(names).collect()
    }

    /// The addresses of the page, with the element and attribute that have them.
    pub fn addresses(&self) -> impl Iterator<Item = (&Element, &str)> {
        const FIELDS: [&str; 10] =
            ["href", "src", "action", "formaction", "data", "poster", "cite", "background", "ping", "srcset"];
        self.elements
            .iter()
            .flat_map(|element| FIELDS.iter().filter_map(move |field| Some((element, element.get(field)?))))
    }

    /// Where an address of this page leads, from the site's root: the path, and the fragment.
    pub fn resolve(&self, address: &str) -> Option<(String, Option<String>)> {
        let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (path, fragment) = match address.split_once('#') {
            Some((path, fragment)) => (path, Some(decode(fragment))),
            None => (address, None),
        };
        if path.is_empty() {
            return Some((self.route.clone(), fragment));
        }
        let mut parts: Vec<String> = self.route.split('/').map(str::to_string).collect();
        parts.pop();
        for part in path.split('?').next()?.split('/') {
            match part {
                "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(decode(part)),
            }
        }
        Some((parts.join("/"), fragment))
    }

    /// Whether an element is the form that leads to the page that searches; what it sends goes no further.
    fn searches(&self, element: &Element) -> bool {
        element.name == "form"
            && element.get("role") == Some("search")
            && element.get("method") == Some("get")
            && element.get("action").and_then(|action| self.resolve(action)).is_some_and(|to| to.0 == "search.html")
    }

    /// Whether a script is the theme's, for something that this page has.
    fn needs(&self, script: &Element) -> bool {
        let name = script.get("src").and_then(|src| self.resolve(src)).and_then(|(path, _)| {
            let (name, print) = path.strip_prefix("assets/")?.split_once('.')?;
            print.ends_with(".js").then(|| name.to_string())
        });
        NEEDED.iter().any(|(needed, by)| {
            let has = |element: &Element| element.get(by).is_some_and(|value| *by != "class" || value == *needed);
            name.as_deref() == Some(needed) && self.elements.iter().any(has)
        })
    }

    /// Whether an element leads on by itself from an old address, and nowhere but to a page of the site.
    fn leads_on(&self, element: &Element) -> bool {
        let url = element.get("content").and_then(|content| content.strip_prefix("0; url="));
        element.name == "meta"
            && element.get("http-equiv") == Some("refresh")
            && url.is_some_and(|url| !is_far(url) && self.resolve(url).is_some_and(|(path, _)| path.ends_with(".html")))
    }

    /// What of the page could run, load or send something; empty for every page that onus may publish.
    pub fn harm(&self) -> Vec<String> {
        const ACTIVE: [&str; 12] = [
            "style", "iframe", "frame", "frameset", "object", "embed", "applet", "base", "form", "audio", "video",
            "portal",
        ];
        let mut harm = Vec::new();
        let mut tell = |element: &Element, what: &str| {
            harm.push(format!("{}: <{}> {what}: {:?}", self.route, element.name, element.attributes));
        };
        for element in &self.elements {
            if ACTIVE.contains(&element.name.as_str()) && !self.searches(element) {
                tell(element, "is active");
            }
            for name in element.attributes.keys() {
                let runs = name.starts_with("on") || name == "style" || name == "srcdoc";
                if runs || name == "http-equiv" && !self.leads_on(element) {
                    tell(element, name);
                }
            }
        }
        for (element, address) in self.addresses() {
            if let Some(scheme) = scheme(address)
                && ["javascript", "vbscript", "data", "blob", "file", "filesystem"].contains(&scheme.as_str())
            {
                tell(element, "has a scheme that runs");
            }
            let loads = matches!(element.name.as_str(), "img" | "source" | "image" | "use" | "input" | "script")
                || element.name == "link" && element.get("rel") != Some("canonical");
            if loads && is_far(address) {
                tell(element, "loads from elsewhere");
            }
        }
        let scripts: Vec<&Element> = self.named("script").collect();
        for script in &scripts {
            let own = script.get("src").and_then(|src| self.resolve(src));
            let own = own.is_some_and(|(path, _)| is_theme(&path, "js")) || self.needs(script);
            if !own || !script.text.is_empty() {
                tell(script, "is not the theme's");
            }
        }
        for script in scripts.iter().skip(1).filter(|script| !self.needs(script)) {
            tell(script, "is one too many");
        }
        for link in self.named("link").filter(|link| link.get("rel") == Some("stylesheet")) {
            if !link.get("href").and_then(|href| self.resolve(href)).is_some_and(|(path, _)| is_theme(&path, "css")) {
                tell(link, "is not the theme's");
            }
        }
        harm
    }
}

/// Expects pages that run nothing, load nothing from elsewhere, and have no dead link among them.
#[track_caller]
pub fn assert_harmless(pages: &[Page]) {
    let harm: Vec<String> = pages.iter().flat_map(Page::harm).collect();
    assert!(harm.is_empty(), "{}", harm.join("\n"));
}

/// Expects every address of a site to be relative, or a link to elsewhere, and to lead to a file and an id that are there.
#[track_caller]
pub fn assert_whole(dir: &Path, pages: &[Page]) {
    let files = fixture::tree(dir);
    let anchors: BTreeMap<&str, BTreeSet<&str>> =
        pages.iter().map(|page| (page.route.as_str(), page.anchors())).collect();
    let mut lost = Vec::new();
    for page in pages {
        for (element, address) in page.addresses() {
            if is_far(address) {
                if element.name != "a" && element.get("rel") != Some("canonical") {
                    lost.push(format!("{}: <{}> leads away: {address}", page.route, element.name));
                }
                continue;
            }
            let Some((path, fragment)) = page.resolve(address).filter(|_| !address.starts_with('/')) else {
                lost.push(format!("{}: leads out of the site: {address}", page.route));
                continue;
            };
            if !files.contains_key(&path) {
                lost.push(format!("{}: there is no {path}", page.route));
            } else if let (Some(fragment), Some(ids)) = (fragment, anchors.get(path.as_str()))
                && !fragment.is_empty()
                && !ids.contains(fragment.as_str())
            {
                lost.push(format!("{}: there is no #{fragment} on {path}", page.route));
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

/// The scheme of an address, as a browser reads it (<https://url.spec.whatwg.org/#concept-basic-url-parser>): leading
/// control characters and spaces, and tabs and line breaks anywhere, do not count.
pub fn scheme(address: &str) -> Option<String> {
    let address = address.trim_start_matches(|c: char| c <= ' ');
    let address: String = address.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let (scheme, _) = address.split_once(':')?;
    let mut letters = scheme.chars();
    let valid = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then(|| scheme.to_ascii_lowercase())
}

/// Whether an address leads to another site.
fn is_far(address: &str) -> bool {
    let start = address.trim_start_matches(|c: char| c <= ' ').replace('\\', "/");
    scheme(address).is_some() || start.starts_with("//")
}

fn is_theme(path: &str, ending: &str) -> bool {
    let name = path.strip_prefix("assets/").and_then(|name| name.split('.').next());
    name.is_some_and(|name| ["onus", "tabs"].contains(&name)) && path.ends_with(&format!(".{ending}"))
}

fn elements(html: &[u8]) -> Vec<Element> {
    let options = ParseOpts::default();
    let dom = parse_document(RcDom::default(), options).from_utf8().one(html);
    let mut elements = Vec::new();
    let mut open: Vec<Rc<Node>> = vec![dom.document.clone()];
    while let Some(node) = open.pop() {
        if let NodeData::Element { name, attrs, template_contents, .. } = &node.data {
            let attrs: Ref<_> = attrs.borrow();
            let attributes = attrs.iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string())).collect();
            let text = node.children.borrow().iter().map(text).collect();
            elements.push(Element { name: name.local.to_string(), attributes, text });
            if name.local == local_name!("template") {
                open.extend(template_contents.borrow().clone());
            }
        }
        open.extend(node.children.borrow().iter().rev().cloned());
    }
    elements
}

fn text(node: &Rc<Node>) -> String {
    if let NodeData::Text { contents } = &node.data { contents.borrow().to_string() } else { String::new() }
}

#[test]
fn schemes_are_read_as_browsers_read_them() {
    assert_eq!(scheme(" \u{1}java\tscript:alert(1)").as_deref(), Some("javascript"));
    assert_eq!(scheme("JaVaScRiPt:x").as_deref(), Some("javascript"));
    assert_eq!(scheme("a/b:c"), None);
    assert_eq!(scheme("%6aavascript:x"), None);
}

#[test]
fn harm_is_seen() {
    let pages = [
        "<script>x</script>",
        "<img src=x onerror=y>",
        "<a href='java\nscript:x'>",
        "<p style='a:b'>",
        "<img src=//far.example/x.png>",
        "<svg><script>x</script></svg>",
        "<iframe></iframe>",
    ];
    for html in pages {
        assert!(!Page::of(html).harm().is_empty(), "{html}");
    }
    assert_eq!(Page::of("<a href='https://far.example/'>x</a>").harm(), Vec::<String>::new());
}
