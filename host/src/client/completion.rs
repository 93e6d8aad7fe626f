//! What Tab offers: commands as the first word, users or commands as the second.

use super::commands;
use super::names::Names;

/// Where the word before the cursor begins, and what it may become. `before` is the row up to the
/// cursor.
pub(crate) fn completions(names: &Names, before: &str) -> (usize, Vec<String>) {
    let start = before.rfind(' ').map_or(0, |at| at + 1);
    let word = &before[start..];
    let words: Vec<_> = before[..start].split(' ').filter(|word| !word.is_empty()).collect();
    let found = match words[..] {
        [] | ["help"] => command_names(word),
        [command] if takes_user(command) => names.beginning_with(word),
        _ => Vec::new(),
    };
    (start, found.into_iter().map(|word| word + " ").collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(before: &str) -> (usize, Vec<String>) {
        let mut names = Names::default();
        ["yoda", "yaddle", "luke"].iter().for_each(|name| names.learn(name));
        completions(&names, before)
    }

    #[test]
    fn the_first_word_is_a_command() {
        assert_eq!(
            candidates("st"),
            (0, vec!["startprivate ".into(), "status ".into(), "stopprivate ".into()])
        );
        assert_eq!(candidates("help unb"), (5, vec!["unblock ".into()]));
    }

    #[test]
    fn the_second_word_is_a_user_where_the_command_takes_one() {
        assert_eq!(candidates("message y"), (8, vec!["yaddle ".into(), "yoda ".into()]));
        assert_eq!(candidates("private  lu"), (9, vec!["luke ".into()]));
        assert_eq!(candidates("broadcast y"), (10, vec![]));
        assert_eq!(candidates("message yoda l"), (13, vec![]));
    }
}
