//! The console: whoever sits beside the board gives orders over its serial line, and hears the
//! answers in the lines of the protocol. It never waits, and every buffer is there from the start.
//! Knows no device. It runs inside the loop, a few steps in each turn.

mod log;
mod notes;
mod orders;
mod output;
mod own;
mod typed;

use smolchat_core::net::Counted;
use smolchat_core::server::{Server, Told};
use smolchat_core::store::Store;
use smolchat_core::time::{Duration, Instant};
use smolchat_secret::SALT_BYTES;

use crate::board::Board;
use crate::environment::BoardEnvironment;
use crate::product::Product;
use crate::settings::Settings;

pub(crate) use notes::Notes;
use output::Output;
use typed::Typed;

/// The console, among those who have passwords hashed. Connections have lower numbers.
pub(crate) const ASKER: u16 = u16::MAX;
/// Bytes that are taken in one turn, so that nobody else waits for a flood.
const BYTES: usize = 64;
/// Orders, and lines of answers, in one turn.
const STEPS: usize = 8;
/// If nobody reads for so long, nobody is there.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the last words get before a restart.
const LAST_WORDS: Duration = Duration::from_millis(100);

const GREETING: &str = concat!("220 smolchat ", env!("CARGO_PKG_VERSION"), ": say help");

/// What the console does for the order that was typed last.
#[derive(Clone, Copy, Debug)]
enum Doing {
    Nothing,
    /// The rest of an answer of the server's.
    Telling(Told),
    /// The password of an order is being hashed, with this salt. The order stands in the line.
    Sealing([u8; SALT_BYTES]),
    /// A list of the board's own, from this row on.
    Listing(List, usize),
    /// The board starts anew, at this time at the latest.
    Restarting(Instant),
}

/// A list of the board's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Help,
    Settings,
}

/// The console, and what is typed and answered there.
pub(crate) struct Console {
    typed: Typed,
    output: Output,
    doing: Doing,
    /// When the reader last took something.
    moved: Instant,
    /// What the product is without settings, and what it is since the start.
    image: Product,
    product: Product,
    /// What was set.
    settings: Settings,
}

/// What an order needs beside the server.
type World<'e, 'b, B> = Counted<'e, BoardEnvironment<'b, B>>;

impl Console {
    /// A console that greets whoever is there.
    pub(crate) fn new(image: &Product, product: &Product, settings: &Settings) -> Self {
        let mut output = Output::default();
        output.say(GREETING);
        Console {
            typed: Typed::default(),
            output,
            doing: Doing::Nothing,
            moved: Instant::START,
            image: *image,
            product: *product,
            settings: settings.clone(),
        }
    }

    /// Goes on a little. Answers whether there is more to do at once.
    pub(crate) fn attend<B: Board>(
        &mut self,
        now: Instant,
        server: &mut Server<'_>,
        world: &mut World<'_, '_, B>,
    ) -> bool {
        let has_drained = self.drain(now, world.environment);
        let (mut has_begun, mut has_more) = (false, false);
        for _ in 0..STEPS {
            has_more = self.step(now, server, world);
            has_begun |= has_more;
            if !has_more {
                break;
            }
        }
        // No answer goes out before what it tells is in the store.
        if has_begun && world.commit().is_err() {
            return false;
        }
        self.show_log(world.environment);
        world.environment.notes.has_moved |= has_begun;
        world.environment.notes.is_busy = !self.output.is_empty() || self.is_restarting();
        has_more || (has_begun || has_drained) && !self.output.is_empty()
    }

    /// Writes what waits. Answers whether the reader took any of it.
    fn drain<B: Board>(&mut self, now: Instant, environment: &mut BoardEnvironment<'_, B>) -> bool {
        let Some(serial) = environment.board.serial() else { return false };
        let is_connected = serial.is_connected();
        let has_moved = is_connected && self.output.drain(serial);
        if !is_connected {
            self.leave(environment);
        }
        if has_moved || self.output.is_empty() {
            self.moved = now;
        } else if now.saturating_since(self.moved) >= PATIENCE {
            self.leave(environment);
        }
        environment.notes.has_moved |= has_moved;
        has_moved
    }

    /// Nobody is there: nobody hears the rest.
    fn leave<B: Board>(&mut self, environment: &mut BoardEnvironment<'_, B>) {
        self.output.clear();
        environment.notes.lines.clear();
        if matches!(self.doing, Doing::Telling(_) | Doing::Listing(..)) {
            self.doing = Doing::Nothing;
        }
        if matches!(self.doing, Doing::Nothing) {
            self.typed.clear();
        }
    }

    fn is_restarting(&self) -> bool {
        matches!(self.doing, Doing::Restarting(_))
    }

    /// Shows lines of the log, around what is being typed.
    fn show_log<B: Board>(&mut self, environment: &mut BoardEnvironment<'_, B>) {
        let lines = &mut environment.notes.lines;
        if !lines.is_waiting() || !self.output.has_room() {
            return;
        }
        let typed = self.typed.shown();
        if !typed.is_empty() {
            self.output.echo(b"\r\n");
        }
        while lines.is_waiting() && self.output.has_room() {
            lines.next(|line| self.output.say(line));
        }
        self.output.echo(typed);
    }

    /// Reads on until a line is whole. Answers whether one is.
    fn has_line<B: Board>(&mut self, environment: &mut BoardEnvironment<'_, B>) -> bool {
        for _ in 0..BYTES {
            let Some(byte) = environment.board.serial().and_then(|serial| serial.read()) else {
                return false;
            };
            environment.notes.has_moved = true;
            if self.typed.take(byte, &mut self.output) {
                return true;
            }
        }
        false
    }
}
