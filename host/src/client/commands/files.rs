//! Commands of files, and their grammar. A name or a path may hold spaces. Knows no file.

use smolchat_core::protocol::{FILE_NAME_MAX, Reply};
use smolchat_words::{file_to_register, is_same};

use super::table::{
    DISCARD, DOWNLOAD, DOWNLOAD_AT_ONCE, SEARCH, SEARCH_CHUNK, UNFINISHED, of_files,
};
use super::{Wrong, word};
use crate::client::files::{Chunks, name_and_folder};
use crate::client::render;

/// Behind the refusal of chunks that cannot be.
const COUNTED: &str = "; chunks count from 1, as in 3, or 1-4,9";

/// A command of files, understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FileCommand<'a> {
    /// `register <path>`: others may load the file.
    Register {
        /// As it was typed.
        path: &'a str,
    },
    /// `unregister <path>`: they may no more.
    Unregister {
        /// A path or a name.
        file: &'a str,
    },
    /// `files`: those of others, and what this client does with files.
    List,
    /// `searchFile <name>`: who has it.
    Search {
        /// A name, or an id or its beginning.
        name: &'a str,
    },
    /// `searchChunk <name> <chunks>`: who has at least one of them.
    SearchChunk {
        /// The file.
        name: &'a str,
        /// Which.
        chunks: Chunks,
    },
    /// `download <name>`: load it.
    Download {
        /// The file.
        name: &'a str,
        /// Where it is to be, as it was typed.
        folder: Option<&'a str>,
        /// Nobody is to be asked.
        is_sure: bool,
    },
    /// `private <user> download <name> <chunk>`: load one chunk from this user.
    Chunk {
        /// From whom.
        user: &'a str,
        /// The file.
        name: &'a str,
        /// Which, from 1 on.
        chunk: u32,
    },
    /// `stopdownload <name>`: load it no more.
    Stop {
        /// The file.
        name: &'a str,
    },
    /// `unfinished [folder]`: what earlier downloads have left there.
    Unfinished {
        /// As it was typed.
        folder: Option<&'a str>,
    },
    /// `discard <name>`: drop what an earlier download has left of it.
    Discard {
        /// The file.
        name: &'a str,
        /// Where it is, as it was typed.
        folder: Option<&'a str>,
    },
}

/// Understands a command of files. `None` if `command`, the first word, begins none.
pub(super) fn parse<'a>(command: &str, rest: &'a str) -> Option<Result<FileCommand<'a>, Wrong>> {
    let rest = rest.trim_end();
    let parsed = match command {
        "private" => chunk(rest)?,
        "register" => match file_to_register(rest) {
            Some(path) => Some(FileCommand::Register { path }),
            None if rest.contains(' ') => return None,
            None => None,
        },
        "unregister" => some(rest).map(|typed| FileCommand::Unregister { file: name(typed) }),
        "files" => rest.is_empty().then_some(FileCommand::List),
        DOWNLOAD | DOWNLOAD_AT_ONCE => some(rest).map(|rest| {
            let (typed, folder) = name_and_folder(rest, " to ");
            FileCommand::Download {
                name: name(typed),
                folder,
                is_sure: command == DOWNLOAD_AT_ONCE,
            }
        }),
        "stopdownload" => some(rest).map(|typed| FileCommand::Stop { name: name(typed) }),
        UNFINISHED => Some(FileCommand::Unfinished { folder: some(rest) }),
        DISCARD => some(rest).map(|rest| {
            let (typed, folder) = name_and_folder(rest, " in ");
            FileCommand::Discard { name: name(typed), folder }
        }),
        // The rules write these two with a capital in their middle.
        _ if is_same(command, SEARCH) => {
            some(rest).map(|typed| FileCommand::Search { name: name(typed) })
        }
        _ if is_same(command, SEARCH_CHUNK) => search_chunk(rest),
        _ => return None,
    };
    let hint = if is_same(command, SEARCH_CHUNK) { COUNTED } else { "" };
    let wrong = || Wrong::Arguments(of_files(command), hint);
    Some(parsed.ok_or_else(wrong).and_then(possible))
}

fn some(rest: &str) -> Option<&str> {
    Some(rest).filter(|rest| !rest.is_empty())
}

/// A file's name without the quotes around it, as paths have them. No name begins with one and
/// ends with another by chance: whoever wants them says so twice.
fn name(typed: &str) -> &str {
    let inner = |quote| typed.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    ['"', '\''].into_iter().find_map(inner).filter(|inner| !inner.is_empty()).unwrap_or(typed)
}

fn search_chunk(rest: &str) -> Option<FileCommand<'_>> {
    let (typed, chunks) = rest.rsplit_once(' ')?;
    let chunks = Chunks::parse(chunks)?;
    some(typed.trim_end()).map(|typed| FileCommand::SearchChunk { name: name(typed), chunks })
}

