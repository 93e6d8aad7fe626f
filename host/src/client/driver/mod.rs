//! The event loop: it owns the session, waits in one place for whatever may happen, feeds the
//! session, and carries out what the session wants. Decides nothing.

mod acting;
mod agent;
mod calling;
mod files;
mod peers;

use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use smolchat_core::protocol::MessageId;
use smolchat_peer::OwnKey;

use super::addresses;
use super::agent::AgentSocket;
use super::event::Input;
use super::exit::Ending;
use super::front::{Answer, Front, Typed};
use super::home::Log;
use super::keys::Keys;
use super::peer::Peers;
use super::roaming::AddressWatch;
use super::server::Server;
use super::session::Session;
use super::signals::{Signal, Signals};
use super::target::Target;
use super::transfer::Transfers;
use super::wake::{Events, Inputs, Turn};
pub(super) use peers::{Unshown, peers_of};

/// How long the last words to peers may take when the client ends.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Where the server stands among what is waited for: behind the signals and the other sources.
const PLACE_OF_SERVER: usize = 2;

/// The running client.
#[derive(Debug)]
pub(crate) struct Driver {
    /// Where all that is shown is written, too.
    pub(crate) log: Option<Log>,
    /// Whether typed lines are kept from run to run.
    pub(crate) keeps_history: bool,
    /// It was told that what was seen cannot be kept.
    pub(crate) is_unkept_told: bool,
    /// What is known and wanted.
    pub(crate) session: Session,
    /// Where the server is.
    pub(crate) target: Target,
    /// What a call over SSH trusts and offers; `None` where lines go over plain TCP.
    pub(crate) keys: Option<Keys>,
    /// The key of the server that a person is asked about.
    pub(crate) asked_about: Option<[u8; 32]>,
    /// Where the session's lines go; `None` while the server is away.
    pub(crate) server: Option<Server>,
    /// Who keeps keys of the user's, if somebody does.
    pub(crate) agent: Option<AgentSocket>,
    /// A connection that waits until the agent has told its keys.
    pub(crate) held: Option<TcpStream>,
    /// Who tells of changes of this machine's addresses.
    pub(crate) watch: Option<AddressWatch>,
    /// Where private lines go.
    pub(crate) peers: Peers,
    /// Where files are given and loaded, once the user is online.
    pub(crate) transfers: Option<Transfers>,
    /// Where everything is typed and shown.
    pub(crate) front: Front,
    /// The person's terminal is gone. Nobody sees what is shown from then on.
    pub(crate) is_unseen: bool,
    /// The listener for peers, until the user is online.
    pub(crate) listener: Option<TcpListener>,
    /// For further sources of events.
    pub(crate) events: Events,
    /// What those sources told.
    pub(crate) inputs: Inputs,
    /// What somebody outside wants.
    pub(crate) signals: Signals,
    /// The user to ask the password of.
    pub(crate) user: String,
    /// What was shown up to this mark ends with this message.
    pub(crate) showing: Option<(u64, MessageId)>,
    /// What peers have just said.
    pub(crate) heard: Vec<Unshown>,
    /// What peers have said and is not shown yet.
    pub(crate) unshown: Vec<Unshown>,
    /// This client's key among peers, if it has one.
    pub(crate) peer_key: Option<OwnKey>,
}

/// What has happened in the world.
#[derive(Debug)]
struct Ready {
    server: PollFlags,
    agent: PollFlags,
    watch: PollFlags,
    front: Vec<PollFlags>,
}

impl Driver {
    /// Runs until it is over.
    pub(crate) fn run(mut self) -> Ending {
        let ending = self.serve().unwrap_or(Ending::Local);
        self.peers.finish_all(Instant::now() + LAST_WORDS);
        self.front.finish();
        ending
    }

    /// Errors are of what is shown to, or of this machine's resources.
    fn serve(&mut self) -> io::Result<Ending> {
        loop {
            let now = Instant::now();
            self.session.handle_timeout(now);
            self.front.handle_timeout(now);
            if let Some(ending) = self.settle(now)? {
                return Ok(ending);
            }
            let ready = self.wait()?;
            let now = Instant::now();
            self.handle_signals(now);
            self.handle_inputs(now);
            self.handle_server(now, ready.server);
            self.handle_agent(now, ready.agent);
            self.handle_watch(now, ready.watch);
            if self.front.handle_ready(now, &ready.front) {
                self.session.handle_activity(now);
            }
        }
    }

