//! The connection to the server: bytes in, cut into lines, and lines out. Over SSH a call stands
//! between the lines and the socket. Nothing here ever waits. What the lines mean is the session's.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};

use smolchat_ssh_client::{Call, End, SignatureWanted};

use super::addresses;
use super::lines::LineBuffer;
use super::session::NOT_OURS;

/// Bytes of one read. So many are dealt with before anything else has its turn.
const READ: usize = 4096;

/// The event loop's end of the connection. Closed when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Server {
    socket: TcpStream,
    /// The SSH call on the socket, if the lines are not to be seen on the way.
    call: Option<Box<Call>>,
    lines: LineBuffer,
    queue: VecDeque<u8>,
    /// Something was read, and no line among it.
    is_lineless: bool,
    is_gone: bool,
    end: Option<End>,
}

impl Server {
    /// Takes a socket that does not wait, and the call on it, if there is one.
    pub(crate) fn new(socket: TcpStream, call: Option<Call>) -> Self {
        Server {
            socket,
            call: call.map(Box::new),
            lines: LineBuffer::new(),
            queue: VecDeque::new(),
            is_lineless: false,
            is_gone: false,
            end: None,
        }
    }

    /// Queues a line. The session never has more than a few requests on their way.
    pub(crate) fn send(&mut self, line: &str) {
        self.queue.extend(line.as_bytes());
        self.queue.push_back(b'\n');
    }

    /// The socket.
    pub(crate) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    /// This machine's addresses, as peers may find it.
    pub(crate) fn own_addresses(&self) -> Vec<IpAddr> {
        addresses::own(&self.socket)
    }

    /// Whether something waits until the socket takes it.
    pub(crate) fn is_pending(&self) -> bool {
        match &self.call {
            Some(call) => call.is_sending(),
            None => !self.queue.is_empty(),
        }
    }

    /// Whether the server ended the connection, or lost it.
    pub(crate) fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Whether SSH has let the user in.
    pub(crate) fn is_let_in(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call.is_open())
    }

    /// What answers, in words, if it has not begun as a smolchat server does.
    pub(crate) fn found(&self) -> Option<String> {
        match &self.call {
            Some(call) => call.verdict().map(|end| end.to_string()),
            None => self.is_lineless.then(|| NOT_OURS.to_owned()),
        }
    }

    /// Why a call was over before its login was done.
    pub(crate) fn failed_login(&mut self) -> Option<End> {
        let is_open = self.call.as_ref().is_none_or(|call| call.is_open());
        self.end.take().filter(|_| !is_open)
    }

    /// The signature of the agent's that the call waits for.
    pub(crate) fn wanted_signature(&self) -> Option<&SignatureWanted> {
        self.call.as_ref().and_then(|call| call.wanted_signature())
    }

    /// The agent's answer to that; `None` if it does not sign.
    pub(crate) fn sign(&mut self, signature: Option<[u8; 64]>) {
        let Some(call) = &mut self.call else { return };
        call.sign(signature);
        if let Err(end) = call.progress() {
            (self.is_gone, self.end) = (true, Some(end));
        }
    }

    /// Writes as much as goes. A lost connection is noticed by the next read.
    pub(crate) fn write(&mut self) {
        let written = match &mut self.call {
            Some(call) => write_call(&mut self.socket, call, &mut self.queue),
            None => write_all(&mut self.socket, &mut self.queue),
        };
        if written.is_err() {
            self.give_up();
        }
    }

    /// Reads once, and hands each line on. A line that breaks the server's own rules is ignored.
    pub(crate) fn read(&mut self, mut take: impl FnMut(&str)) {
        let mut bytes = [0; READ];
        let count = match self.socket.read(&mut bytes) {
            Ok(count) => count,
            Err(error) if is_for_now(&error) => return,
            Err(_) => 0,
        };
        self.is_gone = count == 0;
        let Some(call) = &mut self.call else {
            let mut has_line = false;
            let mut note_and_take = |line: &str| {
                has_line = true;
                take(line);
            };
            take_lines(&mut self.lines, &bytes[..count], &mut note_and_take);
            self.is_lineless = !has_line && (self.is_lineless || count > 0);
            return;
        };
        match count {
            0 => call.end_input(),
            _ => call.receive(&bytes[..count]),
        }
        if let Err(end) = call.progress() {
            (self.is_gone, self.end) = (true, Some(end));
        }
        let received: Vec<u8> = call.received().drain(..).collect();
        take_lines(&mut self.lines, &received, &mut take);
    }

    /// What was queued will not be read. What has arrived may still be.
    fn give_up(&mut self) {
        self.queue.clear();
        let _ = self.socket.shutdown(Shutdown::Write);
    }
}

fn take_lines(lines: &mut LineBuffer, mut rest: &[u8], take: &mut impl FnMut(&str)) {
    while !rest.is_empty() {
        let count = lines.push(rest);
        rest = &rest[count..];
        let mut is_empty = true;
        while let Some(line) = lines.next_line() {
            is_empty = false;
            if let Ok(line) = line {
                take(&line);
            }
        }
        if count == 0 && is_empty {
            return;
        }
    }
}

fn write_all(socket: &mut TcpStream, queue: &mut VecDeque<u8>) -> io::Result<()> {
    while !queue.is_empty() {
        match write_some(socket, queue.as_slices().0)? {
            0 => return Ok(()),
            count => drop(queue.drain(..count)),
        }
    }
    Ok(())
}

/// The end of a call is noticed by the next read, as that of a connection is.
fn write_call(socket: &mut TcpStream, call: &mut Call, queue: &mut VecDeque<u8>) -> io::Result<()> {
    loop {
        let count = call.write(queue.as_slices().0);
        queue.drain(..count);
        _ = call.progress();
        if call.outgoing().is_empty() {
            return Ok(());
        }
        match write_some(socket, call.outgoing())? {
            0 => return Ok(()),
            count => call.sent(count),
        }
    }
}

/// Writes once; 0 bytes if the socket takes none for now.
fn write_some(socket: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match socket.write(bytes) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
            written => return written,
        }
    }
}

impl AsFd for Server {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It fails where the connection is gone, and that is as good.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

fn is_for_now(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
