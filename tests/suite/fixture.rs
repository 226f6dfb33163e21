//! A handbook in a temporary folder, and one run of the binary on it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::html::Page;

/// The day of every run, unless a test says otherwise.
pub const TODAY: &str = "2026-11-22";

/// What any run may take; one that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(20);

/// A folder to make a handbook in: files are written at once, and the folder goes with the value.
pub struct Folder {
    dir: TempDir,
}

impl Folder {
    /// A handbook without content.
    pub fn new() -> Self {
        Self::empty().file("site.toml", "title = \"Handbook\"\n").folder("content")
    }

    pub fn empty() -> Self {
        Self { dir: TempDir::new().expect("a temporary folder") }
    }

    /// The handbook at the root of this repository, as a copy.
    pub fn example() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Self::empty();
        fs::copy(root.join("site.toml"), folder.path("site.toml")).expect("site.toml is copied");
        fs::copy(root.join("history.jsonl"), folder.path("history.jsonl")).expect("the history is copied");
        copy_all(&root.join("content"), &folder.path("content"));
        folder
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.put(path, content);
        self
    }

    pub fn folder(self, path: &str) -> Self {
        fs::create_dir_all(self.path(path)).expect("a folder is made");
        self
    }

    /// A symbolic link at `path` to `target`, which is taken as it is written.
    pub fn link(self, path: &str, target: &str) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a link has a folder")).expect("a folder is made");
        std::os::unix::fs::symlink(target, path).expect("a link is made");
        self
    }

    pub fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder is made");
        fs::write(path, content).expect("a file is written");
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("a file is removed");
    }

    /// Every file below a folder of the handbook, and every link, with its content; `/` ends the name of a folder.
    pub fn tree(&self, below: &str) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path(below))
    }

    /// The names directly in a folder, sorted.
    pub fn names(&self, below: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(below)).expect("a folder is listed");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The text of a published page.
    pub fn page(&self, route: &str) -> String {
        fs::read_to_string(self.path("public").join(route)).unwrap_or_else(|error| panic!("{route}: {error}"))
    }

    /// Every published page.
    pub fn pages(&self) -> Vec<Page> {
        Page::all(&self.path("public"))
    }

    /// Starts a run in the handbook's folder.
    pub fn onus(&self, command: &str) -> Test<'_> {
        let args = command.split_whitespace().map(OsString::from).collect();
        Test { folder: self, args, within: self.dir.path().to_path_buf(), env: Vec::new(), told: Vec::new() }
    }

    /// Builds into `public` for [`TODAY`], whatever is found; findings are JSON.
    #[track_caller]
    pub fn build(&self) -> Ran {
        self.onus("build --fail-on never --format json --today").arg(TODAY).success()
    }

    /// Builds as [`Folder::build`] does, and tells people what was written.
    #[track_caller]
    pub fn publish(&self) -> Ran {
        self.onus("build --fail-on never --today").arg(TODAY).success()
    }

    /// Checks for [`TODAY`], whatever is found; findings are JSON.
    #[track_caller]
    pub fn check(&self) -> Ran {
        self.onus("check --fail-on never --format json --today").arg(TODAY).success()
    }
}

/// Every file below a folder, as [`Folder::tree`].
pub fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let entry = entry.expect("an entry");
            let name = entry.path().strip_prefix(dir).expect("it is below").to_string_lossy().into_owned();
            let kind = entry.file_type().expect("a kind");
            if kind.is_dir() {
                files.insert(format!("{name}/"), Vec::new());
                open.push(entry.path());
            } else if kind.is_symlink() {
                let target = fs::read_link(entry.path()).expect("a target");
                files.insert(name, format!("→ {}", target.display()).into_bytes());
            } else {
                files.insert(name, fs::read(entry.path()).expect("a file is read"));
            }
        }
    }
    files
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder is made");
    for entry in fs::read_dir(from).expect("a folder is listed") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file is copied");
        }
    }
}

/// A run to come, and what it is expected to say.
#[must_use]
pub struct Test<'f> {
    folder: &'f Folder,
    args: Vec<OsString>,
    within: PathBuf,
    env: Vec<(&'static str, String)>,
    told: Vec<(Stream, Expected)>,
}

#[derive(Clone, Copy, Debug)]
enum Stream {
    Out,
    Error,
}

enum Expected {
    Exactly(String),
    Holds(String),
    Lacks(String),
}

