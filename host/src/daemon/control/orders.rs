//! What operators say: most of it is core's to understand and to do. Orders about the accounts file
//! are this program's own: `reload`, and accounts with keys.
//! Knows one operator at a time.

use smolchat_core::dialect::lines::{LineError, LineWriter, emit_reply};
use smolchat_core::net::Counted;
use smolchat_core::operator::Order;
use smolchat_core::protocol::{self, Reply};
use smolchat_core::server::Server;
use smolchat_core::time::Instant;
use smolchat_secret::{Fault, Secret};

use super::doing::Doing;
use super::visitor::Visitor;
use crate::daemon::credentials::AppendError;
use crate::daemon::environment::HostEnvironment;

const CLEAR: &str = "590 the secret is to be a hash or a key: smolchatd user makes them";
const TOO_LARGE: &str = "590 that hash takes more memory than this server has set aside";
const NO_KEY: &str = "590 that is no key of the kind ssh-ed25519";
const NO_FILE: &str = "490 the accounts file cannot be written to";

/// What an order needs beside the server: this program, and the network's counters for `status`.
pub(super) type Counting<'e> = Counted<'e, HostEnvironment>;

/// Goes on by a line of an answer or by an order. Answers whether something was done.
pub(super) fn go_on(
    visitor: &mut Visitor,
    doing: &mut Doing,
    now: Instant,
    server: &mut Server<'_>,
    environment: &mut Counting<'_>,
) -> bool {
    if !visitor.has_room() {
        return false;
    }
    let mut writer = LineWriter::new();
    match *doing {
        Doing::Nothing => {
            let mut begun = None;
            let is_line = visitor.with_line(|line, output| {
                begun = begin(line, &mut writer, now, server, environment);
                if !writer.is_empty() {
                    super::visitor::say(output, writer.as_str().as_bytes());
                }
                true
            });
            *doing = begun.unwrap_or(Doing::Nothing);
            is_line
        }
        Doing::Telling(told) => {
            let more = server.tell(now, told, environment, &mut writer);
            // A part that was looked through in vain says nothing.
            if !writer.is_empty() {
                visitor.say(writer.as_str().as_bytes());
            }
            *doing = more.map_or(Doing::Nothing, Doing::Telling);
            true
        }
        Doing::Reloading(ticket) => {
            let is_done = environment.environment.reloads.is_done(ticket);
            if is_done {
                *doing = Doing::Outcome(0);
            }
            is_done
        }
        Doing::Outcome(line) => {
            let is_last = environment.environment.reloads.outcome(line, &mut writer);
            visitor.say(writer.as_str().as_bytes());
            *doing = if is_last { Doing::Nothing } else { Doing::Outcome(line + 1) };
            true
        }
    }
}

/// Does what a line says, and writes the answer's first line. Answers what is still under way.
fn begin(
    line: Result<&str, LineError>,
    writer: &mut LineWriter,
    now: Instant,
    server: &mut Server<'_>,
    environment: &mut Counting<'_>,
) -> Option<Doing> {
    let line = match line {
        Ok(line) => line.trim_matches(' '),
        Err(error) => return refuse(error.into(), writer),
    };
    match line {
        "" => None,
        "reload" => Some(Doing::Reloading(environment.environment.request_reload(false))),
        "reload forget" => Some(Doing::Reloading(environment.environment.request_reload(true))),
        _ => match account(line) {
            Some((verb, name, secret)) => {
                with_secret(verb, (name, secret), writer, now, server, environment)
            }
            None => match Order::parse(line) {
                Ok(Order::RemoveUser { name }) if server.account_of(name).is_none() => {
                    take_out(name, writer, environment)
                }
                Ok(order) => operate(order, writer, now, server, environment),
                Err(refusal) => refuse(refusal, writer),
            },
        },
    }
}

/// The parts of an order that gives an account a secret.
fn account(line: &str) -> Option<(&str, &str, &str)> {
    let rest = line.strip_prefix("user ")?;
    let (verb, rest) = rest.split_once(' ')?;
    let (name, secret) = rest.split_once(' ')?;
    matches!(verb, "add" | "passwd").then_some((verb, name, secret))
}

