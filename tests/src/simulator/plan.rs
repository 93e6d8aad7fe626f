//! What a seed decides before anything happens: how large the server is, what its OK means, how bad
//! the world is.

use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::net::Buffers;
use smolchat_core::server::Settings;
use smolchat_core::store::Durability;
use smolchat_core::time::Duration;
use smolchat_store::simulated::Medium;
use smolchat_store::{Live, segments};

use super::life::{PAGE, WORD};
use super::operator::BANS;
use crate::chance::Chance;

/// How bad the links are: each number is "once in so many".
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    pub(super) loss: usize,
    pub(super) repetition: usize,
    pub(super) disorder: usize,
    pub(super) corruption: usize,
    /// The longest way, in milliseconds.
    pub(super) delay: usize,
}

impl Weather {
    /// Nothing happens to any frame.
    pub(super) const FINE: Weather = Weather {
        loss: usize::MAX,
        repetition: usize::MAX,
        disorder: usize::MAX,
        corruption: usize::MAX,
        delay: 2,
    };

    /// Some weather.
    pub(super) fn draw(chance: &mut Chance) -> Self {
        let pick = |chance: &mut Chance, rates: [usize; 4]| rates[chance.below(4)];
        Weather {
            loss: pick(chance, [usize::MAX, 200, 40, 12]),
            repetition: pick(chance, [usize::MAX, 200, 50, 20]),
            disorder: pick(chance, [usize::MAX, 100, 30, 10]),
            corruption: pick(chance, [usize::MAX, 400, 100, 30]),
            delay: pick(chance, [1, 5, 40, 250]),
        }
    }
}

/// How one person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Habits {
    /// Never logs in, and says what nobody understands.
    pub(super) is_stranger: bool,
    /// Has no account at first.
    pub(super) registers: bool,
    /// Acknowledges by `ack`, and not by its TCP alone.
    pub(super) acknowledges: bool,
    /// Wants to know what becomes of its messages.
    pub(super) wants_receipts: bool,
    /// How long it stays away at most, in seconds.
    pub(super) absence: usize,
    /// Comes by SSH, and not by the port for lines.
    pub(super) comes_by_ssh: bool,
}

/// What the attacker has of the server, beside what people have.
#[derive(Clone, Debug)]
pub(super) struct Threat {
    /// Accounts that it has from the beginning.
    pub(super) accounts: Vec<String>,
    /// Further accounts that it may try to make: there is a place for each.
    pub(super) names: usize,
}

/// What does not change while the world goes on.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Everybody: users first, then strangers.
    pub(super) habits: Vec<Habits>,
    /// How many of them are users.
    pub(super) people: usize,
    pub(super) threat: Threat,
    pub(super) capacities: Capacities,
    pub(super) buffers: Buffers,
    pub(super) settings: Settings,
    pub(super) medium: Medium,
    pub(super) pages: usize,
    /// How long people pause at most before they do something again, in milliseconds.
    pub(super) pause: usize,
    /// The mean time between two failures of the server, in seconds.
    pub(super) failures: usize,
}

impl Plan {
    /// How many come by SSH.
    pub(super) fn by_ssh(&self) -> usize {
        self.habits.iter().filter(|habits| habits.comes_by_ssh).count()
    }

    /// Whether every ban can be ended. A store that is full takes no end of one, and whoever is
    /// banned reads none of what fills it. A product's store is never that small.
    pub(super) fn ends_bans(&self) -> bool {
        let Capacities { deliveries, history: broadcasts, blocks, keys, users, .. } =
            self.capacities;
        let live = Live { deliveries, broadcasts, blocks, keys, accounts: users };
        let is_large = self.pages >= segments(&live, PAGE, WORD) as usize;
        is_large || self.settings.mail_expires.as_secs() > 0
    }

    pub(super) fn draw(chance: &mut Chance, threat: Threat) -> Self {
        let people = 3 + chance.below(10);
        let late = chance.below(3);
        let strangers = chance.below(4);
        let habits = (0..people + strangers).map(|number| Habits {
            is_stranger: number >= people,
            registers: number + late >= people,
            acknowledges: !chance.once_in(3),
            wants_receipts: !chance.once_in(4),
            absence: [10, 20, 60, 3_000][chance.below(4)],
            comes_by_ssh: false,
        });
        let mut habits: Vec<Habits> = habits.collect();
        let connections = people.saturating_sub(chance.below(3)).max(2) + threat.accounts.len();
        let users = people + threat.accounts.len() + threat.names;
        let messages = 4 + chance.below(40);
        let blocks = 2 + chance.below(12);
        let capacities = Capacities {
            keys: 2 * blocks,
            bans: BANS,
            files: 4,
            holders: 12,
            ..Capacities::new(users, connections, messages, blocks)
        };
        let rx = Buffers::RX_MIN + [0, 14, 514, 1534][chance.below(4)];
        let tx = Buffers::TX_MIN + [0, 7, 511, 3583][chance.below(4)];
        let durability = [Durability::Strict, Durability::Relaxed][chance.below(2)];
        // Drawn aside: a seed in which no mail expires is what it was.
        let mut aside = chance.clone();
        let mail_expires = [0, 0, 60, 300][aside.below(4)];
        // In every other seed somebody comes by SSH. Handshakes take time, so they are few.
        if aside.once_in(2) {
            for _ in 0..2 {
                let number = aside.below(habits.len());
                habits[number].comes_by_ssh = true;
            }
        }
        Plan {
            habits,
            people,
            threat,
            capacities,
            buffers: Buffers { rx, tx, fragments: 4 },
            settings: Settings {
                block_duration: Duration::from_secs(10),
                timeout: Duration::from_secs(60 + chance.below(600) as u64),
                login_deadline: Duration::from_secs(20),
                registration: true,
                durability,
                mail_expires: Duration::from_secs(mail_expires),
                limits: Limits::USUAL,
            },
            medium: [Medium::Flash, Medium::Disk][chance.below(2)],
            // From one that is soon full to one that holds all there can be.
            pages: 2 + [1, 4, 16, 60][chance.below(4)].min(1 + chance.below(60)),
            pause: [500, 2_000, 8_000][chance.below(3)],
            failures: [30, 120, 600, 3_600][chance.below(4)],
        }
    }
}
