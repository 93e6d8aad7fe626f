//! What the server needs of the world, and what it did with it in each round: store, log, and what
//! is checked when a round is over.

use std::collections::BTreeSet;

use smolchat_core::chat::Chat;
use smolchat_core::environment::{Environment, NoEntropy, Notice};
use smolchat_core::protocol::Kind;
use smolchat_core::server::Server;
use smolchat_core::store::{Entry, IsLive, Store, StoreError};
use smolchat_core::time::Instant;
use smolchat_store::Log;

use super::attack::is_attackers;
use super::harvest::Harvest;
use super::life::Flash;
use super::plan::Plan;
use super::round::Round;
use super::sabotage::{Sabotage, Sabotaged};
use super::talk::name;

/// What the server needs of the world, and what it did with it.
pub(super) struct SimulatorEnvironment {
    pub(super) store: Sabotaged<Log<Flash>>,
    /// The next commit fails; or one has.
    pub(super) commit_fails: bool,
    pub(super) has_failed: bool,
    /// An entry was not taken.
    pub(super) has_refused: bool,
    /// What expired in this round, and for whom the store was too full to hear of it.
    pub(super) expired: Vec<(String, u64)>,
    pub(super) untold: BTreeSet<String>,
    round: Round,
    harvest: Harvest,
    sabotage: Sabotage,
    /// By the server's clock.
    now: u64,
}

impl Store for SimulatorEnvironment {
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        let taken = self.store.append(entry, is_live);
        self.round.note_append(entry, taken);
        self.has_refused |= taken.is_err();
        if let Entry::Expired { to, .. } = *entry {
            match taken {
                Ok(()) => _ = self.untold.remove(to),
                Err(_) => _ = self.untold.insert(to.to_owned()),
            }
        }
        taken
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let committed = match self.commit_fails {
            true => Err(StoreError::Failed),
            false => self.store.commit(),
        };
        self.has_failed |= committed.is_err();
        committed
    }
}

impl Environment for SimulatorEnvironment {
    fn entropy(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }

    fn notice(&mut self, notice: Notice<'_>) {
        match notice {
            Notice::Full { code, .. } => self.round.refusals.push(code),
            Notice::Expired { user, id } => self.expired.push((user.to_owned(), id.0)),
            Notice::Registered { user, .. } if is_attackers(user) => self.harvest.reap(self.now),
            Notice::Registered { .. } | Notice::Ordered { order: "user add", .. } => {
                self.harvest.stored += 1;
            }
            _ => {}
        }
    }
}

impl SimulatorEnvironment {
    pub(super) fn new(log: Log<Flash>, sabotage: Sabotage) -> Self {
        SimulatorEnvironment {
            store: Sabotaged { store: log, sabotage, deliveries: 0 },
            commit_fails: false,
            has_failed: false,
            has_refused: false,
            expired: Vec::new(),
            untold: BTreeSet::new(),
            round: Round::default(),
            harvest: Harvest::default(),
            sabotage,
            now: 0,
        }
    }

    /// A round begins, at `now` by the server's clock.
    pub(super) fn begin_round(&mut self, now: u64, chat: &Chat<'_>, plan: &Plan) {
        self.now = now;
        self.harvest.begin_round(plan.capacities.users - chat.accounts());
        self.round.begin(chat, plan);
    }

    /// A round is over.
    ///
    /// # Errors
    /// Something was refused without a reason, or somebody has more than a share.
    pub(super) fn end_round(&mut self, server: &mut Server<'_>, plan: &Plan) -> Result<(), String> {
        if self.sabotage == Sabotage::NoShares {
            self.ignore_share(server, plan);
        }
        self.harvest.check(server.chat().figures().sharing > 0)?;
        self.round.check(server.chat(), plan)
    }

    /// A server without shares: the message of the greediest that was refused is taken all the
    /// same.
    fn ignore_share(&self, server: &mut Server<'_>, plan: &Plan) {
        let Some(from) = plan.threat.accounts.first() else { return };
        if self.round.refusals.contains(&452) || self.round.refusals.contains(&450) {
            let (to, id) = (name(0), server.chat().next_id());
            let (kind, at, text) = (Kind::Message, Instant::from_millis(self.now), "x");
            let entry = Entry::Delivery { id, kind, from, to: &to, at, text };
            // Where there is no room at all a server without shares refuses it too.
            let _ = server.restore(&entry);
        }
    }
}
