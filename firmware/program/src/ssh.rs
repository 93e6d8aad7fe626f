//! The door for SSH: its key, its memory, and what a stranger may cost a board. The key is made at
//! the first start and kept in the store.
//! Knows no packet.

use core::fmt::Write;

use heapless::String;
use smolchat_core::carrier::Carrier;
use smolchat_core::chat::Capacities;
use smolchat_core::net::{Buffers, Driver, Service};
use smolchat_core::server::Server;
use smolchat_ssh::{Fingerprint, HostKey, Limits, Sizes, Ssh, SshMemory};
use static_cell::StaticCell;

use crate::accounts::HOST_KEY;
use crate::board::Board;
use crate::chance::{self, SEED_BYTES};
use crate::doors::{Doors, Services, lines};
use crate::memory::{Memory, MemoryArena, memory_bytes};
use crate::product::Product;
use crate::program::run_with;
use crate::start_error::StartError;
use crate::store::BoardStore;

/// Sessions from which a board's memory for one is computed, so that alignment does not show.
const MANY: usize = 128;
/// Characters of a fingerprint: `SHA256:` and 43 more.
const FINGERPRINT: usize = 50;

/// The door for SSH, as a board's memory has room for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SshDoor {
    /// Sessions at once.
    pub sessions: usize,
    /// The buffers of each.
    pub sizes: Sizes,
}

/// Bytes that a server, a driver and a door of these capacities take.
pub const fn ssh_memory_bytes(capacities: &Capacities, buffers: Buffers, door: &SshDoor) -> usize {
    let server = memory_bytes(capacities, buffers);
    SshMemory::end(capacities.places(), door.sessions, &door.sizes, server)
}

/// Bytes of one session with its terminal.
pub const fn ssh_session_bytes(door: &SshDoor) -> usize {
    SshMemory::end(0, MANY, &door.sizes, 0) / MANY
}

/// [`run`](crate::run), with a door for SSH. Lines in clear are served beside it if the product
/// says so.
///
/// # Panics
/// As [`run`](crate::run) does, and without entropy if there is no other door.
pub fn run_with_ssh<B: Board, const BYTES: usize>(
    memory: &'static Memory<BYTES>,
    device: &mut B::Device,
    board: &mut B,
    product: &Product,
    door: SshDoor,
) -> ! {
    run_with(memory, device, board, product, WithSsh { door, fingerprint: String::new() })
}

/// SSH, and perhaps the port for lines.
struct WithSsh {
    door: SshDoor,
    /// Empty while the door is shut.
    fingerprint: String<FINGERPRINT, u8>,
}

impl Doors for WithSsh {
    type Carriers = Ssh<'static>;

    fn bytes(&self, capacities: &Capacities, buffers: Buffers) -> usize {
        ssh_memory_bytes(capacities, buffers, &self.door)
    }

    #[inline(never)]
    fn open<B: Board>(
        &mut self,
        product: &Product,
        board: &mut B,
        store: &mut BoardStore<B::Flash>,
        server: &Server<'_>,
        arena: &mut MemoryArena,
    ) -> Result<Ssh<'static>, StartError> {
        let SshDoor { sessions, sizes } = self.door;
        let lent = SshMemory::from_arena(product.capacities.places(), sessions, &sizes, arena);
        if let Some(key) = host_key(board, store, server) {
            let shown = fingerprint(key.fingerprint());
            if let Ok(ssh) = Ssh::new(lent, key, limits(product, sessions)) {
                defmt::info!("SSH: {=usize} sessions, the key is {=str}", sessions, &shown);
                self.fingerprint = shown;
                return Ok(ssh);
            }
        }
        defmt::error!("no entropy: the door for SSH stays shut");
        if product.lines_beside_ssh { Ok(Ssh::closed()) } else { Err(StartError::NoEntropy) }
    }

    fn services(&self, product: &Product) -> Services {
        let port = product.ssh_port;
        let ssh = Service { port, carrier: Carrier::Ssh, ..Service::LINES };
        let (ssh, lines) = (
            (!self.fingerprint.is_empty()).then_some(ssh),
            product.lines_beside_ssh.then(|| lines(product)),
        );
        ssh.into_iter().chain(lines).collect()
    }

    fn fingerprint(&self) -> Option<&str> {
        Some(self.fingerprint.as_str()).filter(|key| !key.is_empty())
    }

    fn place() -> &'static StaticCell<Driver<'static, Ssh<'static>>> {
        static DRIVER: StaticCell<Driver<'static, Ssh<'static>>> = StaticCell::new();
        &DRIVER
    }
}

/// What a stranger may cost: half of the sessions at most, so that a user who comes finds one, and
/// one key exchange in a round.
fn limits(product: &Product, sessions: usize) -> Limits {
    Limits {
        login_timeout: product.settings.login_deadline,
        strangers: sessions.div_ceil(2) as u16,
        steps: 1,
        ..Limits::default()
    }
}

/// The key of this board: that of its image, that of its store, or a new one; `None` without
/// entropy.
#[inline(never)]
fn host_key<B: Board>(
    board: &mut B,
    store: &mut BoardStore<B::Flash>,
    server: &Server<'_>,
) -> Option<HostKey> {
    let mut seed = [0; SEED_BYTES];
    board.entropy(&mut seed).ok()?;
    chance::seed(&seed);
    if let Some(baked_in) = HOST_KEY {
        return Some(HostKey::from_seed(&baked_in));
    }
    if let Some(kept) = store.seed() {
        return Some(HostKey::from_seed(&kept));
    }
    board.entropy(&mut seed).ok()?;
    if store.keep_seed(&seed, server) {
        defmt::info!("SSH: the key is new, and is kept");
    } else {
        defmt::warn!("SSH: nothing keeps the key, so it is new at every start, and clients stop");
    }
    Some(HostKey::from_seed(&seed))
}

/// What people compare.
fn fingerprint(fingerprint: Fingerprint) -> String<FINGERPRINT, u8> {
    let mut text = String::new();
    // It fits: a fingerprint has always as many characters.
    _ = write!(text, "{fingerprint}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hashing::Hashing;
    use smolchat_core::net::NetMemory;
    use smolchat_core::server::ServerMemory;

    const CAPACITIES: Capacities = Capacities::new(5, 3, 2, 7);
    const BUFFERS: Buffers = Buffers { rx: 600, tx: 700, fragments: 2 };

    #[test]
    fn the_computed_bytes_hold_the_server_the_driver_and_every_session() {
        const DOOR: SshDoor = SshDoor { sessions: 3, sizes: Sizes::SMALL };
        static MEMORY: Memory<{ ssh_memory_bytes(&CAPACITIES, BUFFERS, &DOOR) }> = Memory::new();
        let mut arena = MEMORY.lend();
        ServerMemory::from_arena(&CAPACITIES, &mut arena);
        NetMemory::from_arena(&CAPACITIES, BUFFERS, &mut arena);
        Hashing::from_arena(&CAPACITIES, &mut arena);
        SshMemory::from_arena(CAPACITIES.places(), 3, &DOOR.sizes, &mut arena);
        assert_eq!(arena.left(), 0);
    }

    #[test]
    fn a_fingerprint_is_told_whole() {
        let key = HostKey::from_seed(&[3; 32]);
        assert_eq!(fingerprint(key.fingerprint()), *key.fingerprint().to_string());
    }
}
