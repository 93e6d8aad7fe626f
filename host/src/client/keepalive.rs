//! How the client notices that a peer is gone without a goodbye: the kernel probes it now and then.
//! It does not count as activity anywhere, since no line is sent.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use rustix::net::sockopt;

/// How long a server may be silent. One that stood still for a minute may have taken what it has
/// not answered, and would get it again by another connection. One that is gone is found out
/// sooner, by asking it.
pub(crate) const SERVER: Duration = Duration::from_secs(120);

/// Silence after which the peer is probed.
const IDLE: Duration = Duration::from_secs(20);
/// Questions without an answer.
const COUNT: u32 = 4;

/// Has the kernel end the connection when the peer has been gone for so long, or has not
/// acknowledged what was sent.
pub(crate) fn switch_on(socket: &TcpStream, longest: Duration) -> io::Result<()> {
    sockopt::set_socket_keepalive(socket, true)?;
    sockopt::set_tcp_keepidle(socket, IDLE)?;
    sockopt::set_tcp_keepintvl(socket, longest.saturating_sub(IDLE) / COUNT)?;
    sockopt::set_tcp_keepcnt(socket, COUNT)?;
    sockopt::set_tcp_user_timeout(socket, longest.as_millis() as u32)?;
    Ok(())
}
