//! What somebody typed: words, exact phrases, filters, and the name that a question is about. The reader in the browser reads it
//! the same way.

use crate::search::words::{self, Piece};

/// Words around a name in a question, folded; the longest that fits is taken off.
pub const QUESTIONS: &[&str] = &[
    "who is responsible for",
    "who do i call for",
    "who do i call about",
    "who do we call for",
    "whom do i call for",
    "who can help with",
    "who looks after",
    "who is on call for",
    "who answers for",
    "who maintains",
    "who owns",
    "who runs",
    "who has",
    "who is",
    "owner of",
    "contact for",
    "on call for",
    "runbook for",
    "escalation for",
    "escalate",
    "whose is",
    "wem gehort",
    "wer ist zustandig fur",
    "wer ist verantwortlich fur",
    "a qui appartient",
    "qui est responsable de",
    "de quien es",
    "quien es responsable de",
    "di chi e",
    "chi e responsabile di",
    "de quem e",
    "quem e responsavel por",
    "van wie is",
    "wie is verantwoordelijk voor",
];

/// Words after a name that ask about it.
pub const ENDINGS: &[&str] =
    &["owner", "owners", "runbook", "runbooks", "on call", "oncall", "escalation", "contact", "contacts", "team"];

/// Articles that may stand between a question and its name.
pub const ARTICLES: &[&str] = &["the", "a", "an", "der", "die", "das", "le", "la", "el"];

/// Words that are looked up at most; more tell no more.
const WORDS: usize = 24;

/// Letters from which the last word also stands for longer ones.
const PREFIX: usize = 3;

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// An identifier in one piece, whose parts are words too.
    pub whole: bool,
    /// Whether it may be the beginning of a longer one.
    pub begins: bool,
}

/// A query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub words: Vec<Word>,
    /// The words of each exact phrase.
    pub phrases: Vec<Vec<String>>,
    /// What may be a name, likeliest first: as one word, and the words it is made of.
    pub names: Vec<Vec<String>>,
    /// Whether it is put as a question.
    pub asks: bool,
    pub filters: Filters,
}

/// What narrows a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    pub kinds: Vec<String>,
    pub team: Option<String>,
    pub stale: bool,
    pub unowned: bool,
    /// `is:` with a state that is none.
    pub unknown: Option<String>,
}

/// Reads a query. `is_synonym` tells whether words in one piece are a synonym of others.
pub fn read(text: &str, is_synonym: impl Fn(&str) -> bool) -> Query {
    let mut query = Query::default();
    let mut plain = String::new();
    let mut rest = text;
    let mut open = !text.ends_with(char::is_whitespace) && !text.ends_with(['"', '?']);
    while let Some(start) = rest.find(|c: char| !c.is_whitespace()) {
        rest = &rest[start..];
        let token;
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"');
            token = &quoted[..end.unwrap_or(quoted.len())];
            rest = end.map_or("", |end| &quoted[end + 1..]);
            let phrase = words::parts(token);
            if end.is_some() && !phrase.is_empty() {
                query.phrases.push(phrase);
            }
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
            token = &rest[..end];
            rest = &rest[end..];
            if query.filters.take(token) {
                open &= !rest.is_empty();
                continue;
            }
        }
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(token);
    }
    let subject = subject(&plain);
    query.asks = subject.len() < plain.trim_end().trim_end_matches('?').trim_end().len();
    query.names = names(&plain, subject);
    query.words = words_of(subject, open, is_synonym);
    query
}

impl Filters {
    /// Takes a token that is a filter.
    fn take(&mut self, token: &str) -> bool {
        match token.split_once(':') {
            Some(("kind", kind)) if !kind.is_empty() => {
                self.kinds.extend(kind.split(',').filter(|kind| !kind.is_empty()).map(str::to_lowercase));
            }
            Some(("team", team)) if !team.is_empty() => self.team = Some(team.to_string()),
            Some(("is", "stale")) => self.stale = true,
            Some(("is", "unowned")) => self.unowned = true,
            Some(("is", state)) if !state.is_empty() => self.unknown = Some(state.to_string()),
            _ => return false,
        }
        true
    }

    /// Whether nothing is narrowed; a state that is none narrows nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self { unknown: self.unknown.clone(), ..Self::default() }
    }
}

/// A question without the words around its subject.
pub fn subject(question: &str) -> &str {
    let question = question.trim().trim_end_matches('?').trim_end();
    let words = folded(question);
    let fits = |phrase: &&&str| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        phrase.len() < words.len() && phrase.iter().zip(&words).all(|(a, (_, b))| a == b)
    };
    let Some(length) = QUESTIONS.iter().filter(fits).map(|phrase| phrase.split(' ').count()).max() else {
        return question;
    };
    let article = words.len() > length + 1 && ARTICLES.contains(&words[length].1.as_str());
    &question[words[length + usize::from(article)].0..]
}

/// Words between white space, folded, with where each begins.
fn folded(text: &str) -> Vec<(usize, String)> {
    let begins = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let folded = text.split_whitespace().map(|word| {
        let mut out = String::new();
        words::fold(word, &mut out);
        (begins(word), out)
    });
    folded.collect()
}

