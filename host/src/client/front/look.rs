//! How a person sees what is shown: a time before each line, names in colours, and marks at what is
//! meant for this person. Knows no terminal; it draws lines into rows.

use std::ops::Range;

use jiff::civil::Date;
use jiff::{SignedDuration, ZonedDateTime};
use smolchat_core::protocol::Class;

use crate::client::files::FileProgress;
use crate::client::recipient;
use crate::client::rows::{Style, extent, painted};
use crate::client::said::{Channel, Said};
use crate::client::sanitize::{name, sanitize};
use crate::client::shown::Shown;

/// Fainter (ECMA-48, SGR 2).
const DIM: Style = Style { on: "\x1b[2m", off: "\x1b[22m" };
/// Brighter (SGR 1).
const BOLD: Style = Style { on: "\x1b[1m", off: "\x1b[22m" };
/// Red (SGR 31).
const RED: Style = Style { on: "\x1b[31m", off: "\x1b[39m" };
/// Names have these (SGR 32 to 36): what is red is a refusal.
const COLOURS: [Style; 5] = [
    Style { on: "\x1b[32m", off: "\x1b[39m" },
    Style { on: "\x1b[33m", off: "\x1b[39m" },
    Style { on: "\x1b[34m", off: "\x1b[39m" },
    Style { on: "\x1b[35m", off: "\x1b[39m" },
    Style { on: "\x1b[36m", off: "\x1b[39m" },
];
/// The same names, bright: a message to this person.
const BRIGHT: [Style; 5] = [
    Style { on: "\x1b[1;32m", off: "\x1b[22;39m" },
    Style { on: "\x1b[1;33m", off: "\x1b[22;39m" },
    Style { on: "\x1b[1;34m", off: "\x1b[22;39m" },
    Style { on: "\x1b[1;35m", off: "\x1b[22;39m" },
    Style { on: "\x1b[1;36m", off: "\x1b[22;39m" },
];

/// Rows of so few columns are not cut.
const WHOLE: usize = 0;

/// A line with parts in styles.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    text: String,
    parts: Vec<(Range<usize>, Style)>,
    /// It is to be copied, so it is not cut into rows.
    is_copied: bool,
}

/// How this terminal and this person want it.
#[derive(Debug)]
pub(super) struct Look {
    /// The terminal has colours, and the person wants them.
    pub(super) has_colours: bool,
    /// The terminal shows characters beyond ASCII.
    pub(super) has_unicode: bool,
    /// The day of the line before.
    day: Option<Date>,
}

impl Look {
    /// Nothing shown yet.
    pub(super) fn new(has_colours: bool, has_unicode: bool) -> Self {
        Look { has_colours, has_unicode, day: None }
    }

    /// What is to be shown, as lines: before the first line of a day, the day.
    pub(super) fn lines(&mut self, shown: &Shown, now: &ZonedDateTime) -> Vec<Line> {
        let at = match shown {
            Shown::Said(said) | Shown::Told(said) => before(now, said.age),
            _ => now.clone(),
        };
        let mut lines = Vec::new();
        match shown {
            Shown::Help(text) => return vec![Line::new().with(text, None)],
            Shown::Command(text) => {
                return vec![Line { is_copied: true, ..Line::new().with(&sanitize(text), None) }];
            }
            _ => {}
        }
        if self.day.replace(at.date()).is_some_and(|day| day != at.date()) {
            let day = at.strftime("%A, %-d %B %Y").to_string();
            lines.push(Line::new().with(&day, Some(DIM)));
        }
        let line = Line::new().with(&at.strftime("%H:%M ").to_string(), Some(DIM));
        lines.push(self.line(line, shown));
        lines
    }

    /// The rows of a line.
    pub(super) fn rows(&self, line: &Line, columns: usize) -> String {
        let parts = if self.has_colours { &*line.parts } else { &[] };
        painted(&line.text, parts, if line.is_copied { WHOLE } else { columns })
    }

    /// How far a file is, as one row.
    pub(super) fn progress(
        &self,
        progress: &FileProgress,
        now: &ZonedDateTime,
        columns: usize,
    ) -> String {
        let time = now.strftime("%H:%M ").to_string();
        // The last column stays free.
        let room = columns.saturating_sub(1 + time.len());
        let line =
            Line::new().with(&time, Some(DIM)).with(&self.tick(&progress.text_in(room)), Some(DIM));
        self.rows(&line, WHOLE)
    }

    /// What stands at the end of a line that was sent.
    pub(super) fn tick(&self, text: &str) -> String {
        if self.has_unicode {
            return text.to_owned();
        }
        let text = text.replace("✓✓", "++").replace('✓', "+").replace('✗', "x");
        text.replace('→', "->").replace('…', "~")
    }

    fn line(&self, line: Line, shown: &Shown) -> Line {
        match shown {
            Shown::Said(said) | Shown::Told(said) => said_line(line, said),
            Shown::Sent { to, text, .. } => {
                let arrow = self.tick(&format!("→ {}", to.behind_arrow()));
                line.with(&arrow, Some(BOLD)).with(&format!(": {}", sanitize(text)), None)
            }
            _ if shown.is_refusal() => line.with(&sanitize(&shown.text()), Some(RED)),
            Shown::Answer(_) | Shown::Reply { .. } | Shown::Help(_) => {
                line.with(&sanitize(&shown.text()), None)
            }
            _ => line.with(&self.tick(&sanitize(&shown.text())), Some(DIM)),
        }
    }
}

