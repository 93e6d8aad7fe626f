//! The command line and a file of settings, read as the program reads them.

use std::ffi::OsString;

use tempfile::TempDir;

use super::*;
use crate::client::choices::PasswordSource;
use crate::client::options::Switch;

/// What is read with this file of settings, these arguments and these variables.
fn read(
    file: impl AsRef<[u8]>,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Result<Options, String> {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/smolchat");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config"), file).unwrap();
    let variable = |name: &str| match name {
        "HOME" => Some(home.path().into()),
        _ => variables.iter().find(|(set, _)| *set == name).map(|(_, value)| value.into()),
    };
    let arguments = ["smolchat"].iter().chain(arguments).map(OsString::from);
    Options::read(arguments, variable)
        .map_err(|error| error.to_string().replace(home.path().to_str().unwrap(), "~"))
}

const ALL: &str = "\u{feff}# mine\r\nhost = chat.example\r\n  user=hans\nport = 4001\n\n\
    password-command = pass show 'chat #1' | head -1\ncommands = slash\nbell = all\n\
    notify = direct\nreceipts = off\nreconnect = 7\npresence = off\ncolours = off\nplain = on\nlog = ~/chat.log\n\
    history = off\n";

#[test]
fn the_program_needs_no_argument_where_the_file_has_all() {
    let options = read(ALL, &[], &[]).unwrap();
    let target = options.target().unwrap();
    assert_eq!((target.user.as_deref(), target.port), (Some("hans"), 4001));
    assert_eq!(target.host, "chat.example");
    let source = PasswordSource::Command("pass show 'chat #1' | head -1".into());
    assert_eq!(options.password_source(&target, false), Some(source));
    assert_eq!(options.reconnect, Some(7));
    assert_eq!((options.presence, options.colours), (Switch::Off, Some(Switch::Off)));
    assert_eq!((options.is_plain(), options.history), (true, Switch::Off));
    assert!(options.log_file().unwrap().ends_with("chat.log"));
    assert_eq!(read(ALL, &["--log=off"], &[]).unwrap().log_file(), None);
}

#[test]
fn the_command_line_outranks_the_file_and_both_outrank_a_variable_for_all_programs() {
    let given =
        ["yoda@chat.example", "5000", "--reconnect=9", "--plain=off", "--presence", "on", "--"];
    let options = read(ALL, &given, &[]).unwrap();
    let target = options.target().unwrap();
    assert_eq!((target.user.as_deref(), target.port), (Some("yoda"), 5000));
    assert_eq!((options.reconnect, options.presence), (Some(9), Switch::On));
    assert!(!options.is_plain());
    let colours = |arguments: &[&str]| {
        read("colours = on\n", arguments, &[("NO_COLOR", "1")]).unwrap().colours
    };
    // no-color.org: what a person has set for this program outranks what is set for all.
    assert_eq!(colours(&["host"]), Some(Switch::On));
    assert_eq!(colours(&["host", "--colours", "off"]), Some(Switch::Off));
    let home = read(ALL, &[], &[]).unwrap();
    let target = home.target().unwrap();
    assert_eq!(home.password_source(&target, true), None, "the environment has it");
    let told = read(ALL, &["--password-file", "/p"], &[]).unwrap();
    let target = told.target().unwrap();
    let source = told.password_source(&target, true);
    assert_eq!(source, Some(PasswordSource::File("/p".into())));
}

#[test]
fn a_password_and_a_port_of_the_file_are_for_its_server_alone() {
    for (argument, port, has_password) in [
        ("chat.example", 4001, true),
        ("Chat.Example", 4001, true),
        ("hans@chat.example:9", 9, true),
        ("yoda@chat.example", 4001, false),
        ("other.example", 2222, false),
        ("hans@other.example", 2222, false),
    ] {
        let options = read(ALL, &[argument], &[]).unwrap();
        let target = options.target().unwrap();
        let source = options.password_source(&target, false);
        assert_eq!((target.port, source.is_some()), (port, has_password), "{argument}");
    }
}

#[test]
fn a_bad_line_is_told_with_its_number_and_its_key() {
    let told = |file: &str| read(file, &["host"], &[]).unwrap_err();
    let bad = |line: &str| told(&format!("# mine\n{line}\n"));
    for (line, text) in [
        ("bell = loud", "bell: has to be one of off, direct, all"),
        ("reconnect = soon", "reconnect: invalid digit found in string"),
        ("port = 70000", "port: \"70000\" is not a port"),
        ("host = hans@chat.example", "host: has to be a name or an address, and no more"),
        ("user = a b", "user: \"a b\" is not a possible user name"),
        ("log = l", "log: \"l\" is no path that begins with / or ~/"),
        ("bell =", "bell: has no value"),
        ("bell", "not of the form key = value"),
        ("password-file = secret", "password-file: \"secret\" is no path that begins with / or ~/"),
    ] {
        assert_eq!(bad(line), format!("error: ~/.config/smolchat/config:2: {text}\n"));
    }
    assert!(bad("register = on").contains(":2: there is no key \"register\"; the keys are host,"));
    assert!(told("bell = off\nbell = all").ends_with("config:2: bell: is given twice\n"));
    let two = "password-file = /p\npassword-command = p";
    assert!(
        told(two).ends_with("config:2: password-command: is a second place for one password\n")
    );
    assert!(read(b"bell = \xff\n", &["host"], &[]).unwrap_err().ends_with("config:1: not UTF-8\n"));
}

#[test]
fn a_file_may_be_missing_unless_somebody_asked_for_it() {
    let none = |arguments: &[&str]| read("x", arguments, &[("XDG_CONFIG_HOME", "/nonexistent")]);
    assert!(none(&["host"]).is_ok());
    assert!(none(&["host", "--config", "/nonexistent/config"]).is_err());
    assert!(read("x", &["host", "--no-config"], &[]).is_ok());
    assert!(read("x", &["host"], &[]).is_err());
    assert!(none(&[]).unwrap().target().unwrap_err().contains("no host is given"));
}

#[test]
fn a_file_that_is_a_pipe_is_refused_and_not_waited_for() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let home = TempDir::new().unwrap();
    let path = home.path().join("config");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let arguments = ["smolchat".as_ref(), "host".as_ref(), "--config".as_ref(), path.as_os_str()];
    let refused = Options::read(arguments.map(OsString::from), |_| None).unwrap_err();
    assert!(refused.to_string().contains("it is no file"), "{refused}");
}
