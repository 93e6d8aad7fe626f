//! The server from its options to its end: prepare, announce, loop, tell how it went. What
//! allocates stands before the line "listening".

use std::io::{self, Write};

use bumpalo::Bump;
use smolchat_core::arena::Arena;
use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::net::{Buffers, Driver, NetMemory, NetSettings, Platform, serve};
use smolchat_core::server::{Server, ServerMemory, Settings};
use smolchat_core::store::{Durability, StoreError};
use smolchat_core::time::Duration;
use smolchat_ssh::Ssh;
use smoltcp::wire::EthernetAddress;

use super::addresses::Addresses;
use super::announce::{AccountsSummary, Announcement, StoreSummary, report};
use super::arena::{ArenaSize, BumpArena};
use super::credentials::{Account, Credentials, CredentialsFile, Unwritable};
use super::doors::Doors;
use super::environment::HostEnvironment;
use super::error::{Error, RunError};
use super::hashing::Hashing;
use super::host_key;
use super::interface::{Interface, Wanted};
use super::log::{Log, Output};
use super::options::{Options, Switch};
use super::overlap;
use super::probe::AddressProbe;
use super::reach::RegistrationDecision;
use super::stop::{Stop, outlive_file_limits};
use super::store::{self, LockedStore};
use super::store_file::Place;
use super::tap::Tap;

/// The most accounts that a server can hold.
const USERS_MAX: usize = 65_000;
/// Packets that wait for the rest of their fragments.
const FRAGMENTS: usize = 32;

/// Where a server is in its life; between the two it allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Clients may come.
    Listening,
    /// It has said goodbye to everybody.
    Ended,
}

/// Runs the server until it is asked to stop.
///
/// # Errors
/// It did not start, or its TAP device went away.
pub fn run(options: Options) -> Result<(), Error> {
    run_watched(options, |_| {})
}

/// Prints the fingerprint of the server's key for SSH, if the options ask for that and not for a
/// server.
pub fn print_fingerprint(options: &Options) -> Option<Result<(), Error>> {
    options.fingerprint.then(|| {
        let path = options.host_key();
        let key =
            host_key::read(&path).map_err(|error| Error(RunError::HostKey { path, error }))?;
        let text = format!("{}\n", key.fingerprint());
        io::stdout().write_all(text.as_bytes()).map_err(|error| Error(RunError::System(error)))
    })
}

/// As [`run`], and tells `watch` of each stage as it comes.
///
/// # Errors
/// As for [`run`].
pub fn run_watched(options: Options, watch: impl FnMut(Stage)) -> Result<(), Error> {
    serve_until_asked(options, watch).map_err(Error)
}

fn serve_until_asked(options: Options, mut watch: impl FnMut(Stage)) -> Result<(), RunError> {
    outlive_file_limits()?;
    let output = Output::open()?;
    let log = Log::open(options.verbose)?;
    let addresses = Addresses::new(&options)?;
    let credentials = Credentials::read(&options.credentials)?;
    let mut accounts = credentials.accounts(&options.credentials)?;
    let accounts_told = AccountsSummary::new(&credentials, &accounts);
    let capacities = capacities(&options, accounts.list.len())?;
    let store = lock_store(&options, &capacities)?;
    let mut doors = Doors::open(&options)?;
    let (mut tap, interface) = attach(&options, addresses, capacities.places())?;
    let hashing = Hashing::start(accounts.blocks().max(Hashing::blocks()))?;
    let keys = std::mem::take(&mut accounts.keys);
    let mut environment = HostEnvironment::new(Stop::listen()?, log, hashing, keys);
    environment.fingerprint = doors.ssh().map(|(_, fingerprint)| fingerprint.to_string());
    let bytes = bytes_needed(&options, &capacities, &doors);
    let bump = Bump::try_with_capacity(bytes).map_err(|_| RunError::NoMemory { bytes })?;
    let mut arena = BumpArena(&bump);
    let registration = RegistrationDecision::new(options.registration, || interface.reach());
    let mut server = server(
        &options,
        &capacities,
        &accounts.list,
        registration.is_on(),
        &mut arena,
        &mut environment,
    )?;
    // The server has them; passwords need not lie around twice.
    drop(accounts);
    let store_summary = open_store(&options, store, &mut server, &mut environment)?;
    let (mac, mut warnings) = look_around(&options, addresses, &mut tap, &interface);
    warnings.extend(doors.warning.take());
    let doors_told = doors.summary(&options, &capacities);
    let wire = Wire { addresses, mac };
    let mut driver =
        driver(&options, wire, &capacities, doors, &mut arena, &mut tap, &mut environment)?;
    let unwritable = open_credentials(credentials, &mut environment).err();
    let announcement = Announcement {
        options: &options,
        addresses,
        capacities,
        accounts: accounts_told,
        doors: doors_told,
        bytes: (ServerMemory::bytes(&capacities), bytes),
        store_summary,
        registration,
        unwritable,
        ipv6: interface.without6.is_none(),
        offload: tap.has_offload(),
        warnings,
    };
    tell(&announcement, &output, &mut environment);
    watch(Stage::Listening);
    serve(&mut tap, &mut environment, &mut driver, &mut server);
    watch(Stage::Ended);
    environment.log.sum_up(&report(&tap, &driver, &interface));
    end(&options, &mut environment, &server)
}

