//! What Tab offers: commands as the first word, users or commands as the second, a user's name in a
//! text, and in an empty row the users who wrote last, one after the other. Knows no terminal.

use std::collections::BTreeSet;

use smolchat_words::ALIASES;

use super::commands;
use super::names::Names;

/// Fewer letters begin too many words of a text.
const SHORTEST: usize = 2;

/// What a completion may draw from.
#[derive(Debug)]
pub(crate) struct Offers<'a> {
    /// Every user heard of.
    pub(crate) names: &'a Names,
    /// Users who wrote to this user, the last one first.
    pub(crate) writers: Vec<&'a str>,
    /// Users whom this user blocks, as far as it is known.
    pub(crate) blocked: &'a BTreeSet<String>,
    /// Users in a private conversation with this user.
    pub(crate) peers: Vec<&'a str>,
    /// Files that were told.
    pub(crate) files: Vec<&'a str>,
    /// The keys that were told last, by their fingerprints.
    pub(crate) keys: Vec<String>,
}

impl Offers<'_> {
    /// Where the text before the cursor is to be replaced, and by what. `before` is the row up to
    /// the cursor.
    pub(crate) fn completions(&self, before: &str) -> (usize, Vec<String>) {
        if let Some(next) = self.next_writer(before) {
            return (0, vec![next]);
        }
        let start = before.rfind(' ').map_or(0, |at| at + 1);
        let word = &before[start..];
        let mut words = before[..start].split(' ').filter(|word| !word.is_empty());
        let (first, is_second) = (words.next(), words.next().is_none());
        let found = match first {
            None => command_names(word),
            Some("/help" | "help") if is_second => command_names(word),
            Some(command) if is_second => self.users(command.trim_start_matches('/'), word),
            Some(_) => Vec::new(),
        };
        if found.is_empty() && first.is_none_or(has_text) {
            return (start, self.name_in_text(word).into_iter().collect());
        }
        (start, found.into_iter().map(|word| word + " ").collect())
    }

    /// The name that this word of a text begins, if there is one alone. A list of names would
    /// disturb whoever wants no name.
    fn name_in_text(&self, word: &str) -> Option<String> {
        let is_begun = |name: &&str| {
            name.get(..word.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(word))
        };
        let mut names = self.names.iter().filter(is_begun);
        let name = names.next().filter(|_| word.chars().count() >= SHORTEST)?;
        names.next().is_none().then(|| format!("{name} "))
    }

    /// In an empty row whoever wrote last, and from there whoever wrote before.
    fn next_writer(&self, before: &str) -> Option<String> {
        let at = match before.strip_prefix("/to ").and_then(|rest| rest.strip_suffix(' ')) {
            Some(user) => self.writers.iter().position(|writer| *writer == user)? + 1,
            None if before.is_empty() => 0,
            None => return None,
        };
        let writer = self.writers.get(at).or(self.writers.first())?;
        Some(format!("/to {writer} "))
    }

    fn users(&self, command: &str, prefix: &str) -> Vec<String> {
        let beginning = |users: &mut dyn Iterator<Item = &str>| -> Vec<String> {
            users.filter(|user| user.starts_with(prefix)).map(str::to_owned).collect()
        };
        match command {
            "unblock" if !self.blocked.is_empty() => {
                beginning(&mut self.blocked.iter().map(String::as_str))
            }
            "removekey" => beginning(&mut self.keys.iter().map(String::as_str)),
            "stopprivate" => beginning(&mut self.peers.iter().copied()),
            _ if commands::takes_file(command) => beginning(&mut self.files.iter().copied()),
            _ if takes_user(command) || ALIASES.contains(&(command, "to")) => {
                self.names.beginning_with(prefix)
            }
            _ => Vec::new(),
        }
    }
}

/// Commands behind a slash, all of them; without one, those that need none.
fn command_names(word: &str) -> Vec<String> {
    let mut names: Vec<String> = match word.strip_prefix('/') {
        Some(prefix) => commands::forms()
            .filter(|form| begins_with(form.name, prefix))
            .map(|form| format!("/{}", form.name))
            .collect(),
        None => commands::bare()
            .filter(|form| begins_with(form.name, word))
            .map(|form| form.name.to_owned())
            .collect(),
    };
    names.sort_unstable();
    names
}

/// Two commands have a capital in their middle, so capitals do not count.
fn begins_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix))
}

