//! The rules that reading a file can break. Their checks are the reader's own error paths; here stand their names and pages.

use crate::diagnostic::rule::{Rule, Severity};

pub static INVALID_YAML: Rule = Rule {
    name: "source/invalid-yaml",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "Front matter or a YAML file that is not YAML, front matter that is never closed, nesting deeper than 128 levels, and \
            aliases that repeat too much text. A templated rule file (`{{ … }}`) is one finding.",
    matters: "Everything the file says about owners, dates and contacts is lost. The rest of the handbook still builds, and the \
              file's prose is still shown, so nobody may notice.",
    example: "```yaml\n---\nsummary: Restarts a worker: use with care\n---\n```",
    instead: "```yaml\n---\nsummary: \"Restarts a worker: use with care\"\n---\n```",
    source: "YAML 1.2.2, <https://yaml.org/spec/1.2.2/>.",
};

pub static NOT_UTF8: Rule = Rule {
    name: "source/not-utf8",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A Markdown or YAML file that is not UTF-8 text, or that cannot be read at all.",
    matters: "A page with guessed characters is worse than none: a wrong letter in a command or a name misleads.",
    example: "A file saved as Latin-1 or UTF-16 by an old editor.",
    instead: "Save it as UTF-8: `iconv -f latin1 -t utf-8 old.md > new.md`.",
    source: "RFC 3629 (UTF-8).",
};

pub static TOO_LARGE: Rule = Rule {
    name: "source/too-large",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A Markdown or YAML file of more than 8 MiB.",
    matters: "No reader opens such a page, and it slows every build. Usually it is a log or an export that was added by mistake.",
    example: "`content/runbooks/dump.md`, 50 MB.",
    instead: "Split the file, or publish the export elsewhere and link to it.",
    source: "The limit is onus's own.",
};

pub static ACTIVE_FILE: Rule = Rule {
    name: "source/active-file",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A file beside the pages that a browser would run: HTML, a script, or an SVG image that holds a script. It is not \
            published.",
    matters: "Such a file would run with the rights of the handbook's own pages, past everything that keeps prose harmless.",
    example: "`content/guides/old-handbook.html`, exported from a wiki.",
    instead: "Write the page as Markdown; take the script out of the image; or publish the file elsewhere and link to it.",
    source: "OWASP, *Unrestricted File Upload*.",
};

pub static UNMATCHED_PATTERN: Rule = Rule {
    name: "source/unmatched-pattern",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A pattern under `[sources]` of site.toml that matches no file.",
    matters: "A folder was moved, or is not checked out here: the alerts that were read from it are gone from the handbook, and whoever \
              is woken by one finds no card.",
    example: "```toml\n[sources]\nprometheus = [\"../monitorng/**/*.yaml\"]\n```",
    instead: "```toml\n[sources]\nprometheus = [\"../monitoring/**/*.yaml\"]\n```",
    source: "The content model: a pattern names documents that are read at every build.",
};

pub static UNKNOWN_FIELD: Rule = Rule {
    name: "source/unknown-field",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A field that its kind does not have.",
    matters: "Most are typos, and a typo silently drops an owner or a review date: `ownr: payments` owns nothing.",
    example: "```yaml\nownr: payments\n```",
    instead: "```yaml\nowner: payments\n```\n\nFree data goes under `extra:`. Fields of another generator (`layout`, `draft`) pass where \
              `[content] ignore_fields` of site.toml names them.",
    source: "The content model: every field has one meaning and one spelling.",
};

pub static INVALID_VALUE: Rule = Rule {
    name: "source/invalid-value",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A value that its field does not take: a date that does not exist, a tier of 7, an owner that is a list.",
    matters: "A wrong date must never count as fresh, and two accountable parties are none.",
    example: "```yaml\nowner: [payments, platform]\nreviewed: 2026-02-30\n```",
    instead: "```yaml\nowner: payments\nresponsible: [payments, platform]\nreviewed: 2026-02-28\n```",
    source: "The content model; RACI allows one accountable party.",
};