/// Says what the server has and how to chat, to whoever started it, and to its supervisor.
fn tell(announcement: &Announcement<'_>, output: &Output, environment: &mut HostEnvironment) {
    let listening = announcement.listening();
    output.say(&announcement.to_string());
    output.say(&format!("{listening}. To chat, type:  {}\n", announcement.command()));
    environment.supervisor.tell_ready(&listening);
}

/// Prepares for accounts that are registered, and for passwords that are changed.
fn open_credentials(
    credentials: Credentials,
    environment: &mut HostEnvironment,
) -> Result<(), Unwritable> {
    environment.credentials = Some(CredentialsFile::open(credentials)?);
    Ok(())
}

/// Why the server ended, if nobody asked it to.
fn end(
    options: &Options,
    environment: &mut HostEnvironment,
    server: &Server<'_>,
) -> Result<(), RunError> {
    if let Some(error) = environment.credentials.as_ref().and_then(CredentialsFile::failed) {
        return Err(RunError::CredentialsLost { path: options.credentials.clone(), error });
    }
    if let Some(log) = &mut environment.store {
        // What nobody waited for is still to be written. A log that is full cannot be closed, and
        // has everything.
        let closed = if environment.store_is_lost {
            Err(StoreError::Failed)
        } else {
            log.close(&|entry| server.is_live(entry))
        };
        if closed == Err(StoreError::Failed) {
            let error = log.flash().failed();
            return Err(RunError::StoreLost { path: options.store(), error });
        }
    }
    environment.lost.map_or(Ok(()), |error| Err(RunError::TapLost(error)))
}

/// Takes hold of the store before anything else is touched, unless nothing is to be stored.
fn lock_store(options: &Options, capacities: &Capacities) -> Result<Option<LockedStore>, RunError> {
    if options.durability == Durability::Off {
        return Ok(None);
    }
    let path = options.store();
    let held = LockedStore::new(&path, capacities);
    held.map(Some).map_err(|error| RunError::Store { path, error })
}

/// Puts back what the store has; what there is to tell of it.
fn open_store(
    options: &Options,
    held: Option<LockedStore>,
    server: &mut Server<'_>,
    environment: &mut HostEnvironment,
) -> Result<Option<StoreSummary>, RunError> {
    let Some(held) = held else { return Ok(None) };
    let epoch = environment.seed()? as u32;
    let opened = held.open(epoch, server, options.forget == Switch::On);
    let (log, restored) =
        opened.map_err(|error| RunError::Store { path: options.store(), error })?;
    let store_summary = StoreSummary {
        bytes: store::size(&log),
        messages: server.chat().figures().texts.used,
        blocks: server.chat().figures().blocks.used,
        ownerless: restored.ownerless.to_string(),
        tail: restored.tail,
    };
    environment.store = Some(log);
    watch_store(options, environment);
    Ok(Some(store_summary))
}

/// Has the environment look after the file of the store. Warns if its file system may run out of
/// room for it.
fn watch_store(options: &Options, environment: &mut HostEnvironment) {
    // Where it cannot be looked at there is nothing to compare with later.
    environment.place = Place::of(&options.store()).ok();
    if let Some(place) = environment.place.as_ref().filter(|place| place.writes_elsewhere()) {
        environment.log.warn(format_args!(
            "store {place}: its file system copies what is overwritten: if the disk fills up, the server ends"
        ));
    }
}

fn capacities(options: &Options, accounts: usize) -> Result<Capacities, RunError> {
    if accounts > USERS_MAX {
        return Err(RunError::TooManyAccounts(accounts));
    }
    let users = accounts.max(options.users as usize);
    let [connections, messages, blocks] =
        [options.connections, options.messages, options.blocks].map(|count| count as usize);
    let [sources, history, keys] =
        [options.sources, options.history, options.keys].map(|count| count as usize);
    // A key that is gone tomorrow is worth nothing.
    let keys = if options.durability == Durability::Off { 0 } else { keys };
    Ok(Capacities {
        sources,
        history,
        keys,
        ..Capacities::new(users, connections, messages, blocks)
    })
}