impl Test<'_> {
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Runs in a folder below the handbook's.
    pub fn within(mut self, below: &str) -> Self {
        self.within = self.folder.path(below);
        self
    }

    pub fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    pub fn stdout(mut self, text: impl Into<String>) -> Self {
        self.told.push((Stream::Out, Expected::Exactly(text.into())));
        self
    }

    pub fn stderr(mut self, text: impl Into<String>) -> Self {
        self.told.push((Stream::Error, Expected::Exactly(text.into())));
        self
    }

    pub fn stdout_holds(mut self, text: impl Into<String>) -> Self {
        self.told.push((Stream::Out, Expected::Holds(text.into())));
        self
    }

    pub fn stdout_lacks(mut self, text: impl Into<String>) -> Self {
        self.told.push((Stream::Out, Expected::Lacks(text.into())));
        self
    }

    pub fn stderr_holds(mut self, text: impl Into<String>) -> Self {
        self.told.push((Stream::Error, Expected::Holds(text.into())));
        self
    }

    /// Runs, and expects exit code 0.
    #[track_caller]
    pub fn success(self) -> Ran {
        self.exits(0)
    }

    /// Runs, and expects an exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Ran {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_onus"));
        command.args(&self.args).current_dir(&self.within).timeout(LIMIT);
        for name in ["SOURCE_DATE_EPOCH", "ONUS_REVISION", "COLUMNS", "RAYON_NUM_THREADS", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        let start = Instant::now();
        let output = command.output().expect("the binary runs");
        let took = start.elapsed();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("onus writes UTF-8");
        let ran = Ran { stdout: text(output.stdout), stderr: text(output.stderr) };
        let shown = format!(
            "onus {}\n--- standard output\n{}\n--- standard error\n{}",
            short(&self.args.iter().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" ")),
            short(&ran.stdout),
            short(&ran.stderr)
        );
        assert!(took < LIMIT, "it hangs: {shown}");
        assert_eq!(output.status.code(), Some(code), "the exit code of {shown}");
        assert!(!ran.stderr.contains("panicked at"), "{shown}");
        for (stream, expected) in &self.told {
            let said = match stream {
                Stream::Out => &ran.stdout,
                Stream::Error => &ran.stderr,
            };
            match expected {
                Expected::Exactly(text) => assert_eq!(said, text, "{stream:?} of {shown}"),
                Expected::Holds(text) => assert!(said.contains(text), "{stream:?} lacks {text:?}: {shown}"),
                Expected::Lacks(text) => assert!(!said.contains(text), "{stream:?} holds {text:?}: {shown}"),
            }
        }
        ran
    }
}

/// Cuts text that nobody would read in a failure.
fn short(text: &str) -> &str {
    text.char_indices().nth(8_000).map_or(text, |(end, _)| &text[..end])
}

/// What a run wrote.
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The findings, where the run wrote them as JSON: on standard error of a build, standard output of a check.
    pub fn findings(&self) -> Vec<Value> {
        let lines = self.stdout.lines().chain(self.stderr.lines());
        lines.filter_map(|line| serde_json::from_str(line).ok()).filter(Value::is_object).collect()
    }

    /// The findings of a rule: `path:line:column message`.
    pub fn of_rule(&self, rule: &str) -> Vec<String> {
        let word = |finding: &Value, field: &str| finding[field].as_str().unwrap_or_default().to_string();
        let findings = self.findings();
        let found = findings.iter().filter(|finding| finding["rule"] == rule);
        found
            .map(|finding| {
                format!(
                    "{}:{}:{} {}",
                    word(finding, "file"),
                    finding["line"],
                    finding["column"],
                    word(finding, "message")
                )
            })
            .collect()
    }

    /// Expects a rule to have found something whose place or message holds `text`.
    #[track_caller]
    pub fn finds(&self, rule: &str, text: &str) -> &Self {
        let found = self.of_rule(rule);
        assert!(found.iter().any(|finding| finding.contains(text)), "{rule} finds no {text:?}: {}", self.shown());
        self
    }

    /// Expects a rule to have found nothing.
    #[track_caller]
    pub fn finds_no(&self, rule: &str) -> &Self {
        assert_eq!(self.of_rule(rule), Vec::<String>::new());
        self
    }

    fn shown(&self) -> String {
        short(&format!("{}{}", self.stdout, self.stderr)).to_string()
    }
}
