//! The settings: the command line, and below it a file with one `key = value` a line. Keys are the
//! names of long options. Knows nothing of what an option does.

use std::error::Error as _;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use rustix::fs::OFlags;
use smolchat_core::protocol::{FileLines, check_user_name};

use super::{path_of_person, settings_file};
use crate::client::choices::{PasswordSource, Server};
use crate::client::options::Options;
use crate::client::target::is_host;

/// Keys that say where the server is. They are no options.
const OF_SERVER: [&str; 3] = ["host", "user", "port"];
/// Keys that are options.
const OF_OPTIONS: [&str; 15] = [
    "password-command",
    "password-file",
    "commands",
    "bell",
    "notify",
    "receipts",
    "reconnect",
    "presence",
    "colours",
    "plain",
    "log",
    "history",
    "ssh",
    "identity",
    "downloads",
];

/// A line of the file.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'a> {
    line: usize,
    key: &'a str,
    value: &'a str,
}

/// What is wrong with a line of the file.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    line: usize,
    text: String,
}

impl Options {
    /// The command line, and below it the file of settings. `variable` reads the environment.
    ///
    /// # Errors
    /// What is wrong with the command line, or in which line of the file; or a page that was asked
    /// for instead, such as the help.
    pub fn read(
        arguments: impl IntoIterator<Item = OsString>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, clap::Error> {
        let mut arguments: Vec<_> = arguments.into_iter().collect();
        let given = Options::command().try_get_matches_from(&arguments)?;
        let options = Options::from_arg_matches(&given)?;
        if options.pages.is_asked_for() {
            return Ok(options);
        }
        let Some((path, text)) = file(&options, &variable)? else { return Ok(options) };
        let (server, others) = entries(&text)
            .and_then(|entries| settings(&entries, &given, &variable))
            .map_err(|fault| wrong(format!("{}:{}: {}", path.display(), fault.line, fault.text)))?;
        arguments.splice(1.min(arguments.len()).., [others, arguments[1..].to_vec()].concat());
        let mut options = Options::try_parse_from(arguments)?;
        options.server = server;
        Ok(options)
    }
}

/// The file's path and text. A file that nobody asked for may be missing.
fn file(
    options: &Options,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<(PathBuf, Vec<u8>)>, clap::Error> {
    let usual = if options.no_config { None } else { settings_file(variable) };
    let Some(path) = options.config.clone().or(usual) else { return Ok(None) };
    match read(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && options.config.is_none() => {
            Ok(None)
        }
        Err(error) => Err(wrong(format!("{}: {error}", path.display()))),
    }
}

/// What is in a regular file. Nothing else is waited for.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let flags = OFlags::NONBLOCK.union(OFlags::NOCTTY).bits().cast_signed();
    let mut file = fs::OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    Ok(text)
}

/// What the file says of the server, and its options as arguments, without those that were `given`.
fn settings(
    entries: &[Entry<'_>],
    given: &ArgMatches,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<(Server, Vec<OsString>), Fault> {
    let (mut server, mut arguments) = (Server::default(), Vec::new());
    for (place, entry) in entries.iter().enumerate() {
        let fault = |text: String| entry.fault(&text);
        if entries[..place].iter().any(|other| other.key == entry.key) {
            return Err(fault("is given twice".to_owned()));
        }
        let value = entry.value.to_owned();
        match entry.key {
            "host" if is_host(&value) => server.host = Some(value),
            "host" => return Err(fault("has to be a name or an address, and no more".to_owned())),
            "user" if check_user_name(&value).is_ok() => server.user = Some(value),
            "user" => return Err(fault(format!("{value:?} is not a possible user name"))),
            "port" => {
                let port = value.parse().map_err(|_| fault(format!("{value:?} is not a port")))?;
                server.port = Some(port);
            }
            "password-command" | "password-file" if server.password.is_some() => {
                return Err(fault("is a second place for one password".to_owned()));
            }
            "password-command" => server.password = Some(PasswordSource::Command(value)),
            "password-file" => {
                let path = path_of_person(&value, &variable).map_err(fault)?;
                server.password = Some(PasswordSource::File(path));
            }
            key => {
                let mut argument = OsString::from(format!("--{key}="));
                match key {
                    "identity" | "downloads" => {
                        argument.push(path_of_person(&value, &variable).map_err(fault)?);
                    }
                    "log" if value != "off" => {
                        argument.push(path_of_person(&value, &variable).map_err(fault)?);
                    }
                    _ => argument.push(&value),
                }
                check(&argument).map_err(fault)?;
                let is_given = given.value_source(&key.replace('-', "_"));
                if is_given != Some(ValueSource::CommandLine) {
                    arguments.push(argument);
                }
            }
        }
    }
    Ok((server, arguments))
}

/// Whether an option may have this value, by the rules of the command line.
fn check(argument: &OsString) -> Result<(), String> {
    let arguments = [OsString::from("smolchat"), argument.clone()];
    let Err(error) = Options::command().try_get_matches_from(arguments) else { return Ok(()) };
    if let Some(source) = error.source() {
        return Err(source.to_string());
    }
    Err(match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(valid)) => format!("has to be one of {}", valid.join(", ")),
        _ => error.kind().to_string(),
    })
}

/// Every line that is not empty and no remark.
fn entries(text: &[u8]) -> Result<Vec<Entry<'_>>, Fault> {
    let mut entries = Vec::new();
    for (line, bytes) in FileLines::new(text) {
        let fault = |text: &str| Fault { line, text: text.to_owned() };
        let written = str::from_utf8(bytes).map_err(|_| fault("not UTF-8"))?.trim();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let Some((key, value)) = written.split_once('=') else {
            return Err(fault("not of the form key = value"));
        };
        let entry = Entry { line, key: key.trim(), value: value.trim() };
        if !OF_SERVER.iter().chain(&OF_OPTIONS).any(|key| *key == entry.key) {
            let keys = [&OF_SERVER[..], &OF_OPTIONS].concat().join(", ");
            return Err(fault(&format!("there is no key {:?}; the keys are {keys}", entry.key)));
        }
        if entry.value.is_empty() {
            return Err(entry.fault("has no value"));
        }
        entries.push(entry);
    }
    Ok(entries)
}

impl Entry<'_> {
    fn fault(&self, text: &str) -> Fault {
        Fault { line: self.line, text: format!("{}: {text}", self.key) }
    }
}

fn wrong(text: String) -> clap::Error {
    clap::Error::raw(ErrorKind::ValueValidation, format!("{text}\n"))
}

#[cfg(test)]
mod tests;
