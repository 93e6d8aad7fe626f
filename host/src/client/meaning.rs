//! What a line means that a person typed: a command, or text for whom the prompt names. The rules
//! are those of every client (`smolchat_words`); what to do about a line is told in words here.

use std::borrow::Cow;

use smolchat_words::{Meaning as Line, Reader, Unclear, first_word};

use super::commands;

/// In other chats it tells what its user does.
const ACTION: &str = "me";

/// What a line means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning<'a> {
    /// A command, without a slash.
    Command(Cow<'a, str>),
    /// Text for whom the prompt names.
    Text(&'a str),
    /// Text that begins with the name of a user. It may be for this user alone.
    Addressed {
        /// The name as it was typed.
        user: &'a str,
        /// The text, whole.
        text: &'a str,
    },
    /// Nobody can say which, and so it is neither. The text says what to do.
    Unclear(String),
}

/// What `line` means. `bare` says whether commands need no `/`, and `is_user` whether a word is the
/// name of somebody.
pub(crate) fn meaning(line: &str, bare: bool, is_user: impl Fn(&str) -> bool) -> Meaning<'_> {
    if let Some(command) = line.strip_prefix('/')
        && commands::needs_slash(first_word(command))
    {
        // Without its slash it is the beginning of a sentence.
        return Meaning::Command(command.into());
    }
    match (Reader { own: &commands::OWN_NAMES, is_user, guards_to: false }).read(line) {
        Line::Command { line, has_slash: false, .. } if !bare => {
            let word = first_word(line);
            Meaning::Unclear(told(word, format!("a command begins with /, so type /{word}.")))
        }
        Line::Command { line, alias_of: None, .. } => Meaning::Command(line.into()),
        Line::Command { line, alias_of: Some(name), .. } => {
            let rest = &line[first_word(line).len()..];
            Meaning::Command(format!("{name}{rest}").into())
        }
        Line::Text(text) => Meaning::Text(text),
        Line::Addressed { user, text } => Meaning::Addressed { user, text },
        Line::Unclear { word, why } => Meaning::Unclear(unclear(word, why)),
    }
}

/// What to do about a line that begins with `word`.
fn unclear(word: &str, why: Unclear) -> String {
    match why {
        Unclear::Unseen => {
            "there is something before the / that nobody sees. Type the line again".to_owned()
        }
        Unclear::OfPrograms => told(word, "smolchat sends this by itself.".to_owned()),
        Unclear::NeedsSlash(command) => {
            told(command, format!("a command begins with /, so type /{command}."))
        }
        Unclear::Password => told(
            word,
            "a password may follow, so nobody reads this; /passwd changes yours.".to_owned(),
        ),
        Unclear::Nearly(command) => told(word, format!("unknown command, did you mean {command}?")),
        Unclear::Unknown(_) if word == ACTION => {
            "/me: there are no actions here; say it as a text, or /say TEXT".to_owned()
        }
        Unclear::Unknown(Some(command)) => {
            format!("/{word}: unknown command, did you mean /{command}?")
        }
        Unclear::Unknown(None) => format!("/{word}: unknown command, try /help"),
    }
}

fn told(word: &str, what: String) -> String {
    format!("{word}: {what} Begin with a space to say it")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(line: &str, bare: bool) -> Meaning<'_> {
        super::meaning(line, bare, |word| word.eq_ignore_ascii_case("yoda"))
    }

    fn command(line: &str) -> Meaning<'_> {
        Meaning::Command(line.into())
    }

    #[test]
    fn a_command_has_its_own_name_and_no_slash() {
        assert_eq!(meaning("/message yoda hi", true), command("message yoda hi"));
        assert_eq!(meaning("private yoda hi", true), command("private yoda hi"));
        assert_eq!(meaning("/msg  yoda hi", false), command("to  yoda hi"));
        assert_eq!(meaning("/quit", true), command("logout"));
        assert_eq!(meaning("/", true), command(""));
        assert_eq!(meaning("  message yoda hi", true), Meaning::Text("message yoda hi"));
        let text = "yoda: hi";
        assert_eq!(meaning(text, true), Meaning::Addressed { user: "yoda", text });
    }

    #[test]
    fn what_is_unclear_is_told_with_what_to_do() {
        for (line, told) in [
            ("mesage yoda x", "mesage: unknown command, did you mean message?"),
            ("login hans x", "login: smolchat sends this by itself."),
            ("To yoda, see you", "to: a command begins with /, so type /to."),
            (
                "password hunter2",
                "password: a password may follow, so nobody reads this; /passwd changes yours.",
            ),
        ] {
            let told = format!("{told} Begin with a space to say it");
            for bare in [true, false] {
                assert_eq!(meaning(line, bare), Meaning::Unclear(told.clone()));
            }
        }
        let told = "message: a command begins with /, so type /message. Begin with a space to \
                    say it";
        assert_eq!(meaning("message yoda hi", false), Meaning::Unclear(told.to_owned()));
        for (line, told) in [
            ("/mesage yoda hi", "/mesage: unknown command, did you mean /message?"),
            ("/quti", "/quti: unknown command, did you mean /quit?"),
            ("/dance", "/dance: unknown command, try /help"),
            ("/me waves", "/me: there are no actions here; say it as a text, or /say TEXT"),
            (
                "\u{200b}/to yoda x",
                "there is something before the / that nobody sees. Type the line again",
            ),
        ] {
            assert_eq!(meaning(line, true), Meaning::Unclear(told.to_owned()));
        }
    }
}
