//! One place of the door: a session, and the terminal of a peer that asked for a shell. Knows no
//! packet and no key.

use smolchat_core::arena::Arena;
use smolchat_core::carrier::{Attempt, End, Ready, Verdict};
use smolchat_core::time::Instant;
use smolchat_core::transport::Transport;

use crate::channel::Channel;
use crate::dispatch::Asked;
use crate::guard::Limits;
use crate::round::{Progress, Round};
use crate::session::Session;
use crate::shell::{self, Opening, Terminal};
use crate::sizes::Sizes;

/// Times that bytes go to and fro between session and terminal in one call.
const PASSES: usize = 4;

/// One place.
#[derive(Debug, Default)]
pub(crate) struct Place<'s> {
    pub(crate) session: Session<'s>,
    terminal: Terminal<'s>,
    /// The peer asked for a shell, so the server's lines go through the terminal.
    has_shell: bool,
    /// The peer is a user of the chat.
    pub(crate) is_settled: bool,
    /// The caller's number for where the peer comes from; `None` if the place is free.
    pub(crate) source: Option<u64>,
}

impl<'s> Place<'s> {
    /// The memory of a terminal, for a place that gets its session later.
    pub(crate) fn terminal(sizes: &Sizes, arena: &mut impl Arena<'s>) -> Terminal<'s> {
        Terminal::new(arena, &sizes.terminal).unwrap_or_default()
    }

    /// A place that is free.
    pub(crate) fn set(&mut self, session: Session<'s>, terminal: Terminal<'s>) {
        (self.session, self.terminal) = (session, terminal);
    }

    /// Whether the peer has exchanged keys, as somebody has who is asked for a password.
    pub(crate) fn has_keys(&self) -> bool {
        self.session.has_keys()
    }

    /// A connection begins.
    pub(crate) fn open(&mut self, now: Instant, source: u64) {
        self.source = Some(source);
        self.session.open(now);
    }

    /// The connection is over. Returns whether there was one.
    pub(crate) fn close(&mut self) -> bool {
        self.session.close();
        self.terminal.close();
        (self.has_shell, self.is_settled) = (false, false);
        self.source.take().is_some()
    }

    /// [`Session::progress`], and the terminal's between session and server.
    pub(crate) fn progress<T: Transport>(
        &mut self,
        round: &mut Round<'_>,
        below: &mut T,
        login: &mut impl FnMut(Attempt<'_>) -> Verdict,
    ) -> Result<Progress, End> {
        let mut progress = self.session.progress(round, below, login)?;
        self.begin_shell(round.now);
        if !self.has_shell {
            return Ok(progress);
        }
        for _ in 0..PASSES {
            if self.session.take_resized() {
                self.terminal.note_window();
            }
            let came = self.session.received();
            let shown = self.terminal.progress(round.now, &mut self.session);
            let shown = shown.map_err(|_| End::Closed)?;
            let has_moved = self.session.received() < came || self.session.has_plain();
            if !has_moved && shown == shell::Progress::Rest {
                return Ok(progress);
            }
            progress = self.session.progress(round, below, login)?;
            if self.session.has_plain() {
                // The peer must read first.
                return Ok(progress);
            }
        }
        Ok(Progress::Again)
    }

    /// A peer that may speak to the server, until it is a user of the chat. A shell speaks the same
    /// lines as a subsystem: its terminal words them for a person.
    pub(crate) fn ready(&self) -> Option<Ready> {
        let session = &self.session;
        session.asked().filter(|_| !self.is_settled)?;
        Some(Ready { user: session.user().filter(|_| session.is_prepared()) })
    }

    /// When [`progress`](Self::progress) must be called even without news.
    pub(crate) fn poll_at(&self, now: Instant, limits: &Limits) -> Option<Instant> {
        let times = [self.session.poll_at(now, limits), self.terminal.poll_at()];
        times.into_iter().flatten().min()
    }

    /// Whether something is still to be handed to the transport below.
    pub(crate) fn is_sending(&self) -> bool {
        self.session.is_sending() || self.has_shell && self.terminal.is_sending()
    }

    /// What the server reads from and writes to.
    pub(crate) fn channel(&mut self) -> Channel<'_, 's> {
        if self.has_shell {
            Channel::Shell(&mut self.terminal)
        } else {
            Channel::Open(&mut self.session)
        }
    }

    fn begin_shell(&mut self, now: Instant) {
        if let Some(Asked::Shell { has_terminal }) = self.session.asked()
            && !self.has_shell
        {
            self.has_shell = true;
            self.terminal.open(now, Opening { has_terminal, user: self.session.name() });
        }
    }
}
