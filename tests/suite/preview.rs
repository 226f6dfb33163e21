//! A running `onus serve`, asked over HTTP.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fixture::{Folder, TODAY};

/// What anything may take that is waited for.
pub const LIMIT: Duration = Duration::from_secs(30);

/// A running `onus serve`; it ends with the value.
pub struct Preview {
    pub process: Child,
    pub stdout: BufReader<ChildStdout>,
    pub address: String,
}

pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// News of the site, as a page at an address gets them.
pub struct Events {
    pub lines: BufReader<TcpStream>,
}

pub fn serve(folder: &Folder, arguments: &[&str]) -> Preview {
    let process = start(folder, "serve", arguments);
    Preview::of(process)
}

pub fn start(folder: &Folder, command: &str, arguments: &[&str]) -> Child {
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
    pub fn of(mut process: Child) -> Self {
        let mut stdout = BufReader::new(process.stdout.take().expect("standard output is piped"));
        let mut line = String::new();
        while !line.starts_with("preview at ") {
            line.clear();
            assert!(stdout.read_line(&mut line).expect("it says where") > 0, "it ends before it serves");
        }
        let address = line.split(['/', ';']).nth(2).expect("an address").to_string();
        Self { process, stdout, address }
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
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

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(LIMIT)).expect("a limit is set");
        stream
    }

    /// News for the page at a path; the first are told at once.
    pub fn events(&self, page: &str) -> Events {
        let mut stream = self.connect();
        let page = page.replace('%', "%25").replace('/', "%2F");
        let request = format!("GET /.onus/events?page={page} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).expect("the request is sent");
        Events { lines: BufReader::new(stream) }
    }

    /// Waits until all pages and the index are those of the last change.
    pub fn settled(&self) -> Events {
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
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Events {
    pub fn next(&mut self) -> Value {
        self.maybe_next().expect("an event in time, and a server that tells it")
    }

    /// None once the server has ended, or tells nothing for long.
    pub fn maybe_next(&mut self) -> Option<Value> {
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
    pub fn until(&mut self, expected: impl Fn(&Value) -> bool) -> Value {
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
pub fn plain(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    match text.split_once("<script src=\"/.onus/live.js\"") {
        Some((before, rest)) => {
            let (_, after) = rest.split_once("</script>").expect("the script ends");
            format!("{before}{after}").into_bytes()
        }
        None => bytes.to_vec(),
    }
}

pub fn small() -> Folder {
    Folder::new()
        .file("content/index.md", "# Home\n\n[T](teams/t.md)\n")
        .file("content/teams/t.md", "---\ntitle: Tea\nmembers: [p]\n---\nWords of the team.\n")
        .file("content/people/p.md", "---\ntitle: P\ncontacts: {email: p@any.example}\n---\n")
        .file("content/services/s.md", "---\ntitle: S\nowner: team:t\n---\n![d](d.png)\n")
        .file("content/services/d.png", "png")
}
