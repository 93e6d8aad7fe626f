//! What `help` tells a person: commands in groups, what each does, and how it is used. There are
//! three screens: whoever asks in a window of 24 rows sees the beginning and the end of each.

use smolchat_core::protocol::RequestForm;

use super::commands;

/// A group of commands, mostly with an example.
struct Group {
    title: &'static str,
    names: &'static [&'static str],
    example: Option<&'static str>,
}

/// Every command a person may type is in one of these.
const GROUPS: [Group; 6] = [
    Group {
        title: "Talking",
        names: &["all", "to", "r", "say", "message", "broadcast", "history"],
        example: Some("/to yoda hi   says hi to yoda; /to yoda   talks on to yoda"),
    },
    Group {
        title: "Users",
        names: &["whoelse", "whoelsesince", "seen", "block", "unblock", "blocks", "presence"],
        example: Some("/whoelsesince 3600   lists who was here within the last hour"),
    },
    Group {
        title: "In private, from client to client",
        names: &["startprivate", "private", "stopprivate", "fingerprint", "trust"],
        example: Some("/startprivate yoda, then /private yoda psst"),
    },
    Group {
        title: "Accounts",
        names: &["passwd", "keys", "addkey", "removekey", "logout"],
        example: Some("to make an account, log out and start: smolchat --register NAME@HOST"),
    },
    Group {
        title: "This program and the server",
        names: &["help", "status", "ping", "admin"],
        example: Some("/help message   tells of one command"),
    },
    Group {
        title: "Files, from client to client",
        names: &[
            "files",
            "searchfile",
            "download",
            "stopdownload",
            "unfinished",
            "discard",
            "register",
            "unregister",
            "searchChunk",
        ],
        example: Some("/register ~/film.mkv; then the others: /download film.mkv"),
    },
];

/// What a newcomer has to know of files, and no single command tells.
const OF_FILES: [&str; 5] = [
    "  /download film.mkv to ~/films   loads it into another folder",
    "  /download! film.mkv   asks nothing",
    "  /private yoda download film.mkv 3   loads the third chunk from yoda alone",
    "A file comes straight from those who have it, from all of them at once.",
    "Whoever loads one gives it to others meanwhile. The server keeps no file.",
];

/// The column in which the words of a command begin.
const COLUMN: usize = 28;

/// So many groups are on the first screen.
const FIRST: usize = 2;

/// The group that has a screen of its own, the last one.
const FILES: usize = 5;

/// What most people look for, a line each.
pub(crate) fn lines() -> Vec<String> {
    let mut lines =
        vec!["What you type goes where the prompt says; / begins a command.".to_owned()];
    lines.extend(GROUPS[..FIRST].iter().flat_map(group_lines));
    lines.push(
        "/help files; /help more   private talk, accounts, this program; /help COMMAND".to_owned(),
    );
    lines
}

/// The rest.
pub(crate) fn more_lines() -> Vec<String> {
    let mut lines = vec![
        "The commands of the protocol need no /. A space before a line makes it text.".to_owned(),
    ];
    lines.extend(GROUPS[FIRST..FILES].iter().flat_map(group_lines));
    lines
}

/// Files.
pub(crate) fn files_lines() -> Vec<String> {
    let mut lines = group_lines(&GROUPS[FILES]);
    lines.extend(OF_FILES.map(str::to_owned));
    lines
}

fn group_lines(group: &Group) -> Vec<String> {
    let forms = group.names.iter().filter_map(|name| of(name));
    let title = format!("{}:", group.title);
    let example = group.example.map(|example| format!("  For example: {example}"));
    [title].into_iter().chain(forms.map(line)).chain(example).collect()
}

fn of(name: &str) -> Option<&'static RequestForm> {
    commands::forms().find(|form| form.name == name).map(commands::at_a_terminal)
}

fn line(form: &RequestForm) -> String {
    format!("  /{:<COLUMN$}{}", form.form, form.help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::rows::extent;

    #[test]
    fn every_command_is_in_one_group() {
        for form in commands::forms() {
            let groups = GROUPS.iter().filter(|group| group.names.contains(&form.name));
            assert_eq!(groups.count(), 1, "{}", form.name);
        }
    }

    #[test]
    fn each_screen_fits_into_24_rows_of_80_columns() {
        // The line that was typed and the prompt are on it, too.
        for lines in [lines(), more_lines(), files_lines()] {
            let rows: usize = lines.iter().map(|line| extent(line, 80).1).sum();
            assert!(rows <= 22, "{rows} rows: {lines:#?}");
        }
    }

    #[test]
    fn the_screen_of_files_has_no_row_that_goes_on_below() {
        for line in files_lines() {
            assert_eq!(extent(&line, 80).1, 1, "{line}");
        }
    }

    #[test]
    fn what_this_client_words_itself_takes_one_row() {
        let own = ["all", "to", "r", "say", "presence", "private", "stopprivate", "passwd"];
        for name in own.iter().chain(GROUPS[FILES].names) {
            let line = line(of(name).unwrap());
            assert_eq!(extent(&line, 80).1, 1, "{line}");
        }
    }

    #[test]
    fn words_stand_in_one_column() {
        for form in commands::forms() {
            let form = commands::at_a_terminal(form);
            let line = line(form);
            let column = line.len() - form.help.len();
            assert_eq!(column, 3 + COLUMN, "{line}");
        }
    }
}
