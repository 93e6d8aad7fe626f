//! Keys of a person: through the editor, and what each action of it asks for. Knows no line.

use smolchat_core::time::Instant;
use smolchat_core::transport::Transport;
use smolchat_editor::{Action, Editor};

use super::Terminal;
use crate::width::Sifted;

/// Bytes that are looked at together.
const PIECE: usize = 64;

impl Terminal<'_> {
    /// Takes keys up to the first that asks for something. Returns whether there were any.
    pub(super) fn take_keys<T: Transport>(&mut self, now: Instant, below: &mut T) -> bool {
        let mut piece = [0; PIECE];
        let seen = below.peek(&mut piece);
        if seen == 0 {
            return false;
        }
        self.talk.note_keys(now);
        // Byte by byte, since a row may become another one as soon as it is typed.
        let asking = piece[..seen].iter().position(|byte| self.sift(*byte));
        below.consume(asking.map_or(seen, |at| at + 1));
        self.talk.screen.set_dirty();
        self.note_half_key(now);
        true
    }

    /// Takes a byte, unless it belongs to an answer of the terminal's. Returns whether something
    /// was asked for.
    fn sift(&mut self, byte: u8) -> bool {
        match self.talk.screen.sift(byte) {
            Sifted::Key => self.key(byte),
            Sifted::Keys => self.release(),
            Sifted::Held | Sifted::Answer => false,
        }
    }

    /// What was held back for an answer is none.
    pub(super) fn release(&mut self) -> bool {
        let (held, len) = self.talk.screen.width.release();
        let mut is_asked = false;
        for byte in &held[..len] {
            // Only the last of them can finish a line.
            is_asked |= self.key(*byte);
        }
        is_asked
    }

    fn key(&mut self, byte: u8) -> bool {
        let mut is_asked = false;
        self.talk.note_key();
        loop {
            let (count, action) = self.editor.handle(&[byte]);
            self.answer_at_once();
            if let Some(action) = action {
                self.act(action);
                is_asked = true;
            }
            // A byte that ends half a letter or half a key counts once more, for itself.
            if count > 0 || action.is_none() {
                return is_asked;
            }
        }
    }

    fn act(&mut self, action: Action) {
        let is_asking = self.talk.asking.is_active();
        match action {
            Action::Line => {
                if self.talk.handle_line(self.editor.line()) {
                    self.editor.keep_line();
                }
                self.talk.end_line();
                // Behind Enter the answer would stand before an escape of ssh.
                self.talk.screen.forget_question();
            }
            Action::Cancelled | Action::Quit | Action::End if is_asking => {
                self.talk.end_line();
                self.talk.give_up_asking();
                self.editor.set_line("");
            }
            Action::Cancelled => {
                self.talk.end_line();
                self.talk.screen.leave();
            }
            Action::End => self.talk.log_out(),
            Action::Redraw => {
                self.talk.screen.clear();
                self.talk.ask_width();
            }
            Action::Complete if !is_asking => self.complete(),
            Action::Full { capacity } => self.talk.refuse(|page| {
                page.text("a line has ");
                page.number(capacity as u64);
                page.text(" bytes at most; what fits stays in the row");
            }),
            Action::Unsent if is_asking => {
                self.editor.set_line("");
                self.talk.refuse(|page| page.text("this is too long; type it again"));
            }
            Action::Unsent => self.talk.refuse(|page| {
                page.text("not sent: the line was cut. An arrow key and Enter send what is in ");
                page.text("the row, Ctrl-U clears it");
            }),
            _ => self.talk.screen.ring_bell(),
        }
        self.editor.set_hidden(self.talk.asking.is_active());
    }

    /// `/r ` becomes `/to yoda ` at once, so that a person sees who is answered.
    fn answer_at_once(&mut self) {
        if before_cursor(&self.editor) == "/r " && !self.talk.asking.is_active() {
            self.write_to_last();
        }
    }
}

/// The row up to the cursor.
fn before_cursor<'e>(editor: &'e Editor<'_>) -> &'e str {
    editor.line().get(..editor.cursor()).unwrap_or_default()
}
