//! The events of a session's runner, and their answers. Every event is answered here by name:
//! `sunset` takes silence for a refusal at some events, and for an error at others.
//! Knows no transport.

use smolchat_core::carrier::{Attempt, End, Proof, Verdict};
use smolchat_core::protocol::UserName;
use smolchat_core::time::Instant;
use sunset::event::{
    ServExecRequest, ServFirstAuth, ServOpenSession, ServPasswordAuth, ServPtyRequest,
    ServPubkeyAuth, ServShellRequest,
};
use sunset::{ChanFail, ChanHandle, Event, PubKey, Runner, ServEvent, Server};

use crate::guard::{Guard, Limits};
use crate::host_key::HostKey;
use crate::shell::HAS_TERMINALS;

/// The subsystem of the machine protocol. The user's session begins at once.
pub const SUBSYSTEM: &str = "smolchat";

/// The subsystem of programs that acknowledge what they show: the same protocol, as if the peer had
/// sent [`PRELUDE`] before its session begins. So nothing reaches it before it can say that it was
/// shown.
pub const CLIENT_SUBSYSTEM: &str = "smolchat-client";

/// The requests that are made for a peer of [`CLIENT_SUBSYSTEM`], as lines.
pub const PRELUDE: &[u8] = b"acks on\nreceipts on\n";

/// Bytes of the shortest packet that tells of another window (RFC 4254, 6.7), with its length, its
/// padding and its tag.
const WINDOW_BYTES: usize = 68;

/// A packet gives at most two events, and a connection's beginning a few without a packet.
const EVENTS_MAX: usize = 16;

/// What a peer asked for on its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A shell, for a person or a script. Without terminals a shell is the subsystem.
    Shell {
        /// The peer has a terminal, which neither edits nor echoes. Otherwise it sends lines.
        has_terminal: bool,
    },
    /// The subsystem [`SUBSYSTEM`].
    Subsystem,
    /// The subsystem [`CLIENT_SUBSYSTEM`].
    Client,
}

/// How far a peer has come.
#[derive(Debug, Default)]
pub(crate) struct Peer {
    pub(crate) guard: Guard,
    /// The user that the last attempt would make of the peer.
    admitted: Option<u16>,
    /// When the attempt came that is judged.
    tried: Option<Instant>,
    /// When the attempt that was judged is refused.
    pub(crate) refusal: Option<Instant>,
    /// The packet that the runner holds is an attempt without an answer yet.
    pub(crate) is_undecided: bool,
    /// Bytes of the packet that the runner holds, until it is handled.
    pub(crate) packet: usize,
    /// The peer's window may have another size. `sunset` takes that packet and tells nobody of it.
    pub(crate) has_resized: bool,
    /// The user that the peer is.
    pub(crate) user: Option<u16>,
    /// The name that the peer gave.
    pub(crate) name: UserName,
    /// A terminal was asked for on the channel.
    has_terminal: bool,
    /// The one channel. `sunset` never frees a channel that was closed, so there is no second.
    pub(crate) channel: Option<ChanHandle>,
    pub(crate) asked: Option<Asked>,
}

/// What answers are made of.
pub(crate) struct Answers<'a, L> {
    pub(crate) now: Instant,
    pub(crate) host_key: &'a HostKey,
    pub(crate) limits: &'a Limits,
    pub(crate) login: &'a mut L,
}

/// Has the runner handle the packet that it holds, and answers all events. Only then may it be
/// given more: it forgets a packet that comes before the event of a login is drained.
pub(crate) fn drain<L: FnMut(Attempt<'_>) -> Verdict>(
    runner: &mut Runner<'_, Server>,
    peer: &mut Peer,
    answers: &mut Answers<'_, L>,
) -> Result<(), End> {
    if core::mem::take(&mut peer.is_undecided) && runner.progress().is_ok() {
        // It complains once that its event has no answer, and then handles the same packet again.
        return Err(End::Protocol);
    }
    let packet = core::mem::take(&mut peer.packet);
    let has_told = answer_all(runner, peer, answers)? || runner.read_channel_ready().is_some();
    peer.has_resized |= packet >= WINDOW_BYTES && !has_told;
    Ok(())
}

/// Answers all events. Returns whether there were any.
fn answer_all<L: FnMut(Attempt<'_>) -> Verdict>(
    runner: &mut Runner<'_, Server>,
    peer: &mut Peer,
    answers: &mut Answers<'_, L>,
) -> Result<bool, End> {
    let mut has_told = false;
    for _ in 0..EVENTS_MAX {
        match runner.progress().map_err(protocol)? {
            Event::None => return Ok(has_told),
            Event::Progressed => {}
            Event::Serv(event) => {
                has_told = true;
                peer.answer(event, answers)?;
            }
            Event::Cli(_) => return Err(End::Protocol),
        }
        if peer.is_undecided {
            return Ok(has_told);
        }
    }
    Err(End::Protocol)
}

fn protocol(error: sunset::Error) -> End {
    match error {
        sunset::Error::AlgoNoMatch { .. } => End::NoCommonAlgorithm,
        _ => End::Protocol,
    }
}

impl Peer {
    fn answer<L: FnMut(Attempt<'_>) -> Verdict>(
        &mut self,
        event: ServEvent<'_, '_>,
        answers: &mut Answers<'_, L>,
    ) -> Result<(), End> {
        match event {
            ServEvent::Hostkeys(request) => {
                self.guard.exchange_keys(answers.now, answers.limits);
                request.hostkeys(&[answers.host_key.sign_key()]).map_err(protocol)
            }
            ServEvent::FirstAuth(request) => self.nothing(request, answers),
            ServEvent::PasswordAuth(request) => self.password(request, answers),
            ServEvent::PubkeyAuth(request) => self.key(request, answers),
            ServEvent::Authenticated => {
                self.user = self.admitted;
                Ok(())
            }
            ServEvent::OpenSession(request) => self.open(request),
            ServEvent::SessionShell(request) => self.shell(request),
            ServEvent::SessionSubsystem(request) => self.subsystem(request),
            ServEvent::SessionExec(request) => request.fail().map_err(protocol),
            ServEvent::SessionPty(request) => self.terminal(request),
            ServEvent::SessionEnv(request) => request.fail().map_err(protocol),
            ServEvent::Defunct => Err(End::Closed),
            ServEvent::PollAgain => Ok(()),
        }
    }