/// Whether a text stands behind this first word: it is no command, or one that takes a text.
fn has_text(first: &str) -> bool {
    let name = first.strip_prefix('/').unwrap_or(first);
    if ALIASES.contains(&(name, "to")) || ALIASES.contains(&(name, "r")) {
        return first.starts_with('/');
    }
    let mut forms = commands::forms().filter(|form| form.name == name);
    forms.next().is_none_or(|form| form.form.contains("text"))
}

fn takes_user(command: &str) -> bool {
    command != "register"
        && commands::forms().any(|form| {
            let takes = form.form.contains(" <user>") || form.form.contains(" [user]");
            form.name == command && takes
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(before: &str) -> (usize, Vec<String>) {
        let mut names = Names::default();
        ["yoda", "yaddle", "luke"].iter().for_each(|name| names.learn(name));
        let blocked = BTreeSet::from(["vader".to_owned()]);
        let (writers, peers) = (vec!["luke", "yoda"], vec!["leia"]);
        let files = vec!["film.mkv", "my film.mkv"];
        Offers { names: &names, writers, blocked: &blocked, peers, files, keys: Vec::new() }
            .completions(before)
    }

    fn words(before: &str) -> Vec<String> {
        candidates(before).1
    }

    #[test]
    fn the_first_word_is_a_command() {
        assert_eq!(
            candidates("st"),
            (
                0,
                vec![
                    "startprivate ".into(),
                    "status ".into(),
                    "stopdownload ".into(),
                    "stopprivate ".into()
                ]
            )
        );
        assert_eq!(candidates("help unb"), (5, vec!["unblock ".into()]));
        assert_eq!(words("/pre"), ["/presence "]);
        assert_eq!(words("pre"), [""; 0], "only behind a slash");
        assert_eq!(words("/help /st").len(), 4);
    }

    #[test]
    fn the_second_word_is_a_user_whom_the_command_can_take() {
        assert_eq!(candidates("message y"), (8, vec!["yaddle ".into(), "yoda ".into()]));
        assert_eq!(candidates("/private  lu"), (10, vec!["luke ".into()]));
        assert_eq!(words("/tell lu"), ["luke "], "another name of /to");
        assert_eq!(words("broadcast y"), [""; 0]);
        assert_eq!(words("message yoda l"), [""; 0]);
        assert_eq!(words("unblock "), ["vader "]);
        assert_eq!(words("/stopprivate l"), ["leia "]);
        for command in ["download", "/download!", "searchFile", "/searchchunk", "unregister"] {
            assert_eq!(words(&format!("{command} f")), ["film.mkv "], "{command}");
        }
        assert_eq!(words("download my"), ["my film.mkv "]);
        assert_eq!(words("/searchF"), ["/searchfile "]);
    }

    #[test]
    fn a_name_in_a_text_is_completed_if_it_is_the_only_one() {
        assert_eq!(candidates("hello yo"), (6, vec!["yoda ".into()]));
        assert_eq!(words("hello and Yo"), ["yoda "], "at the beginning of a sentence");
        for text in ["broadcast hi ya", "/to yoda hi ya", "message luke ya", "/say ya", "/r ya"] {
            assert_eq!(words(text), ["yaddle "], "{text}");
        }
        assert_eq!(words("lu"), ["luke "]);
        for nothing in ["hello y", "hello ", "hello xx", "block yoda lu", "hello yoda,", "/x lu"] {
            let is_unknown = nothing.starts_with("/x");
            assert_eq!(words(nothing).is_empty(), !is_unknown, "{nothing}");
        }
        let mut names = Names::default();
        ["yoda", "yodel"].iter().for_each(|name| names.learn(name));
        let (blocked, writers, peers) = (BTreeSet::new(), Vec::new(), Vec::new());
        let keys = vec!["SHA256:abc".to_owned()];
        let files = Vec::new();
        let offers = Offers { names: &names, writers, blocked: &blocked, peers, files, keys };
        assert_eq!(offers.completions("/removekey SH").1, ["SHA256:abc "]);
        assert_eq!(offers.completions("hello yod").1, [""; 0], "which of the two?");
    }

    #[test]
    fn an_empty_row_walks_through_whoever_wrote() {
        assert_eq!(candidates(""), (0, vec!["/to luke ".into()]));
        assert_eq!(candidates("/to luke "), (0, vec!["/to yoda ".into()]));
        assert_eq!(candidates("/to yoda "), (0, vec!["/to luke ".into()]), "and begins again");
        assert_eq!(candidates("/to l"), (4, vec!["luke ".into()]));
    }
}
