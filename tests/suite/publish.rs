//! What is in the published folder, at any moment: the old site or the new one, and whatever others put there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};

use crate::fixture::{Folder, TODAY, tree};

type Tree = BTreeMap<String, Vec<u8>>;

/// A small handbook with folders, a copied file and alerts.
fn small() -> Folder {
    Folder::new()
        .file("content/index.md", "# Home\n\n[T](teams/t.md)\n")
        .file("content/teams/t.md", "---\ntitle: T\nmembers: [p]\n---\n")
        .file("content/people/p.md", "---\ntitle: P\n---\n")
        .file("content/services/shop/s.md", "---\ntitle: S\nowner: team:t\n---\n![d](d.png)\n")
        .file("content/services/shop/d.png", "png")
        .file("content/guides/deep/down/x.md", "# X\n")
        .file("content/alerts/rules.yaml", "groups: [{rules: [{alert: A, labels: {service: shop/s}}]}]\n")
}

fn build_to(folder: &Folder, out: &str) -> Tree {
    folder.onus("build --fail-on never --today").arg(TODAY).arg("--out").arg(out).success();
    tree(&folder.path(out))
}

fn times(dir: &Path) -> BTreeMap<String, SystemTime> {
    let files = tree(dir).into_keys().filter(|path| !path.ends_with('/') && path != ".onus-manifest");
    files
        .map(|path| (fs::symlink_metadata(dir.join(&path)).and_then(|file| file.modified()).expect("a time"), path))
        .map(|(time, path)| (path, time))
        .collect()
}

#[test]
fn two_builds_are_the_same_bytes() {
    for folder in [small(), Folder::example()] {
        let first = build_to(&folder, "one");
        assert_eq!(build_to(&folder, "two"), first);
        for threads in ["1", "4"] {
            let out = format!("out-{threads}");
            let run = folder.onus("build --fail-on never --today").arg(TODAY).arg("--out").arg(&out);
            run.env("RAYON_NUM_THREADS", threads).success();
            assert!(folder.tree(&out) == first, "{threads} threads give another site");
        }
    }
}

#[test]
fn findings_come_in_the_same_order_whatever_the_number_of_threads() {
    let folder = Folder::example().file("content/services/bad.yaml", "title: x\nownr: y\ntier: 9\n");
    let run = |threads| {
        folder.onus("check --fail-on never --format json --today").arg(TODAY).env("RAYON_NUM_THREADS", threads)
    };
    assert_eq!(run("1").success().stdout, run("4").success().stdout);
}

#[test]
fn a_second_build_changes_nothing() {
    let folder = small();
    folder.build();
    let before = times(&folder.path("public"));
    let ran = folder.publish();
    assert!(ran.stdout.contains(": 0 changed, 0 removed"), "{}", ran.stdout);
    assert_eq!(times(&folder.path("public")), before);
}

#[test]
fn a_change_touches_only_what_it_changes() {
    let folder = small();
    folder.build();
    let before = times(&folder.path("public"));
    folder.put("content/services/shop/d.png", "other");
    let ran = folder.publish();
    assert!(ran.stdout.contains(": 1 changed, 0 removed"), "{}", ran.stdout);
    let after = times(&folder.path("public"));
    let changed: Vec<&String> =
        after.iter().filter(|(path, time)| before[*path] != **time).map(|(path, _)| path).collect();
    assert_eq!(changed, ["services/shop/d.png"]);
}

#[test]
fn what_is_removed_from_the_content_is_removed_from_the_site() {
    let folder = small();
    folder.build();
    assert!(folder.path("public/guides/deep/down/x.html").exists());
    folder.remove("content/guides/deep/down/x.md");
    folder.remove("content/services/shop/d.png");
    folder.build();
    assert!(!folder.path("public/guides").exists());
    assert!(!folder.path("public/services/shop/d.png").exists());
    assert!(folder.path("public/services/shop/s.html").exists());
}

