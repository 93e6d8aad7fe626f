//! `smolchatd user`: who has an account. A server that runs with the accounts file is told, and
//! keeps its file itself. If none runs, the file is changed.

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use smolchat_core::protocol::{NAME_MAX, check_user_name};

use super::caller::Caller;
use super::orders::{Place, done};
use super::{CommandError, Passwd, Reason, Strength, checked_key, exists, held};
use crate::daemon::credentials;
use crate::daemon::state;

/// What is to be done with accounts.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum User {
    /// Give somebody an account; asks for the password twice, unseen
    Add(Add),
    /// Give somebody another password; asks for it twice, unseen
    Passwd(Change),
    /// Take somebody's account away, with mail, blocks, keys and all else that is kept
    Remove(Remove),
    /// Tell who has an account
    List(List),
}

/// The options of `smolchatd user add`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Add {
    /// The user
    name: String,
    /// Read the password from the standard input instead of the terminal
    #[arg(long)]
    stdin: bool,
    /// Let the user in by this key instead of a password: a line as in a file `id_ed25519.pub`. A
    /// user who is there gets it as one more
    #[arg(long, value_name = "KEY", conflicts_with = "stdin", allow_hyphen_values = true)]
    key: Option<String>,
    #[command(flatten)]
    strength: Strength,
    #[command(flatten)]
    place: Place,
}

/// The options of `smolchatd user passwd`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Change {
    /// The user
    name: String,
    /// Read the password from the standard input instead of the terminal
    #[arg(long)]
    stdin: bool,
    #[command(flatten)]
    strength: Strength,
    #[command(flatten)]
    place: Place,
}

/// The options of `smolchatd user remove`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Remove {
    /// The user
    name: String,
    #[command(flatten)]
    place: Place,
}

/// The options of `smolchatd user list`.
#[derive(Args, Clone, Debug)]
pub(crate) struct List {
    /// What the names begin with
    #[arg(default_value = "", hide_default_value = true)]
    prefix: String,
    #[command(flatten)]
    place: Place,
}

impl User {
    /// Does it, and says what was done.
    pub(super) fn run(&self) -> Result<String, CommandError> {
        match self {
            User::Add(add) => add.run(),
            User::Passwd(change) => change.run(),
            User::Remove(remove) => remove.run(),
            User::List(list) => list.run(),
        }
    }
}

impl Add {
    fn run(&self) -> Result<String, CommandError> {
        let Add { name, key, place, .. } = self;
        let passwd = self.passwd(place.accounts());
        passwd.check_name()?;
        if name.parse::<IpAddr>().is_ok() && !has(&passwd)? {
            return Err(CommandError(Reason::Address));
        }
        if let Some(caller) = Caller::of(&place.accounts())? {
            if key.is_none() && is_known(caller, name)? {
                return Err(CommandError(Reason::Has(name.clone())));
            }
            let secret = passwd.secret()?.unwrap_or_default();
            // A person takes longer for a password than the server waits for an order.
            let mut caller = place.caller()?;
            let answer = done(caller.order(&format!("user add {name} {secret}"))?)?;
            return Ok(match key {
                Some(_) => format!("{name} has the key"),
                None => answer.lines.join("\n"),
            });
        }
        if place.is_usual() {
            state::begin(&passwd.file)?;
        }
        if key.is_none() && has(&passwd)? {
            let Passwd { file, name, .. } = passwd;
            return Err(CommandError(Reason::Taken(file, name)));
        }
        if let Some(key) = key {
            checked_key(key)?;
        }
        passwd.run()
    }

    fn passwd(&self, file: PathBuf) -> Passwd {
        let Add { name, stdin, key, strength, .. } = self.clone();
        Passwd { file, name, stdin, remove: false, key, strength }
    }
}

impl Change {
    fn run(&self) -> Result<String, CommandError> {
        let Change { name, stdin, strength, place } = self.clone();
        let file = place.accounts();
        let passwd = Passwd { file, name, stdin, remove: false, key: None, strength };
        passwd.check_name()?;
        let caller = Caller::of(&passwd.file)?;
        if caller.is_none() && !has(&passwd)? {
            let Passwd { file, name, .. } = passwd;
            return Err(CommandError(Reason::Missing(file, name)));
        }
        if caller.is_none() {
            return passwd.run();
        }
        let secret = passwd.secret()?.unwrap_or_default();
        let mut caller = place.caller()?;
        let answer = done(caller.order(&format!("user passwd {} {secret}", passwd.name))?)?;
        Ok(answer.lines.join("\n"))
    }
}

impl Remove {
    fn run(&self) -> Result<String, CommandError> {
        let Remove { name, place } = self;
        check_user_name(name).map_err(|_| CommandError(Reason::Name))?;
        let file = place.accounts();
        if let Some(mut caller) = Caller::of(&file)? {
            return Ok(done(caller.order(&format!("user remove {name}"))?)?.lines.join("\n"));
        }
        let strength = Strength::default();
        let name = name.clone();
        Passwd { file, name, stdin: false, remove: true, key: None, strength }.run()
    }
}

impl List {
    fn run(&self) -> Result<String, CommandError> {
        let List { prefix, place } = self;
        let file = place.accounts();
        if let Some(mut caller) = Caller::of(&file)? {
            let order = format!("user list {prefix}");
            return Ok(done(caller.order(order.trim_end())?)?.lines.join("\n"));
        }
        let held = held(&file)?;
        let mut names = credentials::names(held.bytes());
        names.retain(|name| name.starts_with(&**prefix));
        names.sort_unstable();
        names.dedup();
        Ok(names.join("\n"))
    }
}

/// Whether the server has an account of exactly that name. Somebody who asks for a password first
/// would ask in vain.
fn is_known(mut caller: Caller, name: &str) -> Result<bool, CommandError> {
    let end = (0..=NAME_MAX.min(name.len())).rev().find(|&end| name.is_char_boundary(end));
    let prefix = &name[..end.unwrap_or(0)];
    let lines = done(caller.order(&format!("user list {prefix}"))?)?.lines;
    Ok(has_line(&lines, name))
}

/// Whether one of the accounts that `user list` tells has that name. The last line counts them.
fn has_line(lines: &[String], name: &str) -> bool {
    let accounts = lines.split_last().map_or(&[][..], |(_, accounts)| accounts);
    accounts.iter().any(|line| line.split(' ').next() == Some(name))
}

/// Whether the file has the user.
fn has(passwd: &Passwd) -> Result<bool, CommandError> {
    if !exists(&passwd.file) {
        return Ok(false);
    }
    let file = fs::read(&passwd.file)?;
    Ok(credentials::names(&file).contains(&&*passwd.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_the_list_and_its_beginning_is_not() {
        let lines = ["hansi online given", "hans offline given admin", "2 users"];
        let lines = lines.map(str::to_owned);
        assert!(has_line(&lines, "hans") && has_line(&lines, "hansi"));
        for other in ["han", "Hans", "2", "hans offline"] {
            assert!(!has_line(&lines, other), "{other}");
        }
        assert!(!has_line(&[], "hans"));
    }
}
