//! The event loop: one thread that owns the session, feeds it what happens, and carries out what it
//! wants. Decides nothing.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::event::{ConnectionId, Input};
use super::exit::Ending;
use super::input::terminal::Terminal;
use super::input::{Source, pipe, signals, terminal};
use super::options::Target;
use super::peer::{PeerEvent, Peers};
use super::screen::Screen;
use super::server::Server;
use super::session::{Action, Ask, Session};
use super::{addresses, credentials, server};

/// How long the last words to peers may take when the client ends.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The running client.
#[derive(Debug)]
pub(crate) struct Driver {
    /// What is known and wanted.
    pub(crate) session: Session,
    /// Where the server is.
    pub(crate) target: Target,
    /// Where the session's lines go; `None` while the server is away.
    pub(crate) server: Option<Server>,
    /// The connection that is to be made next.
    pub(crate) next_connection: ConnectionId,
    /// Where private lines go.
    pub(crate) peers: Peers,
    /// Where everything is shown.
    pub(crate) screen: Screen,
    /// The line editor, until it runs.
    pub(crate) terminal: Option<Terminal>,
    /// The listener for peers, until the user is online.
    pub(crate) listener: Option<TcpListener>,
    /// For further sources of events.
    pub(crate) events: Sender<Input>,
    /// The user to ask the password of.
    pub(crate) user: String,
    /// Lets the source of commands go on; none while it works, or when there is none.
    pub(crate) commands: Option<Sender<()>>,
    /// A typed line was taken and its source not yet told.
    pub(crate) is_turn_due: bool,
}

impl Driver {
    /// Runs until it is over.
    pub(crate) fn run(mut self, inputs: &Receiver<Input>) -> Ending {
        let ending = self.serve(inputs).unwrap_or(Ending::Local);
        self.peers.finish_all(Instant::now() + LAST_WORDS);
        self.screen.finish();
        ending
    }

    /// Errors are of the screen or of this machine's resources.
    fn serve(&mut self, inputs: &Receiver<Input>) -> io::Result<Ending> {
        loop {
            self.session.handle_timeout(Instant::now());
            while let Some(action) = self.session.poll_action() {
                if let Some(ending) = self.perform(action)? {
                    return Ok(ending);
                }
            }
            self.give_turn();
            match wait(inputs, self.session.poll_at()) {
                Ok(input) => self.handle(input)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(Ending::Local),
            }
        }
    }

    fn handle(&mut self, input: Input) -> io::Result<()> {
        let now = Instant::now();
        match input {
            Input::Server(id, lines) => self.handle_lines(now, id, &lines),
            Input::ServerGone(id) => {
                if self.server.as_ref().is_some_and(|server| server.id() == id) {
                    self.session.handle_disconnect(now);
                }
            }
            Input::ConnectAttempt(socket) => self.handle_connect_attempt(now, socket)?,
            Input::Typed(line) => {
                self.is_turn_due = true;
                self.session.handle_typed(now, line.as_deref().map_err(|error| *error));
            }
            Input::End => self.session.handle_end_of_input(now),
            Input::Cancelled => self.session.handle_cancel(),
            Input::Signal => self.session.handle_interrupt(now),
            Input::Peer(event) => {
                self.session.handle_peer(&event);
                if let PeerEvent::Lines { link, .. } = event {
                    self.peers.next_lines(link);
                }
            }
        }
        Ok(())
    }

    /// A connection that was given up may still send something; it is ignored.
    fn handle_lines(&mut self, now: Instant, id: ConnectionId, lines: &[String]) {
        let Some(server) = self.server.as_ref().filter(|server| server.id() == id) else { return };
        lines.iter().for_each(|line| self.session.handle_line(now, line));
        self.session.handle_burst_end();
        server.next_lines();
    }

    fn handle_connect_attempt(
        &mut self,
        now: Instant,
        socket: Option<TcpStream>,
    ) -> io::Result<()> {
        let Some(socket) = socket else {
            self.session.handle_unreachable(now);
            return Ok(());
        };
        let own = addresses::own(&socket);
        self.server = Some(Server::start(self.next_connection, socket, self.events.clone())?);
        self.next_connection.0 += 1;
        self.session.handle_connected(now, own);
        Ok(())
    }

    fn perform(&mut self, action: Action) -> io::Result<Option<Ending>> {
        match action {
            Action::Send(line) => {
                if let Some(server) = &self.server {
                    server.send(line);
                }
            }
            Action::Show(text) => self.screen.show(&text)?,
            Action::Note(text) => self.screen.note(&text)?,
            Action::Ask(ask) => self.ask(ask),
            Action::ReadCommands => self.read_commands()?,
            Action::Expect(user, token) => self.peers.expect(user, token),
            Action::Dial(user, token, addresses) => self.peers.dial(user, token, addresses),
            Action::Say(link, text) => {
                if !self.peers.say(link, &text) {
                    self.session.handle_peer(&PeerEvent::Stalled { link });
                }
            }
            Action::Stop(link) => self.peers.stop(link),
            Action::Close(link) => self.peers.close(link),
            Action::Disconnect => self.server = None,
            Action::Connect => server::try_again(&self.target, self.events.clone())?,
            Action::Exit(ending) => return Ok(Some(ending)),
        }
        Ok(None)
    }

    /// The next typed line may come once the session has room for it.
    fn give_turn(&mut self) {
        if self.is_turn_due && self.session.is_ready_for_input() {
            self.is_turn_due = false;
            if let Some(commands) = &self.commands {
                // A source that is gone has said so.
                let _ = commands.send(());
            }
        }
    }

    /// Asks the person at the terminal. The line editor does not run yet.
    fn ask(&mut self, ask: Ask) {
        let user = match ask {
            Ask::Credentials => credentials::ask_user(),
            Ask::Password => Ok(self.user.clone()),
        };
        let credentials = user.and_then(|user| Ok((user, credentials::ask_password()?))).ok();
        if let Some((user, _)) = &credentials {
            self.user.clone_from(user);
            self.peers = Peers::new(user.clone(), self.events.clone());
        }
        self.session.handle_credentials(credentials);
    }

    fn read_commands(&mut self) -> io::Result<()> {
        if let Some(listener) = self.listener.take() {
            self.peers.listen(listener)?;
        }
        signals::spawn(self.events.clone())?;
        let (turn, turns) = channel();
        self.commands = Some(turn);
        let source = Source { events: self.events.clone(), turns };
        match self.terminal.take() {
            Some(editor) => terminal::spawn(editor, source),
            None => pipe::spawn(source),
        }
    }
}

fn wait(inputs: &Receiver<Input>, until: Option<Instant>) -> Result<Input, RecvTimeoutError> {
    match until {
        Some(until) => inputs.recv_timeout(until.saturating_duration_since(Instant::now())),
        None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
    }
}
