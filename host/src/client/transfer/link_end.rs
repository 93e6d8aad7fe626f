//! A link as the desk holds it.

use std::sync::Arc;

use smolchat_peer::Closer;

use super::backlog::Backlog;
use super::outbox::Outbox;
use super::wanted::Wanted;

/// A link as the desk holds it.
#[derive(Clone, Debug)]
pub(super) struct LinkEnd {
    pub(super) user: String,
    pub(super) outbox: Arc<Outbox>,
    pub(super) wanted: Arc<Wanted>,
    pub(super) backlog: Arc<Backlog>,
    pub(super) closer: Closer,
}

impl LinkEnd {
    /// Ends the link at once: its threads see it.
    pub(super) fn close(&self) {
        self.outbox.end();
        self.backlog.end();
        self.closer.close();
    }
}
