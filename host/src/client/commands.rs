//! The meaning of a typed line: a request to the server, or a command that goes straight between
//! clients. Knows no session.

use smolchat_core::dialect::lines::parse_request;
use smolchat_core::protocol::{NameError, REQUESTS, Reply, Request, RequestForm, check_text};

use super::render;

/// A typed line, understood.
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
    /// `help [command]`, answered here since the client knows more commands than the server.
    Help {
        /// One command, or all.
        form: Option<&'static RequestForm>,
    },
}

/// The commands that never reach a server.
pub(crate) static OWN: [RequestForm; 2] = [
    RequestForm {
        name: "private",
        form: "private <user> <text>",
        help: "say something straight to a user's client, after startprivate",
        ..RequestForm::USUAL
    },
    RequestForm {
        name: "stopprivate",
        form: "stopprivate <user>",
        help: "end the direct connection with a user",
        ..RequestForm::USUAL
    },
];

/// Every command a person may type, in the order of `help`.
pub(crate) fn forms() -> impl Iterator<Item = &'static RequestForm> {
    REQUESTS.iter().filter(|form| form.is_typed).chain(&OWN)
}

/// Understands `line`, or says what is wrong with it as the server would.
pub(crate) fn parse(line: &str) -> Result<Command<'_>, String> {
    let line = line.trim_start_matches(' ');
    if line.trim_end().is_empty() {
        return Ok(Command::Nothing);
    }
    let (name, rest) = word(line);
    match name {
        "private" => private(rest),
        "stopprivate" => stop_private(rest.trim_end()),
        "help" => help(rest.trim_end()),
        _ if RequestForm::of(name).is_some_and(|form| !form.is_typed) => {
            Err(format!("smolchat sends {name} by itself"))
        }
        _ => parse_request(line).map(Command::Request).map_err(|error| render::own(error.into())),
    }
}

fn private(rest: &str) -> Result<Command<'_>, String> {
    let (to, text) = word(rest);
    if to.is_empty() || text.is_empty() {
        return Err(wrong_arguments(&OWN[0]));
    }
    match check_text(text) {
        Ok(text) => Ok(Command::Private { to, text }),
        Err(NameError::TooLong) => Err(render::own(Reply::TextTooLong)),
        Err(_) => Err(render::own(Reply::ControlCharacter)),
    }
}

fn stop_private(user: &str) -> Result<Command<'_>, String> {
    if user.is_empty() || user.contains(' ') {
        Err(wrong_arguments(&OWN[1]))
    } else {
        Ok(Command::StopPrivate { user })
    }
}

fn help(name: &str) -> Result<Command<'_>, String> {
    if name.is_empty() {
        return Ok(Command::Help { form: None });
    }
    match forms().find(|form| form.name == name) {
        Some(form) => Ok(Command::Help { form: Some(form) }),
        None => Err(render::own(Reply::UnknownCommand)),
    }
}

fn wrong_arguments(form: &RequestForm) -> String {
    render::own(Reply::WrongArguments { form: form.form })
}

/// The first word, and what follows the spaces behind it.
fn word(line: &str) -> (&str, &str) {
    line.split_once(' ').map_or((line, ""), |(word, rest)| (word, rest.trim_start_matches(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_the_servers_grammar() {
        assert_eq!(parse("whoelse"), Ok(Command::Request(Request::WhoElse)));
        assert_eq!(
            parse("  message yoda  hi there "),
            Ok(Command::Request(Request::Message { to: "yoda", text: "hi there " }))
        );
        assert_eq!(parse("   "), Ok(Command::Nothing));
    }

    #[test]
    fn private_commands_stay_with_the_client() {
        assert_eq!(parse("private yoda  a  b"), Ok(Command::Private { to: "yoda", text: "a  b" }));
        assert_eq!(parse("stopprivate yoda "), Ok(Command::StopPrivate { user: "yoda" }));
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
        assert_eq!(parse("dance"), Err("unknown command, try help".into()));
        assert_eq!(parse("ack 7"), Err("smolchat sends ack by itself".into()));
    }

    #[test]
    fn help_knows_the_commands_of_both_kinds() {
        assert_eq!(parse("help"), Ok(Command::Help { form: None }));
        assert_eq!(parse("help private"), Ok(Command::Help { form: Some(&OWN[0]) }));
        assert_eq!(parse("help dance"), Err("unknown command, try help".into()));
        let names: Vec<_> = forms().map(|form| form.name).collect();
        assert!(
            names.contains(&"message") && names.contains(&"stopprivate") && !names.contains(&"ack")
        );
    }
}
