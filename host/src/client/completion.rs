//! Completion by Tab: commands as the first word, users or commands as the second.

use std::sync::Arc;

use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};

use super::commands;
use super::names::Names;

/// Completes commands and the names seen so far.
#[derive(Debug)]
pub(crate) struct Completion {
    names: Arc<Names>,
}

impl Completion {
    /// Offers what `names` has learned by then.
    pub(crate) fn new(names: Arc<Names>) -> Self {
        Completion { names }
    }

    /// The beginning of the word before the cursor, and its possible completions.
    fn candidates(&self, before: &str) -> (usize, Vec<String>) {
        let start = before.rfind(' ').map_or(0, |at| at + 1);
        let word = &before[start..];
        let words: Vec<_> = before[..start].split(' ').filter(|word| !word.is_empty()).collect();
        let found = match words[..] {
            [] | ["help"] => command_names(word),
            [command] if takes_user(command) => self.names.beginning_with(word),
            _ => Vec::new(),
        };
        (start, found.into_iter().map(|word| word + " ").collect())
    }
}

fn command_names(prefix: &str) -> Vec<String> {
    let names = commands::forms().map(|form| form.name);
    let mut names: Vec<_> =
        names.filter(|name| name.starts_with(prefix)).map(str::to_owned).collect();
    names.sort_unstable();
    names
}

fn takes_user(command: &str) -> bool {
    command != "register"
        && commands::forms().any(|form| form.name == command && form.form.contains(" <user>"))
}

impl Completer for Completion {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.candidates(line.get(..pos).unwrap_or_default()))
    }
}

impl Hinter for Completion {
    type Hint = String;
}

impl Highlighter for Completion {}
impl Validator for Completion {}
impl Helper for Completion {}

#[cfg(test)]
mod tests {
    use super::*;

    fn completion() -> Completion {
        let names = Names::default();
        ["yoda", "yaddle", "luke"].iter().for_each(|name| names.learn(name));
        Completion::new(Arc::new(names))
    }

    #[test]
    fn the_first_word_is_a_command() {
        let (start, found) = completion().candidates("st");
        assert_eq!(
            (start, found),
            (0, vec!["startprivate ".into(), "status ".into(), "stopprivate ".into()])
        );
        assert_eq!(completion().candidates("help unb"), (5, vec!["unblock ".into()]));
    }

    #[test]
    fn the_second_word_is_a_user_where_the_command_takes_one() {
        assert_eq!(
            completion().candidates("message y"),
            (8, vec!["yaddle ".into(), "yoda ".into()])
        );
        assert_eq!(completion().candidates("private  lu"), (9, vec!["luke ".into()]));
        assert_eq!(completion().candidates("broadcast y"), (10, vec![]));
        assert_eq!(completion().candidates("message yoda l"), (13, vec![]));
    }
}