fn attach(
    options: &Options,
    addresses: Addresses,
    places: usize,
) -> Result<(Tap, Interface), RunError> {
    let wanted = Wanted::new(&options.tap, addresses, places);
    let name = || options.tap.clone();
    let tap = Tap::open(&options.tap, options.offload == Switch::On).map_err(|error| {
        let commands = wanted.commands_to_create();
        RunError::Tap { name: name(), error, commands }
    })?;
    let interface = wanted.configure().map_err(|error| {
        let commands = wanted.commands_to_configure();
        RunError::Interface { name: name(), error, commands }
    })?;
    Ok((tap, interface))
}

/// Bytes that the server and its driver take from the arena.
fn bytes_needed(options: &Options, capacities: &Capacities, doors: &Doors) -> usize {
    let mut size = ArenaSize::default();
    ServerMemory::from_arena(capacities, &mut size);
    NetMemory::from_arena(capacities, buffers(options), &mut size);
    doors.memory(options, capacities, &mut size);
    size.bytes
}

fn server<'s>(
    options: &Options,
    capacities: &Capacities,
    accounts: &[Account],
    registration: bool,
    arena: &mut impl Arena<'s>,
    environment: &mut HostEnvironment,
) -> Result<Server<'s>, RunError> {
    let settings = Settings {
        block_duration: Duration::from_secs(options.block_duration.into()),
        timeout: Duration::from_secs(options.timeout.into()),
        login_deadline: Duration::from_secs(options.login_deadline.into()),
        registration,
        durability: options.durability,
        mail_expires: options.mail_expires,
        limits: Limits::new(
            options.guesses,
            options.registrations_per_hour,
            options.changes_per_minute,
        ),
    };
    let lent = ServerMemory::from_arena(capacities, arena);
    let mut server = Server::new(lent, settings, environment.now(), environment.seed()?);
    for account in accounts {
        account
            .with_secret(|secret| server.add_account(&account.name, secret))
            .map_err(|_| RunError::TooManyAccounts(accounts.len()))?;
    }
    Ok(server)
}

/// The server's Ethernet address, and what is to be told of others who have what is the server's.
fn look_around(
    options: &Options,
    addresses: Addresses,
    tap: &mut Tap,
    interface: &Interface,
) -> (EthernetAddress, Vec<String>) {
    let overlaps = overlap::find(&addresses, interface.index, interface.without6.is_none());
    let mut warnings: Vec<_> =
        overlaps.unwrap_or_default().iter().map(ToString::to_string).collect();
    let usual = mac(options.tap.bytes());
    if !interface.bridged {
        return (usual, warnings);
    }
    let other = mac(options.tap.bytes().chain(interface.mac));
    let address = addresses.server4.address();
    let found = AddressProbe { address, mac: usual, own: other }.run(tap);
    if let Some(by) = found.address {
        warnings.push(format!(
            "address conflict: {by} has {address} on this network already; give --address another"
        ));
    }
    if !found.mac {
        return (usual, warnings);
    }
    warnings.push(format!(
        "the Ethernet address {usual} is in use on this network, as by another server on a TAP device of this name: this one takes {other}"
    ));
    (other, warnings)
}

/// What the server is on its network.
struct Wire {
    addresses: Addresses,
    mac: EthernetAddress,
}

fn driver<'s>(
    options: &Options,
    Wire { addresses, mac }: Wire,
    capacities: &Capacities,
    doors: Doors,
    arena: &mut impl Arena<'s>,
    tap: &mut Tap,
    environment: &mut HostEnvironment,
) -> Result<Driver<'s, Ssh<'s>>, RunError> {
    let Addresses { server4, server6, host4, host6, .. } = addresses;
    let (addresses, routers) =
        ([server4.into(), server6.into()], [host4.address().into(), host6.address().into()]);
    let mut settings = NetSettings::new(mac, &addresses);
    settings.gateways = &routers;
    settings.mtu = options.mtu as usize;
    let services = doors.services();
    settings.services = &services;
    let lent = NetMemory::from_arena(capacities, buffers(options), arena);
    let memory = doors.memory(options, capacities, arena);
    let ssh = doors.carrier(options, memory)?;
    let (now, seed) = (environment.now(), environment.secret()?);
    Driver::with_carriers(lent, &settings, now, tap, seed, ssh).map_err(RunError::Network)
}

fn buffers(options: &Options) -> Buffers {
    Buffers { rx: options.rx as usize, tx: options.tx as usize, fragments: FRAGMENTS }
}

/// A locally administered address that is always the same for the same device, so that the host's
/// neighbour table stays right.
fn mac(name: impl Iterator<Item = u8>) -> EthernetAddress {
    // FNV-1a: stable across versions, which the standard library's hasher is not.
    let hash = name.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let [.., a, b, c, d, e] = hash.to_be_bytes();
    EthernetAddress([0x02, a, b, c, d, e])
}