    /// Carries out everything that follows from what has happened, until nothing more does.
    fn settle(&mut self, now: Instant) -> io::Result<Option<Ending>> {
        loop {
            while let Some(action) = self.session.poll_action() {
                if let Some(ending) = self.perform(action)? {
                    return Ok(Some(ending));
                }
            }
            let session = &self.session;
            let is_wanted = session.is_ready_for_input();
            if let Some(typed) = self.front.next(is_wanted, |row| session.expansion(row)) {
                self.handle_typed(now, typed);
                continue;
            }
            if !self.is_unseen
                && let Err(error) = self.front.flush()
            {
                self.handle_lost_front(now, error)?;
                continue;
            }
            let has_shown = self.settle_peers();
            if !self.acknowledge() && !has_shown {
                break;
            }
        }
        if let Some(server) = &mut self.server {
            server.write();
        }
        Ok(None)
    }

    /// Tells the session what is on its way to the user. Whether there was anything to tell.
    fn acknowledge(&mut self) -> bool {
        if self.showing.is_none() {
            let shown = self.session.poll_shown();
            self.showing = shown.map(|id| (self.front.mark(), id));
        }
        let shown = self.showing.take_if(|(mark, _)| self.front.has_shown(*mark));
        if let Some((_, id)) = shown {
            self.session.handle_shown(id);
        }
        shown.is_some()
    }

    /// A person whose terminal is gone has left. A script whose output is gone has failed.
    fn handle_lost_front(&mut self, now: Instant, error: io::Error) -> io::Result<()> {
        if matches!(self.front, Front::Script(_)) {
            return Err(error);
        }
        self.is_unseen = true;
        self.session.handle_interrupt(now, Ending::AsAsked);
        Ok(())
    }

