//! The world around the server on a board: its clock and sleep, chance, store, hashes, figures, and
//! the watchdog.
//! Knows no register. It runs inside the loop.

use smolchat_core::environment::{Environment, Figure, Given, NoEntropy, Notice, Seal, Verdict};
#[cfg(feature = "console")]
use smolchat_core::net::{Counted, Counters};
use smolchat_core::net::{Platform, Wake};
#[cfg(feature = "console")]
use smolchat_core::server::Server;
use smolchat_core::store::{Entry, IsLive, Store, StoreError};
use smolchat_core::time::{Duration, Instant};
use smolchat_secret::SALT_BYTES;

use crate::board::{Board, WATCHDOG_PERIOD};
#[cfg(feature = "console")]
use crate::console::{self, Console, Notes};
use crate::hashing::Hashing;
#[cfg(feature = "console")]
use crate::settings::Settings;
use crate::store::BoardStore;
use crate::{log, stack};

/// The longest sleep: half of what the watchdog waits.
const NAP: Duration = Duration::from_millis(WATCHDOG_PERIOD.as_millis() / 2);

/// How soon the console looks whether its reader has taken something.
#[cfg(feature = "console")]
const LOOK: Duration = Duration::from_millis(5);

/// A board as the loop sees it.
pub(crate) struct BoardEnvironment<'b, B: Board> {
    pub(crate) board: &'b mut B,
    store: BoardStore<B::Flash>,
    hashing: &'b mut Hashing,
    /// The store failed in a way that leaves its content uncertain, so the part restarts.
    store_is_lost: bool,
    /// How far the server's clock is ahead of the board's.
    ahead: Duration,
    /// Frames received when the watchdog was fed last.
    fed_at: u32,
    /// That of the key for SSH, if there is one.
    fingerprint: Option<&'b str>,
    /// The console, unless it is at work.
    #[cfg(feature = "console")]
    console: Option<&'b mut Console>,
    #[cfg(feature = "console")]
    pub(crate) notes: Notes,
}

impl<'b, B: Board> BoardEnvironment<'b, B> {
    pub(crate) fn new(
        board: &'b mut B,
        store: BoardStore<B::Flash>,
        hashing: &'b mut Hashing,
        fingerprint: Option<&'b str>,
    ) -> Self {
        board.feed_watchdog();
        let ahead = store.clock_ahead();
        BoardEnvironment {
            board,
            store,
            hashing,
            store_is_lost: false,
            ahead,
            fed_at: 0,
            fingerprint,
            #[cfg(feature = "console")]
            console: None,
            #[cfg(feature = "console")]
            notes: Notes::default(),
        }
    }
}

/// What the console asks for.
#[cfg(feature = "console")]
impl<'b, B: Board> BoardEnvironment<'b, B> {
    /// The same, with a console that has heard this.
    pub(crate) fn with_console(mut self, console: &'b mut Console, notes: Notes) -> Self {
        (self.console, self.notes) = (Some(console), notes);
        self
    }

    /// [`Environment::seal`], with a salt that was drawn before.
    pub(crate) fn seal_with(&mut self, given: Given<'_>, salt: [u8; SALT_BYTES]) -> Seal {
        self.hashing.seal(given, Ok(salt))
    }

    /// Keeps the settings, durably. Answers whether they are kept.
    pub(crate) fn keep_settings(&mut self, settings: &Settings, server: &Server<'_>) -> bool {
        self.store.keep_settings(settings, server)
    }

    /// Has the console go on. Answers whether it has more to do at once.
    fn attend_console(
        &mut self,
        now: Instant,
        server: &mut Server<'_>,
        counters: &Counters,
    ) -> bool {
        let Some(console) = self.console.take() else { return false };
        let mut world = Counted { environment: self, counters: *counters };
        let has_more = console.attend(now, server, &mut world);
        self.console = Some(console);
        has_more
    }

    /// When the console wants to be looked at, though nothing comes.
    fn console_due(&self, now: Instant) -> Option<Instant> {
        self.notes.is_busy.then_some(now + LOOK)
    }
}

impl<B: Board> Store for BoardEnvironment<'_, B> {
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        self.store.append(entry, is_live)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let committed = self.store.commit();
        self.store_is_lost |= committed.is_err();
        committed
    }
}

