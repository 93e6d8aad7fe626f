//! People with a stock `ssh` at a real server on a TAP device: what they can do, what a listener on
//! the wire learns, and what strangers cannot keep them from. Needs root.

mod agent;
mod client;
mod logins;
mod secrets;
mod strangers;
mod wire;

use smolchat_tests::real::{Connection, SERVER_ADDRESS};

/// A user of the port for lines.
fn line_user(user: &str) -> Connection {
    stranger().logged_in(user)
}

fn stranger() -> Connection {
    Connection::open(SERVER_ADDRESS).unwrap_or_else(|error| panic!("no connection: {error}"))
}
