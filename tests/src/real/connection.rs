//! A client's end of a real connection, in clear or carried by SSH. Knows no rule of the chat.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{self, AddressFamily, RecvFlags, SocketType};
use smolchat_ssh_client::{Call, End};

use crate::pattern::{self, Matched};
use crate::program::PATIENCE;
use crate::stage::password_of;

/// A connection to the server.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// What carries its bytes, if they do not go in clear.
    call: Option<Box<Call>>,
    unfinished: Vec<u8>,
    lines: VecDeque<String>,
    /// Whether the server has closed it.
    pub ended: bool,
    /// Whether nothing is to be read from it.
    pub stalled: bool,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// The machine's word.
    pub fn open(server: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect_timeout(&server, PATIENCE)?)
    }

    /// Connects with the smallest receive buffer, so that the server soon notices when nothing is
    /// read. `from` is one of the machine's addresses, if not the usual one.
    ///
    /// # Errors
    /// The machine's word.
    pub fn open_narrow(server: SocketAddr, from: Option<SocketAddr>) -> io::Result<Self> {
        let socket = net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
        net::sockopt::set_socket_recv_buffer_size(&socket, 1)?;
        if let Some(from) = from {
            net::bind(&socket, &from)?;
        }
        net::connect(&socket, &server)?;
        Self::over(socket.into())
    }

    /// What it sends and is told goes through a call over SSH from now on. It returns once the
    /// subsystem is there.
    ///
    /// # Errors
    /// Why the call is over; also what the machine says.
    pub fn carried_by(mut self, call: Call) -> Result<Self, End> {
        self.call = Some(Box::new(call));
        let end = Instant::now() + PATIENCE;
        let closed = |_| End::Closed;
        loop {
            self.speak().map_err(closed)?;
            let call = self.call.as_mut().ok_or(End::Closed)?;
            if let Err(end) = call.progress() {
                // The server counts the connection until both sides have closed it.
                let _ = self.speak().and_then(|()| self.hang_up());
                return Err(end);
            }
            if call.is_open() || self.ended || Instant::now() > end {
                return Ok(self);
            }
            self.read(PATIENCE).map_err(closed)?;
        }
    }

    fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let (unfinished, lines) = (Vec::new(), VecDeque::new());
        Ok(Connection { stream, call: None, unfinished, lines, ended: false, stalled: false })
    }

    /// Where the client's end is.
    ///
    /// # Panics
    /// The machine does not say.
    pub fn address(&self) -> SocketAddr {
        self.stream.local_addr().unwrap_or_else(|error| panic!("no address: {error}"))
    }

    /// Sends `bytes`.
    ///
    /// # Errors
    /// The machine's word.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(call) = &mut self.call else { return self.stream.write_all(bytes) };
        assert_eq!(call.write(bytes), bytes.len(), "a test says more than a call keeps");
        self.speak()
    }

    /// Writes what the call has for the server. What it keeps goes out when the server lets it.
    fn speak(&mut self) -> io::Result<()> {
        let Some(call) = &mut self.call else { return Ok(()) };
        loop {
            // Its end is seen where it is read.
            _ = call.progress();
            let count = call.outgoing().len();
            if count == 0 {
                return Ok(());
            }
            self.stream.write_all(call.outgoing())?;
            call.sent(count);
        }
    }

    /// The next line; `None` where none comes for too long, or the server has closed.
    ///
    /// # Panics
    /// The connection broke.
    pub fn next_line(&mut self) -> Option<String> {
        self.try_next_line().unwrap_or_else(|error| panic!("the connection broke: {error}"))
    }

    /// As [`next_line`](Self::next_line).
    ///
    /// # Errors
    /// The connection broke.
    pub fn try_next_line(&mut self) -> io::Result<Option<String>> {
        let end = Instant::now() + PATIENCE;
        while self.lines.is_empty() && !self.ended {
            match end.saturating_duration_since(Instant::now()) {
                Duration::ZERO => break,
                left => self.read(left)?,
            }
        }
        Ok(self.lines.pop_front())
    }

    /// The lines that are there, without waiting for more.
    ///
    /// # Errors
    /// The connection broke.
    pub fn lines_there(&mut self) -> io::Result<Vec<String>> {
        let mut bytes = [0; 4096];
        while !self.ended {
            match net::recv(&self.stream, &mut bytes, RecvFlags::DONTWAIT) {
                Ok((0, _)) | Err(Errno::CONNRESET) => self.ended = true,
                Ok((count, _)) => self.receive(&bytes[..count])?,
                Err(Errno::WOULDBLOCK | Errno::INTR) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(self.lines.drain(..).collect())
    }

    /// Sends a line.
    ///
    /// # Errors
    /// The machine's word.
    pub fn say(&mut self, line: &str) -> io::Result<()> {
        self.send(format!("{line}\n").as_bytes())
    }

    /// The next line is as `pattern` says.
    ///
    /// # Panics
    /// It is not.
    pub fn hear(&mut self, pattern: &str) -> Matched {
        let line = self.next_line();
        let heard = line.as_deref().and_then(|line| pattern::read(pattern, line));
        heard.unwrap_or_else(|| panic!("told {line:?} instead of {pattern}"))
    }

    /// Asks, and the next line answers.
    ///
    /// # Panics
    /// It does not, or the connection is broken.
    pub fn ask(&mut self, line: &str, pattern: &str) -> Matched {
        self.say(line).unwrap_or_else(|error| panic!("cannot say {line}: {error}"));
        self.hear(pattern)
    }

    /// A connection of `user`, an example account.
    ///
    /// # Panics
    /// The server says something else.
    pub fn logged_in(mut self, user: &str) -> Self {
        self.hear("220 {any}");
        let password = password_of(user);
        self.ask(&format!("login {user} {password}"), "230 Welcome to this message application");
        self
    }

    /// Reads what is there, waiting for it for at most so long.
    fn read(&mut self, patience: Duration) -> io::Result<()> {
        use ErrorKind::{Interrupted, TimedOut, WouldBlock};
        let mut bytes = [0; 4096];
        self.stream.set_read_timeout(Some(patience))?;
        match self.stream.read(&mut bytes) {
            Ok(0) => self.ended = true,
            Ok(count) => self.receive(&bytes[..count])?,
            // A machine that was stopped for a while interrupts it, too.
            Err(error) if matches!(error.kind(), WouldBlock | TimedOut | Interrupted) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Takes what came, as it is carried.
    fn receive(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(call) = &mut self.call else {
            self.take(bytes);
            return Ok(());
        };
        call.receive(bytes);
        // What came before the end is still to be read.
        _ = call.progress();
        let plain: Vec<u8> = call.received().drain(..).collect();
        self.take(&plain);
        self.speak()
    }

    fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte != b'\n' {
                self.unfinished.push(byte);
                continue;
            }
            let line = String::from_utf8(std::mem::take(&mut self.unfinished));
            self.lines.push_back(line.expect("the server's lines are UTF-8"));
        }
    }

    /// Closes its side, and waits until the server has closed the other.
    ///
    /// # Errors
    /// The server does not close.
    pub fn hang_up(mut self) -> io::Result<()> {
        let end = Instant::now() + PATIENCE;
        while !self.ended && self.call.as_ref().is_some_and(|call| !call.is_drained()) {
            let left = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
            self.read(left.ok_or(ErrorKind::TimedOut)?)?;
        }
        self.stream.shutdown(Shutdown::Write)?;
        while !self.ended {
            let left = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
            self.read(left.ok_or(ErrorKind::TimedOut)?)?;
        }
        Ok(())
    }

    /// Breaks: what is on its way in either direction is lost.
    ///
    /// The socket is taken apart and not just closed. A program that another test starts at this
    /// moment holds a copy of it until its own code runs, and a close would wait for that.
    ///
    /// # Errors
    /// The machine's word.
    pub fn reset(self) -> io::Result<()> {
        Ok(net::connect_unspec(&self.stream)?)
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
