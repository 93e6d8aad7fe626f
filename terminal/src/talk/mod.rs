//! One person's part of the chat: what was asked of the server, whom plain text goes to, and what
//! is shown of all that. Knows no key and no transport.

mod attempts;
mod events;
mod files;
mod keys;
mod lines;
mod own;
mod past;
mod refusing;
mod replies;
mod saying;
mod tally;
mod turning;

use core::ops::Range;

use heapless::String;
use smolchat_core::carrier::Ring;
use smolchat_core::dialect::DialectKind;
use smolchat_core::dialect::lines::{LineWriter, ReplyLine, emit_request, parse_event};
use smolchat_core::protocol::{MessageId, Request, UserName};
use smolchat_core::time::{Duration, Instant};

use crate::asking::Asking;
use crate::commands::HELP;
use crate::errands::{Errand, Errands, Kind};
use crate::page::Page;
use crate::people::People;
use crate::screen::Screen;
use crate::style::{DIM, PLAIN, RED};
use crate::words;
use attempts::Attempts;
use keys::Keys;
use own::Own;
use past::Past;
use refusing::Refused;
use saying::Saying;
use tally::Tally;
use turning::Doubt;

/// How often the server is told that somebody types.
const ACTIVE: Duration = Duration::from_secs(60);
/// The same before a login, for which there is less time.
const ACTIVE_GUEST: Duration = Duration::from_secs(10);

/// Bytes of a prompt.
const PROMPT: usize = 40;

/// The person's part of the chat.
#[derive(Debug, Default)]
pub(crate) struct Talk<'s> {
    pub(crate) screen: Screen<'s>,
    /// Requests that the server has not read.
    pub(crate) typed: Ring<'s>,
    errands: Errands<'s>,
    pub(crate) people: People<'s>,
    past: Past<'s>,
    pub(crate) asking: Asking,
    /// To whom plain text goes; to all if it is nobody.
    to: Option<UserName>,
    doubt: Doubt,
    /// This person, once known.
    pub(crate) me: UserName,
    is_greeted: bool,
    /// The person has to log in here.
    is_guest: bool,
    is_online: bool,
    hides_presence: bool,
    saying: Option<Saying>,
    /// The lines of help that are still to be shown.
    help: Range<usize>,
    own: Own,
    tally: Tally,
    attempts: Attempts,
    refused: Option<Refused>,
    /// The keys of the last list.
    keys: Keys,
    /// Messages to this person alone since the login, until its answers have come.
    arrived: Option<u32>,
    /// Who was told last to be offline.
    stored_for: UserName,
    /// What the line was that is sent only if it is typed again.
    asked_about: Option<u64>,
    /// The moment of this turn.
    now: Instant,
    /// When the server heard last that somebody is there.
    active_at: Instant,
    /// The server has warned, so the next key is told at once.
    is_warned: bool,
    /// The person has asked for the end.
    is_leaving: bool,
    /// The server has said its last line.
    is_over: bool,
}

/// Memory of one person's part of the chat.
pub(crate) struct Lent<'s> {
    pub(crate) screen: Screen<'s>,
    pub(crate) typed: Ring<'s>,
    pub(crate) errands: Errands<'s>,
    pub(crate) people: People<'s>,
    pub(crate) past: &'s mut [MessageId],
}

impl<'s> Talk<'s> {
    pub(crate) fn new(lent: Lent<'s>) -> Self {
        let Lent { screen, typed, errands, people, past } = lent;
        Talk { screen, typed, errands, people, past: Past::new(past), ..Talk::default() }
    }

    /// A connection begins. `user` has proved who it is, and the server logs it in by itself.
    pub(crate) fn open(&mut self, now: Instant, is_person: bool, user: Option<&str>) {
        self.close();
        self.screen.open(is_person);
        (self.now, self.active_at) = (now, now);
        self.is_guest = user.is_none();
        if let Some(user) = user {
            self.errands.push(Errand::new(Kind::Login, user));
        }
    }

    /// The connection is over. Nothing of it is left in memory.
    pub(crate) fn close(&mut self) {
        self.screen.close();
        self.typed.clear();
        self.errands.clear();
        self.people.clear();
        self.past.clear();
        self.asking.end();
        let Talk { screen, typed, errands, people, past, .. } = core::mem::take(self);
        *self = Talk { screen, typed, errands, people, past, ..Talk::default() };
    }

    /// The width is asked for with the next row, unless nobody may be there to take the answer: a
    /// shell would take it for a command.
    pub(crate) fn ask_width(&mut self) {
        if !self.is_leaving {
            self.screen.ask_width();
        }
    }

