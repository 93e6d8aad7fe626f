//! The world around the server on a Linux host: the clock, chance, the credentials file, the log,
//! and sleep. It runs inside the loop, so nothing here allocates.

use std::io;
use std::net::IpAddr;

use rustix::event::{PollFlags, Timespec};
use rustix::io::Errno;
use smolchat_core::environment::{Environment, Figure, Given, NoEntropy, Notice, Seal, Verdict};
use smolchat_core::net::{Counters, Platform, Wake};
use smolchat_core::server::Server;
use smolchat_core::store::{Entry, IsLive, Store, StoreError};
use smolchat_core::time::{Duration, Instant};
use smolchat_secret::KEY_BYTES;
use smolchat_store::Log;

use super::clock::Clock;
use super::control::Control;
use super::credentials::{AppendError, CredentialsFile};
use super::figures;
use super::flash_file::FlashFile;
use super::hashing::Hashing;
use super::keeper::Keeper;
use super::log::{self, EventKind, Field};
use super::reload::Reloads;
use super::signals::{Asked, Signals};
use super::store_file::Place;
use super::supervisor::Supervisor;
use super::tap::Tap;

/// What `poll` says of a device that was deleted.
const GONE: PollFlags = PollFlags::ERR.union(PollFlags::HUP).union(PollFlags::NVAL);

/// What the server's loop runs on.
#[derive(Debug)]
pub(super) struct HostEnvironment {
    /// Where accounts that people register and passwords that they change are kept, if the file can
    /// be written to.
    pub(super) credentials: Option<CredentialsFile>,
    /// Checks and makes hashes of passwords.
    pub(super) hashing: Hashing,
    /// Somebody was told that no hash is checked any more.
    pub(super) is_loss_told: bool,
    /// Which key of the credentials file lets in whom, in order.
    pub(super) keys: Vec<(String, [u8; KEY_BYTES])>,
    /// KiB that the thread for hashes has.
    pub(super) hash_blocks: usize,
    /// Reads the accounts again, and writes them anew.
    pub(super) keeper: Keeper,
    pub(super) reloads: Reloads,
    /// What changes comes from the accounts file: it is not to be written into it.
    pub(super) is_reloading: bool,
    /// The log has nothing to tell of the reload.
    pub(super) is_reload_told: bool,
    /// Where operators give orders, if there is such a socket.
    pub(super) control: Option<Box<Control>>,
    /// What people compare of the server's key, if it has one.
    pub(super) fingerprint: Option<String>,
    /// Where messages and blocks are kept, unless the server is told to keep none.
    pub(super) store: Option<Log<FlashFile>>,
    /// Where the store is to stay, until somebody was told that it is there no longer.
    pub(super) place: Option<Place>,
    /// Somebody was told that no account can be kept, and none was kept since.
    pub(super) is_refusal_told: bool,
    /// Why the last account that was refused is not in the file.
    pub(super) refused: Option<AppendError>,
    pub(super) next_look: Instant,
    /// The store or the credentials file failed: nothing may be promised any more.
    pub(super) store_is_lost: bool,
    pub(super) log: log::Log,
    pub(super) supervisor: Supervisor,
    /// The address that a DHCP server has given the server, with its network.
    pub(super) leased: Option<(IpAddr, u8)>,
    /// The operator has read what there was to read at the start.
    pub(super) is_announced: bool,
    /// The log has why the server ends.
    pub(super) is_stopping_told: bool,
    clock: Clock,
    pub(super) signals: Signals,
    /// Why the TAP device can be used no longer, if so.
    pub(super) lost: Option<Errno>,
}

impl HostEnvironment {
    pub(super) fn new(
        signals: Signals,
        log: log::Log,
        (hashing, hash_blocks): (Hashing, usize),
        keeper: Keeper,
        mut keys: Vec<(String, [u8; KEY_BYTES])>,
    ) -> Self {
        keys.sort_unstable();
        let (supervisor, clock) = (Supervisor::from_environment(), Clock::start());
        HostEnvironment {
            credentials: None,
            hashing,
            is_loss_told: false,
            keys,
            hash_blocks,
            keeper,
            reloads: Reloads::default(),
            is_reloading: false,
            is_reload_told: true,
            control: None,
            fingerprint: None,
            store: None,
            place: None,
            is_refusal_told: false,
            refused: None,
            next_look: Instant::START,
            store_is_lost: false,
            log,
            supervisor,
            leased: None,
            is_announced: false,
            is_stopping_told: false,
            clock,
            signals,
            lost: None,
        }
    }

    /// A number that nobody can guess.
    pub(super) fn seed(&mut self) -> io::Result<u64> {
        Ok(self.secret()? as u64)
    }

