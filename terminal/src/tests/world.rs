//! A terminal, the bytes below it, and the screen that they draw.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::num::NonZero;

use embedded_io::{ErrorType, Write};
use smolchat_core::arena::Arena;
use smolchat_core::time::{Duration, Instant};
use smolchat_core::transport::Transport;

use crate::{Opening, Progress, Sizes, Terminal};

/// Leaks the memory that it lends.
pub(super) struct Leak;

impl<'s> Arena<'s> for Leak {
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T] {
        Vec::from_iter((0..count).map(|_| T::default())).leak()
    }
}

/// The bytes of a person's side. It takes `room` bytes at once.
pub(super) struct Wire {
    pub(super) inward: VecDeque<u8>,
    pub(super) outward: Vec<u8>,
    pub(super) room: usize,
    pub(super) unacknowledged: usize,
    pub(super) has_ended: bool,
}

impl ErrorType for Wire {
    type Error = Infallible;
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        assert!(bytes.len() <= self.room, "only what there is room for");
        self.room -= bytes.len();
        self.unacknowledged += bytes.len();
        self.outward.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Transport for Wire {
    fn received(&self) -> usize {
        self.inward.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.inward.len());
        for (byte, from) in buffer.iter_mut().zip(&self.inward) {
            *byte = *from;
        }
        count
    }

    fn consume(&mut self, count: usize) {
        self.inward.drain(..count);
    }

    fn has_ended(&self) -> bool {
        self.has_ended
    }

    fn room(&self) -> usize {
        self.room
    }

    fn unacknowledged(&self) -> usize {
        self.unacknowledged
    }
}

/// A terminal and all around it.
pub(super) struct World {
    pub(super) terminal: Terminal<'static>,
    pub(super) wire: Wire,
    pub(super) now: Instant,
    /// Bytes that the wire takes in each round.
    pub(super) room: usize,
    screen: vt100::Parser,
    /// Whether the screen answers questions.
    pub(super) answers: bool,
    /// All that was shown.
    pub(super) shown: Vec<u8>,
}

const ROWS: NonZero<u16> = NonZero::new(24).unwrap();

fn size(columns: u16) -> NonZero<u16> {
    NonZero::new(columns).unwrap()
}

const QUESTION: &[u8] = b"\x1b[6n";

impl World {
    /// A terminal of a newcomer, before the server has said anything.
    pub(super) fn new(sizes: &Sizes, columns: u16, opening: Opening<'_>) -> Self {
        let mut terminal = Terminal::new(&mut Leak, sizes).unwrap();
        let now = Instant::START + Duration::from_secs(1000);
        terminal.open(now, opening);
        let wire = Wire {
            inward: VecDeque::new(),
            outward: Vec::new(),
            room: 0,
            unacknowledged: 0,
            has_ended: false,
        };
        let screen = vt100::Parser::new(ROWS, size(columns), 0);
        World { terminal, wire, now, room: usize::MAX, screen, answers: true, shown: Vec::new() }
    }

    /// A person's terminal, hans logged in, the greeting off the screen.
    pub(super) fn online(columns: u16) -> Self {
        Self::online_with(&Sizes::LARGE, columns)
    }

    pub(super) fn online_with(sizes: &Sizes, columns: u16) -> Self {
        let opening = Opening { has_terminal: true, user: Some("hans") };
        let mut world = World::new(sizes, columns, opening);
        world.tell("220 smolchat ready: login <user> <password>, or help");
        world.tell("230 Welcome to this message application");
        let mut requests = [world.requests(), world.requests(), world.requests()].concat();
        if sizes.past > 0 {
            assert_eq!(requests.remove(1), format!("history {}", sizes.past));
        }
        assert_eq!(requests, ["receipts on", "whoelse"]);
        world.tell("203 1 receipts on");
        if sizes.past > 0 {
            world.tell("218 0 broadcasts");
        }
        world.tell("210 Users current online: yoda");
        world.press("\x0c");
        world.shown.clear();
        world
    }

    /// One turn of the terminal; its screen shows what came, and may answer.
    pub(super) fn turn(&mut self) -> Progress {
        self.wire.room = self.room;
        let progress = self.terminal.progress(self.now, &mut self.wire).unwrap();
        let mut bytes: &[u8] = &std::mem::take(&mut self.wire.outward);
        self.shown.extend(bytes);
        self.wire.unacknowledged -= bytes.len();
        let is_question = |window: &[u8]| window == QUESTION;
        while let Some(at) = bytes.windows(QUESTION.len()).position(is_question) {
            let (before, behind) = bytes.split_at(at + QUESTION.len());
            self.screen.process(before);
            let (row, column) = self.screen.screen().cursor_position();
            if self.answers {
                let answer = format!("\x1b[{};{}R", row + 1, column + 1);
                self.wire.inward.extend(answer.bytes());
            }
            bytes = behind;
        }
        self.screen.process(bytes);
        progress
    }

    /// Turns until nothing moves.
    pub(super) fn settle(&mut self) {
        for _ in 0..100_000 {
            let before = (self.wire.inward.len(), self.shown.len());
            let is_at_rest = self.turn() == Progress::Rest;
            if is_at_rest && before == (self.wire.inward.len(), self.shown.len()) {
                return;
            }
        }
        panic!("the terminal never comes to rest");
    }

    /// The server says a line.
    pub(super) fn tell(&mut self, line: &str) {
        self.settle();
        self.terminal.write_all(format!("{line}\n").as_bytes()).unwrap();
        self.settle();
    }

    /// The person types.
    pub(super) fn press(&mut self, keys: &str) {
        self.wire.inward.extend(keys.bytes());
        self.settle();
    }

    /// The server reads all requests.
    pub(super) fn requests(&mut self) -> Vec<String> {
        let mut bytes = vec![0; self.terminal.received()];
        self.terminal.peek(&mut bytes);
        self.terminal.consume(bytes.len());
        self.settle();
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }

    /// The window has another size.
    pub(super) fn resize(&mut self, columns: u16) {
        self.screen.screen_mut().set_size(ROWS, size(columns));
    }

    /// The rows of the screen, up to the last that has something.
    pub(super) fn rows(&self) -> Vec<String> {
        let screen = self.screen.screen();
        let columns = screen.size().1.get();
        let mut rows: Vec<_> =
            screen.rows(0, columns).map(|row| row.trim_end().to_owned()).collect();
        while rows.last().is_some_and(String::is_empty) {
            rows.pop();
        }
        rows
    }

    /// The row in which the cursor is, and its column.
    pub(super) fn cursor(&self) -> (String, u16) {
        let (row, column) = self.screen.screen().cursor_position();
        let columns = self.screen.screen().size().1.get();
        let row = self.screen.screen().rows(0, columns).nth(row.into()).unwrap();
        (row.trim_end().to_owned(), column)
    }

    /// What was shown, as it went out.
    pub(super) fn shown(&self) -> &str {
        std::str::from_utf8(&self.shown).unwrap()
    }
}
