//! The terminal client: `smolchat` in [`Options`], an [`Ending`] and its exit code out.
//! Knows nothing of the server's inside.
//!
//! One event loop owns everything, and threads only carry lines to and from it. From the inside
//! out: `session` is the client's knowledge and will, as values without IO. It stands on
//! `requests`, `outbox`, `inbox`, `receipts`, `retry`, `conversations`, `commands` and `render`.
//! `driver` is the loop. `server`, `peer`, `input` and `screen` are the world around it.

mod addresses;
mod commands;
mod completion;
mod conversations;
mod credentials;
mod driver;
mod event;
mod exit;
mod inbox;
mod input;
mod keepalive;
mod lines;
mod names;
mod options;
mod outbox;
mod peer;
mod progress;
mod receipts;
mod render;
mod requests;
mod retry;
mod rows;
mod sanitize;
mod screen;
mod server;
mod session;

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;

use credentials::CredentialsError;
use driver::Driver;
use event::ConnectionId;
pub use exit::Ending;
use names::Names;
pub use options::Options;
use options::Target;
use peer::Peers;
use screen::Screen;
use server::Server;
use session::{Listening, Session, SessionConfig};

/// Runs the client until it ends. Everything asked for is asked before anything is connected.
pub fn run(options: &Options) -> Ending {
    let is_interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
    let target = match options.target() {
        Ok(target) => target,
        Err(error) => return complain(error, Ending::Local),
    };
    let (user, password) = match ask(options, target.user.clone(), is_interactive) {
        Ok(credentials) => credentials,
        Err(error) => return complain(error, Ending::Local),
    };
    let listener = match listener(options) {
        Ok(listener) => listener,
        Err(error) => return complain(error, Ending::Local),
    };
    let socket = match server::connect(&target.host, target.port) {
        Ok(socket) => socket,
        Err(error) => return complain(format!("{}: {error}", target.host), Ending::Unreachable),
    };
    let port =
        listener.as_ref().and_then(|listener| listener.local_addr().ok()).map(|own| own.port());
    let listening = port.map(|port| Listening { port, addresses: addresses::own(&socket) });
    let config = SessionConfig {
        user,
        password,
        register: options.register,
        is_interactive,
        reconnect: options.reconnect_timeout(is_interactive),
        receipts: options.receipt_style(is_interactive),
        // Without random numbers clients come back in step. That is no reason not to chat.
        seed: getrandom::u64().unwrap_or_default(),
        listening,
    };
    serve(target, socket, config, listener).unwrap_or_else(|error| complain(error, Ending::Local))
}

fn ask(
    options: &Options,
    user: Option<String>,
    is_interactive: bool,
) -> Result<(String, String), CredentialsError> {
    let given = credentials::given_password(options.password_file.as_deref())?;
    let user = credentials::user(user, is_interactive)?;
    Ok((user, credentials::password(given, is_interactive)?))
}

/// Without a free port there are no calls from peers, and all else works; a port asked for by
/// number must be had.
fn listener(options: &Options) -> Result<Option<TcpListener>, String> {
    match peer::bind(options.p2p_port) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if options.p2p_port != 0 => Err(format!("port {}: {error}", options.p2p_port)),
        Err(_) => Ok(None),
    }
}

/// From the greeting of the first connection to the end of the last. The session says when to
/// connect again.
fn serve(
    target: Target,
    socket: std::net::TcpStream,
    config: SessionConfig,
    listener: Option<TcpListener>,
) -> io::Result<Ending> {
    let (events, inputs) = channel();
    let names = Arc::new(Names::default());
    let editor =
        if config.is_interactive { input::terminal::open(names.clone()).ok() } else { None };
    let (terminal, screen) = match editor {
        Some((terminal, printer)) => (Some(terminal), Screen::terminal(printer)),
        None => (None, Screen::Plain),
    };
    let driver = Driver {
        target,
        server: Some(Server::start(ConnectionId(0), socket, events.clone())?),
        next_connection: ConnectionId(1),
        peers: Peers::new(config.user.clone(), events.clone()),
        user: config.user.clone(),
        session: Session::new(Instant::now(), config, names),
        screen,
        terminal,
        listener,
        events,
        commands: None,
        is_turn_due: false,
    };
    Ok(driver.run(&inputs))
}

fn complain(error: impl Display, ending: Ending) -> Ending {
    // If nobody can be told, the exit code still tells.
    let _ = writeln!(io::stderr(), "smolchat: {error}");
    ending
}
