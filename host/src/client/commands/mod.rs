//! The commands that people and scripts may give, and their grammar: requests to the server, and
//! what the client does itself. Knows no session.

mod files;
mod near;
mod table;

use smolchat_core::dialect::lines::parse_request;
use smolchat_core::protocol::{
    KEY_KIND, NameError, Reply, Request, RequestError, RequestForm, TEXT_MAX, Text, check_user_name,
};
use smolchat_words::{ALIASES, OF_PERSONS, form_hint};

use super::recipient::Recipient;
use super::render;
pub(crate) use files::FileCommand;
use near::unknown;
use table::{BETWEEN_CLIENTS, OF_KEYS};
pub(crate) use table::{OWN_NAMES, at_a_terminal, bare, forms, needs_slash, takes_file};

/// A command, understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command<'a> {
    /// An empty line.
    Nothing,
    /// Goes to the server.
    Request(Request<'a>),
    /// `private <user> <text>`
    Private {
        /// The peer.
        to: &'a str,
        /// What is said.
        text: &'a str,
    },
    /// `stopprivate <user>`
    StopPrivate {
        /// The peer.
        user: &'a str,
    },
    /// `fingerprint [user]`
    Fingerprint {
        /// The peer; none for the user's own key.
        user: Option<&'a str>,
    },
    /// `trust <user>`
    Trust {
        /// The peer.
        user: &'a str,
    },
    /// `help [command]`, answered here since the client knows more commands than the server.
    Help {
        /// One command, or all.
        form: Option<&'static RequestForm>,
    },
    /// `help more`: what is not on the first screen of help.
    MoreHelp,
    /// `all`, `to <user>` or `private <user>`: plain text goes there from now on.
    Turn(Recipient),
    /// `say <text>`: to whom plain text goes.
    Say {
        /// What is said.
        text: &'a str,
    },
    /// `r [text]`: to whoever wrote last.
    Answer {
        /// What is said; empty to talk to that user from now on.
        text: &'a str,
    },
    /// `removekey` of a key that was told: by its number, or its fingerprint.
    RemoveKey {
        /// Either.
        which: &'a str,
    },
    /// `passwd` without a word behind it: both are asked for, and nobody sees them.
    AskForPassword,
    /// Something about files.
    File(FileCommand<'a>),
    /// `help files`: the commands of files.
    FilesHelp,
    /// `presence on|off`: whether comings and goings are shown.
    Presence {
        /// Whether they are.
        is_shown: bool,
    },
}

/// Why a command is not understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Its arguments are not those of this form. Behind it stands what else there is to know.
    Arguments(&'static RequestForm, &'static str),
    /// In words.
    Otherwise(String),
}

impl Wrong {
    fn arguments(form: &'static RequestForm) -> Self {
        Wrong::Arguments(form, "")
    }

    /// What a script is told.
    pub(crate) fn of_script(self) -> String {
        self.text("")
    }

    /// What a person is told. The form has a slash if the command was typed with one, or needs one.
    pub(crate) fn of_person(self, has_slash: bool) -> String {
        let is_needed = matches!(&self, Wrong::Arguments(form, _) if needs_slash(form.name));
        self.text(if has_slash || is_needed { "/" } else { "" })
    }

    fn text(self, slash: &str) -> String {
        match self {
            Wrong::Arguments(form, hint) => {
                let form = format!("{slash}{}", form.form);
                render::own(Reply::WrongArguments { form: &form }) + hint
            }
            Wrong::Otherwise(text) => text,
        }
    }
}

impl From<String> for Wrong {
    fn from(text: String) -> Self {
        Wrong::Otherwise(text)
    }
}

/// Understands a person's command, or says what is wrong with it.
pub(crate) fn parse_of_person(line: &str) -> Result<Command<'_>, Wrong> {
    let (name, rest) = word(line.trim_start_matches(' '));
    match name {
        "to" => to_user(rest),
        "all" if rest.trim().is_empty() => Ok(Command::Turn(Recipient::All)),
        "all" => Ok(Command::Request(Request::Broadcast { text: parse_text(rest)? })),
        "help" if rest.trim() == "more" => Ok(Command::MoreHelp),
        "help" if rest.trim() == "files" => Ok(Command::FilesHelp),
        "r" => Ok(Command::Answer { text: rest }),
        "passwd" if rest.trim().is_empty() => Ok(Command::AskForPassword),
        "removekey" if is_one_word(rest) && rest.trim_end() != KEY_KIND => {
            Ok(Command::RemoveKey { which: rest.trim_end() })
        }
        "say" if rest.is_empty() => Err(Wrong::arguments(&OF_PERSONS[3])),
        "say" => Ok(Command::Say { text: rest }),
        "presence" => match rest.trim() {
            "on" => Ok(Command::Presence { is_shown: true }),
            "off" => Ok(Command::Presence { is_shown: false }),
            _ => Err(Wrong::arguments(&OF_PERSONS[4])),
        },
        "private" if is_one_word(rest) => {
            Ok(Command::Turn(Recipient::Private(rest.trim_end().to_owned())))
        }
        _ if let Some(parsed) = files::parse(name, rest) => parsed.map(Command::File),
        _ => match parse_request(line) {
            Err(RequestError::Arguments(form)) if !form_hint(name).is_empty() => {
                Err(Wrong::Arguments(at_a_terminal(form), form_hint(name)))
            }
            _ => parse(line),
        },
    }
}