    /// Mostly a question which proofs would do. A guest comes in.
    fn nothing<L: FnMut(Attempt<'_>) -> Verdict>(
        &mut self,
        request: ServFirstAuth<'_, '_>,
        answers: &mut Answers<'_, L>,
    ) -> Result<(), End> {
        let verdict = match request.username() {
            Ok(name) => (answers.login)(Attempt { name, proof: Proof::Nothing }),
            Err(_) => Verdict::Refuse,
        };
        match verdict {
            Verdict::End => dismiss(request),
            Verdict::Guest => {
                self.admitted = None;
                request.allow().map_err(protocol)
            }
            _ => request.reject().map_err(protocol),
        }
    }

    fn password<L: FnMut(Attempt<'_>) -> Verdict>(
        &mut self,
        request: ServPasswordAuth<'_, '_>,
        answers: &mut Answers<'_, L>,
    ) -> Result<(), End> {
        let since = *self.tried.get_or_insert(answers.now);
        let verdict = match (request.username(), request.password()) {
            // It was judged.
            _ if self.refusal.is_some() => Verdict::Refuse,
            (Ok(name), Ok(password)) => {
                self.note_name(name);
                (answers.login)(Attempt { name, proof: Proof::Password(password) })
            }
            // Not UTF-8, so nobody's.
            _ => Verdict::Refuse,
        };
        if verdict == Verdict::Refuse {
            let told = || Guard::refusal_at(answers.limits, since, answers.now);
            if answers.now < *self.refusal.get_or_insert_with(told) {
                self.is_undecided = true;
                core::mem::forget(request);
                return Ok(());
            }
        }
        if verdict != Verdict::Later {
            (self.tried, self.refusal) = (None, None);
        }
        match verdict {
            Verdict::End => dismiss(request),
            Verdict::Later => {
                self.is_undecided = true;
                // `sunset` cannot wait, and takes an event that is dropped for refused.
                core::mem::forget(request);
                Ok(())
            }
            Verdict::Admit(user) => {
                self.admitted = Some(user);
                request.allow().map_err(protocol)
            }
            _ => {
                request.reject().map_err(protocol)?;
                self.guard.refuse_password(answers.limits)
            }
        }
    }

    fn key<L: FnMut(Attempt<'_>) -> Verdict>(
        &mut self,
        request: ServPubkeyAuth<'_, '_>,
        answers: &mut Answers<'_, L>,
    ) -> Result<(), End> {
        let verdict = match (request.username(), request.pubkey()) {
            (Ok(name), Ok(PubKey::Ed25519(public))) => {
                self.note_name(name);
                (answers.login)(Attempt { name, proof: Proof::Key(&public.key.0) })
            }
            _ => Verdict::Refuse,
        };
        match verdict {
            Verdict::End => dismiss(request),
            Verdict::Admit(user) => {
                self.admitted = Some(user);
                request.allow().map_err(protocol)
            }
            _ => {
                request.reject().map_err(protocol)?;
                self.guard.refuse_key(answers.limits)
            }
        }
    }

    /// It is the same at all attempts of a session. A longer one is nobody's.
    fn note_name(&mut self, name: &str) {
        self.name = UserName::try_from(name).unwrap_or_default();
    }

    fn open(&mut self, request: ServOpenSession<'_, '_>) -> Result<(), End> {
        if self.channel.is_some() {
            let refusal = ChanFail::SSH_OPEN_ADMINISTRATIVELY_PROHIBITED;
            return request.reject(refusal).map_err(protocol);
        }
        self.channel = Some(request.accept().map_err(protocol)?);
        Ok(())
    }

    /// What kind of terminal it is, and how wide, `sunset` does not hand on. A peer that is refused
    /// one keeps its own, which edits and echoes.
    fn terminal(&mut self, request: ServPtyRequest<'_, '_>) -> Result<(), End> {
        if self.asked.is_some() || !HAS_TERMINALS {
            return request.fail().map_err(protocol);
        }
        self.has_terminal = true;
        request.succeed().map_err(protocol)
    }

    fn shell(&mut self, request: ServShellRequest<'_, '_>) -> Result<(), End> {
        if self.asked.is_some() {
            return request.fail().map_err(protocol);
        }
        self.asked = Some(match HAS_TERMINALS {
            true => Asked::Shell { has_terminal: self.has_terminal },
            false => Asked::Subsystem,
        });
        request.succeed().map_err(protocol)
    }

    fn subsystem(&mut self, request: ServExecRequest<'_, '_>) -> Result<(), End> {
        let asked = match request.command() {
            Ok(SUBSYSTEM) => Some(Asked::Subsystem),
            Ok(CLIENT_SUBSYSTEM) => Some(Asked::Client),
            _ => None,
        };
        if self.asked.is_some() || asked.is_none() {
            return request.fail().map_err(protocol);
        }
        self.asked = asked;
        request.succeed().map_err(protocol)
    }
}

/// Ends the session. Nobody has judged the proof, so the peer does not hear that it was refused:
/// `sunset` says so of an event that is dropped.
fn dismiss<E>(event: E) -> Result<(), End> {
    core::mem::forget(event);
    Err(End::Dismissed)
}
