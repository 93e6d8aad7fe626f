//! How the client notices that a peer is gone without a goodbye: the kernel probes it now and then.
//! It does not count as activity anywhere, since no line is sent.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use rustix::net::sockopt;

/// Silence after which the peer is probed.
const IDLE: Duration = Duration::from_secs(20);
/// Between two questions.
const INTERVAL: Duration = Duration::from_secs(5);
/// Questions without an answer.
const COUNT: u32 = 4;
/// Milliseconds for which sent bytes may stay unacknowledged.
const UNACKNOWLEDGED_MS: u32 = 40_000;

/// Has the kernel end the connection when the peer is gone for about 40 s.
pub(crate) fn switch_on(socket: &TcpStream) -> io::Result<()> {
    sockopt::set_socket_keepalive(socket, true)?;
    sockopt::set_tcp_keepidle(socket, IDLE)?;
    sockopt::set_tcp_keepintvl(socket, INTERVAL)?;
    sockopt::set_tcp_keepcnt(socket, COUNT)?;
    sockopt::set_tcp_user_timeout(socket, UNACKNOWLEDGED_MS)?;
    Ok(())
}
