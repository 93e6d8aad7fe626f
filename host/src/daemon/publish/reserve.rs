//! A port of this host that no other program gets while it is published. The kernel translates what
//! comes to it, so nobody ever listens there; whoever wants to hears that the port is in use.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, socket_with};

use super::error::PublishError;
use crate::daemon::options::Publish;

/// A socket that has the port.
///
/// # Errors
/// Somebody else has it, or it is not for this user.
pub(super) fn port(published: &Publish) -> Result<OwnedFd, PublishError> {
    let Publish { address, port, .. } = *published;
    let refused = |error: Errno| match error {
        Errno::ADDRINUSE => PublishError::PortTaken(port),
        Errno::ACCESS => PublishError::PortDenied(port),
        other => PublishError::Port(port, other.into()),
    };
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None);
    let socket = socket.map_err(refused)?;
    let at = SocketAddrV4::new(address.unwrap_or(Ipv4Addr::UNSPECIFIED), port);
    bind(&socket, &at).map_err(refused)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::options::Door;

    #[test]
    fn a_port_that_another_program_has_is_found_and_one_that_was_freed_is_not() {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let number = listener.local_addr().unwrap().port();
        let address = Some(Ipv4Addr::LOCALHOST);
        let wanted = Publish { address, port: number, door: Door::Ssh };
        assert!(matches!(port(&wanted), Err(PublishError::PortTaken(taken)) if taken == number));
        drop(listener);
        let held = port(&wanted).unwrap();
        assert!(matches!(port(&wanted), Err(PublishError::PortTaken(_))), "another server has it");
        drop(held);
        port(&wanted).unwrap();
    }
}
