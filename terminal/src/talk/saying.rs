//! A text on its way to the server: in as many messages as it takes. Knows no reply.

use smolchat_core::protocol::{Reply, Request, TEXT_MAX, Text, UserName};

use super::Talk;
use crate::errands::Errand;
use crate::page::Page;
use crate::style::{BOLD, PLAIN};
use crate::words::write_own;

/// A text of more messages is sent only if the same line is typed again.
const UNASKED: usize = 5;

/// Where in the line that was typed the rest of its text begins, and whose it is.
#[derive(Debug)]
pub(super) struct Saying {
    to: Option<UserName>,
    at: usize,
}

impl<'s> Talk<'s> {
    /// Begins to say what stands at the end of a line that was typed, or asks first if it is long.
    pub(super) fn begin_saying(&mut self, to: Option<UserName>, line: &str, text: &str) {
        let (count, line_hash) = (messages(text), hash(line));
        let is_asked = self.asked_about.take() == Some(line_hash);
        if count > UNASKED && !is_asked && self.screen.is_person() {
            self.asked_about = Some(line_hash);
            return self.refuse(|page| {
                page.text("this is ");
                page.number(count as u64);
                page.text(" messages; to send it, type it again (Up, Enter)");
            });
        }
        self.saying = Some(Saying { to, at: line.len() - text.len() });
    }

    /// Says the next piece of the text at the end of `line`, if there is one. There is room.
    pub(super) fn say_on(&mut self, line: &str) -> bool {
        let Some(Saying { to, at }) = self.saying.take() else { return false };
        let rest = line.get(at..).unwrap_or_default();
        let (piece, behind) = split(rest);
        let Ok(text) = Text::new(piece) else {
            // The editor lets no such line through.
            self.refuse(|page| write_own(page, &Reply::ControlCharacter));
            return true;
        };
        self.say(to.as_ref(), text);
        if !behind.is_empty() {
            self.saying = Some(Saying { to, at: line.len() - behind.len() });
        }
        true
    }

    /// Says a text, and shows it to its sender.
    pub(super) fn say(&mut self, to: Option<&UserName>, text: Text<'_>) {
        let name = to.map_or("", UserName::as_str);
        let mut errand = Errand::said(name, text.as_str(), 0);
        if self.screen.is_person() {
            (errand.number, errand.column) =
                self.screen.own_line(PLAIN, |page| write_sent(page, name, text.as_str()));
        }
        let request = match to {
            Some(to) => Request::Message { to, text },
            None => Request::Broadcast { text },
        };
        self.send(&request, errand);
    }
}

fn write_sent(page: &mut Page<'_, '_>, name: &str, text: &str) {
    page.styled(BOLD, |page| {
        page.text("→ ");
        page.name(if name.is_empty() { "all" } else { name });
    });
    page.text(": ");
    page.text(text);
}

/// A text of which a message holds the first part, cut at a word if there is one, and the rest.
fn split(text: &str) -> (&str, &str) {
    if text.len() <= TEXT_MAX {
        return (text, "");
    }
    let mut end = TEXT_MAX;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let space = text[..end].trim_end_matches(|c| c != ' ').trim_end_matches(' ').len();
    let (piece, rest) = text.split_at(if space > 0 { space } else { end });
    (piece, rest.trim_start_matches(' '))
}

/// How many messages a text takes.
fn messages(text: &str) -> usize {
    let (mut rest, mut count) = (text, 0);
    while !rest.is_empty() {
        (rest, count) = (split(rest).1, count + 1);
    }
    count
}

/// What a line is known by (FNV-1a, by Fowler, Noll and Vo). Nobody else chooses the lines.
fn hash(line: &str) -> u64 {
    let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    line.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_at_words_and_none_is_lost() {
        let text = "do or do not ".repeat(100);
        let (mut rest, mut pieces) = (text.as_str(), Vec::new());
        while !rest.is_empty() {
            let (piece, behind) = split(rest);
            assert!(!piece.is_empty() && piece.len() <= TEXT_MAX);
            pieces.push(piece);
            rest = behind;
        }
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&pieces.join(" ")), words(&text));
        assert_eq!(split(&"ü".repeat(300)), (&*"ü".repeat(216), &*"ü".repeat(84)));
        assert_eq!(split("hi "), ("hi ", ""));
    }
}
