//! A start before anybody lends the server memory: the accounts are read, the store is locked, the
//! doors have their key, the device is there, the helper threads run. What fails here ends the
//! start.

use std::path::{Path, PathBuf};
use std::{env, io};

use smolchat_core::chat::Capacities;
use smolchat_core::protocol::check_new_name;
use smolchat_core::store::Durability;

use super::addresses::Addresses;
use super::announce::AccountsSummary;
use super::credentials::{Accounts, Credentials};
use super::doors::Doors;
use super::environment::HostEnvironment;
use super::error::RunError;
use super::hashing::Hashing;
use super::interface::Interface;
use super::join::Ways;
use super::keeper::Keeper;
use super::log::{Log, Output};
use super::network::attach;
use super::options::{Options, Publish};
use super::publish::undo_earlier;
use super::reach::RegistrationDecision;
use super::signals::{Signals, outlive_file_limits};
use super::state;
use super::store::LockedStore;
use super::tables::capacities;
use super::tap::Tap;

/// Helper threads: for both streams of the log, hashes, and the accounts.
const THREADS: usize = 4;
/// Bytes of a thread's stack, and what it takes beside it.
const STACK: usize = (2 << 20) + (256 << 10);

/// What a start has before the server has memory, beside its environment.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) options: Options,
    pub(super) output: Output,
    pub(super) addresses: Addresses,
    /// The credentials file.
    pub(super) file: PathBuf,
    /// This start has made it.
    pub(super) is_new: bool,
    pub(super) credentials: Credentials,
    pub(super) accounts: Accounts,
    pub(super) accounts_told: AccountsSummary,
    pub(super) capacities: Capacities,
    pub(super) store: Option<LockedStore>,
    pub(super) doors: Doors,
    pub(super) tap: Tap,
    pub(super) interface: Interface,
    pub(super) registration: RegistrationDecision,
    /// How to come to the server, as far as that is known without a lease and published ports.
    pub(super) ways: Ways,
}

impl Prepared {
    /// Prepares a server of these options, and the environment of its loop.
    ///
    /// # Errors
    /// There will be no server.
    pub(super) fn new(options: Options) -> Result<(Self, HostEnvironment), RunError> {
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
        let doors = Doors::open(&options)?;
        let (tap, interface) = attach(&options, addresses, capacities.places())?;
        undo_earlier(&options.tap);
        let blocks = accounts.blocks().max(Hashing::blocks());
        let hashing = Hashing::start(blocks)?;
        let keeper = Keeper::start(file.clone())?;
        let keys = std::mem::take(&mut accounts.keys);
        let mut environment =
            HostEnvironment::new(Signals::listen()?, log, (hashing, blocks), keeper, keys);
        environment.fingerprint = doors.ssh().map(|(_, fingerprint)| fingerprint.to_string());
        let reach = interface.reach();
        let is_published = options.publish.iter().any(Publish::is_for_others);
        let registration = RegistrationDecision::new(options.registration, &reach, is_published);
        let ways = Ways {
            server: None,
            server6: addresses
                .server6
                .filter(|_| interface.without6.is_none())
                .map(|it| it.address()),
            ports: doors.ports(),
            user: accounts_told.example.clone().unwrap_or_else(newcomer),
            registers: accounts_told.example.is_none() && registration.is_on(),
            reach,
            published: None,
            name: options.name.get().map(str::to_owned),
            own: Vec::new(),
        };
        let prepared = Prepared {
            options,
            output,
            addresses,
            file,
            is_new,
            credentials,
            accounts,
            accounts_told,
            capacities,
            store,
            doors,
            tap,
            interface,
            registration,
            ways,
        };
        Ok((prepared, environment))
    }
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

/// Makes the accounts file where nobody named one and there is none. Answers whether it did.
fn begin_accounts(options: &Options, file: &Path) -> Result<bool, RunError> {
    if options.credentials.is_some() {
        return Ok(false);
    }
    state::begin(file).map_err(|error| RunError::State { path: file.to_owned(), error })
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

/// A name for somebody without an account: that of whoever started the server.
fn newcomer() -> String {
    let mut names = ["SUDO_USER", "USER"].into_iter().filter_map(|name| env::var(name).ok());
    names.find(|name| check_new_name(name).is_ok()).unwrap_or_else(|| "hans".to_owned())
}
