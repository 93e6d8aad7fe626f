//! The transfer threads as the driver has them: where their list is, whom they tell, and how they
//! reach peers.

use std::sync::Arc;

use super::Driver;
use crate::client::event::Input;
use crate::client::home;
use crate::client::transfer::{CallError, Transfers};

impl Driver {
    /// Begins to give and to load files.
    pub(super) fn begin_transfers(&self) -> Transfers {
        let variable = |name: &str| std::env::var_os(name);
        let offers = home::offers_folder(variable, &self.user, &self.target.host);
        let events = self.events.clone();
        // Without an event loop nobody is left to tell.
        let tell = move |event| _ = events.send(Input::Transfer(event));
        let caller = self.peers.caller();
        let call = move |user: &str| {
            // A peer that is where another link leads to, and cannot be called there, may still be
            // somewhere else: the server knows.
            caller.call_files(user).map_err(|_| CallError::NoWay)
        };
        let transfers = Transfers::new(offers, Arc::new(call), Arc::new(tell));
        self.peers.serve_files(transfers.serve());
        transfers
    }
}
