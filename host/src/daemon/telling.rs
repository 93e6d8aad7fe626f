//! What the environment tells its operator of the server itself: where it is now, what it has lost,
//! why it ends. Each is told once. It runs inside the loop, so nothing here allocates.

use std::net::IpAddr;

use smolchat_core::time::{Duration, Instant};

use super::environment::HostEnvironment;
use super::log::{self, EventKind, Field};

/// How often a server with anything to do looks where its store is.
const STORE_EVERY: Duration = Duration::from_secs(1);

impl HostEnvironment {
    /// Who has read where the server is must read where it is now.
    pub(super) fn note_lease(&mut self, leased: Option<(IpAddr, u8)>) {
        let before = std::mem::replace(&mut self.leased, leased);
        match leased {
            _ if before == leased || !self.is_announced => {}
            Some((address, prefix)) => {
                let address = format_args!("{address}/{prefix}");
                let reason = "the server has the address now, from a DHCP server";
                let values: [log::Value<'_>; 2] =
                    [(Field::Address, &address), (Field::Reason, &reason)];
                self.log.event(EventKind::AddressLeased, &values);
            }
            None => {
                let reason = "the DHCP server does not renew it";
                let advice = "look at the DHCP server, or give --address";
                let values: [log::Value<'_>; 2] =
                    [(Field::Reason, &reason), (Field::Advice, &advice)];
                self.log.event(EventKind::AddressLost, &values);
            }
        }
    }

    /// Tells why the server ends.
    pub(super) fn tell_stopping(&mut self) {
        if std::mem::replace(&mut self.is_stopping_told, true) {
            return;
        }
        if let Some(error) = self.lost {
            let advice = "somebody deleted it; start the server again, and it makes or finds one";
            let values: [log::Value<'_>; 2] = [(Field::Reason, &error), (Field::Advice, &advice)];
            self.log.event(EventKind::TapLost, &values);
        }
        if self.store_is_lost {
            let advice = "look at the disk; the start after this reads what was promised";
            self.log.event(EventKind::StoreLost, &[(Field::Advice, &advice)]);
        }
        if self.lost.is_none() && !self.store_is_lost {
            self.log.event(EventKind::Stopping, &[(Field::Reason, &"a signal asked for it")]);
        }
    }

    /// Whether the store is still where the next start will look for it; said once where it is not.
    pub(super) fn look_after_store(&mut self, now: Instant) {
        if now < self.next_look {
            return;
        }
        self.next_look = now + STORE_EVERY;
        if let Some(place) = self.place.take_if(|place| !place.is_kept()) {
            let reason = "somebody has removed or replaced it";
            let advice = "what is kept from now on is lost when this server ends; put a copy back before the next start";
            self.log.event(
                EventKind::StoreMoved,
                &[(Field::File, &place), (Field::Reason, &reason), (Field::Advice, &advice)],
            );
        }
    }

    /// Whether hashes of passwords are still checked; said once where they are not.
    pub(super) fn look_after_hashing(&mut self) {
        if self.hashing.is_lost() && !std::mem::replace(&mut self.is_loss_told, true) {
            let reason = "the thread that checks hashes of passwords is gone";
            let advice = "nobody with a hash can log in until this server starts again";
            let values: [log::Value<'_>; 2] = [(Field::Reason, &reason), (Field::Advice, &advice)];
            self.log.event(EventKind::HashingLost, &values);
        }
    }
}
