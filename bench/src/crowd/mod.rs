//! Everybody who talks: connections to one server on one thread, under epoll. Nothing is allocated
//! for a line. Whatever a connection has to say goes out in one write, if the kernel takes it.
//!
//! Every line must arrive once and in order, and must be answered if the language has an answer.
//! Every fault counts.

mod arrival;
mod line;

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, EventFlags};
use rustix::io::Errno;

use crate::dialect::{Dialect, ServerLine};
use crate::faults::Faults;
use line::Line;

/// How long a server may say nothing at all while somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(10);
/// A stamp's lower bits are nanoseconds, a quarter of an hour of them; those above tell crowds
/// apart.
const TIME_BITS: u32 = 40;

/// Everybody.
pub(crate) struct Crowd {
    dialect: Dialect,
    door: Door,
    /// The server's key, where the door is entered by SSH.
    key: [u8; 32],
    poll: OwnedFd,
    members: Vec<Member>,
    welcome: usize,
    events: Vec<epoll::Event>,
    /// Bytes from a connection are read into this.
    input: Vec<u8>,
    /// Connections with unsent lines.
    talkative: Vec<usize>,
    /// Who lost the connection before the welcome.
    broken: Vec<usize>,
    /// Received bytes that nobody has looked at.
    pub(crate) deliveries: Vec<Delivery>,
    faults: Faults,
    number: u64,
    begin: Instant,
    last_stamp: u64,
}

/// Where a server is entered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door {
    /// Its address.
    pub(crate) address: SocketAddr,
    /// How many may stand before it at once: connections that have no word of the server yet.
    pub(crate) at_once: usize,
    /// It is entered by SSH.
    pub(crate) is_ssh: bool,
}

/// Somebody heard a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// Who.
    pub(crate) to: usize,
    /// When it was written.
    pub(crate) stamp: u64,
}

#[derive(Debug)]
struct Member {
    line: Line,
    /// A line whose end has not come.
    unfinished: Vec<u8>,
    output: Vec<u8>,
    /// The stamp of what was heard last: everybody hears of one person only.
    newest: u64,
    is_talkative: bool,
    is_welcome: bool,
    has_joined: bool,
}

impl Member {
    fn new(line: Line) -> Self {
        Member {
            line,
            unfinished: Vec::with_capacity(512),
            output: Vec::with_capacity(512),
            newest: 0,
            is_talkative: false,
            is_welcome: false,
            has_joined: false,
        }
    }
}

impl Crowd {
    /// How many they are.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// What went wrong so far.
    pub(crate) fn faults(&self) -> Faults {
        self.faults
    }

    /// The moment, as texts bear it.
    pub(crate) fn stamp(&self) -> u64 {
        self.number << TIME_BITS | self.begin.elapsed().as_nanos() as u64
    }

    /// A stamp that nothing else bears, later than all before.
    fn next_stamp(&mut self) -> u64 {
        self.last_stamp = self.stamp().max(self.last_stamp + 1);
        self.last_stamp
    }

    /// `from` writes to `to`; it is sent with the next [`listen`](Self::listen).
    pub(crate) fn message(&mut self, from: usize, to: usize) {
        let (dialect, stamp) = (self.dialect, self.next_stamp());
        self.say(from, |out| dialect.message(out, to, stamp));
        self.expect(1);
    }

    /// `from` writes to all.
    pub(crate) fn broadcast(&mut self, from: usize) {
        let (dialect, stamp) = (self.dialect, self.next_stamp());
        self.say(from, |out| dialect.broadcast(out, stamp));
        self.expect(self.members.len() - 1);
    }

    fn expect(&mut self, deliveries: usize) {
        self.faults.undelivered += deliveries as u64;
        self.faults.unanswered += u64::from(self.dialect.answers());
    }

    fn say<R>(&mut self, user: usize, line: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let member = &mut self.members[user];
        if !member.is_talkative {
            member.is_talkative = true;
            self.talkative.push(user);
        }
        line(&mut member.output)
    }

    fn listen_or_fail(&mut self, what: &str) -> io::Result<()> {
        match self.listen(PATIENCE)? {
            0 => Err(io::Error::other(format!("the server is silent amid the {what}"))),
            _ => Ok(()),
        }
    }

    /// Sends what there is to say, waits for something to hear, but not longer than `patience`, and
    /// takes it; how many connections had something. Messages are in `deliveries` then.
    ///
    /// # Errors
    /// A connection broke.
    pub(crate) fn listen(&mut self, patience: Duration) -> io::Result<usize> {
        self.send()?;
        let timeout =
            Timespec { tv_sec: patience.as_secs() as i64, tv_nsec: patience.subsec_nanos().into() };
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        let waited = epoll::wait(&self.poll, spare_capacity(&mut events), Some(&timeout));
        let count = events.len();
        for event in &events {
            let user = event.data.u64() as usize;
            let flags = event.flags;
            let Member { line, output, .. } = &self.members[user];
            if flags.contains(EventFlags::OUT) && (!output.is_empty() || line.is_sending()) {
                self.say(user, |_| ());
            }
            let heard = self.hear(user);
            self.unless_new(user, heard)?;
        }
        self.events = events;
        match waited {
            Ok(_) | Err(Errno::INTR) => Ok(count),
            Err(error) => Err(error.into()),
        }
    }

