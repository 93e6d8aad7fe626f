//! The server's tables: how large the options make them, how much memory that takes, and a server
//! in it with the accounts of the file.

use smolchat_core::arena::Arena;
use smolchat_core::chat::Capacities;
use smolchat_core::net::{NetMemory, Platform};
use smolchat_core::server::{Server, ServerMemory, Settings};
use smolchat_core::store::Durability;
use smolchat_core::time::Duration;

use super::arena::ArenaSize;
use super::credentials::Accounts;
use super::doors::Doors;
use super::environment::HostEnvironment;
use super::error::RunError;
use super::network::buffers;
use super::options::Options;

/// Users and networks that an operator may keep out at once.
const BANS: usize = 1_024;
/// The most accounts that a server can hold.
const USERS_MAX: usize = 65_000;

pub(super) fn capacities(options: &Options, accounts: usize) -> Result<Capacities, RunError> {
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
pub(super) fn bytes_needed(options: &Options, capacities: &Capacities, doors: &Doors) -> usize {
    let mut size = ArenaSize::default();
    ServerMemory::from_arena(capacities, &mut size);
    NetMemory::from_arena(capacities, buffers(options), &mut size);
    doors.memory(options, capacities, &mut size);
    size.bytes
}

pub(super) fn server<'s>(
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
        limits: options.limits(),
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
