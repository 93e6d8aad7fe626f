//! What is opened for the loop once there is a server: its store, its accounts file to append to,
//! the socket for operators.

use std::path::Path;

use smolchat_core::server::Server;

use super::announce::StoreSummary;
use super::control::{self, Control};
use super::credentials::{Credentials, CredentialsFile, Unwritable};
use super::environment::HostEnvironment;
use super::error::RunError;
use super::log::{self, EventKind, Field};
use super::options::{Options, Switch};
use super::store::{self, LockedStore};
use super::store_file::Place;

/// Puts back what the store has; what there is to tell of it.
pub(super) fn open_store(
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

/// Prepares for accounts that are registered, and for passwords that are changed.
pub(super) fn open_credentials(
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

/// Opens the socket for operators.
///
/// # Errors
/// What they are told if there is none.
pub(super) fn open_control(file: &Path, environment: &mut HostEnvironment) -> Result<(), String> {
    let path = control::path(file);
    let opened = Control::open(&path);
    let opened = opened.map_err(|why| {
        format!("control socket {}: {why}; nobody can give this server orders", path.display())
    })?;
    environment.control = Some(Box::new(opened));
    Ok(())
}