/// `None` for a text to a user; `Some(None)` for a command that lacks something.
fn chunk(rest: &str) -> Option<Option<FileCommand<'_>>> {
    let (user, rest) = word(rest);
    let (first, rest) = word(rest);
    let (typed, chunk) = rest.rsplit_once(' ')?;
    let chunk = chunk.parse().ok().filter(|chunk| *chunk > 0)?;
    let typed = some(typed.trim_end()).filter(|_| first == DOWNLOAD)?;
    Some(Some(FileCommand::Chunk { user, name: name(typed), chunk }))
}

/// No file has a longer name, and no request has room for one.
fn possible(command: FileCommand<'_>) -> Result<FileCommand<'_>, Wrong> {
    let name = match command {
        FileCommand::Search { name }
        | FileCommand::SearchChunk { name, .. }
        | FileCommand::Download { name, .. }
        | FileCommand::Chunk { name, .. } => name,
        _ => return Ok(command),
    };
    match name.len() <= FILE_NAME_MAX {
        true => Ok(command),
        false => {
            let text = render::own(Reply::NotAvailable) + ", no file has such a long name";
            Err(Wrong::Otherwise(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<Result<FileCommand<'_>, String>> {
        let (command, rest) = word(line);
        parse(command, rest).map(|parsed| parsed.map_err(Wrong::of_script))
    }

    #[test]
    fn names_and_paths_may_hold_spaces() {
        for (line, command) in [
            ("register film.mkv", FileCommand::Register { path: "film.mkv" }),
            ("register ./my film", FileCommand::Register { path: "./my film" }),
            ("unregister my film ", FileCommand::Unregister { file: "my film" }),
            ("files", FileCommand::List),
            ("searchFile my film", FileCommand::Search { name: "my film" }),
            ("searchfile x", FileCommand::Search { name: "x" }),
            ("searchfile \"my film\"", FileCommand::Search { name: "my film" }),
            ("searchfile ''x''", FileCommand::Search { name: "'x'" }),
            ("searchfile \"x", FileCommand::Search { name: "\"x" }),
            ("unregister '../f/my film'", FileCommand::Unregister { file: "../f/my film" }),
            (
                "searchChunk my film 1,3",
                FileCommand::SearchChunk { name: "my film", chunks: Chunks::parse("1,3").unwrap() },
            ),
            (
                "download my film",
                FileCommand::Download { name: "my film", folder: None, is_sure: false },
            ),
            (
                "download! x to ~/films",
                FileCommand::Download { name: "x", folder: Some("~/films"), is_sure: true },
            ),
            (
                "download 'my film' to ~/films",
                FileCommand::Download { name: "my film", folder: Some("~/films"), is_sure: false },
            ),
            ("stopdownload x", FileCommand::Stop { name: "x" }),
            ("unfinished", FileCommand::Unfinished { folder: None }),
            ("unfinished ~/my films", FileCommand::Unfinished { folder: Some("~/my films") }),
            ("discard my film", FileCommand::Discard { name: "my film", folder: None }),
            ("discard x in .", FileCommand::Discard { name: "x", folder: Some(".") }),
            (
                "private yoda download my film 3",
                FileCommand::Chunk { user: "yoda", name: "my film", chunk: 3 },
            ),
        ] {
            assert_eq!(parsed(line), Some(Ok(command)), "{line}");
        }
    }

    #[test]
    fn what_lacks_something_is_told_its_form_and_texts_stay_texts() {
        for (line, form) in [
            ("register", "register <path>"),
            ("unregister", "unregister <path>"),
            ("files all", "files"),
            ("searchFile", "searchFile <name>"),
            ("download!", "download <name>"),
            ("discard", "discard <name>"),
        ] {
            let told = format!("wrong arguments, the form is: {form}");
            assert_eq!(parsed(line), Some(Err(told)), "{line}");
        }
        let told = "wrong arguments, the form is: searchChunk <name> <chunks>; chunks count from 1, \
                    as in 3, or 1-4,9";
        for line in ["searchChunk film", "searchchunk film x", "searchChunk film 0-3"] {
            assert_eq!(parsed(line), Some(Err(told.to_owned())), "{line}");
        }
        for line in [
            "register luke iamyour*father",
            "private yoda download the film",
            "private yoda download 3",
            "private yoda hello film 3",
            "private yoda download film 0",
            "whoelse",
        ] {
            assert_eq!(parsed(line), None, "{line}");
        }
        let long = format!("download {}", "x".repeat(FILE_NAME_MAX + 1));
        let told = "Not available, no file has such a long name";
        assert_eq!(parsed(&long), Some(Err(told.to_owned())));
    }
}
