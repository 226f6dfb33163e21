//! What `onus serve` and `onus build --watch` do, seen over HTTP and on disk. Nothing waits for a time: for an event, or until it is
//! so.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::edits::{Reader, built};
use crate::fixture::{Folder, TODAY, tree};
use crate::preview::{Preview, plain, serve, small, start};

#[test]
fn pages_are_served_with_types_tags_and_the_published_policy() {
    let folder = small();
    let preview = serve(&folder, &[]);
    preview.settled();
    let page = preview.get("/teams/t.html");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    let published = include_str!("../../docs/publishing.md");
    let own = policy.replace("connect-src 'self'; ", "");
    assert!(own != policy && published.contains(&format!("\"{own}\"")), "it is not what is published: {policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("cache-control"), "no-cache");
    assert!(page.text().contains("Words of the team."));
    assert_eq!(preview.get("/services/d.png").header("content-type"), "image/png");
    assert_eq!(preview.get("/services/d.png").body, b"png");
    assert_eq!(preview.get("/search/index.js").header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(preview.get("/").body, preview.get("/index.html").body);
    assert_eq!(preview.get("/teams").header("location"), "teams/");
    let missing = preview.get("/nowhere/at/all");
    assert_eq!(missing.status, 404);
    assert_eq!(plain(&missing.body), plain(&preview.get("/404.html").body));

    let tag = page.header("etag");
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    let same = preview.ask("GET", "/teams/t.html", &[("If-None-Match", tag)]);
    assert_eq!((same.status, same.body.len()), (304, 0));
    let head = preview.ask("HEAD", "/teams/t.html", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), page.body.len().to_string());
    assert_eq!(preview.ask("POST", "/", &[]).status, 405);
}

#[test]
fn stretches_of_a_file_are_served() {
    let folder = small().file("content/services/d.png", "0123456789");
    let preview = serve(&folder, &[]);
    let range = |range| preview.ask("GET", "/services/d.png", &[("Range", range)]);
    for (asked, told, body) in [
        ("bytes=0-3", "bytes 0-3/10", "0123"),
        ("bytes=7-", "bytes 7-9/10", "789"),
        ("bytes=8-20", "bytes 8-9/10", "89"),
        ("bytes=-2", "bytes 8-9/10", "89"),
    ] {
        let answer = range(asked);
        assert_eq!(
            (answer.status, answer.header("content-range"), answer.text().as_str()),
            (206, told, body),
            "{asked}"
        );
    }
    assert_eq!((range("bytes=10-").status, range("bytes=10-").header("content-range")), (416, "bytes */10"));
    assert_eq!((range("bytes=0-1,4-5").status, range("lines=1-2").status), (200, 200));
    let stale = [("Range", "bytes=0-3"), ("If-Range", "\"another\"")];
    assert_eq!(preview.ask("GET", "/services/d.png", &stale).status, 200);
}

#[test]
fn other_hosts_and_paths_out_of_the_site_are_refused() {
    let folder = small();
    let preview = serve(&folder, &[]);
    let port = preview.address.rsplit(':').next().expect("a port").to_string();
    let as_host = |host: &str| preview.ask("GET", "/", &[("Host", host)]).status;
    for host in
        ["evil.example", &format!("evil.example:{port}"), "10.1.2.3", "127.0.0.1.evil.example", "", "localhost.evil"]
    {
        assert_eq!(as_host(host), 403, "{host}");
    }
    for host in [&format!("localhost:{port}"), "127.0.0.1", &format!("[::1]:{port}")] {
        assert_eq!(as_host(host), 200, "{host}");
    }
    for path in [
        "/../site.toml",
        "/%2e%2e/site.toml",
        "/teams/%2E%2E/%2e%2e/site.toml",
        "/..%5csite.toml",
        "/%00",
        "/teams//../..",
    ] {
        assert_eq!(preview.get(path).status, 400, "{path}");
    }
    for path in ["/site.toml", "/content/teams/t.md", "/.onus/x", "//etc/passwd", "/teams/t.md"] {
        assert_eq!(preview.get(path).status, 404, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_copied_file_that_becomes_a_link_out_of_the_handbook_is_not_served() {
    let folder = small().file("secret", "s3cret");
    let preview = serve(&folder, &[]);
    preview.settled();
    fs::remove_file(folder.path("content/services/d.png")).expect("it is removed");
    std::os::unix::fs::symlink(folder.path("secret"), folder.path("content/services/d.png")).expect("a link");
    assert_ne!(preview.get("/services/d.png").text(), "s3cret");
}

#[test]
fn a_save_is_an_event_and_a_new_page() {
    let folder = small();
    let preview = serve(&folder, &[]);
    let mut events = preview.events("/teams/t.html");
    let before = events.until(|news| news["indexed"] == true);
    folder.put("content/teams/t.md", "---\ntitle: Tea\nmembers: [p]\n---\nOther words.\n");
    let after = events.until(|news| news["page"] != before["page"]);
    assert_ne!(after["page"]["rest"], before["page"]["rest"]);
    assert!(preview.get("/teams/t.html").text().contains("Other words."));
    let after = events.until(|news| news["indexed"] == true);
    assert_ne!(after["index"], before["index"]);
}

#[test]
fn pages_say_what_they_were_made_from() {
    let folder = small();
    let preview = serve(&folder, &[]);
    let news = preview.events("/teams/t.html").until(|news| news["indexed"] == true);
    let page = preview.get("/teams/t.html").text();
    for (name, value) in [("whole", &news["page"]["whole"]), ("rest", &news["page"]["rest"]), ("index", &news["index"])]
    {
        let attribute = format!("data-{name}=\"{}\"", value.as_str().expect("a name"));
        assert!(page.contains(&attribute), "{attribute} is not in {page}");
    }
    assert_eq!(preview.get("/.onus/live.js").header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(preview.get("/.onus/live.css").header("content-type"), "text/css; charset=utf-8");
}

#[test]
fn a_save_that_changes_no_bytes_is_no_event() {
    let folder = small();
    let preview = serve(&folder, &[]);
    let mut events = preview.settled();
    let text = fs::read(folder.path("content/teams/t.md")).expect("a file");
    folder.put("content/teams/t.md", &text);
    folder.put("content/.t.md.swp", "an editor's");
    folder.put("content/services/d.png", "png");
    // The next event is that of a change that counts.
    folder.put("content/people/q.md", "---\ntitle: Quentin\n---\n");
    let news = events.next();
    assert_eq!(news["indexed"], false);
    assert!(preview.get("/people/q.html").text().contains("Quentin"), "the event was of another change");
}

#[test]
fn only_the_style_sheet_changes_with_it() {
    let folder = small().file("themes/default/assets/onus.css", "body { color: black }");
    let preview = serve(&folder, &[]);
    let mut events = preview.events("/");
    let before = events.until(|news| news["indexed"] == true);
    folder.put("themes/default/assets/onus.css", "body { color: navy }");
    let after = events.until(|news| news["page"] != before["page"]);
    assert_eq!(after["page"]["rest"], before["page"]["rest"]);
    let style = after["styles"].as_array().and_then(|styles| styles.first()).and_then(Value::as_str).expect("a style");
    assert_eq!(preview.get(&format!("/{style}")).text(), "body { color: navy }");
}

#[test]
fn a_picture_that_changes_is_an_event() {
    let folder = small();
    let preview = serve(&folder, &[]);
    let mut events = preview.events("/services/s.html");
    let before = events.until(|news| news["indexed"] == true);
    folder.put("content/services/d.png", "gnp");
    events.until(|news| news["page"]["rest"] != before["page"]["rest"]);
    assert_eq!(preview.get("/services/d.png").body, b"gnp");
}

#[test]
fn errors_are_shown_until_they_are_mended() {
    let folder = small().file("site.toml", "title = \"Handbook\"\n[serve]\neditor = \"vscode\"\n");
    let preview = serve(&folder, &[]);
    let mut events = preview.settled();
    folder.put("content/teams/t.md", "---\ntitle: Tea\nmembers: [p\n---\n");
    let news = events.until(|news| !news["troubles"]["findings"][0].is_null());
    let finding = &news["troubles"]["findings"][0];
    assert_eq!((&finding["path"], &finding["rule"]), (&"content/teams/t.md".into(), &"source/invalid-yaml".into()));
    let href = finding["href"].as_str().expect("a link");
    let path = folder.path("content/teams/t.md").canonicalize().expect("a path");
    assert_eq!(href, format!("vscode://file{}:{}:{}", path.display(), finding["line"], finding["column"]));
    assert!(finding["snippet"].is_string() && finding["message"].is_string());
    folder.put("content/teams/t.md", "---\ntitle: Tea\nmembers: [p]\n---\n");
    events.until(|news| news["troubles"]["findings"].as_array().is_some_and(Vec::is_empty));
}

#[test]
fn the_last_good_site_stays_while_there_is_no_other() {
    let folder = small();
    let preview = serve(&folder, &[]);
    let mut events = preview.settled();
    let whole = |preview: &Preview| preview.get("/teams/t.html").text();
    let before = whole(&preview);
    folder.put("site.toml", "title = ");
    let news = events.until(|news| news["troubles"]["stopped"].is_string());
    assert!(news["troubles"]["stopped"].as_str().is_some_and(|told| told.starts_with("site.toml:1:")), "{news}");
    assert_eq!(whole(&preview), before);
    folder.put("site.toml", "title = \"Handbook\"\ntheme = \"own\"\n");
    events.until(|news| news["troubles"]["stopped"].as_str().is_some_and(|told| told.contains("theme `own`")));
    folder.put("themes/own/templates/team.html", "{% nonsense %}");
    events.until(|news| news["troubles"]["stopped"].as_str().is_some_and(|told| told.contains("template")));
    folder.put("themes/own/templates/team.html", "<head></head>Only {{ page.title }}");
    events.until(|news| news["troubles"]["stopped"].is_null());
    assert!(whole(&preview).ends_with("</head>Only Tea"), "{}", whole(&preview));
}

#[test]
fn what_is_renamed_and_removed_goes() {
    let folder = small();
    let preview = serve(&folder, &[]);
    let mut events = preview.settled();
    fs::rename(folder.path("content/teams"), folder.path("content/people/moved")).expect("a folder moves");
    let news = events.next();
    assert_eq!(news["indexed"], false);
    assert_eq!(preview.get("/teams/t.html").status, 404);
    assert_eq!(preview.get("/people/moved/t.html").status, 200);
    events.until(|news| news["indexed"] == true);
    // The folder is watched where it is now.
    fs::remove_file(folder.path("content/people/moved/t.md")).expect("a file goes");
    events.next();
    assert_eq!(preview.get("/people/moved/t.html").status, 404);
}

#[test]
fn many_changes_at_once_are_one_rebuild() {
    let folder = small();
    let preview = serve(&folder, &[]);
    let mut events = preview.settled();
    // As git does it: the lock stands while files change.
    fs::create_dir(folder.path(".git")).expect("a folder");
    folder.put(".git/index.lock", "");
    for at in 0..500 {
        folder.put(&format!("content/guides/g{at}.md"), format!("# Guide {at}\n"));
    }
    folder.remove(".git/index.lock");
    events.next();
    assert_eq!((preview.get("/guides/g0.html").status, preview.get("/guides/g499.html").status), (200, 200));
}

/// A handbook beside a folder of Prometheus rules that is not there yet.
fn beside() -> Folder {
    Folder::empty()
        .file("h/site.toml", "title = \"Handbook\"\n[sources]\nprometheus = [\"../ops/**/*.yaml\"]\n")
        .file("h/content/index.md", "# Home\n")
}

fn rule(alert: &str) -> String {
    format!("groups: [{{name: g, rules: [{{alert: {alert}, expr: up}}]}}]\n")
}

#[test]
fn documents_elsewhere_are_watched_with_the_folders_that_appear_later() {
    for poll in [&[][..], &["--poll", "0.1"]] {
        let folder = beside();
        let preview = serve(&folder, &[&["--root", "h"], poll].concat());
        let mut events = preview.settled();
        let mut until = |path: &str, status| {
            // News are of the newest state: those of a state that the index has overtaken may never be told.
            events.until(|news| news["indexed"] == true && preview.get(path).status == status);
        };
        folder.put("ops/shop/a.yaml", rule("One"));
        until("/alerts/one.html", 200);
        folder.put("ops/shop/deep/er/b.yaml", rule("Two"));
        until("/alerts/two.html", 200);
        folder.put("ops/shop/deep/er/b.yaml", rule("Three"));
        until("/alerts/three.html", 200);
        fs::rename(folder.path("ops/shop"), folder.path("gone")).expect("a folder moves");
        until("/alerts/one.html", 404);
        fs::rename(folder.path("gone"), folder.path("ops/again")).expect("a folder moves");
        until("/alerts/three.html", 200);
        folder.put("h/site.toml", "title = \"Handbook\"\n[sources]\nprometheus = [\"more/*.yaml\"]\n");
        until("/alerts/three.html", 404);
        folder.put("h/more/c.yaml", rule("Four"));
        until("/alerts/four.html", 200);
    }
}

#[test]
fn words_that_change_alone_are_served_and_found() {
    let text = |words: &str| format!("---\ntitle: R\nservices: [s]\nalerts: [Down]\n---\nTop.\n\n## Look\n\n{words}\n");
    let folder = small().file("content/runbooks/r.md", text("Nothing."));
    let preview = serve(&folder, &[]);
    let mut events = preview.events("/runbooks/r.html");
    let mut before = events.until(|news| news["indexed"] == true);
    for words in ["Firstly unfathomable.", "Secondly inscrutable."] {
        folder.put("content/runbooks/r.md", text(words));
        let after = events.until(|news| news["page"] != before["page"]);
        assert_eq!(after["indexed"], false);
        for page in ["/runbooks/r.html", "/alerts/down.html"] {
            assert!(preview.get(page).text().contains(words), "{page} lacks {words}");
        }
        let indexed = events.until(|news| news["indexed"] == true);
        assert_ne!(indexed["index"], before["index"]);
        before = indexed;
    }
    assert!(Reader::of(&preview).settle(&folder, 0));
}

#[test]
fn what_an_open_search_may_ask_for_stays_for_a_while() {
    let folder = small();
    let named = || {
        let files = built(&folder).expect("a site").into_keys();
        files.filter(|path| path.starts_with("search/d/")).collect::<Vec<_>>()
    };
    let before = named();
    let preview = serve(&folder, &[]);
    let mut events = preview.events("/");
    let first = events.until(|news| news["indexed"] == true);
    folder.put("content/teams/t.md", "---\ntitle: Tea\nmembers: [p]\n---\nOther words of the team.\n");
    events.until(|news| news["indexed"] == true && news["index"] != first["index"]);
    let after = named();
    assert!(before.iter().any(|path| !after.contains(path)), "{before:?}");
    for path in before.iter().chain(&after) {
        assert_eq!(preview.get(&format!("/{path}")).status, 200, "{path}");
    }
}

#[test]
fn changes_are_found_by_looking_where_they_are_not_told() {
    let folder = small();
    let preview = serve(&folder, &["--poll", "0.1"]);
    let mut events = preview.settled();
    folder.put("content/teams/t.md", "---\ntitle: Tea\nmembers: [p]\n---\nOther words.\n");
    events.next();
    assert!(preview.get("/teams/t.html").text().contains("Other words."));
}

#[test]
fn a_port_that_is_taken_is_told_or_passed_over() {
    let folder = small();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    folder.onus(&format!("serve --port {port}")).stderr_holds(format!("port {port} is taken")).exits(2);
    let first = serve(&folder, &[]);
    let second = serve(&folder, &[]);
    assert_ne!(first.address, second.address);
    assert_eq!(second.get("/").status, 200);
}

#[test]
fn a_broken_start_ends_as_a_build_does() {
    let folder = small().file("site.toml", "title = ");
    folder.onus("serve").stderr_holds("site.toml:1:").exits(2);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once_and_well() {
    let folder = small();
    let mut preview = serve(&folder, &[]);
    let _open = preview.settled();
    let begun = Instant::now();
    interrupt(&preview.process);
    let status = preview.process.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
    let mut rest = String::new();
    preview.stdout.read_to_string(&mut rest).expect("standard output ends");
}

#[cfg(unix)]
fn interrupt(process: &Child) {
    let status = Command::new("kill").args(["-INT", &process.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
}

#[cfg(unix)]
#[test]
fn a_watched_build_keeps_the_folder_current() {
    let folder = small();
    let mut process = start(&folder, "build", &["--watch"]);
    let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let mut line =
        |holds: &str| lines.find(|line| line.contains(holds)).unwrap_or_else(|| panic!("no line has {holds}"));
    line("watching for changes");
    folder.put("content/teams/t.md", "---\ntitle: Tea\nmembers: [p]\n---\nOther words.\n");
    let told = line(" changed, ");
    assert!(folder.page("teams/t.html").contains("Other words."));
    assert!(!told.contains(": 0 changed"), "{told}");
    folder.onus("build --out clean --fail-on never --today").arg(TODAY).success();
    assert!(tree(&folder.path("public")) == tree(&folder.path("clean")), "the folder is not what a build writes");
    interrupt(&process);
    assert_eq!(process.wait().expect("it ends").code(), Some(0));
}

#[test]
fn what_was_looked_at_goes_back_where_another_page_fails() {
    let folder = small();
    let preview = serve(&folder, &[]);
    let mut events = preview.settled();
    let team = || plain(&preview.get("/teams/t.html").body);
    let before = team();
    // The page that is looked at can be made; that of the person cannot.
    folder.put("themes/default/templates/person.html", "<head></head>{{ page.nothing.more }}");
    folder.put("content/teams/t.md", "---\ntitle: Tea again\nmembers: [p]\n---\n");
    events.until(|news| news["troubles"]["stopped"].as_str().is_some_and(|told| told.contains("person.html")));
    while team() != before {
        // The template may have come alone at first.
        events.next();
    }
    assert_eq!(preview.get("/people/p.html").status, 200);
    folder.put("themes/default/templates/person.html", "<head></head>{{ page.title }}");
    events.until(|news| news["troubles"]["stopped"].is_null());
    assert!(String::from_utf8_lossy(&team()).contains("Tea again"));
}
