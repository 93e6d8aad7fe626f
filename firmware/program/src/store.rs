//! The board's store: opened, restored into the server, and asked by it.
//! Knows no medium. A store that cannot be trusted is left as it is, and promises nothing.

use embedded_storage_async::nor_flash::ReadNorFlash;
use smolchat_core::server::Server;
use smolchat_core::store::{Durability, Entry, IsLive, Store, StoreError};
use smolchat_core::time::Duration;
use smolchat_store::{Figures, Flash, Log, RestoreCounts, RestoreFailed, Tail, restore};

use crate::accounts::ACCOUNTS;
use crate::board::Board;
#[cfg(feature = "console")]
use crate::settings::Settings;

/// What a board keeps beyond a restart, if it keeps anything.
pub(crate) enum BoardStore<F> {
    /// It has no flash for that.
    Nothing,
    /// What is in the flash is left alone: nothing can be promised.
    Unusable,
    /// A log.
    Log(Log<F>),
}

/// Looks at what the board has kept.
#[inline(never)]
pub(crate) fn open<B: Board>(board: &mut B, epoch: u32) -> BoardStore<B::Flash> {
    let Some(flash) = board.flash() else {
        defmt::info!("store: none");
        return BoardStore::Nothing;
    };
    let range = 0..flash.capacity() as u32;
    match Log::open(flash, range, epoch) {
        Ok(log) => {
            // A board is switched off: it closes no log.
            if let Tail::Torn { bytes } = log.tail() {
                defmt::warn!("store: its last {=u32} bytes are not whole", bytes);
            }
            BoardStore::Log(log)
        }
        Err((error, _)) => {
            defmt::error!("store: left as it is: {}", error);
            BoardStore::Unusable
        }
    }
}

impl<F: Flash> BoardStore<F> {
    /// What the product's OK means on this board.
    pub(crate) fn durability(&self, wanted: Durability) -> Durability {
        match self {
            BoardStore::Nothing => Durability::Off,
            BoardStore::Unusable | BoardStore::Log(_) => wanted,
        }
    }

    /// By how much the server's clock must be ahead of the board's, which begins with each start:
    /// so that it never goes back.
    pub(crate) fn clock_ahead(&self) -> Duration {
        match self {
            BoardStore::Log(log) => Duration::from_millis(log.latest().as_millis()),
            BoardStore::Nothing | BoardStore::Unusable => Duration::default(),
        }
    }

    /// Puts everything back that was kept.
    ///
    /// # Errors
    /// Not all of it is back.
    #[inline(never)]
    pub(crate) fn restore(&mut self, server: &mut Server<'_>) -> Result<(), RestoreFailed> {
        let BoardStore::Log(log) = self else { return Ok(()) };
        let RestoreCounts { restored, ownerless } = restore(log, server)?;
        let (used, segments) = log.segments();
        defmt::info!("store: {=u32} entries, {=u32} of {=u32} segments", restored, used, segments);
        if ownerless > 0 {
            defmt::warn!(
                "store: {=u32} entries are of users without an account: deleted",
                ownerless
            );
            // Whoever takes the name later finds nothing. Where it fails, the next start tries
            // again.
            if log.compact_all(&|entry| server.is_live(entry)).is_err() {
                defmt::error!("store: they cannot be deleted");
            }
        }
        Ok(())
    }

    /// The secret that the board has kept; `None` if it keeps none or cannot read it.
    #[cfg(feature = "ssh")]
    #[inline(never)]
    pub(crate) fn seed(&self) -> Option<[u8; 32]> {
        match self {
            BoardStore::Log(log) => log.seed().ok().flatten(),
            BoardStore::Nothing | BoardStore::Unusable => None,
        }
    }

    /// Keeps the secret. Answers whether it is kept.
    #[cfg(feature = "ssh")]
    #[inline(never)]
    pub(crate) fn keep_seed(&mut self, seed: &[u8; 32], server: &Server<'_>) -> bool {
        match self {
            BoardStore::Log(log) => log.keep_seed(seed, &|entry| server.is_live(entry)).is_ok(),
            BoardStore::Nothing | BoardStore::Unusable => false,
        }
    }

    /// The settings that were kept last.
    #[cfg(feature = "console")]
    #[inline(never)]
    pub(crate) fn settings(&self) -> Settings {
        let mut kept = Settings::default();
        if let BoardStore::Log(log) = self
            && log.settings(&mut |bytes| kept = Settings::of(bytes)).is_err()
        {
            defmt::error!("settings: they cannot be read");
        }
        kept
    }

    /// Keeps the settings. Answers whether they are kept.
    #[cfg(feature = "console")]
    pub(crate) fn keep_settings(&mut self, settings: &Settings, server: &Server<'_>) -> bool {
        match self {
            BoardStore::Log(log) => {
                log.keep_settings(settings.bytes(), &|entry| server.is_live(entry)).is_ok()
            }
            BoardStore::Nothing | BoardStore::Unusable => false,
        }
    }