pub static DUPLICATE_KEY: Rule = Rule {
    name: "source/duplicate-key",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A key that stands twice in one map. The first counts.",
    matters: "The two usually differ, and the reader of the file sees the one that does not count.",
    example: "```yaml\nowner: payments\ntier: 1\nowner: platform\n```",
    instead: "```yaml\nowner: payments\ntier: 1\n```",
    source: "YAML 1.2.2, 3.2.1.3: the keys of a mapping are unique.",
};

pub static ESCAPES: Rule = Rule {
    name: "links/escapes",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A link, an image or a symbolic link that leaves the content folder, a symbolic link to a folder, and an old address in \
            `moved_from` that leaves the site.",
    matters: "What is outside is not published: the reader gets a dead link, or the site would show a file nobody meant to publish.",
    example: "```markdown\n![diagram](../../images/network.png)\n```",
    instead: "Move the file into `content/`, beside the page that uses it:\n\n```markdown\n![diagram](network.png)\n```",
    source: "The content model: a handbook is `site.toml` and `content/`, nothing else.",
};

pub static BROKEN: Rule = Rule {
    name: "links/broken",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A link or an image in prose that leads to no file or entity of the handbook, differs in the letters' case, or uses a \
            scheme that a page must not have (`javascript:`).",
    matters: "In an incident a dead link costs minutes, and it shows that nobody has used the page for a while.",
    example: "```markdown\nSee [the failover runbook](failver.md).\n```",
    instead: "```markdown\nSee [the failover runbook](failover.md), or [by reference](runbook:database/failover).\n```",
    source: "The content model, *Links in prose*.",
};

pub static BROKEN_ANCHOR: Rule = Rule {
    name: "links/broken-anchor",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A link to a heading that its page does not have.",
    matters: "The reader lands at the top of a long page and has to search for the step that mattered.",
    example: "```markdown\n[Roll back](failover.md#rollback)\n```",
    instead: "```markdown\n[Roll back](failover.md#roll-back)\n```\n\nGive a heading a lasting id where others link to it: `## Roll back {#rollback}`.",
    source: "The content model, *Links in prose*.",
};

pub static NO_SUCH_LINE: Rule = Rule {
    name: "prose/no-such-line",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A code block that marks lines which it does not have, or something that is no line: `{3-1}`, `{0}`, `{2,x}`. What is right \
            beside it is marked all the same.",
    matters: "The mark says which line to change or to look for. One that fell off when the code was edited, or that slid to another line, \
              sends the reader to the wrong place.",
    example: "````markdown\n```yaml {3}\nsteps:\n  - notify: [team:payments]\n```\n````",
    instead: "````markdown\n```yaml {2}\nsteps:\n  - notify: [team:payments]\n```\n````",
    source: "The notation is that of Docusaurus, VitePress and Starlight; the rule is onus's own.",
};

pub static BROKEN_TABS: Rule = Rule {
    name: "prose/broken-tabs",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "`<!-- tabs:start -->` without `<!-- tabs:end -->` in the same list item, quotation or text, an end without a start, and \
            tabs without headings to name them.",
    matters: "Comments are invisible: a forgotten end makes a tab of the rest of the page, and whoever reads another tab does not see it.",
    example: "```markdown\n<!-- tabs:start -->\n\n#### London\n\n`kubectl --context prod-a get nodes`\n\n#### Ireland\n\n`kubectl --context prod-b get nodes`\n```",
    instead: "```markdown\n<!-- tabs:start -->\n\n#### London\n\n`kubectl --context prod-a get nodes`\n\n#### Ireland\n\n`kubectl --context prod-b get nodes`\n\n<!-- tabs:end -->\n```",
    source: "The notation is that of docsify-tabs; the rule is onus's own.",
};

pub static UNDRAWN_DIAGRAM: Rule = Rule {
    name: "prose/undrawn-diagram",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A Mermaid block that cannot be drawn while the site is built: of a kind that onus does not draw, with a mistake in it, or \
            too large. Its text is shown as code.",
    matters: "Somebody who is woken at night reads a drawing in seconds, and the code of one hardly at all.",
    example: "````markdown\n```mermaid\nflowchart LR\n  A[Browser --> B[Checkout]\n```\n````",
    instead: "````markdown\n```mermaid\nflowchart LR\n  A[Browser] --> B[Checkout]\n```\n````",
    source: "Mermaid, *Diagram Syntax*, <https://mermaid.js.org/intro/syntax-reference.html>.",
};