    /// The window may have another size.
    pub(crate) fn note_window(&mut self) {
        self.screen.forget_places();
        self.ask_width();
    }

    /// A turn begins.
    pub(crate) fn begin_turn(&mut self, now: Instant) {
        self.now = now;
    }

    /// Whether the server has said its last line.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether a text is only half said.
    pub(crate) fn is_saying(&self) -> bool {
        self.saying.is_some()
    }

    /// Whether one more request and the lines that it shows have room.
    pub(crate) fn has_room(&self) -> bool {
        self.screen.has_room()
            && self.errands.room() > 0
            && self.typed.room() >= DialectKind::Lines.request_bytes()
    }

    /// Whether what is typed may be looked at now.
    pub(crate) fn may_type(&self) -> bool {
        let is_busy = self.is_saying() || !self.help.is_empty() || self.is_over;
        // The answer of a terminal to a question stands among the keys, so a person who comes with
        // a proof types on.
        let holds_login = self.is_guest || !self.screen.is_person();
        !is_busy && self.own.is_empty() && self.has_room() && !self.errands.hold_keys(holds_login)
    }

    /// What stands before the row that is typed.
    pub(crate) fn prompt(&self) -> String<PROMPT> {
        let (name, end) = match &self.to {
            _ if self.asking.is_active() => (self.asking.prompt(), ""),
            _ if !self.is_online => ("", "> "),
            Some(user) => (user.as_str(), "> "),
            None => ("all", "> "),
        };
        let mut prompt = String::new();
        // A name and an end always fit.
        _ = prompt.push_str(name).and_then(|()| prompt.push_str(end));
        prompt
    }

    /// Keys came.
    pub(crate) fn note_keys(&mut self, now: Instant) {
        let every = if self.is_online { ACTIVE } else { ACTIVE_GUEST };
        let is_due = self.is_warned || now.saturating_since(self.active_at) >= every;
        if is_due && (self.is_online || self.is_guest && self.is_greeted) {
            self.tell_active(now);
        }
    }

    /// The server is told that somebody is there.
    fn tell_active(&mut self, now: Instant) {
        (self.active_at, self.is_warned, self.own.active) = (now, false, true);
    }

    /// Does one thing that neither the server nor a key asks for. Returns whether there was one.
    pub(crate) fn go_on(&mut self, line: &str) -> bool {
        if let Some(at) = self.help.next() {
            self.screen.line(PLAIN, |page| words::write_help(page, HELP[at]));
            return true;
        }
        if !self.has_room() || self.is_over {
            return false;
        }
        match self.own.take(self.past.count()) {
            Some((kind, request)) => {
                self.send(&request, Errand::new(kind, ""));
                true
            }
            None => self.say_on(line),
        }
    }

    /// Shows one line of the server's.
    pub(crate) fn hear(&mut self, line: &str) {
        match (parse_event(line), ReplyLine::parse(line)) {
            (Ok(event), _) => self.hear_event(&event),
            (_, Some(reply)) => self.hear_reply(reply),
            // A newer server's word.
            _ => _ = self.screen.line(PLAIN, |page| page.text(line)),
        }
    }

    /// Nothing more is to be heard for now. Returns whether there was something to show of it.
    pub(crate) fn rest(&mut self) -> bool {
        let tally = core::mem::take(&mut self.tally);
        let has_some = !tally.is_empty();
        if has_some {
            self.note(|page| tally.write(page));
        }
        has_some
    }

    /// Sends a request. There is room.
    fn send(&mut self, request: &Request<'_>, errand: Errand) {
        let mut line = LineWriter::new();
        emit_request(request, &mut line);
        self.typed.push(line.terminated());
        self.errands.push(errand);
        if matches!(request, Request::Logout) {
            self.is_leaving = true;
            self.screen.forget_question();
        }
    }

    /// Logs out.
    pub(crate) fn log_out(&mut self) {
        self.send(&Request::Logout, Errand::new(Kind::Command, ""));
    }

    /// Shows something of lesser weight.
    pub(crate) fn note(&mut self, write: impl FnOnce(&mut Page<'_, 's>)) {
        self.screen.line(DIM, write);
    }

    /// Shows that something was refused.
    pub(crate) fn refuse(&mut self, write: impl FnOnce(&mut Page<'_, 's>)) {
        self.screen.line(RED, write);
    }

    fn end(&mut self) {
        self.is_over = true;
        self.asking.end();
        self.screen.end();
    }
}