    /// Listens without another word until all that was said has arrived and is answered, or nothing
    /// comes for so long.
    ///
    /// # Errors
    /// A connection broke.
    pub(crate) fn finish(&mut self, silence: Duration) -> io::Result<()> {
        let mut heard_at = Instant::now();
        while self.faults.undelivered + self.faults.unanswered > 0 && heard_at.elapsed() < silence {
            if self.listen(silence)? > 0 {
                heard_at = Instant::now();
            }
            self.deliveries.clear();
        }
        Ok(())
    }

    /// Everybody leaves, and has left when the server has closed each connection: the next crowd
    /// bears the same names.
    ///
    /// # Errors
    /// The server did not close them.
    pub(crate) fn depart(mut self) -> io::Result<()> {
        for Member { line, output, .. } in &mut self.members {
            line.stream.set_nonblocking(false)?;
            line.stream.set_read_timeout(Some(PATIENCE))?;
            self.dialect.log_out(output);
            while !output.is_empty() || line.is_sending() {
                line.send(output)?;
            }
        }
        for Member { mut line, .. } in self.members {
            loop {
                match line.read(&mut self.input) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) if is_patient(&error) => {
                        return Err(io::Error::other("the server does not let somebody go"));
                    }
                    // It broke instead of ending: whoever was there has gone, too.
                    Err(_) => break,
                }
            }
        }
        Ok(())
    }

    fn send(&mut self) -> io::Result<()> {
        let mut talkative = std::mem::take(&mut self.talkative);
        for user in talkative.drain(..) {
            let Member { line, output, is_talkative, .. } = &mut self.members[user];
            *is_talkative = false;
            let sent = match line.send(output) {
                Ok(()) => Ok(()),
                // The kernel says when there is room.
                Err(error) if is_patient(&error) => Ok(()),
                Err(error) => Err(error),
            };
            self.unless_new(user, sent)?;
        }
        self.talkative = talkative;
        Ok(())
    }

    /// Whose connection breaks before the welcome is noted, and connects again; later that is an
    /// error.
    fn unless_new(&mut self, user: usize, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(_) if !self.members[user].is_welcome => {
                if !self.broken.contains(&user) {
                    self.broken.push(user);
                }
                Ok(())
            }
            result => result,
        }
    }

    /// Takes what one connection has, all of it.
    fn hear(&mut self, user: usize) -> io::Result<()> {
        loop {
            let Member { line, unfinished, .. } = &mut self.members[user];
            let is_carried = line.is_carried();
            let begun = unfinished.len();
            self.input[..begun].copy_from_slice(unfinished);
            unfinished.clear();
            let room = self.input.len() - begun;
            match line.read(&mut self.input[begun..]) {
                Ok(0) => return Err(io::Error::other(format!("u{user} was disconnected"))),
                Ok(count) => {
                    self.take_lines(user, begun + count);
                    // A call may hold more, and its socket, too.
                    if count < room && !is_carried {
                        return Ok(());
                    }
                }
                Err(error) => {
                    unfinished.extend_from_slice(&self.input[..begun]);
                    return if is_patient(&error) { Ok(()) } else { Err(error) };
                }
            }
        }
    }

    /// Takes the lines that end within the first `length` bytes that were read.
    fn take_lines(&mut self, user: usize, length: usize) {
        let member = &mut self.members[user];
        let mut begin = 0;
        for end in memchr::memchr_iter(b'\n', &self.input[..length]) {
            match self.dialect.read(&self.input[begin..end]) {
                ServerLine::Message(stamp) => {
                    let is_next = stamp >> TIME_BITS == self.number && stamp > member.newest;
                    if is_next && self.faults.undelivered > 0 {
                        member.newest = stamp;
                        self.faults.undelivered -= 1;
                        self.deliveries.push(Delivery { to: user, stamp });
                    } else {
                        self.faults.disordered += 1;
                    }
                }
                ServerLine::Accepted => {
                    self.faults.unanswered = self.faults.unanswered.saturating_sub(1)
                }
                ServerLine::Refused => {
                    self.faults.unanswered = self.faults.unanswered.saturating_sub(1);
                    self.faults.refused += 1;
                }
                ServerLine::Welcome => {
                    self.welcome += usize::from(!std::mem::replace(&mut member.is_welcome, true));
                }
                ServerLine::Joined => member.has_joined = true,
                ServerLine::Ping(token) => {
                    self.dialect.pong(&mut member.output, token);
                    if !std::mem::replace(&mut member.is_talkative, true) {
                        self.talkative.push(user);
                    }
                }
                ServerLine::Other => {}
            }
            begin = end + 1;
        }
        member.unfinished.extend_from_slice(&self.input[begin..length]);
    }
}

/// Whether it only means that there is nothing to do now.
fn is_patient(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::NotConnected)
}
