//! The server from its options to its end: prepare, announce, loop, tell how it went. What
//! allocates stands before the line "listening".

use std::env;
use std::io::{self, Write};
use std::path::Path;

use bumpalo::Bump;
use smolchat_core::arena::Arena;
use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::net::{NetMemory, Platform, serve};
use smolchat_core::protocol::check_new_name;
use smolchat_core::server::{Server, ServerMemory, Settings};
use smolchat_core::store::{Durability, StoreError};
use smolchat_core::time::Duration;

use super::addresses::Addresses;
use super::announce::{AccountsSummary, Announcement, StoreSummary, report};
use super::arena::{ArenaSize, BumpArena};
use super::control::{self, Control};
use super::credentials::{Accounts, Credentials, CredentialsFile, Unwritable};
use super::doors::Doors;
use super::environment::HostEnvironment;
use super::error::{Error, RunError};
use super::hashing::Hashing;
use super::host_key;
use super::join::Ways;
use super::keeper::Keeper;
use super::log::{self, EventKind, Field, Log, Output};
use super::nearby::Nearby;
use super::network::{Wire, attach, await_lease, buffers, driver, look_around};
use super::options::{Options, Publish, Switch};
use super::privacy;
use super::publish::{Published, undo_earlier};
use super::reach::RegistrationDecision;
use super::signals::{Signals, outlive_file_limits};
use super::state;
use super::store::{self, LockedStore};
use super::store_file::Place;
use super::tap::Tap;

/// Helper threads: for both streams of the log, hashes, and the accounts.
const THREADS: usize = 4;
/// Bytes of a thread's stack, and what it takes beside it.
const STACK: usize = (2 << 20) + (256 << 10);
/// Users and networks that an operator may keep out at once.
const BANS: usize = 1_024;

/// The most accounts that a server can hold.
const USERS_MAX: usize = 65_000;

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
    look_for_memory()?;
    let output = Output::open()?;
    let mut log = Log::open(options.log, options.verbose)?;
    log.doors = Doors::NAMES;
    let addresses = Addresses::new(&options, Tap::is_macvtap(&options.tap))?;
    let file = options.credentials();
    let is_new = begin_accounts(&options, &file)?;
    let credentials = Credentials::read(&file)?;
    let mut accounts = credentials.accounts(&file)?;
    let accounts_told = AccountsSummary::new(&credentials, &accounts);
    let capacities = capacities(&options, accounts.list.len())?;
    let store = lock_store(&options, &capacities)?;
    let mut doors = Doors::open(&options)?;
    let (mut tap, interface) = attach(&options, addresses, capacities.places())?;
    undo_earlier(&options.tap);
    let blocks = accounts.blocks().max(Hashing::blocks());
    let hashing = Hashing::start(blocks)?;
    let keeper = Keeper::start(file.clone())?;
    let keys = std::mem::take(&mut accounts.keys);
    let mut environment =
        HostEnvironment::new(Signals::listen()?, log, (hashing, blocks), keeper, keys);
    environment.fingerprint = doors.ssh().map(|(_, fingerprint)| fingerprint.to_string());
    let bytes = bytes_needed(&options, &capacities, &doors);
    let bump = Bump::try_with_capacity(bytes).map_err(|_| RunError::NoMemory { bytes })?;
    let mut arena = BumpArena(&bump);
    let reach = interface.reach();
    let is_published = options.publish.iter().any(Publish::is_for_others);
    let registration = RegistrationDecision::new(options.registration, &reach, is_published);
    let mut server = server(
        &options,
        &capacities,
        &accounts,
        registration.is_on(),
        &mut arena,
        &mut environment,
    )?;
    // The server has them; passwords need not lie around twice.
    drop(accounts);
    let store_summary = open_store(&options, store, &mut server, &mut environment)?;
    let (mac, mut warnings) = look_around(&options, addresses, &mut tap, &interface);
    warnings.extend(privacy::warnings(&file));
    warnings.extend(doors.warning.take());
    let doors_told = doors.summary(&options, &capacities);
    let ports = doors.ports();
    let wire = Wire { addresses, mac };
    let mut driver =
        driver(&options, wire, &capacities, doors, &mut arena, &mut tap, &mut environment)?;
    let has_orphans = !accounts_told.orphans.is_empty();
    let unwritable = open_credentials(credentials, has_orphans, &mut environment).err();
    warnings.extend(open_control(&file, &mut environment).err());
    let nearby = Nearby::look(interface.index).unwrap_or_default();
    let published = Published::open(&options, &addresses, &nearby, |door| ports.of(door));
    let published = published.map_err(RunError::Publish)?;
    let address = match addresses.server4 {
        Some(address) => Some(address),
        None => match await_lease(&mut tap, &mut environment, &mut driver, &mut server) {
            Ok(leased) => leased,
            Err(_) => return end(&options, &mut environment, &server),
        },
    };
    let ways = Ways {
        server: address,
        server6: addresses.server6.filter(|_| interface.without6.is_none()).map(|it| it.address()),
        ports,
        user: accounts_told.example.clone().unwrap_or_else(newcomer),
        registers: accounts_told.example.is_none() && registration.is_on(),
        reach,
        published: published.as_ref().map(|published| published.ways.clone()),
        name: options.name.get().map(str::to_owned),
        own: nearby.addresses(),
    };
    let announcement = Announcement {
        options: &options,
        file: &file,
        is_new,
        capacities,
        accounts: accounts_told,
        doors: doors_told,
        bytes: (ServerMemory::bytes(&capacities), bytes),
        store_summary,
        registration,
        unwritable,
        without6: interface.without6,
        ways,
        offload: tap.has_offload(),
        warnings,
    };
    tell(&announcement, &output, &mut environment);
    watch(Stage::Listening);
    serve(&mut tap, &mut environment, &mut driver, &mut server);
    watch(Stage::Ended);
    drop(published);
    environment.log.sum_up(&report(&tap, &driver, &interface));
    end(&options, &mut environment, &server)
}

