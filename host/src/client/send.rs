//! `smolchat send`: a command line that says one thing to one user, and ends.

use std::ffi::OsString;

use clap::{Command, CommandFactory, FromArgMatches, Parser};
use smolchat_core::protocol::check_user_name;

use super::copy_id::{self, CopyIdOptions};
use super::exit;
use super::options::{self, Options, Switch};
use super::sending::Sending;
use super::way::Way;

/// The word with which such a command line begins.
const WORD: &str = "send";

/// Say something to one user, and end.
///
/// Without a text, each line of standard input is a message.
#[derive(Clone, Debug, Parser)]
#[command(name = "smolchat send", bin_name = "smolchat send", version, after_help = exit::table())]
struct SendOptions {
    #[command(flatten)]
    way: Way,

    /// Who is to get it
    user: String,

    /// What is said; the words are joined by spaces
    text: Vec<String>,

    /// Wait until it is delivered or stored, 15 seconds at most, and tell
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "on")]
    receipts: Option<Switch>,

    /// For how long to try: while you are online elsewhere, 20 at most, or after a lost connection;
    /// 0 for never [default: 20, and 60 after a loss]
    #[arg(long, value_name = "SECONDS")]
    reconnect: Option<u32>,

    /// Tell everything as JSON, one object a line, on standard output
    #[arg(long)]
    json: bool,
}

/// Every form of the command line as one tree, for the pages that are made of it.
pub(crate) fn command_tree() -> Command {
    let send = SendOptions::command().name(WORD).about("Say something to one user, and end");
    let copy_id =
        CopyIdOptions::command().name(copy_id::WORD).about("Add your key to your account");
    Options::command()
        .subcommand(send)
        .subcommand(copy_id)
        .disable_help_subcommand(true)
        .args_conflicts_with_subcommands(true)
}

/// The options of a command line, and what is to be said if it begins with `send` or
/// `copy-id`. `variable` reads the environment.
///
/// # Errors
/// What is wrong with it, or the help that was asked for.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<(Options, Option<Sending>), clap::Error> {
    let arguments = options::with_values_joined(arguments);
    match arguments.get(1).and_then(|word| word.to_str()) {
        Some(WORD) => {}
        Some(copy_id::WORD) => return parse_copy_id(&arguments[1..], variable),
        _ => {
            let words = arguments.iter().skip(2).filter_map(|word| word.to_str());
            let behind = words.clone().find(|word| matches!(*word, WORD | copy_id::WORD));
            let behind = behind.map(str::to_owned);
            let read = Options::read(arguments, variable);
            return match (read, behind) {
                (Err(error), Some(word)) if error.use_stderr() => Err(misplaced(&word)),
                (read, _) => Ok((read?, None)),
            };
        }
    }
    let matches = SendOptions::command().try_get_matches_from(&arguments[1..])?;
    let send = SendOptions::from_arg_matches(&matches)?;
    if check_user_name(&send.user).is_err() {
        let text = format!("{} cannot be a user\n", send.user);
        return Err(clap::Error::raw(clap::error::ErrorKind::ValueValidation, text));
    }
    if !send.text.is_empty() && send.text.concat().trim().is_empty() {
        let text = "there is no text to send\n";
        return Err(clap::Error::raw(clap::error::ErrorKind::ValueValidation, text));
    }
    let mut chat = send.way.command_line();
    let has_receipts = send.receipts == Some(Switch::On);
    chat.push(if has_receipts { "--receipts=on" } else { "--receipts=off" }.into());
    if let Some(seconds) = send.reconnect {
        chat.extend(["--reconnect".into(), seconds.to_string().into()]);
    }
    chat.extend(send.json.then(|| "--json".into()));
    let lines = (!send.text.is_empty()).then(|| send.text.join(" "));
    let sending = Sending { head: format!("message {} ", send.user), lines, ..Sending::default() };
    Ok((Options::read(chat, variable)?, Some(sending)))
}

/// A form of the command line is named behind options.
fn misplaced(word: &str) -> clap::Error {
    let text = format!("{word} comes first, and the options behind it: smolchat {word} ...\n");
    clap::Error::raw(clap::error::ErrorKind::UnknownArgument, text)
}

fn parse_copy_id(
    arguments: &[OsString],
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<(Options, Option<Sending>), clap::Error> {
    let matches = CopyIdOptions::command().try_get_matches_from(arguments)?;
    let way = CopyIdOptions::from_arg_matches(&matches)?.way;
    let sending = Sending { is_key: true, ..Sending::default() };
    Ok((Options::read(way.command_line(), variable)?, Some(sending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINGERPRINT: &str = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

    fn parsed(line: &str) -> Result<(Options, Option<Sending>), clap::Error> {
        parse(line.split(' ').map(OsString::from), |_| None)
    }

    #[test]
    fn a_text_is_said_to_one_user() {
        let (options, sending) = parsed("smolchat send hans@home yoda do or do not").unwrap();
        assert_eq!(options.target().unwrap().user.as_deref(), Some("hans"));
        let head = "message yoda ".into();
        let expected = Sending { head, ..Sending::of_line("do or do not".into()) };
        assert_eq!(sending, Some(expected));
        let (_, sending) = parsed("smolchat send home yoda").unwrap();
        assert_eq!(sending.unwrap().lines, None);
    }

    #[test]
    fn whatever_else_is_a_chat_and_what_is_wrong_is_told() {
        assert_eq!(parsed("smolchat hans@home").unwrap().1, None);
        assert!(parsed("smolchat send home").is_err());
        let told = "send comes first, and the options behind it: smolchat send ...";
        let error = parsed("smolchat --ssh off send tom@home hans hi").unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
        assert!(parsed("smolchat send home \u{202e}x hi").is_err());
        assert!(parsed("smolchat send home yoda hi --receipts --json").unwrap().0.json);
        for (typed, is_on) in [("", true), (" on", true), (" off", false), ("=off", false)] {
            let line = format!("smolchat send --receipts{typed} hans@home yoda hi");
            let options = parsed(&line).unwrap().0;
            assert_eq!(options.target().unwrap().host, "home", "{line}");
            assert_eq!(options.receipts == Some(Switch::On), is_on, "{line}");
        }
        let by_ssh =
            parsed(&format!("smolchat send home yoda hi --fingerprint {FINGERPRINT}")).unwrap().0;
        assert!(!parsed("smolchat send home yoda hi --ssh off").unwrap().0.is_encrypted());
        assert!(by_ssh.is_encrypted() && by_ssh.fingerprint.as_deref() == Some(FINGERPRINT));
        let (options, sending) = parsed("smolchat copy-id hans@home --accept-new").unwrap();
        assert!(options.is_encrypted() && options.accept_new && sending.unwrap().is_key);
        assert!(parsed("smolchat copy-id").is_err() && parsed("smolchat copy-id home x").is_err());
        let never = parsed("smolchat send home yoda hi --reconnect 0").unwrap().0;
        assert_eq!(never.reconnect, Some(0));
    }
}