/// What may be a name: the whole, the subject of the question, and that without an ending.
fn names(plain: &str, subject: &str) -> Vec<Vec<String>> {
    let mut names = vec![words::parts(plain), words::parts(subject)];
    let words = folded(subject);
    for ending in ENDINGS {
        let length = ending.split(' ').count();
        let at = words.len().saturating_sub(length);
        if at > 0 && ending.split(' ').eq(words[at..].iter().map(|(_, word)| word.as_str())) {
            names.push(words::parts(&subject[..words[at].0]));
        }
    }
    names.retain(|name| !name.is_empty());
    names.dedup();
    names
}

fn words_of(subject: &str, open: bool, is_synonym: impl Fn(&str) -> bool) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    words::split(subject, |piece| {
        let (text, whole) = match piece {
            Piece::Part(text) => (text, false),
            Piece::Whole(text) => (text, true),
        };
        words.push(Word { text: text.to_string(), whole, begins: false });
    });
    words.truncate(WORDS);
    if open {
        // The last part, and what it is a part of.
        let last = words.iter().rposition(|word| !word.whole).unwrap_or(0);
        let long = |word: &&mut Word| word.text.chars().count() >= PREFIX;
        words.iter_mut().skip(last).filter(long).for_each(|word| word.begins = true);
    }
    // Two words may be written as one: `alert manager`, `crash loop`. More than two are one where they are a synonym.
    let parts: Vec<&str> = words.iter().filter(|word| !word.whole).map(|word| word.text.as_str()).collect();
    let runs = (2..=parts.len()).flat_map(|many| parts.windows(many));
    let joined = runs.map(|run| (run.len(), run.concat())).filter(|(many, text)| *many == 2 || is_synonym(text));
    let joined: Vec<Word> = joined.map(|(_, text)| Word { text, whole: true, begins: false }).collect();
    let mut distinct: Vec<Word> = Vec::new();
    for word in words.into_iter().chain(joined) {
        match distinct.iter_mut().find(|known| known.text == word.text) {
            Some(known) => known.begins |= word.begins,
            None => distinct.push(word),
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(query: &Query) -> Vec<&str> {
        query.words.iter().map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn a_question_is_about_its_subject() {
        assert_eq!(subject("Who owns the Card Payments?"), "Card Payments");
        assert_eq!(subject("who do I call for refunds"), "refunds");
        assert_eq!(subject("Wem gehört die Kasse?"), "Kasse");
        assert_eq!(subject("whose"), "whose");
        assert_eq!(subject("KubePodCrashLooping"), "KubePodCrashLooping");
        assert_eq!(subject("Who owns"), "Who owns");
        assert_eq!(subject("Who owns the?"), "the");
    }

    #[test]
    fn a_query_has_words_phrases_filters_and_names() {
        let query = read("kind:runbook,alert \"fail over\" Checkout-API is:stale team:shop x:y", |_| false);
        let pairs = ["failover", "overcheckout", "apix", "xy"];
        let words = ["fail", "over", "checkout", "api", "checkoutapi", "x", "y"];
        assert_eq!(texts(&query), [&words[..], &pairs].concat());
        assert_eq!(query.phrases, [["fail", "over"]]);
        assert_eq!(query.filters.kinds, ["runbook", "alert"]);
        assert_eq!(query.filters.team.as_deref(), Some("shop"));
        assert!(query.filters.stale && !query.filters.unowned);
    }

    #[test]
    fn words_in_a_row_are_one_where_they_are_a_synonym() {
        let query = read("point of sale down", |word| ["pointofsale", "ofsaledown", "pointofsaledown"].contains(&word));
        let joined = ["pointof", "ofsale", "saledown", "pointofsale", "ofsaledown", "pointofsaledown"];
        assert_eq!(texts(&query), [&["point", "of", "sale", "down"][..], &joined].concat());
    }

    #[test]
    fn only_an_unfinished_last_word_begins_others() {
        let begins = |text: &str| -> Vec<String> {
            read(text, |_| false).words.into_iter().filter(|word| word.begins).map(|word| word.text).collect()
        };
        assert_eq!(begins("pod cras"), ["cras"]);
        assert_eq!(begins("KubePodCras"), ["cras", "kubepodcras"]);
        assert_eq!(begins("pod crash "), Vec::<String>::new());
        assert_eq!(begins("\"pod crash\""), Vec::<String>::new());
        assert_eq!(begins("pod cr"), Vec::<String>::new());
        assert_eq!(begins("pod kind:runbook"), Vec::<String>::new());
        assert_eq!(begins(""), Vec::<String>::new());
    }

    #[test]
    fn names_are_tried_with_and_without_what_asks() {
        let query = read("who owns card payments", |_| false);
        assert_eq!(query.names, [vec!["who", "owns", "card", "payments"], vec!["card", "payments"]]);
        assert!(query.asks);
        assert_eq!(read("checkout on call", |_| false).names, [vec!["checkout", "on", "call"], vec!["checkout"]]);
    }
}
