//! Everybody who talks: connections to one server on one thread, under epoll. Touches sockets.
//! Nothing is allocated for a line; what a connection has to say goes out in one write where the kernel takes it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType};

use crate::dialect::{Dialect, Heard};

/// How long a server may say nothing at all while somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that are read at once.
const READ: usize = 1 << 16;

/// Everybody.
pub(crate) struct Crowd {
    dialect: Dialect,
    poll: OwnedFd,
    members: Vec<Member>,
    events: Vec<epoll::Event>,
    /// Who has something to say that was not sent.
    talkative: Vec<usize>,
    /// What was heard and nobody has looked at.
    pub(crate) deliveries: Vec<Delivery>,
    /// How often the server would not have what was said.
    pub(crate) refusals: u64,
    begin: Instant,
}

/// Where a server is entered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door {
    /// Its address.
    pub(crate) address: SocketAddr,
    /// How many may stand before it at once: connections that have no word of the server yet.
    pub(crate) at_once: usize,
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
    stream: TcpStream,
    /// What was read, up to `length`; a line whose end has not come stays.
    input: Vec<u8>,
    length: usize,
    output: Vec<u8>,
    is_talkative: bool,
    is_welcome: bool,
    has_joined: bool,
}

impl Crowd {
    /// `count` users connect and log in, and where broadcasts matter go where they are heard.
    ///
    /// # Errors
    /// The server did not let them.
    pub(crate) fn arrive(
        dialect: Dialect,
        Door { address, at_once }: Door,
        count: usize,
        join: bool,
    ) -> io::Result<Self> {
        let poll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut crowd = Crowd {
            dialect,
            poll,
            members: Vec::with_capacity(count),
            events: Vec::with_capacity(4096),
            talkative: Vec::with_capacity(count),
            deliveries: Vec::with_capacity(1 << 16),
            refusals: 0,
            begin: Instant::now(),
        };
        crowd.log_in(address, at_once, count)?;
        if join {
            crowd.join()?;
        }
        Ok(crowd)
    }

    fn log_in(&mut self, server: SocketAddr, at_once: usize, count: usize) -> io::Result<()> {
        let mut welcome = 0;
        while welcome < count {
            while self.members.len() < (welcome + at_once).min(count) {
                self.connect(server)?;
            }
            self.listen_or_fail("logins")?;
            welcome = self.members.iter().filter(|member| member.is_welcome).count();
        }
        Ok(())
    }

    fn join(&mut self) -> io::Result<()> {
        for user in 0..self.members.len() {
            let dialect = self.dialect;
            let has_to = self.say(user, |out| dialect.join(out));
            self.members[user].has_joined = !has_to;
            // All names are told to everybody who comes: more at once than a server would keep.
            while self.members[user.saturating_sub(64)..=user].iter().any(|m| !m.has_joined) {
                self.listen_or_fail("joins")?;
            }
        }
        Ok(())
    }

    fn connect(&mut self, server: SocketAddr) -> io::Result<()> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let family = AddressFamily::INET;
        let socket = rustix::net::socket_with(family, SocketType::STREAM, flags, None)?;
        rustix::net::sockopt::set_tcp_nodelay(&socket, true)?;
        match rustix::net::connect(&socket, &server) {
            Ok(()) | Err(Errno::INPROGRESS) => {}
            Err(error) => return Err(error.into()),
        }
        let user = self.members.len();
        let events = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        epoll::add(&self.poll, &socket, EventData::new_u64(user as u64), events)?;
        self.members.push(Member {
            stream: socket.into(),
            input: vec![0; READ],
            length: 0,
            output: Vec::with_capacity(READ),
            is_talkative: false,
            is_welcome: false,
            has_joined: false,
        });
        let dialect = self.dialect;
        self.say(user, |out| dialect.log_in(out, user));
        Ok(())
    }

    /// How many they are.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// The moment, as texts bear it: nanoseconds.
    pub(crate) fn stamp(&self) -> u64 {
        self.begin.elapsed().as_nanos() as u64
    }

    /// `from` writes to `to`; it is sent with the next [`listen`](Self::listen).
    pub(crate) fn message(&mut self, from: usize, to: usize) {
        let (dialect, stamp) = (self.dialect, self.stamp());
        self.say(from, |out| dialect.message(out, to, stamp));
    }

    /// `from` writes to all.
    pub(crate) fn broadcast(&mut self, from: usize) {
        let (dialect, stamp) = (self.dialect, self.stamp());
        self.say(from, |out| dialect.broadcast(out, stamp));
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

    /// Sends what there is to say, waits for something to hear, but not longer than `patience`, and takes it; how many connections had
    /// something. Messages are in `deliveries` then.
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
            if flags.contains(EventFlags::OUT) && !self.members[user].output.is_empty() {
                self.say(user, |_| ());
            }
            self.hear(user)?;
        }
        self.events = events;
        match waited {
            Ok(_) | Err(Errno::INTR) => Ok(count),
            Err(error) => Err(error.into()),
        }
    }

    /// Everybody leaves, and has left when the server has closed each connection: the next crowd bears the same names.
    ///
    /// # Errors
    /// The server did not close them.
    pub(crate) fn depart(self) -> io::Result<()> {
        let mut unread = vec![0; READ];
        for Member { mut stream, mut output, .. } in self.members {
            stream.set_nonblocking(false)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            self.dialect.log_out(&mut output);
            stream.write_all(&output)?;
            // Whether it ends or breaks: whoever was there has gone.
            while stream.read(&mut unread).is_ok_and(|count| count > 0) {}
        }
        Ok(())
    }

    fn send(&mut self) -> io::Result<()> {
        for user in self.talkative.drain(..) {
            let Member { stream, output, is_talkative, .. } = &mut self.members[user];
            *is_talkative = false;
            match stream.write(output) {
                Ok(count) if count == output.len() => output.clear(),
                Ok(count) => _ = output.drain(..count),
                // The kernel says when there is room.
                Err(error) if is_patient(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes what one connection has, all of it.
    fn hear(&mut self, user: usize) -> io::Result<()> {
        loop {
            let Member { stream, input, length, .. } = &mut self.members[user];
            let room = input.len() - *length;
            match stream.read(&mut input[*length..]) {
                Ok(0) => return Err(io::Error::other(format!("u{user} was disconnected"))),
                Ok(count) => {
                    *length += count;
                    self.take_lines(user);
                    if count < room {
                        return Ok(());
                    }
                }
                Err(error) if is_patient(&error) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    fn take_lines(&mut self, user: usize) {
        let Member { input, length, output, is_welcome, has_joined, is_talkative, .. } =
            &mut self.members[user];
        let mut begin = 0;
        for end in memchr::memchr_iter(b'\n', &input[..*length]) {
            match self.dialect.read(&input[begin..end]) {
                Heard::Message(stamp) => self.deliveries.push(Delivery { to: user, stamp }),
                Heard::Welcome => *is_welcome = true,
                Heard::Joined => *has_joined = true,
                Heard::Refused => self.refusals += 1,
                Heard::Ping(token) => {
                    self.dialect.pong(output, token);
                    if !std::mem::replace(is_talkative, true) {
                        self.talkative.push(user);
                    }
                }
                Heard::Other => {}
            }
            begin = end + 1;
        }
        input.copy_within(begin..*length, 0);
        *length -= begin;
    }
}

/// Whether it only means that there is nothing to do now.
fn is_patient(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::NotConnected)
}
