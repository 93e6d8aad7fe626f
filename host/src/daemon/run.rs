//! The server from its options to its end: prepare, announce, loop, tell how it went. What
//! allocates stands before the line "listening".

use std::io::{self, Write};

use bumpalo::Bump;
use smolchat_core::arena::Arena;
use smolchat_core::net::serve;
use smolchat_core::server::{Server, ServerMemory};
use smolchat_core::store::StoreError;

use super::announce::{Announcement, report};
use super::arena::BumpArena;
use super::credentials::CredentialsFile;
use super::environment::HostEnvironment;
use super::error::{Error, RunError};
use super::host_key;
use super::log::{EventKind, Field, Output};
use super::nearby::Nearby;
use super::network::{Wire, await_lease, driver, look_around};
use super::opening::{open_control, open_credentials, open_store};
use super::options::Options;
use super::prepare::Prepared;
use super::privacy;
use super::publish::Published;
use super::tables::{bytes_needed, server};

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

fn serve_until_asked(options: Options, watch: impl FnMut(Stage)) -> Result<(), RunError> {
    let (prepared, environment) = Prepared::new(options)?;
    let bytes = bytes_needed(&prepared.options, &prepared.capacities, &prepared.doors);
    let bump = Bump::try_with_capacity(bytes).map_err(|_| RunError::NoMemory { bytes })?;
    serve_with(prepared, environment, (&mut BumpArena(&bump), bytes), watch)
}

/// Serves in memory that is lent and has so many bytes.
fn serve_with<'s>(
    prepared: Prepared,
    mut environment: HostEnvironment,
    (arena, bytes): (&mut impl Arena<'s>, usize),
    mut watch: impl FnMut(Stage),
) -> Result<(), RunError> {
    let Prepared { options, addresses, file, capacities, mut doors, .. } = prepared;
    let Prepared { mut tap, interface, accounts_told, registration, mut ways, .. } = prepared;
    let may_register = registration.is_on();
    let mut server =
        server(&options, &capacities, &prepared.accounts, may_register, arena, &mut environment)?;
    // The server has them; passwords need not lie around twice.
    drop(prepared.accounts);
    let store_summary = open_store(&options, prepared.store, &mut server, &mut environment)?;
    let (mac, mut warnings) = look_around(&options, addresses, &mut tap, &interface);
    warnings.extend(privacy::warnings(&file));
    warnings.extend(doors.warning.take());
    let doors_told = doors.summary(&options, &capacities);
    let wire = Wire { addresses, mac };
    let mut driver = driver(&options, wire, &capacities, doors, arena, &mut tap, &mut environment)?;
    let has_orphans = !accounts_told.orphans.is_empty();
    let unwritable = open_credentials(prepared.credentials, has_orphans, &mut environment).err();
    warnings.extend(open_control(&file, &mut environment).err());
    let nearby = Nearby::look(interface.index).unwrap_or_default();
    let published = Published::open(&options, &addresses, &nearby, |door| ways.ports.of(door));
    let published = published.map_err(RunError::Publish)?;
    ways.server = match addresses.server4 {
        Some(address) => Some(address),
        None => match await_lease(&mut tap, &mut environment, &mut driver, &mut server) {
            Ok(leased) => leased,
            Err(_) => return end(&options, &mut environment, &server),
        },
    };
    ways.published = published.as_ref().map(|published| published.ways.clone());
    ways.own = nearby.addresses();
    let announcement = Announcement {
        options: &options,
        file: &file,
        is_new: prepared.is_new,
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
    tell(&announcement, &prepared.output, &mut environment);
    watch(Stage::Listening);
    serve(&mut tap, &mut environment, &mut driver, &mut server);
    watch(Stage::Ended);
    drop(published);
    environment.log.sum_up(&report(&tap, &driver, &interface));
    end(&options, &mut environment, &server)
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