#[test]
fn a_site_that_was_tampered_with_is_mended() {
    let folder = small();
    folder.build();
    let good = folder.tree("public");
    folder.put("public/teams/t.html", "defaced");
    folder.remove("public/index.html");
    folder.put("public/services/shop/d.png", "gnp");
    folder.build();
    assert!(folder.tree("public") == good);
}

#[test]
fn files_of_others_in_the_published_folder_stay() {
    let folder = small();
    folder.build();
    folder.put("public/CNAME", "handbook.example\n");
    folder.put("public/teams/photo.jpg", "jpg");
    folder.put("public/own/deep/note.txt", "note");
    folder.put("public/.git/HEAD", "ref: refs/heads/site\n");
    fs::create_dir_all(folder.path("public/.git/refs/heads")).expect("a folder");
    let folder =
        folder.link("public/latest", "teams/t.html").link("public/own/lost", "/nowhere").link("public/up", "own");
    folder.put("content/index.md", "# Another home\n");
    folder.remove("content/guides/deep/down/x.md");
    folder.build();
    let after = folder.tree("public");
    for (path, content) in [
        ("CNAME", "handbook.example\n"),
        ("teams/photo.jpg", "jpg"),
        ("own/deep/note.txt", "note"),
        (".git/HEAD", "ref: refs/heads/site\n"),
        (".git/refs/heads/", ""),
        ("latest", "→ teams/t.html"),
        ("own/lost", "→ /nowhere"),
        ("up", "→ own"),
    ] {
        assert_eq!(
            after.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).as_deref(),
            Some(content),
            "{path}"
        );
    }
    assert!(!after.contains_key("guides/"));
    let second = folder.publish();
    assert!(second.stdout.contains(": 0 changed, 0 removed"), "{}", second.stdout);
    assert!(folder.tree("public") == after);
}

#[test]
fn a_folder_that_is_not_ours_is_refused_and_stays() {
    let folder = small().file("elsewhere/precious.txt", "x").file("file", "x");
    for out in ["elsewhere", "file"] {
        folder.onus("build --out").arg(out).stderr_holds("was not written by onus").stdout("").exits(2);
    }
    assert_eq!(folder.names("elsewhere"), ["precious.txt"]);
    folder.put("elsewhere/.onus-manifest", "something else\nprecious.txt\n");
    folder.onus("build --out elsewhere").exits(2);
    assert_eq!(folder.names("elsewhere"), [".onus-manifest", "precious.txt"]);
}

#[test]
fn the_handbook_itself_is_refused() {
    let folder = small().file("themes/own/templates/x.html", "").link("sly", "content").link("slyer", ".");
    let before = folder.tree("");
    let root = folder.path("").to_string_lossy().into_owned();
    for out in [
        ".",
        "..",
        "./",
        "content",
        "content/",
        "content/teams",
        "content/new",
        "content/new/deep",
        "themes",
        "themes/own",
        "themes/new",
        "public/../content/new",
        "sly",
        "sly/new",
        "slyer",
        "slyer/content/new",
        "/",
        &root,
    ] {
        folder.onus("build --out").arg(out).stderr_holds("holds the handbook itself").exits(2);
    }
    folder.onus("build --out new").within("content").exits(2);
    assert!(folder.tree("") == before);
}

#[test]
fn an_empty_folder_and_a_link_to_one_are_published_to() {
    let elsewhere = Folder::empty();
    let folder = small().folder("empty").link("public", &elsewhere.path("").to_string_lossy());
    build_to(&folder, "empty");
    folder.build();
    assert!(fs::symlink_metadata(folder.path("public")).expect("a link").is_symlink());
    assert!(elsewhere.path("index.html").exists());
    build_to(&folder, "new/and/deep");
    assert!(folder.path("new/and/deep/index.html").exists());
}

