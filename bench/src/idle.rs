//! The memory of idle connections: of a server that was just started, and of the kernel for their
//! sockets.

use std::io;
use std::time::Instant;

use crate::crowd::Crowd;
use crate::kind::Kind;
use crate::place::{Place, Target};
use crate::process::{Process, slab};

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Idle {
    /// Bytes for a connection that the server took from the machine as they came.
    pub(crate) grown: f64,
    /// Bytes for a connection that it set aside at its start, whatever comes.
    pub(crate) set_aside: f64,
    /// Bytes for a connection that the kernel has in its slabs, for both ends.
    pub(crate) kernel: f64,
    /// Seconds until all were logged in.
    pub(crate) logins: f64,
    /// Connections that broke before the welcome.
    pub(crate) resets: u64,
}

/// Starts a server for this many connections, which come and do nothing.
///
/// # Errors
/// The server's words, or the machine's.
pub(crate) fn measure(place: &Place, kind: Kind) -> Result<Idle, String> {
    let server = place.start(kind)?;
    let idle = place.clients.run(|| come(&server.target, place.most));
    let idle = idle.map_err(|error| format!("{kind}: {error}"))?;
    server.stop()?;
    Ok(idle)
}

fn come(target: &Target, connections: usize) -> io::Result<Idle> {
    let dialect = target.kind.dialect();
    // Memory that is set up once, for the first connection, is not counted.
    let mut first = Crowd::arrive(dialect, target.door(), 1)?;
    first.settle()?;
    first.depart()?;
    let memory = |process: &Process| process.memory();
    let before = (memory(&target.process)?, slab()?);
    let begin = Instant::now();
    let mut crowd = Crowd::arrive(dialect, target.door(), connections)?;
    let logins = begin.elapsed().as_secs_f64();
    crowd.settle()?;
    let after = (memory(&target.process)?, slab()?);
    let resets = crowd.faults().resets;
    crowd.depart()?;
    let each = |bytes: u64| bytes as f64 / connections as f64;
    Ok(Idle {
        grown: each(after.0.saturating_sub(before.0)),
        set_aside: each(target.set_aside),
        kernel: each(after.1.saturating_sub(before.1)),
        logins,
        resets,
    })
}
