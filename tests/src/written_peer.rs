//! Clients of another make: scripts in Python that were written after the documents, and take part
//! in private talk and in the exchange of files. One of them lies.

use std::net::SocketAddr;
use std::path::Path;

use crate::namespace::Namespace;
use crate::real::Place;
use crate::ssh::User;
use crate::ssh_programs::python;
use crate::stage::password_of;

/// The script that does what the documents say.
pub const PEER: &str = "peer.py";
/// The script that also gives what is not of the file.
pub const LIAR: &str = "liar.py";

/// `user`, an example account, comes by the script and is welcomed.
///
/// # Panics
/// The machine's word.
pub fn arrive(place: &Place<'_>, user: &str) -> User {
    run(PEER, place.namespace, place.server, user)
}

/// The same with one of the scripts, in any namespace.
///
/// # Panics
/// The machine's word.
pub fn run(script: &str, namespace: &Namespace, server: SocketAddr, user: &str) -> User {
    let mut command = Namespace::command(namespace, python());
    command.arg("-B").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script));
    command.arg(server.ip().to_string()).arg(server.port().to_string());
    command.args([user, password_of(user)]);
    let mut script = User::run(user, &mut command);
    script.hears_soon("230 Welcome to this message application");
    script.hears_soon("261 {number} announced to peers");
    script
}