fn with_secret(
    verb: &str,
    (name, secret): (&str, &str),
    writer: &mut LineWriter,
    now: Instant,
    server: &mut Server<'_>,
    environment: &mut Counting<'_>,
) -> Option<Doing> {
    let hash = match Secret::parse(secret) {
        Ok(Secret::Hash(hash)) => hash,
        Ok(Secret::Key(_)) if verb == "add" => {
            return add_key((name, secret), writer, environment);
        }
        Ok(Secret::Key(_)) => return say(CLEAR, writer),
        Ok(Secret::Password(_)) => return say(CLEAR, writer),
        Err(fault) => return refuse_secret(fault, writer),
    };
    if hash.work().blocks() > environment.environment.hash_blocks {
        return say(TOO_LARGE, writer);
    }
    let packed = hash.pack();
    let secret = protocol::Secret::Hash(&packed);
    let order = match verb {
        "add" => Order::AddUser { name, secret },
        _ => Order::ChangePassword { name, secret },
    };
    operate(order, writer, now, server, environment)
}

fn refuse_secret(fault: Fault, writer: &mut LineWriter) -> Option<Doing> {
    if fault == Fault::Key {
        return say(NO_KEY, writer);
    }
    say("590 ", writer);
    say(fault.text(), writer)
}

/// A key goes into the file, which is then read again.
fn add_key(
    (name, key): (&str, &str),
    writer: &mut LineWriter,
    environment: &mut Counting<'_>,
) -> Option<Doing> {
    if protocol::check_user_name(name).is_err() || name.starts_with('#') {
        return say("590 no user has such a name", writer);
    }
    match environment.environment.keep_key(name, key) {
        Ok(()) => Some(Doing::Reloading(environment.environment.request_reload(false))),
        Err(_) => say(NO_FILE, writer),
    }
}

fn operate(
    order: Order<'_>,
    writer: &mut LineWriter,
    now: Instant,
    server: &mut Server<'_>,
    environment: &mut Counting<'_>,
) -> Option<Doing> {
    environment.environment.refused = None;
    let told = server.operate(now, order, environment, writer).map(Doing::Telling);
    if let (Order::AddUser { name, .. } | Order::ChangePassword { name, .. }, Some(why)) =
        (order, environment.environment.refused)
    {
        explain(name, why, writer);
    }
    told
}

/// Says what the file has, and what helps. Otherwise a refusal sounds as if time would help.
fn explain(name: &str, why: AppendError, writer: &mut LineWriter) {
    let parts = match why {
        AppendError::NameTaken => [
            "590 the accounts file has lines of ",
            name,
            " that this server has not read: smolchatd reload reads them, smolchatd user remove takes them out",
        ],
        AppendError::NameGone => [
            "590 somebody took ",
            name,
            " out of the accounts file: smolchatd reload makes this server do so, too",
        ],
        _ => return,
    };
    writer.clear();
    parts.into_iter().for_each(|part| writer.push_str(part));
}

/// Whoever has no account may have lines in the file: an account that was not read yet, or the
/// line of an admin alone.
fn take_out(name: &str, writer: &mut LineWriter, environment: &mut Counting<'_>) -> Option<Doing> {
    match environment.environment.take_out(name) {
        Ok(true) => {
            ["290 nobody had that name; its lines are out of the accounts file: ", name]
                .into_iter()
                .for_each(|part| writer.push_str(part));
            None
        }
        Ok(false) => refuse(Reply::NoSuchUser, writer),
        Err(_) => say(NO_FILE, writer),
    }
}

fn refuse(refusal: Reply<'_>, writer: &mut LineWriter) -> Option<Doing> {
    emit_reply(&refusal, writer);
    None
}

fn say(text: &str, writer: &mut LineWriter) -> Option<Doing> {
    writer.push_str(text);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_secret_hears_what_is_wrong_with_it() {
        for (fault, said) in [
            (Fault::Key, NO_KEY),
            (Fault::Work, "590 the hash takes no work, or more than a server does for a login"),
        ] {
            let mut writer = LineWriter::new();
            assert!(refuse_secret(fault, &mut writer).is_none());
            assert_eq!(writer.as_str(), said);
        }
    }
}
