//! The user's agent for keys, as `ssh-agent` is one: its socket, which never waits, and the time
//! that an answer may take. Knows no session.

use std::ffi::OsStr;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
use smolchat_ssh_client::{Agent, AgentAnswer, SignatureWanted};

/// The environment variable that names the socket.
pub(crate) const AGENT_VARIABLE: &str = "SSH_AUTH_SOCK";
/// An agent tells its keys at once, or is of no use.
const KEYS_TIMEOUT: Duration = Duration::from_secs(2);
/// An agent may ask its owner before it signs. No call waits longer than its greeting.
const SIGNATURE_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of one read.
const READ: usize = 4096;

/// The agent has ended, or what answers there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone;

/// The connection to the agent. One request at a time.
#[derive(Debug)]
pub(crate) struct AgentSocket {
    socket: UnixStream,
    agent: Agent,
    /// The answer must come by this moment; `None` if nothing is asked.
    until: Option<Instant>,
    is_listing: bool,
}

impl AgentSocket {
    /// Connects, and asks for the keys. `None` if there is no agent.
    pub(crate) fn open(now: Instant, path: &OsStr) -> Option<Self> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).ok()?;
        connect(&socket, &SocketAddrUnix::new(path).ok()?).ok()?;
        let mut agent = Agent::default();
        agent.ask_keys();
        let until = Some(now + KEYS_TIMEOUT);
        Some(AgentSocket { socket: socket.into(), agent, until, is_listing: true })
    }

    /// Whether its keys are not told yet.
    pub(crate) fn is_listing(&self) -> bool {
        self.is_listing
    }

    /// Whether an answer is awaited.
    pub(crate) fn is_asked(&self) -> bool {
        self.until.is_some()
    }

    /// Asks for a signature.
    pub(crate) fn ask(&mut self, now: Instant, wanted: &SignatureWanted) {
        self.agent.ask_signature(&wanted.key, &wanted.message);
        self.until = Some(now + SIGNATURE_TIMEOUT);
    }

    /// What is to be waited for.
    pub(crate) fn waits_for(&self) -> PollFlags {
        let mut flags = PollFlags::IN;
        flags.set(PollFlags::OUT, !self.agent.outgoing().is_empty());
        flags
    }

    /// When [`handle_ready`](Self::handle_ready) is to be called, whatever has happened.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        self.until
    }

    /// Writes and reads as much as goes. The answer, if it has come whole.
    ///
    /// # Errors
    /// The agent has ended, answers nonsense, or has not answered in time.
    pub(crate) fn handle_ready(&mut self, now: Instant) -> Result<Option<AgentAnswer>, Gone> {
        while !self.agent.outgoing().is_empty() {
            match self.socket.write(self.agent.outgoing()) {
                Ok(count) => self.agent.sent(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return Err(Gone),
            }
        }
        let mut bytes = [0; READ];
        let answer = match self.socket.read(&mut bytes) {
            Ok(0) => return Err(Gone),
            Ok(count) => self.agent.receive(&bytes[..count]).map_err(|_| Gone)?,
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                None
            }
            Err(_) => return Err(Gone),
        };
        if answer.is_some() {
            (self.until, self.is_listing) = (None, false);
        }
        let is_late = self.until.is_some_and(|until| now >= until);
        if is_late { Err(Gone) } else { Ok(answer) }
    }
}

impl AsFd for AgentSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    /// An agent that is played by hand.
    struct Played(tempfile::TempDir, UnixListener);

    impl Played {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let listener = UnixListener::bind(folder.path().join("agent")).unwrap();
            Played(folder, listener)
        }

        fn open(&self, now: Instant) -> (AgentSocket, UnixStream) {
            let path = self.0.path().join("agent");
            let socket = AgentSocket::open(now, path.as_os_str()).unwrap();
            (socket, self.1.accept().unwrap().0)
        }
    }

    const NO_KEYS: [u8; 9] = [0, 0, 0, 5, 12, 0, 0, 0, 0];

    #[test]
    fn keys_are_asked_for_at_once_and_told_once() {
        let (played, now) = (Played::new(), Instant::now());
        let (mut socket, mut agent) = played.open(now);
        assert_eq!(socket.handle_ready(now), Ok(None));
        let mut asked = [0; 5];
        agent.read_exact(&mut asked).unwrap();
        assert_eq!(asked, [0, 0, 0, 1, 11]);
        assert!(socket.is_listing() && socket.waits_for() == PollFlags::IN);
        agent.write_all(&NO_KEYS).unwrap();
        assert_eq!(socket.handle_ready(now), Ok(Some(AgentAnswer::Keys(Vec::new()))));
        assert!(!socket.is_listing() && !socket.is_asked() && socket.poll_at().is_none());
    }

    #[test]
    fn an_agent_that_is_silent_ends_or_talks_nonsense_is_gone() {
        let (played, now) = (Played::new(), Instant::now());
        let (mut silent, _agent) = played.open(now);
        let until = silent.poll_at().unwrap();
        assert_eq!(silent.handle_ready(until - Duration::from_millis(1)), Ok(None));
        assert_eq!(silent.handle_ready(until), Err(Gone));
        let (mut ended, agent) = played.open(now);
        drop(agent);
        assert_eq!(ended.handle_ready(now), Err(Gone));
        let (mut odd, mut agent) = played.open(now);
        agent.write_all(b"220 smolchat ready\n").unwrap();
        assert_eq!(odd.handle_ready(now), Err(Gone));
        let nowhere = played.0.path().join("nowhere");
        assert!(AgentSocket::open(now, nowhere.as_os_str()).is_none());
    }

    #[test]
    fn a_signature_has_its_own_time() {
        let (played, now) = (Played::new(), Instant::now());
        let (mut socket, mut agent) = played.open(now);
        agent.write_all(&NO_KEYS).unwrap();
        socket.handle_ready(now).unwrap();
        let later = now + Duration::from_secs(60);
        socket.ask(later, &SignatureWanted { key: [7; 32], message: b"message".to_vec() });
        assert_eq!(socket.handle_ready(later), Ok(None));
        agent.write_all(&[0, 0, 0, 1, 5]).unwrap();
        assert_eq!(socket.handle_ready(later), Ok(Some(AgentAnswer::Refused)));
        assert!(!socket.is_asked());
    }
}