impl<B: Board> Environment for BoardEnvironment<'_, B> {
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        self.board.entropy(bytes)
    }

    fn notice(&mut self, notice: Notice<'_>) {
        log::notice(notice);
        #[cfg(feature = "console")]
        self.notes.notice(&notice);
    }

    fn verify(&mut self, given: Given<'_>, hash: Option<&[u8]>) -> Verdict {
        self.hashing.verify(given, hash)
    }

    fn seal(&mut self, given: Given<'_>) -> Seal {
        let mut salt = [0; SALT_BYTES];
        let drawn = self.board.entropy(&mut salt);
        self.hashing.seal(given, drawn.map(|()| salt))
    }

    fn forget(&mut self, asker: u16) {
        self.hashing.forget(asker);
    }

    fn next_answered(&mut self) -> Option<u16> {
        let answered = self.hashing.next_answered();
        // The console looks for itself.
        #[cfg(feature = "console")]
        let answered = match answered {
            Some(console::ASKER) => self.hashing.next_answered(),
            answered => answered,
        };
        answered
    }

    #[cfg(feature = "ssh")]
    fn has_key(&self, user: &str, key: &[u8; 32]) -> bool {
        let is_baked_in = crate::KEYS.iter().any(|(owner, known)| *owner == user && known == key);
        is_baked_in || self.board.has_key(user, key)
    }

    fn fingerprint(&self) -> Option<&str> {
        self.fingerprint
    }

    fn figure(&self, index: usize) -> Option<Figure> {
        let (stack, written) = (stack::stack(), self.store.figures());
        let figures = [
            ("stack-peak-bytes", stack.peak as u64, Some(stack.budget as u64)),
            ("store-appended", written.appended.into(), None),
            ("store-bytes", written.bytes, None),
            ("store-erased", written.erased.into(), None),
        ];
        figures.get(index).map(|&(name, value, of)| Figure { name, value, of })
    }
}

impl<B: Board> Platform<B::Device> for BoardEnvironment<'_, B> {
    fn now(&mut self) -> Instant {
        self.board.now() + self.ahead
    }

    /// Does a step of a hash, if one is asked for, and then nobody sleeps.
    ///
    /// Feeds the watchdog when the loop has come to rest, or has received frames since the last
    /// feeding, or when a hash has come nearer its end. A loop that spins for nothing is as stuck
    /// as one that stands.
    fn wait(&mut self, device: &mut B::Device, until: Option<Instant>) -> Wake {
        let until = until.map(|until| until - self.ahead);
        let now = self.board.now();
        let hashed = self.hashing.step();
        let rest = !hashed && until.is_none_or(|until| until > now);
        let frames = self.board.frames_received(device);
        let has_moved = hashed;
        #[cfg(feature = "console")]
        let has_moved = core::mem::take(&mut self.notes.has_moved) || has_moved;
        if rest || has_moved || frames != self.fed_at {
            self.fed_at = frames;
            self.board.feed_watchdog();
        }
        let is_restarting = self.board.is_asked_to_stop() || self.store_is_lost;
        #[cfg(feature = "console")]
        let is_restarting = is_restarting || self.notes.is_restart_asked;
        if is_restarting {
            return Wake::ShutDown;
        }
        if rest {
            let nap = now + NAP;
            #[cfg(feature = "console")]
            let nap = self.console_due(now).unwrap_or(nap);
            self.board.sleep(device, until.map_or(nap, |until| until.min(nap)));
        }
        Wake::Work
    }

    #[cfg(feature = "console")]
    fn attend(&mut self, now: Instant, server: &mut Server<'_>, counters: &Counters) -> bool {
        self.attend_console(now, server, counters)
    }
}

#[cfg(test)]
mod tests {
    use smolchat_core::chat::Capacities;
    use smolchat_core::protocol::Secret;
    use smolchat_store::Log;
    use smolchat_store::simulated::{Medium as Kind, SimulatedFlash};
    use smoltcp::phy::{Loopback, Medium};

    use super::*;
    use crate::board::ResetReason;
    use crate::testing::Leaking;

    type Small = SimulatedFlash<4, 1024>;

    /// A board whose time stands still, and which records what is done to it.
    #[derive(Default)]
    struct Still {
        frames: u32,
        fed: u32,
        slept: Vec<u64>,
        asked: bool,
    }

    impl Board for Still {
        type Device = Loopback;
        type Flash = Small;

        fn now(&mut self) -> Instant {
            Instant::from_millis(1000)
        }

        fn sleep(&mut self, _: &mut Loopback, until: Instant) {
            self.slept.push(until.as_millis());
        }

        fn frames_received(&self, _: &Loopback) -> u32 {
            self.frames
        }

        fn entropy(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
            Err(NoEntropy)
        }

        fn feed_watchdog(&mut self) {
            self.fed += 1;
        }

        fn is_asked_to_stop(&mut self) -> bool {
            std::mem::take(&mut self.asked)
        }

        fn restart(&mut self) -> ! {
            panic!("nothing here starts anew")
        }

        fn reset_reason(&self) -> ResetReason {
            ResetReason::Unknown
        }
    }

