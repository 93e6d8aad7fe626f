//! Links for files, as those who load and give files see them.

use std::sync::{Arc, PoisonError};

use smolchat_peer::{Kind, Link, Unreachable};

use super::{Peers, Shared};

/// What is done with each link for files, in a thread of its own, for as long as the link is.
pub(crate) type ServeFiles = Arc<dyn Fn(Link) + Send + Sync>;

/// Links that are followed in one call, the newest first. A peer chooses the addresses: with more
/// links it should not have more of them called.
const WAYS: usize = 2;

/// Calls peers from other threads, for files.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    shared: Arc<Shared>,
}

/// Why a call came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoCall {
    /// No link with the user stands, so the server has to introduce both.
    NoWay,
    /// The user is at none of the addresses.
    Unreachable(Unreachable),
}

impl Peers {
    /// Does this with each link for files from now on that a call of the server's introduction has
    /// made, or a peer.
    pub(crate) fn serve_files(&self, serve: ServeFiles) {
        *self.shared.files.lock().unwrap_or_else(PoisonError::into_inner) = Some(serve);
    }

    /// Who calls peers from other threads.
    pub(crate) fn caller(&self) -> Caller {
        Caller { shared: self.shared.clone() }
    }
}

impl Caller {
    /// A link for files with a user with whom another link stands. Blocks. The link is the
    /// caller's, and nobody else serves it.
    ///
    /// # Errors
    /// There is no other link, or the user is not where it was.
    pub(crate) fn call_files(&self, user: &str) -> Result<Link, NoCall> {
        let mut why = NoCall::NoWay;
        for (peer, addresses) in self.shared.ways.to(user).into_iter().take(WAYS) {
            match self.shared.dial(Kind::Files, &peer, &addresses) {
                Ok(link) => return Ok(link),
                Err(error) => why = NoCall::Unreachable(error),
            }
        }
        Err(why)
    }
}