fn to_user(rest: &str) -> Result<Command<'_>, Wrong> {
    let (to, text) = word(rest);
    if check_user_name(to).is_err() {
        return Err(Wrong::arguments(&OF_PERSONS[0]));
    }
    if text.trim().is_empty() {
        return Ok(Command::Turn(Recipient::User(to.to_owned())));
    }
    Ok(Command::Request(Request::Message { to, text: parse_text(text)? }))
}

/// A command whose text is longer than a message may be: what stands before the text, and the text.
pub(crate) fn long_text(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(' ');
    let (name, rest) = word(line);
    let text = match name {
        "broadcast" | "all" => rest,
        "message" | "private" | "to" => word(rest).1,
        _ => return None,
    };
    (text.len() > TEXT_MAX).then(|| line.split_at(line.len() - text.len()))
}

fn is_one_word(rest: &str) -> bool {
    !rest.is_empty() && !rest.trim_end().contains(' ')
}

/// A text that a message may hold, or what the server would say of it.
pub(crate) fn parse_text(text: &str) -> Result<Text<'_>, String> {
    match Text::new(text) {
        Ok(text) => Ok(text),
        Err(NameError::TooLong) => Err(render::own(Reply::TextTooLong)),
        Err(_) => Err(render::own(Reply::ControlCharacter)),
    }
}

/// Understands a script's line, or says what is wrong with it as the server would.
pub(crate) fn parse(line: &str) -> Result<Command<'_>, Wrong> {
    let line = line.trim_start_matches(' ');
    if line.trim_end().is_empty() {
        return Ok(Command::Nothing);
    }
    let (name, rest) = word(line);
    if let Some(parsed) = files::parse(name, rest) {
        return parsed.map(Command::File);
    }
    match name {
        "private" => private(rest),
        "stopprivate" => {
            user_of(rest, &BETWEEN_CLIENTS[1]).map(|user| Command::StopPrivate { user })
        }
        "fingerprint" if rest.trim().is_empty() => Ok(Command::Fingerprint { user: None }),
        "fingerprint" => {
            user_of(rest, &OF_KEYS[0]).map(|user| Command::Fingerprint { user: Some(user) })
        }
        "trust" => user_of(rest, &OF_KEYS[1]).map(|user| Command::Trust { user }),
        "help" => help(rest.trim_end()),
        _ if RequestForm::of(name).is_some_and(|form| !form.is_typed) => {
            Err(Wrong::Otherwise(format!("smolchat sends {name} by itself")))
        }
        _ => parse_request(line).map(Command::Request).map_err(|error| match error {
            RequestError::Unknown => Wrong::Otherwise(unknown(name)),
            RequestError::Arguments(form) => Wrong::arguments(form),
            error => Wrong::Otherwise(render::own(error.into())),
        }),
    }
}

fn private(rest: &str) -> Result<Command<'_>, Wrong> {
    let (to, text) = word(rest);
    if to.is_empty() || text.is_empty() {
        return Err(Wrong::arguments(&BETWEEN_CLIENTS[0]));
    }
    Ok(Command::Private { to, text: parse_text(text)?.as_str() })
}

/// The one argument of a command of this form.
fn user_of<'a>(rest: &'a str, form: &'static RequestForm) -> Result<&'a str, Wrong> {
    let user = rest.trim_end();
    if user.is_empty() || user.contains(' ') {
        return Err(Wrong::arguments(form));
    }
    Ok(user)
}

fn help(name: &str) -> Result<Command<'_>, Wrong> {
    if name.is_empty() {
        return Ok(Command::Help { form: None });
    }
    let name = name.strip_prefix('/').unwrap_or(name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, name)| name);
    let form =
        forms().find(|form| form.name == name).ok_or_else(|| Wrong::Otherwise(unknown(name)))?;
    Ok(Command::Help { form: Some(form) })
}