impl Line {
    fn new() -> Self {
        Self::default()
    }

    fn with(mut self, text: &str, style: Option<Style>) -> Self {
        let start = self.text.len();
        self.text.push_str(text);
        self.parts.extend(style.map(|style| (start..self.text.len(), style)));
        self
    }

    /// Whether every terminal draws it as wide as it is counted, from left to right.
    pub(super) fn is_plain(&self) -> bool {
        let is_rtl = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
        !self.is_copied && self.text.chars().all(|c| Class::of(c).is_none() && !is_rtl(c))
    }

    /// Whether a terminal itself decides where its rows end.
    pub(super) fn is_copied(&self) -> bool {
        self.is_copied
    }

    /// Columns of the last row, and how many rows there are.
    pub(super) fn extent(&self, columns: usize) -> (usize, usize) {
        extent(&self.text, columns)
    }
}

fn said_line(line: Line, said: &Said) -> Line {
    let channel = match said.channel {
        Channel::All => " (to all)",
        Channel::Direct => "",
        Channel::Private => recipient::PRIVATE,
    };
    let colours = if said.channel == Channel::All { &COLOURS } else { &BRIGHT };
    let colour = colours[colour_of(&said.from) % colours.len()];
    line.with(&name(&said.from), Some(colour))
        .with(&format!("{channel}: {}", sanitize(&said.text)), None)
}

/// A name has the same colour everywhere (FNV-1a, by Fowler, Noll and Vo).
fn colour_of(name: &str) -> usize {
    let hash = name
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 8) as usize
}

fn before(now: &ZonedDateTime, seconds: u32) -> ZonedDateTime {
    now.checked_sub(SignedDuration::from_secs(seconds.into())).unwrap_or_else(|_| now.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::files::Stage;
    use crate::client::recipient::Recipient;
    use crate::client::rows::{NARROW, columns_of};

    fn now() -> ZonedDateTime {
        "2026-11-30T00:05:00[UTC]".parse().unwrap()
    }

    fn said(channel: Channel, age: u32) -> Shown {
        let (from, text) = ("yoda".to_owned(), "hi".to_owned());
        Shown::Said(Said { from, channel, text, age })
    }

    fn rows(look: &mut Look, shown: &Shown) -> Vec<String> {
        let lines = look.lines(shown, &now());
        lines.iter().map(|line| look.rows(line, 80)).collect()
    }

    #[test]
    fn a_line_has_its_time_by_its_age() {
        let mut look = Look::new(false, true);
        assert_eq!(rows(&mut look, &said(Channel::All, 0)), ["00:05 yoda (to all): hi"]);
        assert_eq!(rows(&mut look, &said(Channel::Direct, 120)), ["00:03 yoda: hi"]);
        assert_eq!(rows(&mut look, &said(Channel::Private, 0)), ["00:05 yoda (private): hi"]);
        let sent = Shown::Sent { number: 1, to: Recipient::User("yoda".into()), text: "hi".into() };
        assert_eq!(rows(&mut look, &sent), ["00:05 → yoda: hi"]);
    }

    #[test]
    fn another_day_is_told_before_its_first_line() {
        let mut look = Look::new(false, true);
        assert_eq!(rows(&mut look, &said(Channel::Direct, 600)), ["23:55 yoda: hi"]);
        assert_eq!(
            rows(&mut look, &said(Channel::Direct, 0)),
            ["Monday, 30 November 2026", "00:05 yoda: hi"]
        );
        assert_eq!(rows(&mut look, &said(Channel::Direct, 0)).len(), 1);
    }

    #[test]
    fn a_terminal_that_shows_ascii_only_gets_no_other_mark() {
        let mut look = Look::new(false, false);
        let sent = Shown::Sent { number: 1, to: Recipient::All, text: "hi".into() };
        assert_eq!(rows(&mut look, &sent), ["00:05 -> all: hi"]);
        assert_eq!((&*look.tick(" ✓✓"), &*look.tick(" ✓"), &*look.tick(" ✗")), (" ++", " +", " x"));
    }

    #[test]
    fn how_far_a_file_is_takes_one_row_of_any_window() {
        let (look, stage) = (Look::new(false, false), Stage::Hashing);
        for columns in NARROW..100 {
            let (name, size) = ("尤达 long name of a film.mkv".to_owned(), 1_400_000_000);
            let film = FileProgress { number: 1, name, stage, done: 7, size, is_step: false };
            let row = look.progress(&film, &now(), columns);
            assert!(columns_of(&row) < columns && row.starts_with("00:05 "), "{columns} {row}");
        }
    }

    #[test]
    fn colours_mark_what_is_meant_for_this_person_and_no_text_brings_its_own() {
        let mut look = Look::new(true, true);
        let all = rows(&mut look, &said(Channel::All, 0)).concat();
        let direct = rows(&mut look, &said(Channel::Direct, 0)).concat();
        assert!(!all.contains("\x1b[1;") && direct.contains("\x1b[1;"), "{all:?} {direct:?}");
        let said = Said {
            from: "yo\x1bda".into(),
            channel: Channel::Direct,
            text: "\x1b[31mred".into(),
            age: 0,
        };
        let shown = rows(&mut look, &Shown::Said(said)).concat();
        assert!(!shown.contains("\x1b[31m") && !shown.contains("yo\x1b"), "{shown:?}");
    }
}
