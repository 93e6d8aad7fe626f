//! Any bytes typed at a terminal, and any lines of a server, in any pieces. Nothing panics, nothing
//! but the terminal's own sequences commands a screen, and what is typed as lines goes out once.
#![no_main]

use std::collections::VecDeque;
use std::convert::Infallible;

use arbitrary::Arbitrary;
use embedded_io::{ErrorType, Write};
use libfuzzer_sys::fuzz_target;
use smolchat_core::arena::Arena;
use smolchat_core::time::{Duration, Instant};
use smolchat_core::transport::Transport;
use smolchat_terminal::{Opening, Sizes, Terminal};

/// Lends memory that a test gives back at its end.
struct Bump<'b>(&'b bumpalo::Bump);

impl<'s> Arena<'s> for Bump<'s> {
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T] {
        self.0.alloc_slice_fill_default(count)
    }
}

/// The person's side.
#[derive(Default)]
struct Wire {
    inward: VecDeque<u8>,
    outward: Vec<u8>,
    room: usize,
    has_ended: bool,
}

impl ErrorType for Wire {
    type Error = Infallible;
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        self.room -= bytes.len();
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
        self.inward.iter().zip(buffer.iter_mut()).for_each(|(from, to)| *to = *from);
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
        0
    }
}

/// What happens.
#[derive(Arbitrary, Debug)]
enum Event {
    /// Any bytes are typed, or in a run of whole lines the next line.
    Type(Vec<u8>),
    /// The server says this.
    Tell(String),
    /// The server says one of the lines that matter.
    Word(u8, u8),
    /// The server reads.
    Read,
    /// The peer reads so much at once.
    Room(u8),
    /// The terminal has so many columns.
    Answer(u16),
    /// The window may have another size.
    Window,
    /// Time passes.
    Wait(u8),
}

/// A line of the server's, with a number of a message.
fn word(which: u8, id: u8) -> String {
    match which % 10 {
        0 => format!("* message {id} yoda {id} hi"),
        1 => format!("* delivered {id}"),
        2 => format!("250 {id} accepted"),
        3 => format!("251 {id} stored until yoda logs in"),
        4 => format!("* expired {id}"),
        5 => "230 Welcome to this message application".to_owned(),
        6 => format!("218-{id} yoda 7 said"),
        7 => "430 9 You are blocked to login, try again later!".to_owned(),
        8 => format!("252 {id} {id} recipients"),
        _ => "* login luke".to_owned(),
    }
}

/// Sequences of the terminal's own, beside colours and columns.
const OURS: [&str; 12] = [
    "\r\n",
    "\r",
    "\n",
    "\x1b[J",
    "\x1b[H\x1b[2J",
    "\x1b[?7l",
    "\x1b[?7h",
    "\x1b[?2004h",
    "\x1b[?2004l",
    "\x1b7",
    "\x1b8",
    "\x1b[6n",
];

/// Whether only the terminal's own sequences are in `shown`.
fn is_ours(shown: &str) -> bool {
    let mut rest = shown;
    while let Some(at) = rest.find(|c: char| c.is_control() && c != '\x07') {
        rest = &rest[at..];
        if let Some(ours) = OURS.iter().find(|ours| rest.starts_with(**ours)) {
            rest = &rest[ours.len()..];
            continue;
        }
        let Some(sequence) = rest.strip_prefix("\x1b[") else { return false };
        let behind = sequence.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        let Some(behind) = behind.strip_prefix(['m', 'A', 'B', 'C']) else { return false };
        rest = behind;
    }
    true
}

struct World<'w> {
    terminal: Terminal<'w>,
    wire: Wire,
    now: Instant,
    room: usize,
    sent: Vec<String>,
}

impl World<'_> {
    fn turn(&mut self) {
        self.wire.room = self.room;
        _ = self.terminal.progress(self.now, &mut self.wire);
    }

    fn tell(&mut self, line: &str) {
        let line: String = line.chars().filter(|c| *c != '\n').take(120).collect();
        if self.terminal.room() > 512 {
            self.terminal.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
    }

    /// The server lets hans in. Another first line, or a refusal, would end what is typed.
    fn enter(&mut self, has_terminal: bool) {
        self.turn();
        if has_terminal {
            self.wire.inward.extend(b"\x1b[3;80R");
        }
        for line in ["220 smolchat ready", "230 Welcome to this message application"] {
            self.turn();
            self.tell(line);
        }
        self.turn();
    }

    fn read(&mut self) {
        let mut bytes = vec![0; self.terminal.received()];
        self.terminal.peek(&mut bytes);
        self.terminal.consume(bytes.len());
        let text = String::from_utf8(bytes).unwrap();
        for line in text.lines() {
            assert!(line.len() <= 512 && !line.contains(char::is_control));
        }
        self.sent.extend(
            text.lines().filter_map(|line| line.strip_prefix("broadcast word ")).map(str::to_owned),
        );
    }
}

fuzz_target!(|input: (bool, bool, bool, Vec<Event>)| {
    let (has_terminal, is_small, types_lines, events) = input;
    let bump = bumpalo::Bump::new();
    let sizes = if is_small { Sizes::LEAST } else { Sizes::LARGE };
    let mut terminal = Terminal::new(&mut Bump(&bump), &sizes).unwrap();
    let now = Instant::START + Duration::from_secs(1000);
    terminal.open(now, Opening { has_terminal, user: Some("hans") });
    let mut world =
        World { terminal, wire: Wire::default(), now, room: usize::MAX, sent: Vec::new() };
    if types_lines {
        world.enter(has_terminal);
    }
    let mut typed = Vec::new();
    for event in events {
        match event {
            Event::Type(_) if types_lines => {
                let text = typed.len().to_string();
                // Each line is text, or a command of a script.
                let line = if has_terminal { " word " } else { "broadcast word " };
                world.wire.inward.extend(format!("{line}{text}\r\n").bytes());
                typed.push(text);
            }
            Event::Type(bytes) => world.wire.inward.extend(bytes),
            // A last line ends what is typed.
            Event::Tell(line)
                if types_lines && (line.starts_with("* bye") || line.starts_with("221")) => {}
            Event::Tell(line) => world.tell(&line),
            Event::Word(which, id) => world.tell(&word(which, id)),
            Event::Read => world.read(),
            Event::Room(room) => world.room = room.into(),
            Event::Answer(columns) if has_terminal => {
                world.wire.inward.extend(format!("\x1b[3;{columns}R").bytes());
            }
            Event::Answer(_) => {}
            Event::Window => world.terminal.note_window(),
            Event::Wait(millis) => world.now = world.now + Duration::from_millis(millis.into()),
        }
        world.turn();
    }
    world.room = usize::MAX;
    world.wire.has_ended = true;
    for _ in 0..4 * (typed.len() + 100) {
        world.turn();
        world.read();
        world.tell("202 pong");
    }
    world.turn();
    assert_eq!(world.terminal.unacknowledged(), 0);
    let shown = String::from_utf8(std::mem::take(&mut world.wire.outward)).unwrap();
    assert!(is_ours(&shown), "{shown:?}");
    if types_lines {
        assert_eq!(world.sent, typed);
    }
});