/// The first word, and what follows the spaces behind it.
fn word(line: &str) -> (&str, &str) {
    line.split_once(' ').map_or((line, ""), |(word, rest)| (word, rest.trim_start_matches(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a script and a person are told.
    fn parse(line: &str) -> Result<Command<'_>, String> {
        super::parse(line).map_err(Wrong::of_script)
    }

    fn parse_of_person(line: &str) -> Result<Command<'_>, String> {
        super::parse_of_person(line).map_err(|wrong| wrong.of_person(false))
    }

    fn text(text: &str) -> Text<'_> {
        Text::new(text).unwrap()
    }

    #[test]
    fn requests_are_the_servers_grammar() {
        assert_eq!(parse("whoelse"), Ok(Command::Request(Request::WhoElse)));
        assert_eq!(
            parse("  message yoda  hi there "),
            Ok(Command::Request(Request::Message { to: "yoda", text: text("hi there ") }))
        );
        assert_eq!(parse("   "), Ok(Command::Nothing));
    }

    #[test]
    fn private_commands_stay_with_the_client() {
        assert_eq!(parse("private yoda  a  b"), Ok(Command::Private { to: "yoda", text: "a  b" }));
        assert_eq!(parse("stopprivate yoda "), Ok(Command::StopPrivate { user: "yoda" }));
    }

    #[test]
    fn a_person_says_where_plain_text_goes() {
        let turn = |recipient| Ok(Command::Turn(recipient));
        let user = || "yoda".to_owned();
        assert_eq!(parse_of_person("to yoda "), turn(Recipient::User(user())));
        assert_eq!(parse_of_person("all"), turn(Recipient::All));
        assert_eq!(parse_of_person("private yoda"), turn(Recipient::Private(user())));
        assert_eq!(
            parse_of_person("to yoda hi there"),
            Ok(Command::Request(Request::Message { to: "yoda", text: text("hi there") }))
        );
        assert_eq!(
            parse_of_person("all hi"),
            Ok(Command::Request(Request::Broadcast { text: text("hi") }))
        );
        assert_eq!(parse_of_person("r hi"), Ok(Command::Answer { text: "hi" }));
        assert_eq!(parse_of_person("presence off"), Ok(Command::Presence { is_shown: false }));
        assert_eq!(parse_of_person("help more"), Ok(Command::MoreHelp));
        for (line, form) in [
            ("to", "/to <user> [text]"),
            ("say", "/say <text>"),
            ("presence", "/presence on|off"),
            ("private", "private <user> <text>"),
        ] {
            let told = format!("wrong arguments, the form is: {form}");
            assert_eq!(parse_of_person(line), Err(told), "{line}");
        }
        assert_eq!(parse("to yoda"), Err(unknown("to")), "no script's");
    }

    #[test]
    fn wrong_arguments_name_the_right_form() {
        for (line, form) in [
            ("message yoda", "message <user> <text>"),
            ("whoelsesince now", "whoelsesince <seconds>"),
            ("private", "private <user> <text>"),
            ("private yoda", "private <user> <text>"),
            ("stopprivate", "stopprivate <user>"),
            ("stopprivate yoda now", "stopprivate <user>"),
        ] {
            assert_eq!(parse(line), Err(format!("wrong arguments, the form is: {form}")), "{line}");
        }
        let long = "x".repeat(smolchat_core::protocol::TEXT_MAX + 1);
        assert_eq!(parse(&format!("private yoda {long}")), Err(render::own(Reply::TextTooLong)));
        assert_eq!(parse("dance"), Err(unknown("dance")));
        assert_eq!(parse("ack 7"), Err("smolchat sends ack by itself".into()));
    }

    #[test]
    fn a_form_has_the_slash_that_was_typed_or_is_needed() {
        for (line, form) in [
            ("message yoda", "message <user> <text>"),
            ("register", "register <path>"),
            ("private", "private <user> <text>"),
            ("trust", "/trust <user>"),
            ("discard", "/discard <name>"),
        ] {
            let wrong = || super::parse_of_person(line).unwrap_err();
            let told = |form: &str| format!("wrong arguments, the form is: {form}");
            assert_eq!(wrong().of_person(false), told(form), "{line}");
            let with_slash = format!("/{}", form.trim_start_matches('/'));
            assert_eq!(wrong().of_person(true), told(&with_slash), "{line}");
            assert_eq!(wrong().of_script(), told(form.trim_start_matches('/')), "{line}");
        }
    }

    #[test]
    fn help_knows_the_commands_of_both_kinds() {
        assert_eq!(parse("help"), Ok(Command::Help { form: None }));
        assert_eq!(parse("help private"), Ok(Command::Help { form: Some(&BETWEEN_CLIENTS[0]) }));
        assert_eq!(parse("help dance now"), Err(unknown("dance now")));
        for name in ["/logout", "quit", "/quit"] {
            assert!(
                matches!(parse(&format!("help {name}")), Ok(Command::Help { form: Some(form) }) if form.name == "logout")
            );
        }
        let names: Vec<_> = forms().map(|form| form.name).collect();
        assert!(
            names.contains(&"message") && names.contains(&"stopprivate") && !names.contains(&"ack")
        );
    }
}