    fn wait(&self) -> io::Result<Ready> {
        let is_wanted = self.session.is_ready_for_input();
        let mut fds: Vec<(BorrowedFd<'_>, PollFlags)> =
            vec![(self.signals.as_fd(), PollFlags::IN), (self.inputs.as_fd(), PollFlags::IN)];
        if let Some(server) = &self.server {
            let mut wanted = PollFlags::empty();
            wanted.set(PollFlags::IN, !self.front.is_full());
            wanted.set(PollFlags::OUT, server.is_pending());
            fds.push((server.as_fd(), wanted));
        }
        let place_of_agent = self.agent.as_ref().map(|agent| {
            fds.push((agent.as_fd(), agent.waits_for()));
            fds.len() - 1
        });
        let place_of_watch = self.watch.as_ref().map(|watch| {
            fds.push((watch.as_fd(), PollFlags::IN));
            fds.len() - 1
        });
        let own = fds.len();
        fds.extend(self.front.waits_for(is_wanted));
        let mut fds: Vec<_> = fds.iter().map(|(fd, flags)| PollFd::new(fd, *flags)).collect();
        match poll(&mut fds, self.timeout().as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready: Vec<_> = fds.iter().map(PollFd::revents).collect();
        let at = |place: Option<usize>| place.map_or(PollFlags::empty(), |place| ready[place]);
        let server = at(self.server.as_ref().map(|_| PLACE_OF_SERVER));
        let (agent, watch) = (at(place_of_agent), at(place_of_watch));
        Ok(Ready { server, agent, watch, front: ready[own..].to_vec() })
    }

    /// How long nothing is due.
    fn timeout(&self) -> Option<Timespec> {
        let agent = self.agent.as_ref().and_then(AgentSocket::poll_at);
        let all = [self.session.poll_at(), self.front.poll_at(), agent];
        let at = all.into_iter().flatten().min()?;
        let left = at.saturating_duration_since(Instant::now());
        Some(Timespec {
            tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
            tv_nsec: left.subsec_nanos().into(),
        })
    }

    fn handle_signals(&mut self, now: Instant) {
        while let Some(signal) = self.signals.next() {
            match signal {
                Signal::End | Signal::Hangup => {
                    self.session.handle_interrupt(now, Ending::AsAsked);
                }
                Signal::Interrupt => self.session.handle_interrupt(now, Ending::Interrupted),
                Signal::Suspend => self.front.stop(),
                Signal::Continue => self.front.handle_continue(),
                Signal::Resized => self.front.handle_resize(),
            }
        }
    }

    fn handle_inputs(&mut self, now: Instant) {
        let mut turn = Turn::new();
        while let Some(input) = self.inputs.next(&mut turn) {
            match input {
                Input::Connected(socket) => self.handle_connected(now, socket),
                Input::Unreachable { why, is_refused: true } if self.keys.is_some() => {
                    let hint = "is SSH off there? --ssh off calls the port for lines, in clear";
                    self.session.handle_unreachable(now, &format!("{why}; {hint}"));
                }
                Input::Unreachable { why, .. } => self.session.handle_unreachable(now, &why),
                Input::Transfer(event) => self.session.handle_transfer(now, event),
                Input::Peer(event) => self.handle_peer(now, &event),
            }
        }
    }

    fn handle_connected(&mut self, now: Instant, socket: TcpStream) {
        if !self.session.wants_connection() {
            // It was only to see whether the server answers.
            return self.session.handle_probed(now, true);
        }
        if self.is_agent_listing() {
            self.held = Some(socket);
            return;
        }
        if self.ask_for_passphrase(now, None) {
            return;
        }
        let own = addresses::own(&socket);
        let call = match self.call() {
            Ok(call) => call,
            Err(error) => return self.session.handle_no_keys(&error.to_string()),
        };
        self.server = Some(Server::new(socket, call));
        self.session.handle_connected(now, own);
    }

    fn handle_server(&mut self, now: Instant, ready: PollFlags) {
        let Some(server) = &mut self.server else { return };
        if ready.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
            server.read(|line| self.session.handle_line(now, line));
            self.settle_server(now);
        }
    }

    /// Peers hear of this machine's addresses as they are now.
    fn handle_watch(&mut self, now: Instant, ready: PollFlags) {
        let has_changed = !ready.is_empty() && self.watch.as_ref().is_some_and(AddressWatch::take);
        if let Some(server) = self.server.as_ref().filter(|_| has_changed) {
            self.session.handle_addresses(now, server.own_addresses());
        }
    }

    /// What follows from what was read.
    fn settle_server(&mut self, now: Instant) {
        let Some(server) = &mut self.server else { return };
        if server.is_let_in() {
            self.session.handle_open_call(now);
        }
        self.session.handle_found(now, server.found());
        if !server.is_gone() {
            return self.ask_agent(now);
        }
        let end = server.failed_login();
        self.server = None;
        match end {
            Some(end) => self.handle_failed_login(now, end),
            None => self.session.handle_disconnect(now),
        }
    }

    fn handle_typed(&mut self, now: Instant, typed: Typed) {
        match typed {
            Typed::Line(line) => {
                self.session.handle_typed(now, line.as_deref().map_err(|error| *error));
            }
            Typed::Overtaken(line) => self.session.handle_overtaken(now, &line),
            Typed::Answered(answer) => {
                self.handle_answer(now, answer);
            }
            Typed::Complete(before) => {
                let (start, words) = self.session.completions(&before);
                self.front.complete(start, &words);
            }
            Typed::Cancelled => self.session.handle_cancel(now),
            Typed::Interrupted => self.session.handle_interrupt(now, Ending::Interrupted),
            Typed::End => self.session.handle_end_of_input(now),
        }
    }

    fn handle_answer(&mut self, now: Instant, answer: Option<Answer>) {
        match answer {
            Some(Answer::Trust(trust)) => self.handle_trust(now, trust),
            Some(Answer::Download(is_wanted)) => {
                self.session.handle_download_answer(now, is_wanted);
            }
            None if self.session.is_asking_for_download() => {
                self.session.handle_download_answer(now, false);
            }
            Some(Answer::Passphrase(passphrase)) => self.handle_passphrase(now, &passphrase),
            None if self.asked_about.take().is_some()
                || self.keys.as_ref().is_some_and(|keys| keys.locked().is_some()) =>
            {
                self.session.handle_interrupt(now, Ending::Interrupted);
            }
            Some(Answer::Credentials { user, password }) => {
                if user != self.user {
                    self.user.clone_from(&user);
                    self.peers = peers_of(&user, self.peer_key.clone(), &self.events);
                }
                self.session.handle_credentials(now, Some((user, password)));
            }
            None => self.session.handle_credentials(now, None),
        }
    }
}