#[test]
fn a_broken_template_leaves_the_old_site() {
    let folder = small().file("site.toml", "title = \"x\"\ntheme = \"own\"\n").folder("themes/own/templates");
    folder.build();
    let before = (folder.tree("public"), times(&folder.path("public")), folder.names(""));
    for template in [
        "{% if %}",
        "{{ nothing.at.all }}",
        "{% extends \"default/home.html\" %}{% block content %}{{ 1 / 0 }}{% endblock %}",
    ] {
        folder.put("themes/own/templates/home.html", template);
        folder.onus("build").stdout("").exits(2);
        assert!((folder.tree("public"), times(&folder.path("public")), folder.names("")) == before, "{template}");
    }
}

#[test]
fn builds_at_the_same_time_leave_one_whole_site() {
    let folder = many('a');
    let out = Folder::empty();
    let reference = reference(&folder);
    let builds: Vec<Child> = (0..4).map(|_| start(&folder, &out.path("public"))).collect();
    for mut build in builds {
        assert!(build.wait().expect("it ends").success());
    }
    assert!(out.tree("public") == reference);
    assert_eq!(out.names(""), ["public"]);
}

/// How often a build is killed.
const KILLS: u32 = 20;

#[test]
fn a_killed_build_leaves_the_old_site_or_the_new_one() {
    let (a, b) = (many('a'), many('b'));
    let references = [reference(&a), reference(&b)];
    let out = Folder::empty().file("public/.onus-manifest", "onus 1\n");
    let dir = out.path("public");
    let mut whole = Duration::ZERO;
    for folder in [&a, &b, &a] {
        let start_of_build = Instant::now();
        assert!(start(folder, &dir).wait().expect("it ends").success());
        whole = start_of_build.elapsed();
    }
    fs::write(dir.join("foreign.txt"), "mine").expect("a file is written");
    let mut published = 0;
    let mut seen = [0, 0];
    for kill in 0..KILLS {
        let delay = whole * kill / (KILLS - 2);
        let next = [&b, &a][published];
        let mut build = start(next, &dir);
        wait(delay);
        build.kill().expect("it is killed");
        build.wait().expect("it ends");
        let mut left = tree(&dir);
        assert_eq!(left.remove("foreign.txt").as_deref(), Some(b"mine".as_slice()), "killed after {delay:?}");
        let which = references.iter().position(|reference| *reference == left);
        let which = which.unwrap_or_else(|| panic!("neither the old nor the new site, killed after {delay:?}"));
        seen[usize::from(which != published)] += 1;
        // The next good build succeeds, and leaves nothing behind.
        let target = 1 - which;
        assert!(start([&a, &b][target], &dir).wait().expect("it ends").success());
        let mut left = tree(&dir);
        left.remove("foreign.txt");
        assert!(left == references[target], "after a build that followed one killed after {delay:?}");
        assert_eq!(out.names(""), ["public"], "killed after {delay:?}");
        published = target;
    }
    assert!(seen[0] > 0, "every build was killed too late: {seen:?}");
}

/// A handbook of some 300 pages. Every page of the one differs from the other's; some are in one alone.
fn many(state: char) -> Folder {
    let folder = Folder::new().file("site.toml", format!("title = \"Handbook {state}\"\n"));
    for n in 0..230 {
        folder.put(&format!("content/services/s{n}.md"), format!("# Service {n}\n\nState {state}.\n"));
    }
    for n in 0..20 {
        folder.put(&format!("content/guides/{state}/g{n}.md"), format!("# Guide {n}\n"));
        folder.put(&format!("content/files/{n}.bin"), format!("{state}{n}").repeat(1_000));
    }
    folder
}

fn reference(folder: &Folder) -> Tree {
    build_to(folder, "reference")
}

/// Starts a build of a handbook to a folder elsewhere.
fn start(folder: &Folder, out: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onus"));
    command.args(["build", "--fail-on", "never", "--format", "json", "--today", TODAY, "--root"]).arg(folder.path(""));
    command.arg("--out").arg(out).env_remove("ONUS_REVISION");
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
}

/// Waits for a delay that is part of the case, not for something to happen.
fn wait(delay: Duration) {
    let (_sender, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(delay);
}
