//! What `onus serve` and `onus build --watch` do, seen over HTTP and on disk. Nothing waits for a time: for an event, or until it is
//! so.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use onus::pipeline::{self, Observer, PipelineError, Request, Session, Stage};
use onus::render::Content;
use serde_json::Value;

use crate::fixture::{Folder, TODAY, tree};

/// What anything may take that is waited for.
const LIMIT: Duration = Duration::from_secs(30);

/// A running `onus serve`; it ends with the value.
struct Preview {
    process: Child,
    stdout: BufReader<ChildStdout>,
    address: String,
}

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// News of the site, as a page at an address gets them.
struct Events {
    lines: BufReader<TcpStream>,
}

fn serve(folder: &Folder, arguments: &[&str]) -> Preview {
    let process = start(folder, "serve", arguments);
    Preview::of(process)
}

fn start(folder: &Folder, command: &str, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_onus"))
        .args([command, "--today", TODAY])
        .args(arguments)
        .current_dir(folder.path(""))
        .env_remove("ONUS_REVISION")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs")
}

impl Preview {
    fn of(mut process: Child) -> Self {
        let mut stdout = BufReader::new(process.stdout.take().expect("standard output is piped"));
        let mut line = String::new();
        while !line.starts_with("preview at ") {
            line.clear();
            assert!(stdout.read_line(&mut line).expect("it says where") > 0, "it ends before it serves");
        }
        let address = line.split(['/', ';']).nth(2).expect("an address").to_string();
        Self { process, stdout, address }
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = self.connect();
        let host = headers.iter().find(|(name, _)| *name == "Host").map_or(self.address.as_str(), |(_, host)| host);
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        for (name, value) in headers.iter().filter(|(name, _)| *name != "Host") {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{request}\r\n").as_bytes()).expect("the request is sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("the answer is read");
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").expect("headers end");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_string())).collect();
        Answer { status, headers, body: bytes[end + 4..].to_vec() }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(LIMIT)).expect("a limit is set");
        stream
    }

    /// News for the page at a path; the first are told at once.
    fn events(&self, page: &str) -> Events {
        let mut stream = self.connect();
        let page = page.replace('%', "%25").replace('/', "%2F");
        let request = format!("GET /.onus/events?page={page} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).expect("the request is sent");
        Events { lines: BufReader::new(stream) }
    }

    /// Waits until all pages and the index are those of the last change.
    fn settled(&self) -> Events {
        let mut events = self.events("/");
        events.until(|news| news["indexed"] == true);
        events
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Events {
    fn next(&mut self) -> Value {
        self.maybe_next().expect("an event in time, and a server that tells it")
    }

    /// None once the server has ended, or tells nothing for long.
    fn maybe_next(&mut self) -> Option<Value> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.lines.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).expect("news are JSON"));
            }
        }
    }

    /// The first news that are as expected.
    #[track_caller]
    fn until(&mut self, expected: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let news = self.next();
            if expected(&news) {
                return news;
            }
            assert!(begun.elapsed() < LIMIT, "the last news: {news}");
        }
    }
}

/// A page without the script that `serve` adds.
fn plain(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    match text.split_once("<script src=\"/.onus/live.js\"") {
        Some((before, rest)) => {
            let (_, after) = rest.split_once("</script>").expect("the script ends");
            format!("{before}{after}").into_bytes()
        }
        None => bytes.to_vec(),
    }
}

fn small() -> Folder {
    Folder::new()
        .file("content/index.md", "# Home\n\n[T](teams/t.md)\n")
        .file("content/teams/t.md", "---\ntitle: Tea\nmembers: [p]\n---\nWords of the team.\n")
        .file("content/people/p.md", "---\ntitle: P\ncontacts: {email: p@any.example}\n---\n")
        .file("content/services/s.md", "---\ntitle: S\nowner: team:t\n---\n![d](d.png)\n")
        .file("content/services/d.png", "png")
}

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
            events.until(|news| news["indexed"] == false && preview.get(path).status == status);
            events.until(|news| news["indexed"] == true);
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

/// A sequence of numbers that is the same everywhere (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

/// What a clean build gives: every file with its bytes, or why there is no site.
fn built(folder: &Folder) -> Result<BTreeMap<String, Vec<u8>>, PipelineError> {
    struct Silent;
    impl Observer for Silent {
        fn begins(&self, _: Stage) {}
    }
    let root = folder.path("");
    let request = Request { today: TODAY.parse().expect("a day"), levels: Vec::new(), record: false };
    let mut session = Session::default();
    let loaded = session.load(&root, &request, &Silent)?;
    let mut checked = session.check(loaded, &Silent);
    let theme = pipeline::theme(&root, &checked.handbook.config)?;
    let output = session.render(&theme, &mut checked, None, &Silent)?;
    let bytes = |content: Content| match content {
        Content::Bytes(bytes) => bytes.to_vec(),
        Content::Copy(from) => fs::read(from).expect("a copied file is read"),
    };
    Ok(output.files.into_iter().map(|(path, content)| (path, bytes(content))).collect())
}

/// A reader that keeps its connection, and hears the news.
struct Reader<'p> {
    preview: &'p Preview,
    stream: BufReader<TcpStream>,
    news: mpsc::Receiver<Value>,
}

impl<'p> Reader<'p> {
    fn of(preview: &'p Preview) -> Self {
        let (sender, news) = mpsc::channel();
        let mut events = preview.events("/");
        std::thread::spawn(move || while events.maybe_next().is_some_and(|news| sender.send(news).is_ok()) {});
        Self { preview, stream: BufReader::new(preview.connect()), news }
    }

