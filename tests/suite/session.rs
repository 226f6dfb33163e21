//! Pages that a preview makes before all others.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use onus::pipeline::{self, Checked, Observer, PipelineError, Request, Session, Stage};
use onus::render::{Content, RenderError};
use onus::theme::Theme;

struct Silent;

impl Observer for Silent {
    fn begins(&self, _: Stage) {}
}

/// The example handbook, checked in a session that goes on.
fn example() -> (Session, Checked, Theme) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let request = Request { today: "2026-11-22".parse().expect("a day"), levels: Vec::new(), record: false };
    let mut session = Session::kept();
    let loaded = session.load(root, &request, &Silent).expect("a handbook");
    let checked = session.check(loaded, &Silent);
    let theme = pipeline::theme(root, &checked.handbook.config).expect("a theme");
    (session, checked, theme)
}

fn bytes(content: &Content) -> Vec<u8> {
    match content {
        Content::Bytes(bytes) => bytes.to_vec(),
        Content::Copy(from) => panic!("{} is no page", from.display()),
    }
}

#[test]
fn pages_that_are_made_first_are_as_a_whole_run_makes_them() {
    let (mut session, mut checked, theme) = example();
    let routes: Vec<String> = checked.handbook.iter().map(|(_, entity)| entity.route.clone()).collect();
    let first = session.some_pages(&theme, &checked, None, &routes).expect("pages");
    let first: BTreeMap<_, _> = first.iter().map(|(route, content)| (route.clone(), bytes(content))).collect();
    let left: Vec<&String> = routes.iter().filter(|route| !first.contains_key(*route)).collect();
    assert!(
        left.iter().all(|route| route.ends_with("index.html")),
        "pages that introduce no folder are left: {left:?}"
    );
    assert!(first.len() > 60, "{} pages", first.len());
    // Another session knows nothing of what was made first.
    let mut session = Session::default();
    let (output, _) = session.pages(&theme, &mut checked, None, &Silent, &|| true).expect("a site");
    let other = first.iter().filter(|(route, made)| bytes(&output.files[*route]) != **made).map(|(route, _)| route);
    assert_eq!(other.collect::<Vec<_>>(), Vec::<&String>::new(), "these are made otherwise");
}

#[test]
fn a_run_that_was_overtaken_ends_and_leaves_nothing_behind() {
    let (mut session, mut checked, theme) = example();
    // Planning asks once for each entity, then again; rendering asks for each page.
    let entities = checked.handbook.iter().count();
    for asked in [0, entities / 2, entities + 10] {
        let left = AtomicUsize::new(asked);
        let goes_on = || left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok();
        let ended = session.pages(&theme, &mut checked, None, &Silent, &goes_on);
        assert!(matches!(ended, Err(PipelineError::Render(RenderError::Overtaken))), "after {asked} questions");
    }
    let (whole, _) = session.pages(&theme, &mut checked, None, &Silent, &|| true).expect("a site");
    let (clean, _) = Session::default().pages(&theme, &mut checked, None, &Silent, &|| true).expect("a site");
    let differs = |(route, content): (&String, &Content)| match content {
        Content::Copy(_) => false,
        content => bytes(content) != bytes(&clean.files[route]),
    };
    assert_eq!(whole.files.len(), clean.files.len());
    assert!(!whole.files.iter().any(differs));
}
