//! A client of another make: a script in Python that was written after the documents, and takes
//! part in private talk.

use std::path::Path;

use crate::namespace::Namespace;
use crate::real::Place;
use crate::ssh::User;
use crate::ssh_programs::python;
use crate::stage::password_of;

/// `user`, an example account, comes by the script and is welcomed.
///
/// # Panics
/// The machine's word.
pub fn arrive(place: &Place<'_>, user: &str) -> User {
    let mut command = Namespace::command(place.namespace, python());
    command.arg("-B").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/peer.py"));
    command.arg(place.server.ip().to_string()).arg(place.server.port().to_string());
    command.args([user, password_of(user)]);
    let mut script = User::run(user, &mut command);
    script.hears_soon("230 Welcome to this message application");
    script.hears_soon("261 {number} announced to peers");
    script
}