    /// The status and the body at a path.
    fn get(&mut self, path: &str) -> (u16, Vec<u8>) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.preview.address);
        self.stream.get_mut().write_all(request.as_bytes()).expect("the request is sent");
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("a line of the head");
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            } else if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().expect("a status");
            } else if let Some(rest) = line.strip_prefix("content-length: ") {
                length = rest.parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        (status, body)
    }

    fn next(&self, number: usize, missing: &str) -> Value {
        self.news.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("after edit {number}: {missing}"))
    }

    /// Waits until what is served is what a clean build gives; says whether there is such a build.
    fn settle(&mut self, folder: &Folder, number: usize) -> bool {
        let Ok(built) = built(folder) else {
            while !self.next(number, "the site is not told to have stopped")["troubles"]["stopped"].is_string() {}
            return false;
        };
        loop {
            self.news.try_iter().for_each(drop);
            let other = built.iter().find(|(path, bytes)| {
                let (status, body) = self.get(&format!("/{}", path.replace('%', "%25").replace(' ', "%20")));
                status != 200 || plain(&body) != **bytes
            });
            match other {
                Some((path, _)) => {
                    self.next(number, &format!("{path} is not as it is built"));
                }
                // Nothing else was published while it was compared.
                None if self.news.try_recv().is_err() => return true,
                None => {}
            }
        }
    }
}

const SITE: &str = "title = \"Handbook\"\n[sources]\nprometheus = [\"rules/**/*.yaml\"]\n";

/// One edit of a handbook: something is made, changed, moved, removed, broken or mended.
fn edit(folder: &Folder, dice: &mut Dice, number: usize) {
    const FOLDERS: [&str; 5] = ["teams", "people", "services", "runbooks", "guides"];
    let below = tree(&folder.path("content"));
    let files: Vec<&String> = below.keys().filter(|path| path.ends_with(".md")).collect();
    let file = format!("content/{}", files[dice.roll(files.len())]);
    let text = fs::read_to_string(folder.path(&file)).expect("a file");
    let any = FOLDERS[dice.roll(FOLDERS.len())];
    let rules = format!("rules/r{}.yaml", dice.roll(3));
    let rename = |from: &str, to: &str| {
        fs::create_dir_all(folder.path(to).parent().expect("a folder")).expect("a folder is made");
        fs::rename(folder.path(from), folder.path(to)).expect("it moves");
    };
    match dice.roll(16) {
        0 | 1 => folder.put(
            &format!("content/{any}/n{number}.md"),
            format!("---\ntitle: New {number}\nowner: team:t\n---\nSee [it](../teams/t.md).\n"),
        ),
        2 if files.len() > 6 => folder.remove(&file),
        3 => rename(&file, &format!("content/{any}/m{number}.md")),
        4 => folder.put(&file, format!("---\ntitle: [broken {number}\n---\n{text}")),
        5 => folder.put(&file, format!("---\ntitle: Mended {number}\nowner: team:t\n---\nWords {number}.\n")),
        6 => folder.put("site.toml", SITE.replace("Handbook", &format!("Handbook {}", dice.roll(3)))),
        7 => folder.put("site.toml", "title = "),
        8 => folder.put(&rules, format!("groups: [{{name: g, rules: [{{alert: Down{number}, expr: up}}]}}]\n")),
        9 if folder.path(&rules).exists() => folder.remove(&rules),
        10 if folder.path(&format!("content/{any}")).exists() => {
            rename(&format!("content/{any}"), &format!("content/guides-{number}/{any}"));
        }
        11 => folder.put("content/services/d.png", format!("png {number}")),
        12 => folder.put("themes/default/assets/onus.css", format!("body {{ order: {number} }}")),
        13 => {
            let page = ["{% nonsense %}", "<head></head>{{ page.title }} {{ prose }}"][dice.roll(2)];
            folder.put("themes/default/templates/page.html", page);
        }
        14 => folder.put(&file, format!("{text}\nLine {number} of [P](../people/p.md).\n")),
        // As many editors save: a file beside it takes its place.
        _ => {
            folder.put("content/save.md~", format!("{text}\nLine {number}.\n"));
            rename("content/save.md~", &file);
        }
    }
}

/// `ONUS_EDITS` sets the number of edits: 1,000 of them take some minutes.
#[test]
fn what_is_served_is_what_a_build_writes_after_any_edits() {
    let edits = std::env::var("ONUS_EDITS").ok().and_then(|edits| edits.parse().ok()).unwrap_or(40);
    let folder = small().file("site.toml", SITE).file("rules/r0.yaml", "groups: []\n").file(
        "content/runbooks/r.md",
        "---\ntitle: R\nservices: [s]\nalerts: [Down]\n---\nFirst.\n\n## Look\n\nWords.\n",
    );
    let preview = serve(&folder, &[]);
    let mut reader = Reader::of(&preview);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    assert!(reader.settle(&folder, 0));
    for number in 1..=edits {
        edit(&folder, &mut dice, number);
        if !reader.settle(&folder, number) {
            folder.put("site.toml", SITE);
            let _ = fs::remove_dir_all(folder.path("themes/default/templates"));
            assert!(reader.settle(&folder, number), "edit {number} was mended");
        }
    }
    // The command writes what the library gives.
    folder.onus("build --out clean --fail-on never --limit 1 --today").arg(TODAY).success();
    let clean =
        tree(&folder.path("clean")).into_iter().filter(|(path, _)| !path.ends_with('/') && !path.starts_with('.'));
    assert!(clean.collect::<BTreeMap<_, _>>() == built(&folder).expect("a site"), "the command writes something else");
    assert_eq!(preview.get("/teams/t.html").status == 200, folder.path("clean/teams/t.html").exists());
}
