//! The terminal: bytes of a person in, requests out; a server's lines in, a screen out. Every step
//! has room for all that it shows before it is begun. Knows no socket and no key exchange.

mod completion;
mod keys;
mod script;

use smolchat_core::arena::Arena;
use smolchat_core::carrier::{Receipt, Ring};
use smolchat_core::dialect::DialectKind;
use smolchat_core::dialect::lines::{LINE_BYTES, LineCutter};
use smolchat_core::time::{Duration, Instant};
use smolchat_core::transport::Transport;
use smolchat_editor::Editor;

use crate::screen::Screen;
use crate::sizes::Sizes;
use crate::talk::{Lent, Talk};

/// Steps of one call. So a busy terminal does not keep the loop.
const STEPS: usize = 64;

/// Bytes of the longest line of a server's.
const HEARD_LINE: usize = DialectKind::Lines.reply_bytes();

/// How long the first answer after the width is waited for. A terminal that gives none has 80
/// columns.
const WIDTH_WAIT: Duration = Duration::from_secs(1);

/// What a terminal waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Progress {
    /// For its person, for the server, or for the moment that [`Terminal::poll_at`] tells.
    Rest,
    /// For the next call: there is more to do, and its turn is over.
    Again,
}

/// The transport below takes no more bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// Who came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening<'a> {
    /// A person looks at a terminal. Otherwise a script writes commands and reads lines.
    pub has_terminal: bool,
    /// Who has proved to be that user, and is logged in by the caller. `None` for a guest, who logs
    /// in by a command.
    pub user: Option<&'a str>,
}

/// One person's terminal, or one script's commands, in lent memory. As a [`Transport`] it carries
/// the protocol's lines: the server reads requests from it, and writes replies and events to it.
///
/// A caller opens it, and calls [`progress`](Terminal::progress) whenever the transport below has
/// news, and after the server has read or written.
#[derive(Debug, Default)]
pub struct Terminal<'s> {
    editor: Editor<'s>,
    pub(crate) talk: Talk<'s>,
    /// Lines of the server's that are not shown yet.
    pub(crate) heard: Ring<'s>,
    pub(crate) receipt: Receipt,
    cutter: LineCutter,
    /// Nothing of a script was read.
    is_first_line: bool,
    /// When half a key is given up.
    pause_at: Option<Instant>,
    /// The terminal has until then to tell its width, before anything is shown.
    pub(crate) width_by: Option<Instant>,
    /// Nothing more is typed.
    pub(crate) has_ended: bool,
    pub(crate) is_open: bool,
}

impl<'s> Terminal<'s> {
    /// A terminal that is closed, with all memory from `arena`. `None` if the sizes are too small.
    pub fn new(arena: &mut impl Arena<'s>, sizes: &Sizes) -> Option<Self> {
        if !sizes.is_enough() {
            return None;
        }
        let screen = Screen::new(Sizes::ring(sizes.screen, arena));
        let typed = Sizes::ring(sizes.typed, arena);
        Some(Terminal {
            editor: sizes.editor(arena),
            heard: Sizes::ring(sizes.heard, arena),
            talk: Talk::new(Lent {
                screen,
                typed,
                errands: sizes.errands(arena),
                people: sizes.people(arena),
                past: sizes.past(arena),
            }),
            ..Terminal::default()
        })
    }

    /// A connection begins. Nothing of an earlier one is left.
    pub fn open(&mut self, now: Instant, opening: Opening<'_>) {
        self.close();
        self.talk.open(now, opening.has_terminal, opening.user);
        (self.is_open, self.is_first_line) = (true, true);
        self.width_by = opening.has_terminal.then(|| now + WIDTH_WAIT);
    }

    /// The connection is over. What was typed and shown is overwritten.
    pub fn close(&mut self) {
        self.editor.reset();
        self.talk.close();
        self.heard.clear();
        self.receipt = Receipt::default();
        self.cutter = LineCutter::new();
        (self.pause_at, self.width_by) = (None, None);
        (self.is_first_line, self.has_ended, self.is_open) = (false, false, false);
    }

    /// The person's window may have another size. The terminal is asked, with the next call of
    /// [`progress`](Self::progress).
    pub fn note_window(&mut self) {
        if self.is_open {
            self.talk.note_window();
        }
    }

    /// Whether something is still to be shown or handed to the transport below.
    pub fn is_sending(&self) -> bool {
        !self.heard.is_empty() || self.talk.screen.len() > 0
    }

