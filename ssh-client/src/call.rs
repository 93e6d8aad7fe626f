//! One call: how its bytes move between a socket, the protocol and the caller. Knows no socket.

use std::collections::VecDeque;
use std::fmt;

use smolchat_ssh::CLIENT_SUBSYSTEM;
use sunset::{ChanData, ChanHandle, Client, Event, Runner};

use crate::end::End;
use crate::login::{Login, Next, SignatureWanted, protocol};
use crate::preface::Preface;
use crate::terms::Terms;

/// Events of one piece of input. More would mean that a host can keep us busy for nothing.
const EVENTS_MAX: usize = 64;

/// Plain bytes that wait to be encrypted. The caller says no more meanwhile.
const UNSENT_MAX: usize = 64 * 1024;

/// One SSH call, from the first byte to the last. It opens one channel, and asks there for the
/// machine's protocol.
pub struct Call {
    runner: Runner<'static, Client>,
    login: Login,
    channel: Option<ChanHandle>,
    /// What the host sent before its version.
    preface: Preface,
    incoming: VecDeque<u8>,
    has_input_ended: bool,
    received: VecDeque<u8>,
    unsent: VecDeque<u8>,
    end: Option<End>,
}

impl Call {
    /// A call whose connection stands, for a program that acknowledges what it shows.
    pub fn new(terms: Terms) -> Self {
        Call::for_subsystem(terms, CLIENT_SUBSYSTEM)
    }

    /// A call whose connection stands, for this subsystem.
    pub fn for_subsystem(terms: Terms, subsystem: &'static str) -> Self {
        Call {
            runner: Runner::new_client_owned(),
            login: Login::new(terms, subsystem),
            channel: None,
            preface: Preface::default(),
            incoming: VecDeque::new(),
            has_input_ended: false,
            received: VecDeque::new(),
            unsent: VecDeque::new(),
            end: None,
        }
    }

    /// Takes what the socket received.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.preface.read(bytes);
        self.incoming.extend(bytes);
    }

    /// The socket receives nothing more.
    pub fn end_input(&mut self) {
        self.has_input_ended = true;
    }

    /// Moves everything that can move. Call it after each of the other calls that change
    /// something. An error is the end, and comes again. What was received before stays readable.
    pub fn progress(&mut self) -> Result<(), End> {
        if let Some(end) = &self.end {
            return Err(end.clone());
        }
        let outcome = self.run();
        self.end = outcome.clone().err();
        outcome
    }

    /// Bytes for the socket. [`sent`](Self::sent) tells how many it took.
    pub fn outgoing(&mut self) -> &[u8] {
        self.runner.output_buf()
    }

    /// The socket took so many of the outgoing bytes.
    pub fn sent(&mut self, count: usize) {
        self.runner.consume_output(count);
    }

    /// Whether the socket has something to take.
    pub fn is_sending(&self) -> bool {
        self.runner.is_output_pending()
    }

    /// Whether the login is done and the channel stands. Bytes may be written before, and wait.
    pub fn is_open(&self) -> bool {
        self.login.is_open
    }

    /// What answers, if it has said something and told no version of SSH yet.
    pub fn verdict(&self) -> Option<End> {
        self.preface.verdict()
    }

    /// The signature that the call waits for. Nothing goes on until [`sign`](Self::sign) gives it.
    pub fn wanted_signature(&self) -> Option<&SignatureWanted> {
        self.login.wanted_signature()
    }

    /// Gives the signature that is wanted; `None` if the agent does not sign.
    pub fn sign(&mut self, signature: Option<[u8; 64]>) {
        self.login.sign(signature);
    }

    /// Whether everything that was written is encrypted and with the socket.
    pub fn is_drained(&self) -> bool {
        self.unsent.is_empty() && !self.is_sending()
    }

    /// Plain bytes that came, in their order. The caller drains them.
    pub fn received(&mut self) -> &mut VecDeque<u8> {
        &mut self.received
    }

    /// Takes plain bytes, and answers how many. It takes fewer while many wait.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        let count = bytes.len().min(UNSENT_MAX.saturating_sub(self.unsent.len()));
        self.unsent.extend(&bytes[..count]);
        count
    }

    fn run(&mut self) -> Result<(), End> {
        loop {
            self.drain()?;
            self.move_plain()?;
            if self.login.wanted_signature().is_some() {
                return Ok(());
            }
            if self.feed()? == 0 {
                break;
            }
        }
        let is_over = self.has_input_ended && self.incoming.is_empty();
        if is_over || self.preface.is_in_clear() {
            return Err(self.preface.verdict().unwrap_or(End::Closed));
        }
        if self.channel.as_ref().is_some_and(|channel| self.runner.is_channel_eof(channel)) {
            return Err(End::Closed);
        }
        Ok(())
    }

    /// Gives the runner one piece of what came, and answers how much it took. Every event is
    /// answered before: `sunset` loses a packet that comes while one waits.
    fn feed(&mut self) -> Result<usize, End> {
        if self.incoming.is_empty() || !self.runner.is_input_ready() {
            return Ok(0);
        }
        let preface = &self.preface;
        let taken = self.runner.input(self.incoming.as_slices().0);
        let taken = taken.map_err(|error| preface.verdict().unwrap_or_else(|| protocol(error)))?;
        self.incoming.drain(..taken);
        Ok(taken)
    }

    fn drain(&mut self) -> Result<(), End> {
        for _ in 0..EVENTS_MAX {
            let next = match self.runner.progress().map_err(protocol)? {
                Event::None => return Ok(()),
                Event::Progressed | Event::Serv(_) => Next::GoOn,
                Event::Cli(event) => self.login.answer(event)?,
            };
            if next == Next::Open {
                self.channel = Some(self.runner.open_client_session().map_err(protocol)?);
            }
        }
        Err(End::Protocol("too many events at once".to_owned()))
    }

    /// Moves plain bytes between the channel and both queues.
    fn move_plain(&mut self) -> Result<(), End> {
        let Call { runner, channel: Some(channel), login: Login { is_open: true, .. }, .. } = self
        else {
            return Ok(());
        };
        let mut piece = [0; 1024];
        while !runner.is_channel_eof(channel) {
            let count =
                runner.read_channel(channel, ChanData::Normal, &mut piece).map_err(protocol)?;
            if count == 0 {
                break;
            }
            self.received.extend(&piece[..count]);
        }
        while !self.unsent.is_empty() && !runner.is_channel_closed(channel) {
            let waiting = self.unsent.as_slices().0;
            let count =
                runner.write_channel(channel, ChanData::Normal, waiting).map_err(protocol)?;
            if count == 0 {
                break;
            }
            self.unsent.drain(..count);
        }
        Ok(())
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("login", &self.login).finish_non_exhaustive()
    }
}
