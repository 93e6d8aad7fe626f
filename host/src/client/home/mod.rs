//! What a person keeps at home: the settings, the lines that were typed, the log, its keys; and
//! where they are (XDG Base Directory Specification 0.8). Knows no server and no terminal.

mod folders;
mod history;
mod known_peers;
mod log;
mod password_command;
mod seen;
mod settings;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use folders::folders;
pub(crate) use history::History;
pub(crate) use known_peers::KnownPeers;
pub(crate) use log::Log;
pub(crate) use password_command::{CommandFailure, first_line_of};
pub(crate) use seen::SeenFile;

/// Bytes of a host's name in a file name. Most file systems take 255 bytes for all of it.
const HOST_MAX: usize = 120;

/// The folder of this program in each place.
const FOLDER: &str = "smolchat";

/// The file with the settings; `None` for somebody without a home.
fn settings_file(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    Some(place(variable, "XDG_CONFIG_HOME", ".config")?.join("config"))
}

/// A file of the user's data, which is not to be lost; `None` for somebody without a home.
pub(crate) fn data_file(
    variable: impl Fn(&str) -> Option<OsString>,
    name: &str,
) -> Option<PathBuf> {
    Some(place(variable, "XDG_DATA_HOME", ".local/share")?.join(name))
}

/// This program's folder in the place that a variable names, or else below the home. A relative
/// path in such a variable counts as none, as the specification has it.
fn place(
    variable: impl Fn(&str) -> Option<OsString>,
    name: &str,
    otherwise: &str,
) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute(name).or_else(|| absolute("HOME").map(|home| home.join(otherwise)))?;
    Some(base.join(FOLDER))
}

/// Whether nothing was kept there yet.
fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

/// What a person is told if something cannot be kept. `what` is the subject with its verb.
fn not_kept(what: &str, path: &Path, error: &io::Error) -> String {
    format!("{what} not kept in {}: {error}; --history off keeps none", path.display())
}

/// The folder of the list of files that an account offers; `None` for somebody without a home.
pub(crate) fn offers_folder(
    variable: impl Fn(&str) -> Option<OsString>,
    user: &str,
    host: &str,
) -> Option<PathBuf> {
    Some(data_file(variable, "offers")?.join(account(user, host)))
}

/// The file name of an account on a host.
fn account(user: &str, host: &str) -> String {
    let mut host = safe(&host.to_lowercase());
    host.truncate(HOST_MAX);
    format!("{}@{host}", safe(user))
}

/// A part of a file name, in ASCII: no path and no hidden file. Different names stay different.
fn safe(name: &str) -> String {
    let mut safe = String::new();
    for byte in name.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"_-:".contains(&byte);
        match is_plain || byte == b'.' && !safe.is_empty() {
            true => safe.push(byte.into()),
            false => safe.push_str(&format!("%{byte:02x}")),
        }
    }
    safe
}

/// The path that a person wrote into a file: absolute, or `~/` and the rest.
fn path_of_person(
    written: &str,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, String> {
    if let Some(rest) = written.strip_prefix("~/") {
        let home = variable("HOME").filter(|home| Path::new(home).is_absolute());
        return home.map(|home| Path::new(&home).join(rest)).ok_or("HOME is not set".to_owned());
    }
    let path = PathBuf::from(written);
    if path.is_absolute() {
        return Ok(path);
    }
    Err(format!("{written:?} is no path that begins with / or ~/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(
        set: &'static [(&'static str, &'static str)],
    ) -> impl Fn(&str) -> Option<OsString> {
        |name| set.iter().find(|(set, _)| *set == name).map(|(_, value)| value.into())
    }

    #[test]
    fn the_settings_are_where_the_specification_has_them() {
        for (set, path) in [
            (&[("HOME", "/home/h")][..], Some("/home/h/.config/smolchat/config")),
            (&[("HOME", "/home/h"), ("XDG_CONFIG_HOME", "/c")], Some("/c/smolchat/config")),
            (
                &[("HOME", "/home/h"), ("XDG_CONFIG_HOME", "c")],
                Some("/home/h/.config/smolchat/config"),
            ),
            (&[("HOME", "")], None),
            (&[], None),
        ] {
            assert_eq!(settings_file(variables(set)).as_deref(), path.map(Path::new), "{set:?}");
        }
    }

    #[test]
    fn a_path_in_a_file_counts_from_the_root_or_the_home() {
        let set = || variables(&[("HOME", "/home/h")]);
        assert_eq!(path_of_person("~/a b", set()), Ok("/home/h/a b".into()));
        assert_eq!(path_of_person("/x", variables(&[])), Ok("/x".into()));
        assert!(path_of_person("x", set()).is_err());
        assert!(path_of_person("~/x", variables(&[])).is_err());
    }

    #[test]
    fn no_name_leaves_the_folder() {
        for (name, expected) in [
            ("hans", "hans"),
            ("../x", "%2e.%2fx"),
            (".", "%2e"),
            ("a@b", "a%40b"),
            ("ä", "%c3%a4"),
        ] {
            assert_eq!(safe(name), expected);
        }
        assert_eq!(safe("::1"), "::1");
        let longest = "ä".repeat(smolchat_core::protocol::NAME_MAX / 2);
        let name = account(&longest, &"ü".repeat(HOST_MAX));
        assert!(name.len() + ".65535.new".len() <= 255, "{}", name.len());
    }
}
