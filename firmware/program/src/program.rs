//! The program from its start to its restart: prepare, log, serve, say goodbye.
//! Nothing that it lends is ever given back.

use smolchat_core::chat::Capacities;
use smolchat_core::net::{Driver, NetMemory, NetSettings, serve};
use smolchat_core::server::{Server, ServerMemory, Settings};
use smolchat_core::time::Instant;
#[cfg(feature = "console")]
use smolchat_store::Flash;
use smoltcp::phy::Device;
use smoltcp::wire::{IpAddress, IpCidr};
use static_cell::StaticCell;

use crate::accounts::ACCOUNTS;
#[cfg(feature = "operator")]
use crate::accounts::ADMINS;
use crate::board::Board;
#[cfg(feature = "console")]
use crate::console::{Console, Notes};
use crate::doors::{Doors, Lines};
use crate::environment::BoardEnvironment;
use crate::hashing::Hashing;
#[cfg(feature = "console")]
use crate::log;
use crate::memory::{Memory, MemoryArena};
use crate::product::{Addressing, Product};
#[cfg(feature = "console")]
use crate::settings::Settings as Kept;
use crate::stack::stack;
use crate::start_error::StartError;
use crate::store;
#[cfg(feature = "console")]
use crate::store::BoardStore;

/// Runs the server until somebody asks for a goodbye, and then restarts the part.
///
/// # Panics
/// The arguments do not fit together; the log says why. That shows at the first start, and at each.
pub fn run<B: Board, const BYTES: usize>(
    memory: &'static Memory<BYTES>,
    device: &mut B::Device,
    board: &mut B,
    product: &Product,
) -> ! {
    run_with(memory, device, board, product, Lines)
}

/// [`run`], with these doors.
pub(crate) fn run_with<B: Board, const BYTES: usize>(
    memory: &'static Memory<BYTES>,
    device: &mut B::Device,
    board: &mut B,
    product: &Product,
    doors: impl Doors,
) -> ! {
    defmt::info!("smolchat {=str}, started by {}", env!("CARGO_PKG_VERSION"), board.reset_reason());
    let served = serve_until_stopped(memory, device, board, product, doors);
    if let Err(error) = served {
        defmt::error!("cannot start: {}", error);
        panic!("cannot start");
    }
    defmt::info!("stopped: {}", stack());
    board.restart()
}

fn serve_until_stopped<B: Board, const BYTES: usize>(
    memory: &'static Memory<BYTES>,
    device: &mut B::Device,
    board: &mut B,
    product: &Product,
    mut doors: impl Doors,
) -> Result<(), StartError> {
    let Product { capacities, buffers, .. } = product;
    let bytes = doors.bytes(capacities, *buffers);
    if bytes > BYTES {
        return Err(StartError::Memory(bytes));
    }
    let mut arena = memory.lend();
    let epoch = seed(board) as u32;
    let mut store = store::open(board, epoch);
    #[cfg(feature = "console")]
    let (settings, image) = (kept_settings(&store), product);
    #[cfg(feature = "console")]
    let product = &settings.product(image, log::left_out);
    let Product { capacities, buffers, .. } = product;
    let now = board.now() + store.clock_ahead();
    let rules =
        Settings { durability: store.durability(product.settings.durability), ..product.settings };
    let server = server(product, rules, now, seed(board) as u64, &mut arena)?;
    store.restore(server).map_err(StartError::Store)?;
    let lent = NetMemory::from_arena(capacities, *buffers, &mut arena);
    let hashing = hashing(capacities, &mut arena);
    let carriers = doors.open(product, board, &mut store, server, &mut arena)?;
    let driver = driver(product, now, seed(board), device, lent, &doors, carriers)?;
    tell(capacities, bytes);
    defmt::info!("durability: {}", rules.durability);
    for service in doors.services(product) {
        defmt::info!("listening on port {=u16}", service.port);
    }
    let environment = BoardEnvironment::new(board, store, hashing, doors.fingerprint());
    #[cfg(feature = "console")]
    let environment = {
        let notes = Notes::new(product.addressing.told());
        environment.with_console(console(image, product, settings), notes)
    };
    let mut environment = environment;
    serve(device, &mut environment, driver, server);
    Ok(())
}

