//! What Tab offers: commands as the first word, users or commands as the second, and in an empty
//! row the users who wrote last, one after the other. Knows no terminal.

use std::collections::BTreeSet;

use smolchat_words::ALIASES;

use super::commands;
use super::names::Names;

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
        let found = match (words.next(), words.next()) {
            (None, _) => command_names(word),
            (Some("/help" | "help"), None) => command_names(word),
            (Some(command), None) => self.users(command.trim_start_matches('/'), word),
            _ => Vec::new(),
        };
        (start, found.into_iter().map(|word| word + " ").collect())
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
            "stopprivate" => beginning(&mut self.peers.iter().copied()),
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
            .filter(|form| form.name.starts_with(prefix))
            .map(|form| format!("/{}", form.name))
            .collect(),
        None => commands::bare()
            .filter(|form| form.name.starts_with(word))
            .map(|form| form.name.to_owned())
            .collect(),
    };
    names.sort_unstable();
    names
}

fn takes_user(command: &str) -> bool {
    command != "register"
        && commands::forms().any(|form| form.name == command && form.form.contains(" <user>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(before: &str) -> (usize, Vec<String>) {
        let mut names = Names::default();
        ["yoda", "yaddle", "luke"].iter().for_each(|name| names.learn(name));
        let blocked = BTreeSet::from(["vader".to_owned()]);
        let (writers, peers) = (vec!["luke", "yoda"], vec!["leia"]);
        Offers { names: &names, writers, blocked: &blocked, peers }.completions(before)
    }

    fn words(before: &str) -> Vec<String> {
        candidates(before).1
    }

    #[test]
    fn the_first_word_is_a_command() {
        assert_eq!(
            candidates("st"),
            (0, vec!["startprivate ".into(), "status ".into(), "stopprivate ".into()])
        );
        assert_eq!(candidates("help unb"), (5, vec!["unblock ".into()]));
        assert_eq!(words("/pre"), ["/presence "]);
        assert_eq!(words("pre"), [""; 0], "only behind a slash");
        assert_eq!(words("/help /st").len(), 3);
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
    }

    #[test]
    fn an_empty_row_walks_through_whoever_wrote() {
        assert_eq!(candidates(""), (0, vec!["/to luke ".into()]));
        assert_eq!(candidates("/to luke "), (0, vec!["/to yoda ".into()]));
        assert_eq!(candidates("/to yoda "), (0, vec!["/to luke ".into()]), "and begins again");
        assert_eq!(candidates("/to l"), (4, vec!["luke ".into()]));
    }
}
