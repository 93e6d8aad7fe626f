//! How far a file is, as a value, and as a line of text that fits into a row. Knows no screen.

use std::time::Duration;

use smolchat_words::Size;

use super::units::{duration, percent};
use crate::client::rows::columns_of;
use crate::client::sanitize::sanitize;

/// A name is cut to no fewer columns than this.
const SHORTEST_NAME: usize = 8;

/// What is done with the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is read, to be offered.
    Hashing,
    /// What an earlier run has loaded is read.
    Checking,
    /// It is being loaded.
    Loading {
        /// Bytes in a second.
        rate: u64,
        /// Users from whom something comes.
        peers: u32,
        /// How long it still takes.
        left: Option<Duration>,
    },
    /// It is being loaded, and nothing came for so long.
    Stalled(Duration),
    /// It is to be loaded, and nobody has it now.
    Unheld,
}

/// How far one file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileProgress {
    /// Counts the files of this run whose progress was shown: one row for each.
    pub(crate) number: u64,
    /// The file's name.
    pub(crate) name: String,
    /// What is done with it.
    pub(crate) stage: Stage,
    /// Bytes done.
    pub(crate) done: u64,
    /// Bytes in all.
    pub(crate) size: u64,
    /// It is worth a line of its own where no row is written over: another quarter is done, or
    /// nothing comes.
    pub(crate) is_step: bool,
}

impl FileProgress {
    /// All of it, as one line.
    pub(crate) fn text(&self) -> String {
        self.words().swap_remove(0).concat()
    }

    /// The most words that fit into so many columns, beside a name that is whole or has a third of
    /// them. In a very narrow row even the line is cut.
    pub(crate) fn text_in(&self, columns: usize) -> String {
        let room = |rest: &str| columns.saturating_sub(columns_of(rest));
        let lines = self.words();
        let fits = |[name, rest]: &&[String; 2]| {
            room(rest) >= columns_of(name).min(columns / 3).max(SHORTEST_NAME)
        };
        let line = lines.iter().find(fits).or(lines.last());
        line.map_or_else(String::new, |[name, rest]| {
            let name = shortened(name, room(rest).max(SHORTEST_NAME));
            cut(&format!("{name}{rest}"), columns)
        })
    }

    /// The name and what stands behind it, from the most words to the fewest.
    fn words(&self) -> Vec<[String; 2]> {
        let (percent, size) = (percent(self.done, self.size), Size(self.size));
        let rests = match self.stage {
            Stage::Hashing => {
                vec![format!(": reading it, {percent} % of {size}"), format!(": read {percent} %")]
            }
            Stage::Checking => vec![
                format!(": checking what is here, {percent} % of {size}"),
                format!(": checked {percent} %"),
            ],
            Stage::Loading { rate, peers, left } => {
                let from = match peers {
                    0 => String::new(),
                    peers => format!(" from {peers}"),
                };
                let left =
                    left.map_or_else(String::new, |left| format!(", {} left", duration(left)));
                let rate = format!("{}/s", Size(rate));
                vec![
                    format!(": {percent} % of {size}, {rate}{from}{left}"),
                    format!(": {percent} %, {rate}{left}"),
                    format!(": {percent} %, {rate}"),
                    format!(": {percent} %"),
                ]
            }
            Stage::Unheld => vec![
                format!(": {percent} % of {size}, nobody has it now; waiting"),
                format!(": {percent} %, nobody has it"),
                format!(": {percent} %, waits"),
            ],
            Stage::Stalled(since) => {
                let since = duration(since);
                vec![
                    format!(": {percent} % of {size}, nothing came for {since}; waiting"),
                    format!(": {percent} %, nothing for {since}"),
                    format!(": {percent} %, waits"),
                ]
            }
        };
        let name = sanitize(&self.name).into_owned();
        rests.into_iter().map(|rest| [name.clone(), rest]).collect()
    }
}

/// The name in at most so many columns: its beginning and its end.
fn shortened(name: &str, columns: usize) -> String {
    if columns_of(name) <= columns {
        return name.to_owned();
    }
    let half = columns.saturating_sub(1) / 2;
    let end = name.char_indices().map(|(at, _)| at).find(|at| columns_of(&name[*at..]) <= half);
    let end = &name[end.unwrap_or(name.len())..];
    format!("{}…{end}", cut(name, columns.saturating_sub(1 + columns_of(end))))
}

/// The beginning of a text that takes at most so many columns.
fn cut(text: &str, columns: usize) -> String {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| columns_of(&text[..*end]) <= columns).last();
    text[..end.unwrap_or(0)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(name: &str, stage: Stage) -> FileProgress {
        let (done, size) = (602_000_000, 1_400_000_000);
        FileProgress { number: 0, name: name.to_owned(), stage, done, size, is_step: false }
    }

    const LOADING: Stage =
        Stage::Loading { rate: 12_300_000, peers: 2, left: Some(Duration::from_secs(64)) };

    #[test]
    fn a_row_holds_as_many_words_as_it_has_room_for() {
        let film = progress("film.mkv", LOADING);
        for (columns, told) in [
            (80, "film.mkv: 43 % of 1.4 GB, 12.3 MB/s from 2, 64 s left"),
            (53, "film.mkv: 43 % of 1.4 GB, 12.3 MB/s from 2, 64 s left"),
            (52, "film.mkv: 43 %, 12.3 MB/s, 64 s left"),
            (33, "film.mkv: 43 %, 12.3 MB/s"),
            (14, "film.mkv: 43 %"),
        ] {
            assert_eq!(film.text_in(columns), told, "{columns}");
        }
        assert_eq!(film.text(), film.text_in(200));
    }

    #[test]
    fn a_long_name_is_cut_in_its_middle_and_no_row_is_too_long() {
        let long = progress(&"long-".repeat(40), LOADING);
        assert_eq!(long.text_in(33), "long-lon…g-long-: 43 %, 12.3 MB/s");
        let told = "long-long-long…ng-long-long-: 43 % of 1.4 GB, 12.3 MB/s from 2, 64 s left";
        assert_eq!(long.text_in(73), told);
        for name in ["film.mkv", "尤达尤达尤达尤达尤达尤达.mkv", "e\u{301}e\u{301}e\u{301}", ""]
        {
            let stalled = Stage::Stalled(Duration::ZERO);
            for stage in [LOADING, Stage::Hashing, Stage::Checking, stalled, Stage::Unheld] {
                for columns in 0..90 {
                    let text = progress(&name.repeat(5), stage).text_in(columns);
                    assert!(columns_of(&text) <= columns, "{columns} {text}");
                }
            }
        }
    }

    #[test]
    fn a_name_commands_no_terminal() {
        assert!(!progress("\x1b[2Jfilm", Stage::Hashing).text_in(80).contains('\x1b'));
    }
}
