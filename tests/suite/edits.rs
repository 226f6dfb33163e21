//! Random edits of a handbook that is served: what is served is what a clean build gives.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;

use onus::pipeline::{self, Observer, PipelineError, Request, Session, Stage};
use onus::render::Content;
use serde_json::Value;

use crate::fixture::{Folder, TODAY, tree};
use crate::preview::{LIMIT, Preview, plain, serve, small};

/// What a clean build gives: every file with its bytes, or why there is no site.
pub fn built(folder: &Folder) -> Result<BTreeMap<String, Vec<u8>>, PipelineError> {
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

/// A reader that keeps its connection, and hears the news.
pub struct Reader<'p> {
    preview: &'p Preview,
    stream: BufReader<TcpStream>,
    news: mpsc::Receiver<Value>,
}

impl<'p> Reader<'p> {
    pub fn of(preview: &'p Preview) -> Self {
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
    pub fn settle(&mut self, folder: &Folder, number: usize) -> bool {
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