/// The server, in a place of its own. A function of its own puts it there, so that copies on the
/// way leave the stack.
#[inline(never)]
fn server(
    product: &Product,
    settings: Settings,
    now: Instant,
    seed: u64,
    arena: &mut MemoryArena,
) -> Result<&'static mut Server<'static>, StartError> {
    static SERVER: StaticCell<Server<'static>> = StaticCell::new();
    let lent = ServerMemory::from_arena(&product.capacities, arena);
    let server = SERVER.init(Server::new(lent, settings, now, seed));
    for (name, secret) in ACCOUNTS {
        server.add_account(name, *secret).map_err(StartError::Account)?;
    }
    #[cfg(feature = "operator")]
    for name in ADMINS {
        server.set_admin(name, true);
    }
    defmt::info!("accounts: {=usize} baked in", ACCOUNTS.len());
    Ok(server)
}

/// What was set at the console, likewise.
#[cfg(feature = "console")]
#[inline(never)]
fn kept_settings<F: Flash>(store: &BoardStore<F>) -> &'static Kept {
    static SETTINGS: StaticCell<Kept> = StaticCell::new();
    SETTINGS.init_with(|| store.settings())
}

/// The console, likewise.
#[cfg(feature = "console")]
#[inline(never)]
fn console(image: &Product, product: &Product, settings: &Kept) -> &'static mut Console {
    static CONSOLE: StaticCell<Console> = StaticCell::new();
    CONSOLE.init_with(|| Console::new(image, product, settings))
}

/// The hashes, likewise.
#[inline(never)]
fn hashing(capacities: &Capacities, arena: &mut MemoryArena) -> &'static mut Hashing {
    static HASHING: StaticCell<Hashing> = StaticCell::new();
    HASHING.init(Hashing::from_arena(capacities, arena))
}

/// The driver, likewise.
#[inline(never)]
fn driver<D: Doors>(
    product: &Product,
    now: Instant,
    seed: u128,
    device: &mut impl Device,
    lent: NetMemory<'static>,
    doors: &D,
    carriers: D::Carriers,
) -> Result<&'static mut Driver<'static, D::Carriers>, StartError> {
    let (address, gateway) = match product.addressing {
        Addressing::Static { address, gateway } => {
            defmt::info!("address: {}/{=u8}", address.address(), address.prefix_len());
            (Some(IpCidr::Ipv4(address)), gateway.map(IpAddress::Ipv4))
        }
        Addressing::Dhcp => {
            defmt::info!("address: asking the network");
            (None, None)
        }
    };
    let mut settings = NetSettings::new(product.mac, address.as_slice());
    settings.gateways = gateway.as_slice();
    settings.mtu = product.mtu.into();
    let services = doors.services(product);
    settings.services = &services;
    settings.dhcp = product.addressing == Addressing::Dhcp;
    #[cfg(feature = "mdns")]
    {
        settings.naming = product
            .name
            .map(|name| smolchat_core::net::Naming { name, users: product.capacities.users });
    }
    let driver = Driver::with_carriers(lent, &settings, now, device, seed, carriers);
    Ok(D::place().init(driver.map_err(StartError::Network)?))
}

/// A number that nobody can guess, if the part has entropy.
fn seed(board: &mut impl Board) -> u128 {
    let mut seed = [0; 16];
    if board.entropy(&mut seed).is_err() {
        defmt::error!(
            "no entropy: sequence numbers can be guessed, and private connections are refused"
        );
    }
    u128::from_ne_bytes(seed)
}

/// Tells the operator how much fits, and how many bytes that takes.
fn tell(capacities: &Capacities, bytes: usize) {
    let Capacities {
        users,
        connections,
        spare,
        texts,
        chunks,
        deliveries,
        blocks,
        keys,
        sources,
        history,
        files,
        holders,
        bans,
    } = *capacities;
    defmt::info!(
        "capacities: {=usize} users, {=usize} + {=usize} connections",
        users,
        connections,
        spare
    );
    defmt::info!(
        "capacities: {=usize} texts, {=usize} chunks, {=usize} deliveries, {=usize} blocks, {=usize} keys, {=usize} sources, {=usize} broadcasts, {=usize} files, {=usize} holders, {=usize} bans",
        texts,
        chunks,
        deliveries,
        blocks,
        keys,
        sources,
        history,
        files,
        holders,
        bans
    );
    defmt::info!("memory: {=usize} bytes, and no more later; {}", bytes, stack());
}
