//! A server of one connection: it says every line again, with a code before it.

use std::collections::VecDeque;
use std::io::{self, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use embedded_io::{ErrorKind, ErrorType, Write};
use smolchat_core::time;
use smolchat_core::transport::Transport;
use smolchat_ssh::{
    Asked, Attempt, End, HostKey, Limits, Progress, Proof, Round, Session, Sizes, Verdict,
};

/// The seed of the server's key.
pub(crate) const HOST_KEY: [u8; 32] = [5; 32];
/// A client is gone by then.
const PATIENCE: Duration = Duration::from_secs(60);
/// A receive buffer as a board has it.
const RING: usize = 1024;

/// What came of the connection.
#[derive(Debug, Default)]
pub(crate) struct Served {
    pub(crate) attempts: usize,
    pub(crate) asked: Option<Asked>,
    pub(crate) lines: usize,
    pub(crate) end: Option<End>,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    thread: JoinHandle<Served>,
}

impl Server {
    pub(crate) fn start(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            serve(&mut Tcp::new(stream), &limits)
        });
        Server { port, thread }
    }

    pub(crate) fn end(self) -> Served {
        self.thread.join().unwrap()
    }
}

fn serve(tcp: &mut Tcp, limits: &Limits) -> Served {
    let host_key = &HostKey::from_seed(&HOST_KEY);
    let mut memory = vec![0; Sizes::SMALL.total()];
    let mut session = Session::new(&mut memory, &Sizes::SMALL).unwrap();
    let mut served = Served::default();
    let start = Instant::now();
    session.open(time::Instant::START);
    while start.elapsed() < PATIENCE {
        let is_idle = !tcp.transfer();
        let now = time::Instant::from_millis(start.elapsed().as_millis() as u64);
        let mut steps = limits.steps;
        let mut round = Round { now, host_key, limits, steps: &mut steps };
        let mut login = |attempt: Attempt<'_>| {
            served.attempts += usize::from(attempt.proof != Proof::Nothing);
            judge(attempt)
        };
        let outcome = session.progress(&mut round, tcp, &mut login);
        served.asked = session.asked();
        if let Err(end) = outcome {
            served.end = Some(end);
            break;
        }
        if session.has_ended() && session.received() == 0 && !session.is_sending() {
            break;
        }
        // A server that is slow to read: its peer has to wait.
        served.lines += usize::from(repeat_line(&mut session));
        if is_idle && outcome == Ok(Progress::Rest) {
            thread::sleep(Duration::from_millis(1));
        }
    }
    tcp.transfer();
    served
}

/// Says one line again if there is one, and room for it.
fn repeat_line(session: &mut Session<'_>) -> bool {
    let mut line = vec![0; session.received()];
    session.peek(&mut line);
    let Some(end) = line.iter().position(|byte| *byte == b'\n') else { return false };
    let line = &line[..=end];
    if session.room() < 4 + line.len() {
        return false;
    }
    session.consume(line.len());
    session.write_all(b"250 ").and_then(|()| session.write_all(line)).unwrap();
    true
}

/// Luke has a password. Leia's key is whichever her client shows, as it is made anew each time.
fn judge(attempt: Attempt<'_>) -> Verdict {
    match (attempt.name, attempt.proof) {
        ("luke", Proof::Password("force")) => Verdict::Admit(1),
        ("leia", Proof::Key(_)) => Verdict::Admit(2),
        _ => Verdict::Refuse,
    }
}

/// A TCP connection with buffers as a board has them.
struct Tcp {
    stream: TcpStream,
    rx: VecDeque<u8>,
    tx: VecDeque<u8>,
    has_ended: bool,
}

impl Tcp {
    fn new(stream: TcpStream) -> Self {
        stream.set_nonblocking(true).unwrap();
        Tcp { stream, rx: VecDeque::new(), tx: VecDeque::new(), has_ended: false }
    }

    /// Moves what can be moved; whether anything was.
    fn transfer(&mut self) -> bool {
        let mut bytes = [0; RING];
        let room = RING - self.rx.len();
        let read = if room == 0 { Ok(0) } else { self.stream.read(&mut bytes[..room]) };
        let received = self.judge(read, room > 0);
        self.rx.extend(&bytes[..received]);
        let sent = if self.tx.is_empty() {
            0
        } else {
            let written = self.stream.write(self.tx.make_contiguous());
            self.judge(written, true)
        };
        self.tx.drain(..sent);
        received + sent > 0
    }

    fn judge(&mut self, outcome: io::Result<usize>, ends_at_0: bool) -> usize {
        match outcome {
            Ok(0) => self.has_ended |= ends_at_0,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => self.has_ended = true,
            Ok(count) => return count,
        }
        0
    }
}

impl ErrorType for Tcp {
    type Error = ErrorKind;
}

impl Write for Tcp {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let count = bytes.len().min(self.room());
        self.tx.extend(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl Transport for Tcp {
    fn received(&self) -> usize {
        self.rx.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let bytes = self.rx.iter();
        buffer.iter_mut().zip(bytes).map(|(to, from)| *to = *from).count()
    }

    fn consume(&mut self, count: usize) {
        self.rx.drain(..count);
    }

    fn has_ended(&self) -> bool {
        self.has_ended
    }

    fn room(&self) -> usize {
        RING - self.tx.len()
    }

    fn unacknowledged(&self) -> usize {
        self.tx.len()
    }
}
