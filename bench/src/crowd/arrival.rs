//! How a crowd comes: users connect, log in, and join the channel where there is one.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType};

use super::line::{Line, key_of};
use super::{Crowd, Door, Member};
use crate::dialect::Dialect;
use crate::faults::Faults;

/// Users who join the channel at once. Each is told all names there, and a server does not keep the
/// names for all at once.
const JOINING: usize = 64;
/// How long a crowd waits for that.
const CALM_MAX: Duration = Duration::from_secs(60);
/// A server that has said nothing for so long has told of all who came.
const CALM: Duration = Duration::from_millis(150);
/// Bytes that are read at once.
const READ: usize = 1 << 16;

impl Crowd {
    /// `count` users connect and log in.
    ///
    /// # Errors
    /// The server did not let them.
    pub(crate) fn arrive(dialect: Dialect, door: Door, count: usize) -> io::Result<Self> {
        static CROWDS: AtomicU64 = AtomicU64::new(1);
        let mut crowd = Crowd {
            dialect,
            door,
            key: if door.is_ssh { key_of(door.address)? } else { [0; 32] },
            poll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            members: Vec::with_capacity(count),
            welcome: 0,
            events: Vec::with_capacity(4096),
            input: vec![0; READ],
            talkative: Vec::with_capacity(count),
            broken: Vec::new(),
            deliveries: Vec::with_capacity(1 << 16),
            faults: Faults::default(),
            number: CROWDS.fetch_add(1, Ordering::Relaxed) & 0xffff,
            begin: Instant::now(),
            last_stamp: 0,
        };
        crowd.log_in(count)?;
        Ok(crowd)
    }

    fn log_in(&mut self, count: usize) -> io::Result<()> {
        let at_once = self.door.at_once;
        while self.welcome < count {
            while self.members.len() < (self.welcome + at_once).min(count) {
                let line = self.connect(self.members.len())?;
                self.members.push(Member::new(line));
                self.introduce(self.members.len() - 1);
            }
            self.listen_or_fail("logins")?;
            while let Some(user) = self.broken.pop() {
                self.connect_again(user)?;
            }
        }
        Ok(())
    }

    /// Everybody goes where broadcasts are heard.
    ///
    /// # Errors
    /// The server did not let them.
    pub(crate) fn join(&mut self) -> io::Result<()> {
        for user in 0..self.members.len() {
            let dialect = self.dialect;
            let has_to = self.say(user, |out| dialect.join(out));
            self.members[user].has_joined = !has_to;
            while !self.members[user.saturating_sub(JOINING)].has_joined {
                self.listen_or_fail("joins")?;
            }
        }
        while !self.members.iter().all(|member| member.has_joined) {
            self.listen_or_fail("joins")?;
        }
        Ok(())
    }

    /// Hears all that there is to hear of who came, until nothing more does.
    ///
    /// # Errors
    /// A connection broke, or there is no end to it.
    pub(crate) fn settle(&mut self) -> io::Result<()> {
        let end = Instant::now() + CALM_MAX;
        while self.listen(CALM)? > 0 {
            if Instant::now() > end {
                return Err(io::Error::other("the server does not come to rest after the logins"));
            }
        }
        Ok(())
    }

    fn connect(&self, user: usize) -> io::Result<Line> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let family = AddressFamily::INET;
        let socket = rustix::net::socket_with(family, SocketType::STREAM, flags, None)?;
        rustix::net::sockopt::set_tcp_nodelay(&socket, true)?;
        match rustix::net::connect(&socket, &self.door.address) {
            Ok(()) | Err(Errno::INPROGRESS) => {}
            Err(error) => return Err(error.into()),
        }
        let events = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        epoll::add(&self.poll, &socket, EventData::new_u64(user as u64), events)?;
        let stream = socket.into();
        Ok(match self.door.is_ssh {
            true => Line::by_ssh(stream, user, self.key),
            false => Line::plain(stream),
        })
    }

    pub(super) fn connect_again(&mut self, user: usize) -> io::Result<()> {
        self.faults.resets += 1;
        if self.faults.resets > 3 * self.members.len() as u64 {
            return Err(io::Error::other("the server resets one connection after the other"));
        }
        self.members[user] = Member::new(self.connect(user)?);
        self.introduce(user);
        Ok(())
    }

    fn introduce(&mut self, user: usize) {
        let (dialect, is_ssh) = (self.dialect, self.door.is_ssh);
        self.say(user, |out| {
            // A call logs in by itself.
            if !is_ssh {
                dialect.log_in(out, user);
            }
        });
    }
}
