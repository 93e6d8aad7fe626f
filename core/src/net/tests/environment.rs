//! The environment of the server under test.

use crate::environment::{Environment, Figure, NoEntropy, Notice};
use crate::store::{Entry, IsLive, Store, StoreError};

/// Entropy that is none, accounts that nobody keeps, and the log.
#[derive(Default)]
pub(super) struct TestEnvironment {
    pub(super) logged_out: Vec<String>,
    pub(super) connected: usize,
    pub(super) logged_in: usize,
    /// What the log was told of people, as it was told.
    pub(super) told: Vec<String>,
    /// Addresses that were leased, and when one was lost.
    pub(super) leases: Vec<String>,
    /// What the log was told of the segment.
    pub(super) warnings: Vec<String>,
    /// What became of our name.
    #[cfg(feature = "mdns")]
    pub(super) names: Vec<String>,
    /// What was appended, one entry a line.
    pub(super) stored: Vec<String>,
    uncommitted: bool,
    /// What the store answers to everything.
    pub(super) refuses: Option<StoreError>,
    /// No commit succeeds.
    pub(super) store_is_broken: bool,
}

impl Store for TestEnvironment {
    fn append(&mut self, entry: &Entry<'_>, _: IsLive<'_>) -> Result<(), StoreError> {
        if let Some(refusal) = self.refuses {
            return Err(refusal);
        }
        match *entry {
            Entry::Delivery { id, to, text, .. } => {
                self.stored.push(format!("{} {to} {text}", id.0));
            }
            Entry::Released { to, id } | Entry::Expired { to, id } => {
                self.stored.push(format!("{to} has {}", id.0))
            }
            Entry::Block { blocker, blocked, .. } => {
                self.stored.push(format!("{blocker} blocks {blocked}"));
            }
            #[cfg(feature = "operator")]
            Entry::AccountRemoved { .. } | Entry::Ban { .. } | Entry::Unban { .. } => {}
            Entry::Unblock { .. }
            | Entry::Key { .. }
            | Entry::KeyRemoved { .. }
            | Entry::Account { .. }
            | Entry::Broadcast { .. }
            | Entry::Reserved { .. } => {}
        }
        self.uncommitted = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if !std::mem::take(&mut self.uncommitted) {
            return Ok(());
        }
        match self.store_is_broken {
            true => Err(StoreError::Failed),
            false => Ok(()),
        }
    }
}

impl Environment for TestEnvironment {
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        bytes.fill(7);
        Ok(())
    }

    fn notice(&mut self, notice: Notice<'_>) {
        self.told.push(format!("{notice:?}"));
        match notice {
            Notice::LoggedOut { user, .. } => self.logged_out.push(user.to_owned()),
            Notice::Connected { .. } => self.connected += 1,
            Notice::LoggedIn { .. } => self.logged_in += 1,
            Notice::AddressAssigned { address, prefix_len, router } => {
                let router = router.map_or("none".to_owned(), |router| router.to_string());
                self.leases.push(format!("{address}/{prefix_len} by {router}"));
            }
            Notice::AddressLost => self.leases.push("lost".to_owned()),
            Notice::AddressClaimed { address, by } => {
                let by = smoltcp::wire::EthernetAddress(by);
                self.warnings.push(format!("{address} is claimed by {by}"));
            }
            Notice::SameEthernetAddress => {
                self.warnings.push("our Ethernet address is not ours alone".to_owned());
            }
            Notice::PathTooNarrow { to, mtu } => {
                self.warnings.push(format!("packets to {to} may have {mtu} bytes"));
            }
            #[cfg(feature = "mdns")]
            Notice::Named { name } => self.names.push(name.to_owned()),
            #[cfg(feature = "mdns")]
            Notice::NameTaken { next } => {
                self.names.push(format!("taken, next {}", next.unwrap_or("none")));
            }
            _ => {}
        }
    }

    fn figure(&self, index: usize) -> Option<Figure> {
        match index {
            0 => Some(Figure { name: "logins", value: self.logged_in as u64, of: None }),
            1 => Some(Figure { name: "logouts", value: self.logged_out.len() as u64, of: Some(9) }),
            _ => None,
        }
    }

    fn fingerprint(&self) -> Option<&str> {
        Some("SHA256:key")
    }
}