    /// When [`progress`](Self::progress) must be called even without news.
    pub fn poll_at(&self) -> Option<Instant> {
        let pause_at = self.pause_at.filter(|_| self.talk.has_room());
        let talk_at = self.talk.poll_at().filter(|_| self.talk.screen.has_room());
        [pause_at, talk_at, self.width_by].into_iter().flatten().min()
    }

    /// Moves everything that can move: the server's lines onto the screen, keys into the row, typed
    /// lines to where the server reads them, the screen to the transport below. Work is bounded.
    ///
    /// # Errors
    /// [`Closed`] if the transport below takes no more bytes.
    pub fn progress<T: Transport>(
        &mut self,
        now: Instant,
        below: &mut T,
    ) -> Result<Progress, Closed> {
        if !self.is_open {
            return Ok(Progress::Rest);
        }
        self.talk.begin_turn(now);
        let mut progress = Progress::Again;
        for _ in 0..STEPS {
            self.flush(below)?;
            if !self.step(now, below) {
                progress = Progress::Rest;
                break;
            }
        }
        self.pause(now);
        if self.talk.screen.width.is_told {
            self.width_by = None;
        }
        self.width_by = self.width_by.filter(|by| now < *by);
        if self.talk.screen.is_dirty() && !self.talk.is_over() {
            self.talk.screen.draw(now, &self.editor, &self.talk.prompt());
        }
        self.flush(below)?;
        self.receipt.update(self.talk.screen.len(), below.unacknowledged());
        Ok(progress)
    }

    /// Does a few things, each if there is room. Returns whether anything was done.
    fn step<T: Transport>(&mut self, now: Instant, below: &mut T) -> bool {
        let has_heard = self.talk.screen.has_room() && self.hear();
        self.editor.set_hidden(self.talk.asking.is_active());
        let has_rested = !has_heard && self.talk.screen.has_room() && self.talk.rest();
        let has_reminded = self.talk.screen.has_room() && self.talk.remind();
        let has_gone_on = self.talk.screen.has_room() && self.talk.go_on(self.editor.line());
        let has_typed = self.talk.may_type() && self.take_typed(now, below);
        has_heard || has_rested || has_reminded || has_gone_on || has_typed
    }

    /// Shows the next line of the server's.
    fn hear(&mut self) -> bool {
        let mut bytes = [0; HEARD_LINE];
        let seen = self.heard.peek(&mut bytes);
        if seen == 0 {
            return false;
        }
        // A server writes whole lines.
        let end = bytes[..seen].iter().position(|byte| *byte == b'\n').unwrap_or(seen - 1);
        self.talk.hear(core::str::from_utf8(&bytes[..end]).unwrap_or_default());
        self.heard.consume(end + 1);
        self.receipt.pack(end + 1);
        true
    }

    fn take_typed<T: Transport>(&mut self, now: Instant, below: &mut T) -> bool {
        let is_person = self.talk.screen.is_person();
        let has_typed = match is_person {
            true => self.take_keys(now, below),
            false => self.take_script(below),
        };
        self.has_ended = below.has_ended() && below.received() == 0 && !self.talk.is_saying();
        has_typed
    }

    /// Gives up half a key that was not completed in time.
    fn pause(&mut self, now: Instant) {
        if self.pause_at.is_none_or(|at| now < at) || !self.talk.has_room() {
            return;
        }
        self.release();
        self.editor.handle_pause();
        self.pause_at = None;
        self.talk.screen.set_dirty();
    }

    fn note_half_key(&mut self, now: Instant) {
        let pause = Duration::from_millis(Editor::PAUSE_MS.into());
        let is_half = self.editor.is_mid_key() || self.talk.screen.width.is_holding();
        self.pause_at = is_half.then_some(now + pause);
    }

    /// Hands what is shown to the transport below while it has room.
    fn flush<T: Transport>(&mut self, below: &mut T) -> Result<(), Closed> {
        loop {
            let ring = self.talk.screen.ring();
            let bytes = ring.first();
            let count = bytes.len().min(below.room());
            if count == 0 {
                return Ok(());
            }
            let taken = below.write(&bytes[..count]).map_err(|_| Closed)?;
            if taken == 0 {
                return Ok(());
            }
            ring.consume(taken);
            self.receipt.hand(taken);
        }
    }
}

const _: () = assert!(LINE_BYTES == DialectKind::Lines.request_bytes());
