//! The log, by defmt: the words stay in the ELF file, and the image holds their numbers.

use smolchat_core::environment::Notice;

/// Tells of one event in the server's life.
pub(crate) fn notice(notice: Notice<'_>) {
    match notice {
        Notice::Connected { from } => defmt::debug!("connected: {}", from),
        Notice::ServerFull { from } => defmt::warn!("server full: {}", from),
        Notice::LoggedIn { user } => defmt::info!("login: {=str}", user),
        Notice::LoggedOut { user, close_reason: None } => defmt::info!("logout: {=str}", user),
        Notice::LoggedOut { user, close_reason: Some(close_reason) } => {
            defmt::info!("logout: {=str}: {=str}", user, close_reason.form().1);
        }
        Notice::LoginRefused { code } => defmt::warn!("login refused: {=u16}", code),
        Notice::Registered { user } => defmt::info!("registered: {=str}", user),
        Notice::PasswordChanged { user } => defmt::info!("password changed: {=str}", user),
        #[cfg(feature = "operator")]
        Notice::Removed { user } => defmt::info!("removed: {=str}", user),
        #[cfg(feature = "operator")]
        Notice::BannedSource { from } => defmt::info!("banned: {}", from),
        Notice::KeyAdded { user } => defmt::info!("key added: {=str}", user),
        Notice::KeyRemoved { user } => defmt::info!("key removed: {=str}", user),
        Notice::Expired { user, id } => {
            defmt::info!("not fetched in time: message {=u64} for {=str}", id.0, user)
        }
        Notice::NotStored { user } => defmt::error!("not stored: what waits for {=str}", user),
        Notice::Full { code } => defmt::warn!("refused for lack of room: {=u16}", code),
        Notice::AddressAssigned { address, prefix_len, router: Some(router) } => {
            defmt::info!("address: {}/{=u8}, router {}", address, prefix_len, router);
        }
        Notice::AddressAssigned { address, prefix_len, router: None } => {
            defmt::info!("address: {}/{=u8}", address, prefix_len);
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
        Notice::NameTaken { next: Some(next) } => {
            defmt::warn!("another host has our name: trying {=str}.local", next);
        }
        #[cfg(feature = "mdns")]
        Notice::NameTaken { next: None } => {
            defmt::warn!("other hosts have all our names: no name before the next start");
        }
    }
}
