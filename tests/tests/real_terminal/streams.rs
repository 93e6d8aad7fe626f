//! Streams that are full, gone or closed: the documented exit codes, and no panic.

use std::fs::OpenOptions;
use std::io;
use std::process::{Command, Stdio};

use smolchat_tests::program::find;
use smolchat_tests::real::Place;
use smolchat_tests::stage::password_of;
use smolchat_tests::terminal::LineUser;

use crate::Case;

/// What is wrong with a stream.
#[derive(Clone, Copy, Debug)]
enum Broken {
    Full,
    Gone,
    Closed,
}

const BROKEN: [Broken; 3] = [Broken::Full, Broken::Gone, Broken::Closed];

/// Commands that fail at once, and their exit codes (docs/CLIENT.md).
const FAILURES: [(&str, &[&str], i32); 4] = [
    ("no server", &["yoda@127.0.0.1", "1"], 10),
    ("a wrong option", &["--nonsense"], 2),
    ("no password file", &["yoda@127.0.0.1", "--password-file", "/nonexistent"], 1),
    ("a target without a name", &["@"], 2),
];

pub(crate) fn cases() -> Vec<Case> {
    let failing = Case::new("an exit code does not depend on standard error", |place, _| {
        for (name, arguments, code) in FAILURES {
            for broken in BROKEN {
                let mut command = client(place, Some((2, broken)));
                command.args(arguments).stdin(Stdio::null());
                assert_eq!(exit_code(&mut command).0, Some(code), "{name}, {broken:?}");
            }
        }
    });
    let told = Case::new("help that nobody can read is no panic", |place, _| {
        for broken in BROKEN {
            for option in ["--help", "--version"] {
                let (code, said) = exit_code(client(place, Some((1, broken))).arg(option));
                assert!(code == Some(0) && said.is_empty(), "{option}, {broken:?}: {said}");
            }
        }
    });
    let online = [Broken::Full, Broken::Gone].map(|broken| {
        let name = format!("a client whose output is {broken:?} logs out and says so by its code");
        Case::new(name, move |place, _| {
            let mut yoda = LineUser::arrive(place, "yoda");
            let mut command = client(place, Some((1, broken)));
            command.arg(format!("hans@{}", place.server.ip()));
            let (code, said) = exit_code(&mut command);
            assert_eq!(code, Some(1), "{said}");
            assert!(!said.contains("panicked"), "{said}");
            yoda.hears("* logout hans");
        })
    });
    [failing, told].into_iter().chain(online).chain(marked()).collect()
}

/// The client as a script, one of its streams broken. Its password is that of `hans`.
fn client(place: &Place<'_>, broken: Option<(u8, Broken)>) -> Command {
    let mut command = place.namespace.command("sh");
    let redirected = match broken {
        Some((stream, Broken::Closed)) => format!("exec \"$@\" {stream}>&-"),
        _ => "exec \"$@\"".to_owned(),
    };
    command.args(["-c", &redirected, "sh"]);
    command.arg(find("smolchat").unwrap_or_else(|missing| panic!("{missing}")));
    command.args(["--ssh", "off"]);
    command.env("SMOLCHAT_PASSWORD", password_of("hans")).env("HOME", "/nonexistent");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    match broken {
        Some((1, broken)) => _ = broken.stream().map(|stream| command.stdout(stream)),
        Some((_, broken)) => _ = broken.stream().map(|stream| command.stderr(stream)),
        None => {}
    }
    command
}

impl Broken {
    /// What the program gets; `None` if it closes the stream itself.
    fn stream(self) -> Option<Stdio> {
        match self {
            Broken::Full => OpenOptions::new().write(true).open("/dev/full").ok().map(Stdio::from),
            Broken::Gone => io::pipe().ok().map(|(_, writer)| Stdio::from(writer)),
            Broken::Closed => None,
        }
    }
}

/// How the program ends, and what it says on standard error if that is whole.
fn exit_code(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap_or_else(|error| panic!("{error}"));
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Files that an editor of another system wrote.
fn marked() -> Vec<Case> {
    let password = password_of("hans");
    let files = [
        ("a plain password file", format!("{password}\n")),
        ("a password file with CR LF", format!("{password}\r\n")),
        ("a password file without a line's end", password.to_owned()),
        ("a password file with a byte order mark", format!("\u{feff}{password}\r\n")),
    ];
    let files = files.map(|(name, content)| {
        Case::new(format!("{name} gives the password"), move |place, _| {
            let folder = tempfile::TempDir::new().unwrap();
            let file = folder.path().join("password");
            std::fs::write(&file, &content).unwrap();
            let mut command = client(place, None);
            command.env_remove("SMOLCHAT_PASSWORD").arg("--password-file").arg(file);
            command.arg(format!("hans@{}", place.server.ip()));
            let (code, said) = exit_code(&mut command);
            assert_eq!((code, said.as_str()), (Some(0), ""));
        })
    });
    let script =
        Case::new("a script with a byte order mark and CR LF is read whole", |place, _| {
            let mut yoda = LineUser::arrive(place, "yoda");
            let folder = tempfile::TempDir::new().unwrap();
            let file = folder.path().join("script");
            std::fs::write(&file, "\u{feff}message yoda one\r\nmessage yoda two\r\nlogout")
                .unwrap();
            let mut command = client(place, None);
            command.arg(format!("hans@{}", place.server.ip()));
            command.stdin(std::fs::File::open(&file).unwrap());
            assert_eq!(exit_code(&mut command), (Some(0), String::new()));
            assert_eq!(yoda.hears_texts(2), ["one", "two"]);
            assert_eq!(yoda.all_texts(), ["one", "two"]);
        });
    files.into_iter().chain([script, unreadable()]).collect()
}

/// What nobody sees in a file is no wrong password.
fn unreadable() -> Case {
    Case::new("a file without a possible password is told, and nothing is tried", |place, _| {
        let password = password_of("hans");
        let utf16: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for content in [
            format!("{password} \n").into_bytes(),
            format!("{password}\t\n").into_bytes(),
            format!(" {password}\n").into_bytes(),
            format!("\n{password}\n").into_bytes(),
            format!("{password}\0\n").into_bytes(),
            [&b"\xff\xfe"[..], &utf16].concat(),
        ] {
            let folder = tempfile::TempDir::new().unwrap();
            let file = folder.path().join("password");
            std::fs::write(&file, &content).unwrap();
            let mut command = client(place, None);
            command.env_remove("SMOLCHAT_PASSWORD").arg("--password-file").arg(file);
            command.arg(format!("hans@{}", place.server.ip()));
            let (code, said) = exit_code(&mut command);
            let file = content.escape_ascii();
            assert!(matches!(code, Some(1 | 2)) && said.contains("password"), "{file}: {said}");
        }
    })
}