    /// What was written since the start.
    pub(crate) fn figures(&self) -> Figures {
        match self {
            BoardStore::Log(log) => log.figures(),
            BoardStore::Nothing | BoardStore::Unusable => Figures::default(),
        }
    }
}

impl<F: Flash> Store for BoardStore<F> {
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        // An account of the image would be back at the next start.
        #[cfg(feature = "operator")]
        if matches!(entry, Entry::AccountRemoved { is_given: true, .. }) {
            return Err(StoreError::Failed);
        }
        match self {
            BoardStore::Log(log) => log.append(entry, is_live),
            BoardStore::Nothing if is_for_now(entry, ACCOUNTS.len()) => Ok(()),
            BoardStore::Nothing | BoardStore::Unusable => Err(StoreError::Failed),
        }
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        match self {
            BoardStore::Log(log) => log.commit(),
            BoardStore::Nothing | BoardStore::Unusable => Ok(()),
        }
    }
}

/// Whether a board that keeps nothing takes it until the restart: an account, on an image that has
/// none. Nobody would come in otherwise.
fn is_for_now(entry: &Entry<'_>, baked_in: usize) -> bool {
    baked_in == 0 && matches!(entry, Entry::Account { .. })
}

#[cfg(test)]
mod tests {
    use smolchat_core::chat::Capacities;
    use smolchat_core::net::Buffers;
    use smolchat_core::protocol::{Kind, MessageId};
    use smolchat_core::server::ServerMemory;
    use smolchat_core::store::Store;
    use smolchat_core::time::Instant;
    use smolchat_store::simulated::{Medium, SimulatedFlash};
    use smoltcp::wire::EthernetAddress;

    use super::*;
    use crate::product::{Addressing, Product};
    use crate::testing::Leaking;

    const ROOM: Capacities = Capacities::new(8, 2, 4, 2);

    fn server(capacities: &Capacities) -> Server<'static> {
        let mac = EthernetAddress([2; 6]);
        let buffers = Buffers { rx: 600, tx: 600, fragments: 0 };
        let product = Product::new(*capacities, buffers, mac, Addressing::Dhcp);
        let lent = ServerMemory::from_arena(capacities, &mut Leaking);
        Server::new(lent, product.settings, Instant::START, 1)
    }

    type Small = SimulatedFlash<4, 1024>;

    fn opened(flash: Small) -> Log<Small> {
        Log::open(flash, 0..4 * 1024, 7).unwrap()
    }

    fn account(user: &str) -> Entry<'_> {
        Entry::Account {
            user,
            secret: "word".into(),
            change: 0,
            is_given: false,
            since: MessageId(0),
        }
    }

    fn delivery(id: u64) -> Entry<'static> {
        let (id, kind, at) = (MessageId(id), Kind::Message, Instant::START);
        Entry::Delivery { id, kind, from: "rey", to: "finn", at, text: "hi" }
    }

    /// A log with two accounts, a message from the first to the second, and around that so many
    /// blocks that were taken back.
    fn log(over: usize) -> Log<Small> {
        let mut log = opened(Small::new(Medium::Flash, 4, 1));
        let is_live = |entry: &Entry<'_>| !matches!(entry, Entry::Block { .. });
        for number in 0..over + 61 {
            let entry = match number {
                0 => account("rey"),
                1 => account("finn"),
                // Not in the same segment.
                60 => delivery(1),
                _ => Entry::Block { blocker: "rey", blocked: "finn", number: 1 },
            };
            log.append(&entry, &is_live).unwrap();
            log.commit().unwrap();
        }
        opened(log.into_flash())
    }

    #[test]
    fn a_message_finds_its_owner_wherever_the_log_has_copied_the_account() {
        for over in 0..200 {
            let counts = restore(&log(over), &mut server(&ROOM)).unwrap();
            assert_eq!(counts.ownerless, 0, "after {over}");
        }
    }

    #[test]
    fn what_finds_no_room_stops_the_start() {
        let room = |users| Capacities { users, ..ROOM };
        assert_eq!(restore(&log(0), &mut server(&room(1))), Err(RestoreFailed::NoRoom(1)));
        assert!(restore(&log(0), &mut server(&room(2))).is_ok());
    }

    #[test]
    fn an_account_is_taken_until_the_restart_where_the_image_has_none() {
        assert!(is_for_now(&account("finn"), 0));
        assert!(!is_for_now(&account("finn"), 1), "it would be a broken promise");
        assert!(!is_for_now(&delivery(1), 0));
    }

    #[test]
    fn what_belongs_to_nobody_any_more_is_left_out() {
        let mut log = opened(Small::new(Medium::Flash, 4, 1));
        log.append(&account("finn"), &|_| true).unwrap();
        log.append(&delivery(1), &|_| true).unwrap();
        log.commit().unwrap();
        let restored = restore(&opened(log.into_flash()), &mut server(&ROOM));
        assert_eq!(restored, Ok(RestoreCounts { restored: 1, ownerless: 1 }));
    }
}