/// A thread that starts without memory for all of its stacks ends the process, and says nothing
/// that helps. So there is to be room for every thread before the first one starts.
fn look_for_memory() -> io::Result<()> {
    let mut room = Vec::<u8>::new();
    let looked = room.try_reserve_exact(THREADS * STACK);
    // Nobody is to conclude that nothing is ever put there.
    std::hint::black_box(&room);
    looked.map_err(|_| io::ErrorKind::WouldBlock.into())
}

/// Says what the server has and how to chat, to whoever started it, and to its supervisor.
fn tell(announcement: &Announcement<'_>, output: &Output, environment: &mut HostEnvironment) {
    let listening = announcement.ways.listening();
    output.say(&announcement.to_string());
    output.say(&match announcement.ways.command() {
        Some(command) => format!("{listening}. To chat, type:  {command}\n"),
        None => format!("{listening}\n"),
    });
    environment.supervisor.tell_ready(&listening);
    if environment.log.is_journal() {
        // The announcement is nothing that stands out there.
        for warning in &announcement.warnings {
            environment.log.warn(format_args!("{warning}"));
        }
    }
    environment.log.event(EventKind::Listening, &[(Field::Reason, &listening)]);
    environment.is_announced = true;
}

/// Prepares for accounts that are registered, and for passwords that are changed.
fn open_credentials(
    credentials: Credentials,
    has_orphans: bool,
    environment: &mut HostEnvironment,
) -> Result<(), Unwritable> {
    let mut file = CredentialsFile::open(credentials)?;
    if has_orphans {
        // Nobody registers a name that a line without an account has.
        file.look_for_names();
    }
    environment.credentials = Some(file);
    Ok(())
}

/// Makes the accounts file where nobody named one and there is none. Answers whether it did.
fn begin_accounts(options: &Options, file: &Path) -> Result<bool, RunError> {
    if options.credentials.is_some() {
        return Ok(false);
    }
    state::begin(file).map_err(|error| RunError::State { path: file.to_owned(), error })
}

/// A name for somebody without an account: that of whoever started the server.
fn newcomer() -> String {
    let mut names = ["SUDO_USER", "USER"].into_iter().filter_map(|name| env::var(name).ok());
    names.find(|name| check_new_name(name).is_ok()).unwrap_or_else(|| "hans".to_owned())
}

/// Opens the socket for operators.
///
/// # Errors
/// What they are told if there is none.
fn open_control(file: &Path, environment: &mut HostEnvironment) -> Result<(), String> {
    let path = control::path(file);
    let opened = Control::open(&path);
    let opened = opened.map_err(|why| {
        format!("control socket {}: {why}; nobody can give this server orders", path.display())
    })?;
    environment.control = Some(Box::new(opened));
    Ok(())
}

/// Why the server ended, if nobody asked it to.
fn end(
    options: &Options,
    environment: &mut HostEnvironment,
    server: &Server<'_>,
) -> Result<(), RunError> {
    if let Some(error) = environment.credentials.as_ref().and_then(CredentialsFile::failed) {
        return Err(RunError::CredentialsLost { path: options.credentials(), error });
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
        let reason =
            "its file system copies what is overwritten: if the disk fills up, the server ends";
        let values: [log::Value<'_>; 2] = [(Field::File, &place), (Field::Reason, &reason)];
        environment.log.event(EventKind::StoreCopies, &values);
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
    let [files, holders] = [options.files, options.holders].map(|count| count as usize);
    // A key that is gone tomorrow is worth nothing.
    let keys = if options.durability == Durability::Off { 0 } else { keys };
    Ok(Capacities {
        sources,
        history,
        keys,
        files,
        holders,
        bans: BANS,
        ..Capacities::new(users, connections, messages, blocks)
    })
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
    accounts: &Accounts,
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
    for account in &accounts.list {
        account
            .with_secret(|secret| server.add_account(&account.name, secret))
            .map_err(|_| RunError::TooManyAccounts(accounts.list.len()))?;
    }
    for admin in &accounts.admins {
        server.set_admin(admin, true);
    }
    Ok(server)
}
