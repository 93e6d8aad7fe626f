//! The real world: a server on a wire, clients over the machine's own TCP, real time.

mod connection;
mod daemon;
mod door;
mod person;
mod server;

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

pub use connection::Connection;
pub use daemon::{
    CLIENT_ADDRESSES, Daemon, SERVER_ADDRESS, arguments, beside_a_server, client_address,
};
use door::Door;
pub use person::{Person, client, client_by_ssh, two};
pub use server::{Place, Play, Server};

use crate::ssh::SSH_PORT;
use crate::stage::{Client, DRIVER_FIGURES, Stage};
use crate::transcript::Transcript;

/// Round trips that prove silence. The first pong may overtake what the server has still to write;
/// the second comes after that.
const BARRIERS: usize = 2;

/// A stage around a server. To be made and used on a thread inside of its namespace.
#[derive(Debug)]
pub struct Real<S> {
    server: S,
    clients: Vec<Option<Connection>>,
    /// The clients' address, if the machine does not choose it.
    from: Option<SocketAddr>,
    /// The clients come by SSH, if so.
    door: Option<Door>,
    transcript: Transcript,
}

impl<S: Server> Real<S> {
    /// A stage whose server listens.
    pub fn new(server: S) -> Self {
        let (clients, transcript) = (Vec::new(), Transcript::default());
        Real { server, clients, from: None, door: None, transcript }
    }

    /// A stage to which everybody comes by SSH, for the subsystem of the machine's protocol, as a
    /// guest who then logs in by a request. The server must let people register.
    pub fn over_ssh(server: S) -> Self {
        Real { door: Some(Door::default()), ..Real::new(server) }
    }

    fn open(&mut self) -> io::Result<Connection> {
        let server = self.server.address();
        match &mut self.door {
            None => Connection::open_narrow(server, self.from),
            Some(door) => door.open(SocketAddr::new(server.ip(), SSH_PORT), self.from),
        }
    }

    fn connection(&mut self, client: Client) -> &mut Connection {
        match &mut self.clients[client.0] {
            Some(connection) => connection,
            None => self.transcript.fail(&format!("{client} has no connection")),
        }
    }

    /// One round trip: the client is told nothing but that the server is there. A connection that
    /// has ended is silent.
    fn barrier(&mut self, client: Client) {
        let connection = self.connection(client);
        if connection.stalled {
            return;
        }
        let sent = connection.send(b"ping\n");
        let line = connection.next_line();
        match line.as_deref() {
            Some("202 pong") => {}
            None if connection.ended => {}
            Some(line) => self.fail(&format!("{client} was told\n    {line}\ninstead of nothing")),
            None => self.fail(&format!("{client} hears no pong, after {sent:?}")),
        }
    }
}

impl<S: Server> Stage for Real<S> {
    fn connect(&mut self) -> Client {
        match self.open() {
            Ok(connection) => self.clients.push(Some(connection)),
            Err(error) => self.fail(&format!("no connection: {error}")),
        }
        Client(self.clients.len() - 1)
    }

    fn come_from(&mut self, address: u8) {
        self.from = Some(SocketAddr::new(client_address(address), 0));
    }

    fn send(&mut self, client: Client, bytes: &[u8]) {
        self.transcript.said(client, bytes);
        if let Err(error) = self.connection(client).send(bytes) {
            self.fail(&format!("{client} cannot send: {error}"));
        }
    }

    fn next_line(&mut self, client: Client) -> Option<String> {
        let line = self.connection(client).next_line()?;
        self.transcript.heard(client, &line);
        Some(line)
    }

    fn hear_nothing(&mut self) {
        for _ in 0..BARRIERS {
            for client in (0..self.clients.len()).map(Client) {
                if self.clients[client.0].is_some() {
                    self.barrier(client);
                }
            }
        }
    }

    fn closed(&mut self, client: Client) {
        let connection = self.connection(client);
        match connection.next_line() {
            None if connection.ended => self.clients[client.0] = None,
            None => self.fail(&format!("{client} is still connected")),
            Some(line) => {
                self.fail(&format!("{client} was told\n    {line}\ninstead of being disconnected"))
            }
        }
    }

    fn hang_up(&mut self, client: Client) {
        self.transcript.note(format!("{client} hangs up"));
        if let Some(connection) = self.clients[client.0].take()
            && let Err(error) = connection.hang_up()
        {
            self.fail(&format!("{client} cannot hang up: {error}"));
        }
    }

    fn reset(&mut self, client: Client) {
        self.transcript.note(format!("{client}'s connection breaks"));
        if let Some(connection) = self.clients[client.0].take()
            && let Err(error) = connection.reset()
        {
            self.fail(&format!("{client} cannot reset: {error}"));
        }
    }

    fn stall(&mut self, client: Client) {
        self.connection(client).stalled = true;
    }

    fn resume(&mut self, client: Client) {
        self.connection(client).stalled = false;
    }

    fn pass(&mut self, time: Duration) {
        self.transcript.note(format!("{time:?} pass"));
        thread::sleep(time);
    }

    fn haste(&self) -> u64 {
        100
    }

    fn further_figures(&self) -> Vec<&'static str> {
        [DRIVER_FIGURES, self.server.figures()].concat()
    }

    fn takes_orders(&self) -> bool {
        self.server.takes_orders()
    }

    fn set_store_works(&mut self, works: bool) {
        if let Err(error) = self.server.set_store_works(works) {
            self.fail(&format!("the account store cannot be moved: {error}"));
        }
    }

    fn restart(&mut self) {
        self.transcript.note("the server restarts".to_owned());
        if let Err(error) = self.server.restart() {
            self.fail(&format!("the server does not restart: {error}"));
        }
    }

    fn fail(&self, what: &str) -> ! {
        self.transcript.fail(what)
    }
}
