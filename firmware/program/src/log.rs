//! The log, by defmt: the words stay in the ELF file, and the image holds their numbers.

use core::net::IpAddr;

use smolchat_core::environment::{LoginWhy, Notice};

#[cfg(feature = "console")]
use crate::settings::Refused;

/// Tells of one event in the server's life.
pub(crate) fn notice(notice: Notice<'_>) {
    match notice {
        Notice::Connected { from } => defmt::debug!("connected: {}", from.address),
        Notice::Dismissed { from, why } => defmt::debug!("dismissed: {}: {}", from.address, why),
        Notice::CarrierEnded { from, why } => defmt::debug!("ended: {}: {}", from.address, why),
        Notice::ServerFull { from } => defmt::warn!("server full: {}", from.address),
        Notice::LoggedIn { user, .. } => defmt::info!("login: {=str}", user),
        Notice::LoggedOut { user, why, .. } => defmt::info!("logout: {=str}: {}", user, why),
        // A client offers all keys that it has.
        Notice::LoginRefused { from, why: LoginWhy::UnknownKey, .. } => {
            defmt::debug!("key refused: {}", from.address);
        }
        Notice::LoginRefused { from, why, .. } => {
            defmt::warn!("login refused: {}: {}", why, from.address);
        }
        Notice::Registered { user, .. } => defmt::info!("registered: {=str}", user),
        Notice::RegistrationRefused { from, .. } => {
            defmt::warn!("registration refused: {}", from.address);
        }
        Notice::Full { code, .. } => defmt::warn!("refused for lack of room: {=u16}", code),
        Notice::PasswordChanged { user, .. } => defmt::info!("password changed: {=str}", user),
        Notice::PasswordRefused { user, why, .. } => {
            defmt::warn!("password refused: {=str}: {}", user, why);
        }
        Notice::KeyAdded { user, .. } => defmt::info!("key added: {=str}", user),
        Notice::KeyRemoved { user, .. } => defmt::info!("key removed: {=str}", user),
        #[cfg(feature = "operator")]
        Notice::BannedSource { from } => defmt::info!("banned: {}", from.address),
        #[cfg(feature = "operator")]
        Notice::Ordered { order, user, by, .. } => {
            defmt::info!("order: {=str} {} by {}", order, user, by);
        }
        Notice::Expired { user, id } => {
            defmt::info!("not fetched in time: message {=u64} for {=str}", id.0, user)
        }
        Notice::NotStored { user } => defmt::error!("not stored: what waits for {=str}", user),
        Notice::AddressAssigned { address, prefix_len, router } => {
            assigned(address, prefix_len, router);
        }
        Notice::AddressLost => defmt::warn!("the address is lost"),
        Notice::AddressClaimed { address, by } => {
            defmt::warn!("another host says that it has {}: {=[u8; 6]:02x}", address, by);
        }
        Notice::SameEthernetAddress => {
            defmt::warn!("another host has our Ethernet address, or the network is a loop");
        }
        Notice::PathTooNarrow { to, mtu } => {
            defmt::warn!("packets to {} are too long for the way: {=u32} fit", to, mtu);
        }
        #[cfg(feature = "mdns")]
        Notice::Named { name } => defmt::info!("name: {=str}.local", name),
        #[cfg(feature = "mdns")]
        Notice::NameTaken { next } => name_taken(next),
    }
}

/// Tells of a setting that a start cannot use; without a name, of all.
#[cfg(feature = "console")]
pub(crate) fn left_out(name: Option<&str>, why: Refused) {
    match name {
        Some(name) => defmt::error!("setting {=str} is left out: {}", name, why),
        None => defmt::error!("all settings are left out: {}", why),
    }
}

fn assigned(address: IpAddr, prefix_len: u8, router: Option<IpAddr>) {
    match router {
        Some(router) => {
            defmt::info!("address: {}/{=u8}, router {}", address, prefix_len, router);
        }
        None => defmt::info!("address: {}/{=u8}", address, prefix_len),
    }
}

#[cfg(feature = "mdns")]
fn name_taken(next: Option<&str>) {
    match next {
        Some(next) => defmt::warn!("another host has our name: trying {=str}.local", next),
        None => defmt::warn!("other hosts deny all our names: trying again each minute"),
    }
}