    /// A longer one, for what strangers see.
    pub(super) fn secret(&mut self) -> io::Result<u128> {
        let mut secret = [0; 16];
        getrandom::fill(&mut secret)
            .map_err(|error| io::Error::other(format!("no entropy: {error}")))?;
        Ok(u128::from_ne_bytes(secret))
    }
}

impl Store for HostEnvironment {
    /// Accounts go to the credentials file, where people write them too; all else to the log.
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        match *entry {
            // The file has it.
            Entry::Account { .. } if self.is_reloading => return Ok(()),
            Entry::Account { user, secret, change, .. } => {
                return self.keep_account(user, secret, change);
            }
            Entry::AccountRemoved { user, .. } => {
                return self.remove_account(user, entry, is_live);
            }
            _ => {}
        }
        self.store.as_mut().map_or(Err(StoreError::Failed), |log| log.append(entry, is_live))
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.store_is_lost |= self.credentials.as_mut().is_some_and(|file| file.commit().is_err());
        if let Some(log) = &mut self.store {
            let committed = log.commit();
            // What need not be durable yet is not in this process alone. It fails as well where a
            // write failed before.
            self.store_is_lost |= committed.is_err() || log.flash().hand_over().is_err();
        }
        if self.store_is_lost { Err(StoreError::Failed) } else { Ok(()) }
    }
}

impl Environment for HostEnvironment {
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|_| NoEntropy)
    }

    fn notice(&mut self, notice: Notice<'_>) {
        match notice {
            Notice::AddressAssigned { address, prefix_len, .. } => {
                self.note_lease(Some((address, prefix_len)));
            }
            Notice::AddressLost => self.note_lease(None),
            _ => self.log.notice(&notice),
        }
    }

    fn verify(&mut self, given: Given<'_>, hash: Option<&[u8]>) -> Verdict {
        self.hashing.verify(given, hash)
    }

    fn seal(&mut self, given: Given<'_>) -> Seal {
        self.hashing.seal(given)
    }

    fn forget(&mut self, asker: u16) {
        self.hashing.forget(asker);
    }

    fn next_answered(&mut self) -> Option<u16> {
        self.hashing.next_answered()
    }

    fn has_key(&self, user: &str, key: &[u8; KEY_BYTES]) -> bool {
        let wanted = (user, key);
        self.keys.binary_search_by(|(user, key)| (user.as_str(), key).cmp(&wanted)).is_ok()
    }

    fn figure(&self, index: usize) -> Option<Figure> {
        figures::of_store(self.store.as_ref(), index)
    }

    fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }
}

impl Platform<Tap> for HostEnvironment {
    fn now(&mut self) -> Instant {
        self.clock.now()
    }

    /// Sleeps until a frame or a signal comes, or until `until`; without one, for as long as no
    /// supervisor wants to hear of it.
    fn wait(&mut self, tap: &mut Tap, until: Option<Instant>) -> Wake {
        let now = self.clock.now();
        while let Some(warning) = tap.take_warning() {
            self.log.event(EventKind::Tap, &[(Field::Reason, &warning)]);
        }
        self.look_after_store(now);
        self.look_after_hashing();
        let due = self.control.as_mut().and_then(|control| control.due(now));
        let counted = self.log.tell_floods().map(|rest| now + rest);
        let alive = self.supervisor.tell_alive(now);
        let until = until.into_iter().chain(alive).chain(due).chain(counted).min();
        let timeout = until.map(|until| timespec(until.saturating_since(now)));
        let (polled, heard) = self.hear(tap, timeout.as_ref());
        if heard.hashes {
            self.hashing.note_answer();
        }
        if let Some(control) = self.control.as_mut().filter(|_| heard.control || heard.reading) {
            control.note_news();
        }
        match polled {
            Err(Errno::INTR) => return Wake::Work,
            Err(error) => self.lost = Some(error),
            Ok(_) if heard.tap.intersects(GONE) => self.lost = Some(Errno::NODEV),
            Ok(_) => self.lost = self.lost.or(tap.failed()),
        }
        let asked = if heard.signal { self.signals.take() } else { None };
        if asked == Some(Asked::Reload) {
            self.reload_by_signal();
        }
        if asked == Some(Asked::Stop) || self.lost.is_some() || self.store_is_lost {
            self.tell_stopping();
            self.supervisor.tell_stopping();
            Wake::ShutDown
        } else {
            Wake::Work
        }
    }

    fn attend(&mut self, now: Instant, server: &mut Server<'_>, counters: &Counters) -> bool {
        self.attend_to(now, server, counters)
    }
}

fn timespec(span: Duration) -> Timespec {
    let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    Timespec { tv_sec: seconds, tv_nsec: ((span.as_millis() % 1000) * 1_000_000) as _ }
}
