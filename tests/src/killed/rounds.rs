//! The rounds: everybody comes and gets what was promised, people chat, the server is killed; and
//! once more.

use std::fmt;
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use smolchat_core::store::Durability;

use super::Mortal;
use super::housekeeping::Housekeeping;
use super::user::{NAMES, User};
use crate::chance::Chance;
use crate::ledger::Ledger;
use crate::program::PATIENCE;

/// Lines that are heard at most before a kill.
const LINES: usize = 1500;
/// Round trips that prove silence: the first pong may overtake what the server has still to write.
const BARRIERS: usize = 2;

/// What happened in all rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Kills.
    pub kills: usize,
    /// Messages that were promised.
    pub promised: usize,
    /// Messages that arrived.
    pub arrived: usize,
    /// Messages that arrived once more, with the number that their receiver knew.
    pub repeated: usize,
    /// Blocks that were confirmed as set or taken back.
    pub blocks: usize,
    /// The longest time from the start of the server to its listening.
    pub longest_start: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { kills, promised, arrived, repeated, blocks, longest_start } = self;
        write!(
            f,
            "{kills} kills: {promised} messages promised, {arrived} arrived, {repeated} came again and were known, {blocks} blocks changed, at most {longest_start:?} to start"
        )
    }
}

/// Kills the server this many times, and then has it end in good order.
///
/// # Errors
/// A message that was lost, doubled or out of order, or an error of the server or the machine.
pub fn play(server: &mut impl Mortal, rounds: usize, seed: u64) -> Result<Summary, String> {
    let mut world = World {
        server,
        users: (0..NAMES.len()).map(User::new).collect(),
        ledger: Ledger::new(NAMES.len()),
        housekeeping: Housekeeping::new(),
        chance: Chance::new(seed),
        durability: Durability::Strict,
        longest_start: Duration::ZERO,
        kills: 0,
    };
    for round in 0..rounds {
        world.round().map_err(|error| format!("round {round}: {error}"))?;
    }
    world.start()?;
    world.settle()?;
    world.users.iter_mut().for_each(User::vanish);
    world.server.stop()?;
    Ok(Summary {
        kills: world.kills,
        promised: world.ledger.promised(),
        arrived: world.ledger.arrived,
        repeated: world.ledger.repeated,
        blocks: world.housekeeping.confirmed,
        longest_start: world.longest_start,
    })
}

struct World<'s, S> {
    server: &'s mut S,
    users: Vec<User>,
    ledger: Ledger,
    housekeeping: Housekeeping,
    chance: Chance,
    durability: Durability,
    longest_start: Duration,
    kills: usize,
}

impl<S: Mortal> World<'_, S> {
    fn round(&mut self) -> Result<(), String> {
        if self.chance.once_in(4) {
            self.start()?;
            self.log_in()?;
            let enough = self.chance.below(200);
            self.listen_until(|world, heard| {
                heard >= enough || world.users.iter().all(User::is_quiet)
            })?;
            self.kill()?;
        }
        self.start()?;
        self.settle()?;
        self.some_leave()?;
        self.load()?;
        self.kill()
    }

    /// Starts the server; three times in four it is strict.
    fn start(&mut self) -> Result<(), String> {
        let relaxed = self.chance.once_in(4);
        self.durability = if relaxed { Durability::Relaxed } else { Durability::Strict };
        let before = Instant::now();
        self.server.start(self.durability)?;
        self.longest_start = self.longest_start.max(before.elapsed());
        Ok(())
    }

    fn kill(&mut self) -> Result<(), String> {
        // The moment is not that of a line.
        thread::sleep(Duration::from_micros(self.chance.below(3000) as u64));
        self.server.kill()?;
        self.kills += 1;
        self.users.iter_mut().for_each(User::vanish);
        Ok(())
    }

    fn log_in(&mut self) -> Result<(), String> {
        for user in &mut self.users {
            user.acknowledges = self.chance.below(9);
            user.log_in(self.server.address(), self.durability)?;
        }
        Ok(())
    }

    /// Everybody gets everything that was promised, and nothing more comes.
    fn settle(&mut self) -> Result<(), String> {
        self.housekeeping.check(self.server.address())?;
        self.log_in()?;
        self.listen_until(|world, _| {
            let owed = (0..NAMES.len()).all(|user| world.ledger.owed(user) == 0);
            owed && world.users.iter().all(User::is_quiet)
        })?;
        for _ in 0..BARRIERS {
            for user in &mut self.users {
                user.ask("ping", 202)?;
            }
            self.listen_until(|world, _| world.users.iter().all(User::is_quiet))?;
        }
        for user in &mut self.users {
            if user.acknowledges > 0 {
                user.acknowledge_all(&mut self.ledger)?;
            }
        }
        self.listen_until(|world, _| world.users.iter().all(User::is_quiet))
    }

    /// Two stay, the others perhaps.
    fn some_leave(&mut self) -> Result<(), String> {
        let first = self.chance.below(NAMES.len());
        for step in 2..NAMES.len() {
            let user = &mut self.users[(first + step) % NAMES.len()];
            if self.chance.once_in(2) {
                user.leave()?;
                self.listen_until(|world, _| world.users.iter().all(User::is_quiet))?;
                self.users[(first + step) % NAMES.len()].vanish();
            }
        }
        Ok(())
    }

    /// Those who are here say more and more, until the moment has come.
    fn load(&mut self) -> Result<(), String> {
        self.housekeeping.work(self.server.address(), &mut self.chance)?;
        let enough = self.chance.below(LINES);
        let mut heard = 0;
        while heard < enough {
            for user in &mut self.users {
                user.chat(&mut self.ledger, &mut self.chance)?;
            }
            heard += self.listen()?;
        }
        // The last requests are mostly not answered.
        for user in &mut self.users {
            user.chat(&mut self.ledger, &mut self.chance)?;
        }
        Ok(())
    }

    /// Listens until `done` says so; it is told how many lines were heard.
    fn listen_until(&mut self, done: impl Fn(&Self, usize) -> bool) -> Result<(), String> {
        let mut heard = 0;
        while !done(self, heard) {
            heard += self.listen()?;
        }
        Ok(())
    }

    /// Waits until somebody hears something, and has everybody take what is there; how many lines.
    fn listen(&mut self) -> Result<usize, String> {
        let online = self.users.iter().filter_map(User::connection);
        let mut waited: Vec<_> =
            online.map(|online| PollFd::from_borrowed_fd(online.as_fd(), PollFlags::IN)).collect();
        let patience = Timespec { tv_sec: PATIENCE.as_secs() as _, tv_nsec: 0 };
        match poll(&mut waited, Some(&patience)) {
            Ok(0) => return Err(self.silence()),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.to_string()),
        }
        let mut heard = 0;
        for user in &mut self.users {
            heard += user.listen(&mut self.ledger)?;
        }
        Ok(heard)
    }

    fn silence(&self) -> String {
        let owed: Vec<usize> = (0..NAMES.len()).map(|user| self.ledger.owed(user)).collect();
        format!("nobody hears anything any more; promised and not come, by receiver: {owed:?}")
    }
}