    fn hashing() -> &'static mut Hashing {
        Box::leak(Box::new(Hashing::from_arena(&Capacities::new(2, 2, 2, 2), &mut Leaking)))
    }

    fn wait(environment: &mut BoardEnvironment<'_, Still>, until: Option<u64>) -> Wake {
        let mut device = Loopback::new(Medium::Ethernet);
        environment.wait(&mut device, until.map(Instant::from_millis))
    }

    #[test]
    fn a_loop_that_rests_is_fed_and_sleeps_no_longer_than_the_watchdog_allows() {
        let mut board = Still::default();
        let mut environment =
            BoardEnvironment::new(&mut board, BoardStore::Nothing, hashing(), None);
        for until in [Some(1001), Some(5001), None] {
            assert_eq!(wait(&mut environment, until), Wake::Work);
        }
        assert_eq!((board.fed, &board.slept[..]), (4, &[1001, 5000, 5000][..]));
    }

    #[test]
    fn a_busy_loop_is_fed_only_as_long_as_frames_come() {
        let mut board = Still::default();
        let mut environment =
            BoardEnvironment::new(&mut board, BoardStore::Nothing, hashing(), None);
        environment.board.frames = 1;
        for _ in 0..3 {
            wait(&mut environment, Some(1000));
        }
        environment.board.frames = 2;
        wait(&mut environment, Some(999));
        assert_eq!((board.fed, board.slept.len()), (3, 0), "at the start, and once for each news");
    }

    #[test]
    fn while_a_hash_is_on_its_way_the_watchdog_is_fed_and_nobody_sleeps() {
        let mut board = Still::default();
        let mut environment =
            BoardEnvironment::new(&mut board, BoardStore::Nothing, hashing(), None);
        let given = Given { asker: 7, source: 1, password: "solo" };
        assert_eq!(environment.verify(given, None), Verdict::Later);
        let mut waits = 0;
        while environment.next_answered().is_none() {
            assert_eq!(wait(&mut environment, None), Wake::Work);
            waits += 1;
        }
        assert_eq!(environment.verify(given, None), Verdict::Wrong);
        assert_eq!((environment.board.fed, environment.board.slept.len()), (1 + waits, 0));
        wait(&mut environment, None);
        assert_eq!(environment.board.slept.len(), 1);
    }

    #[test]
    fn without_chance_no_hash_is_made() {
        let mut board = Still::default();
        let mut environment =
            BoardEnvironment::new(&mut board, BoardStore::Nothing, hashing(), None);
        let given = Given { asker: 7, source: 1, password: "solo" };
        assert_eq!(environment.seal(given), Seal::Failed);
        wait(&mut environment, None);
        assert_eq!(environment.board.slept.len(), 1, "there is nothing to do");
    }

    #[test]
    fn who_asks_for_a_goodbye_is_heard_once_and_nobody_sleeps_over_it() {
        let mut board = Still { asked: true, ..Still::default() };
        let mut environment =
            BoardEnvironment::new(&mut board, BoardStore::Nothing, hashing(), None);
        assert_eq!(wait(&mut environment, None), Wake::ShutDown);
        assert_eq!(wait(&mut environment, None), Wake::Work);
        assert_eq!(board.slept.len(), 1);
    }

    const ACCOUNT: Entry<'_> = Entry::Account {
        user: "hans",
        secret: Secret::Password("falcon"),
        change: 0,
        is_given: false,
        since: smolchat_core::protocol::MessageId(0),
    };

    #[test]
    fn where_nothing_can_be_stored_nothing_is_promised_and_the_loop_goes_on() {
        for store in [BoardStore::Nothing, BoardStore::Unusable] {
            let mut board = Still::default();
            let mut environment = BoardEnvironment::new(&mut board, store, hashing(), None);
            assert_eq!(environment.append(&ACCOUNT, &|_| true), Err(StoreError::Failed));
            assert_eq!(environment.commit(), Ok(()));
            assert_eq!(wait(&mut environment, None), Wake::Work);
        }
    }

    #[test]
    fn a_store_that_nobody_can_be_sure_of_ends_the_loop() {
        let mut board = Still::default();
        let log = Log::open(Small::new(Kind::Disk, 4, 1), 0..4 * 1024, 7).unwrap();
        let mut environment =
            BoardEnvironment::new(&mut board, BoardStore::Log(log), hashing(), None);
        assert_eq!(environment.append(&ACCOUNT, &|_| true), Ok(()));
        assert_eq!(environment.commit(), Ok(()));
        assert_eq!(wait(&mut environment, None), Wake::Work);
        assert_eq!(environment.append(&ACCOUNT, &|_| true), Ok(()));
        if let BoardStore::Log(log) = &mut environment.store {
            log.flash().cut_power_after(0);
        }
        assert_eq!(environment.commit(), Err(StoreError::Failed));
        assert_eq!(wait(&mut environment, None), Wake::ShutDown);
    }
}
