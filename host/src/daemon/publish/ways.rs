//! What there is to tell of ports that are open.

use crate::daemon::nearby::OwnAddress;
use crate::daemon::options::Publish;

/// Ports of this host that lead to the server.
#[derive(Clone, Debug)]
pub(in crate::daemon) struct PublishedWays {
    pub(in crate::daemon) ports: Vec<Publish>,
    /// This host's addresses at which others find them.
    pub(in crate::daemon) addresses: Vec<OwnAddress>,
    /// Programs of this host find them at 127.0.0.1 as well.
    pub(in crate::daemon) has_loopback: bool,
}
