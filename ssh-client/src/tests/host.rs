//! A host: a session of the server's package, and the wire to a call.

use std::collections::VecDeque;

use embedded_io::{ErrorKind, ErrorType, Write};
use smolchat_core::carrier::{Attempt, Proof, Verdict};
use smolchat_core::time::{Duration, Instant};
use smolchat_core::transport::Transport;
use smolchat_ssh::{HostKey, Limits, PRELUDE, Round, Session, Sizes};

use crate::Call;

/// The seed of the host's key.
pub(super) const HOST_KEY: [u8; 32] = [1; 32];

/// A host whose user luke has the password `force` and the key of [`Host::luke`].
pub(super) struct Host {
    session: Session<'static>,
    key: HostKey,
    wire: Wire,
    /// Goes on by a millisecond with each exchange of bytes.
    now: Instant,
    /// Bytes that go each way at once.
    pub(super) piece: usize,
    /// Passwords and keys that were shown.
    pub(super) attempts: usize,
    /// All that came from the call.
    pub(super) heard: Vec<u8>,
}

#[derive(Default)]
struct Wire {
    to_host: VecDeque<u8>,
    to_call: VecDeque<u8>,
    is_closed: bool,
}

impl Host {
    pub(super) fn new() -> Self {
        let memory = vec![0; Sizes::LARGE.total()].leak();
        let mut session = Session::new(memory, &Sizes::LARGE).unwrap();
        session.open(Instant::START);
        let key = HostKey::from_seed(&HOST_KEY);
        Host {
            session,
            key,
            wire: Wire::default(),
            now: Instant::START,
            piece: usize::MAX,
            attempts: 0,
            heard: Vec::new(),
        }
    }

    /// What a call has to trust.
    pub(super) fn public() -> [u8; 32] {
        *HostKey::from_seed(&HOST_KEY).public()
    }

    /// Both sides do everything that they can.
    pub(super) fn talk(&mut self, call: &mut Call) -> Result<(), crate::End> {
        for _ in 0..2_000 {
            call.progress()?;
            let count = call.outgoing().len().min(self.piece);
            self.wire.to_host.extend(&call.outgoing()[..count]);
            self.heard.extend(&call.outgoing()[..count]);
            call.sent(count);
            self.serve();
            let count = self.wire.to_call.len().min(self.piece);
            let bytes: Vec<u8> = self.wire.to_call.drain(..count).collect();
            call.receive(&bytes);
        }
        call.progress()
    }

    fn serve(&mut self) {
        self.now = self.now + Duration::from_millis(1);
        let Host { session, key, wire, attempts, now, .. } = self;
        let limits = Limits::default();
        let mut steps = 1;
        let mut round = Round { now: *now, host_key: key, limits: &limits, steps: &mut steps };
        let mut login = |attempt: Attempt<'_>| {
            *attempts += usize::from(attempt.proof != Proof::Nothing);
            match (attempt.name, attempt.proof) {
                ("luke", Proof::Password("force")) => Verdict::Admit(1),
                ("luke", Proof::Key(key)) if *key == *Self::luke().public() => Verdict::Admit(1),
                _ => Verdict::Refuse,
            }
        };
        // An end of the session is seen on the wire.
        wire.is_closed = session.progress(&mut round, &mut Side(wire), &mut login).is_err();
    }

    pub(super) fn luke() -> crate::Identity {
        crate::Identity::from_seed(&[9; 32])
    }

    /// Plain bytes that came from the call, consumed; without those that the host made for it.
    pub(super) fn received(&mut self) -> Vec<u8> {
        if self.session.asked().is_some() && !self.session.is_prepared() {
            self.session.consume(PRELUDE.len());
        }
        let mut bytes = vec![0; self.session.received()];
        self.session.peek(&mut bytes);
        self.session.consume(bytes.len());
        bytes
    }

    /// Says as much as fits at once.
    pub(super) fn say(&mut self, bytes: &[u8]) -> usize {
        self.session.write(bytes).unwrap_or(0)
    }

    /// Whether the host has ended the session.
    pub(super) fn is_over(&self) -> bool {
        self.wire.is_closed
    }
}

struct Side<'w>(&'w mut Wire);

impl ErrorType for Side<'_> {
    type Error = ErrorKind;
}

impl Write for Side<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let count = bytes.len().min(self.room());
        self.0.to_call.extend(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl Transport for Side<'_> {
    fn received(&self) -> usize {
        self.0.to_host.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        buffer.iter_mut().zip(&self.0.to_host).map(|(to, from)| *to = *from).count()
    }

    fn consume(&mut self, count: usize) {
        self.0.to_host.drain(..count);
    }

    fn has_ended(&self) -> bool {
        false
    }

    fn room(&self) -> usize {
        4096 - self.0.to_call.len()
    }

    fn unacknowledged(&self) -> usize {
        self.0.to_call.len()
    }
}
