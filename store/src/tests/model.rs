//! Random lives of a log, beside a map that knows what it must hold: several receivers, blocks,
//! texts of any length, power cuts.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const KEY: [u8; 32] = [7; 32];
const NAMES: [&str; 3] = ["yoda", "luke", "a-name-of-thirty-two-bytes-in-al"];

/// Something that happens.
#[derive(Clone, Debug)]
enum Step {
    Say {
        to: usize,
        len: usize,
    },
    /// To all but the receiver whose mailbox has no room.
    Shout {
        but: usize,
        len: usize,
    },
    Release {
        to: usize,
        up_to: u64,
    },
    Block {
        blocker: usize,
        stands: bool,
    },
    Key {
        user: usize,
        is_added: bool,
    },
    Reserve,
    Commit,
    /// The operation after this many fails once.
    Fail {
        after: u64,
    },
    /// The power goes during the operation after this many.
    Cut {
        after: u64,
    },
    Close,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..3usize, 0..432usize).prop_map(|(to, len)| Step::Say { to, len }),
        4 => (0..4usize, 0..432usize).prop_map(|(but, len)| Step::Shout { but, len }),
        4 => (0..3usize, 0..60u64).prop_map(|(to, up_to)| Step::Release { to, up_to }),
        1 => (0..3usize, any::<bool>()).prop_map(|(blocker, stands)| Step::Block { blocker, stands }),
        1 => (0..3usize, any::<bool>()).prop_map(|(user, is_added)| Step::Key { user, is_added }),
        1 => Just(Step::Reserve),
        6 => Just(Step::Commit),
        1 => (0..40u64).prop_map(|after| Step::Fail { after }),
        1 => (0..40u64).prop_map(|after| Step::Cut { after }),
        1 => Just(Step::Close),
        1 => Just(Step::Restart),
    ]
}

/// What the chat knows, and which part of it must come back.
#[derive(Clone, Debug, Default)]
struct State {
    /// By receiver and number: the length.
    texts: BTreeMap<(usize, u64), usize>,
    released: [u64; 3],
    /// By blocker: the number of the block.
    blocks: BTreeMap<usize, u32>,
    /// By user: the number of the key.
    keys: BTreeMap<usize, u32>,
    reserved: u64,
}

impl State {
    fn is_live(&self, entry: &Entry<'_>) -> bool {
        let user = |name| NAMES.iter().position(|known| *known == name);
        match *entry {
            Entry::Delivery { id, to, .. } => {
                user(to).is_some_and(|to| self.texts.contains_key(&(to, id.0)))
            }
            Entry::Block { blocker, number, .. } => {
                user(blocker).is_some_and(|at| self.blocks.get(&at) == Some(&number))
            }
            Entry::Key { user: name, number, .. } => {
                user(name).is_some_and(|at| self.keys.get(&at) == Some(&number))
            }
            _ => false,
        }
    }

    fn restored<F: Flash>(log: &Log<F>) -> State {
        let mut state = State::default();
        log.replay(&mut |entry| {
            let user = |name| NAMES.iter().position(|known| *known == name).expect("a known name");
            match *entry {
                Entry::Delivery { id, to, text, .. } => {
                    assert!(text.bytes().all(|byte| byte == b't'));
                    state.texts.insert((user(to), id.0), text.len());
                }
                Entry::Released { to, id } | Entry::Expired { to, id } => {
                    let to = user(to);
                    state.released[to] = state.released[to].max(id.0);
                    let up_to = state.released[to];
                    state.texts.retain(|(user, id), _| *user != to || *id > up_to);
                }
                Entry::Block { blocker, number, .. } => {
                    state.blocks.insert(user(blocker), number);
                }
                Entry::Unblock { blocker, .. } => _ = state.blocks.remove(&user(blocker)),
                Entry::Key { user: name, key: &KEY, number } => {
                    state.keys.insert(user(name), number);
                }
                Entry::KeyRemoved { user: name, key: &KEY } => _ = state.keys.remove(&user(name)),
                Entry::Reserved { next } => state.reserved = state.reserved.max(next.0),
                _ => panic!("{entry:?} was never appended"),
            }
        })
        .expect("the flash can be read");
        state
    }
}

struct World<const WORD: usize, const PAGE: usize> {
    log: Option<Log<SimulatedFlash<WORD, PAGE>>>,
    /// As the chat knows it.
    state: State,
    /// Every state since the last commit, that one included: one of them comes back.
    possible: Vec<State>,
    next: u64,
    /// Blocks and keys so far.
    blocks: u32,
}

impl<const WORD: usize, const PAGE: usize> World<WORD, PAGE> {
    fn append(&mut self, entry: &Entry<'_>, then: impl FnOnce(&mut State)) {
        let Some(log) = &mut self.log else { return };
        let state = self.state.clone();
        let mut after = state.clone();
        then(&mut after);
        self.possible.push(after.clone());
        match log.append(entry, &|entry| state.is_live(entry)) {
            Ok(()) => self.state = after,
            Err(_) => _ = self.possible.pop(),
        }
    }

    fn restart(&mut self) {
        let Some(log) = self.log.take() else { return };
        let mut flash = log.into_flash();
        flash.restart();
        let log = opened(flash);
        let found = State::restored(&log);
        // A release is a promise to nobody. It may be lost, and then its messages come again.
        let is_possible = self.possible.iter().any(|state| {
            let back = |(to, id): &(usize, u64)| state.released[*to] >= *id;
            found.blocks == state.blocks
                && found.keys == state.keys
                && found.reserved == state.reserved
                && state.texts.iter().all(|(key, len)| found.texts.get(key) == Some(len))
                && found.texts.keys().all(|key| state.texts.contains_key(key) || back(key))
        });
        assert!(is_possible, "{found:?} is none of {:?}", self.possible);
        self.possible = vec![found.clone()];
        (self.state, self.log) = (found, Some(log));
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Fail { after } => {
                if let Some(log) = &mut self.log {
                    log.flash().fail_after(after);
                }
            }
            Step::Commit => {
                if let Some(log) = &mut self.log
                    && log.commit().is_ok()
                {
                    self.possible = vec![self.state.clone()];
                }
            }
            Step::Close => {
                let state = self.state.clone();
                if let Some(log) = &mut self.log
                    && log.close(&|entry| state.is_live(entry)).is_ok()
                {
                    self.possible = vec![state];
                }
            }
            Step::Cut { after } => {
                if let Some(log) = &mut self.log {
                    log.flash().cut_power_after(after);
                }
            }
            Step::Restart => self.restart(),
            _ => self.write(step),
        }
    }

    /// A step that appends entries.
    fn write(&mut self, step: &Step) {
        match *step {
            Step::Say { to, len } => {
                self.next += 1;
                let (id, text) = (self.next, "t".repeat(len));
                self.append(&delivery(id, NAMES[to], &text), |state| {
                    state.texts.insert((to, id), len);
                });
            }
            Step::Shout { but, len } => {
                self.next += 1;
                let (id, text) = (self.next, "t".repeat(len));
                for to in (0..3).filter(|to| *to != but) {
                    self.append(&shout(id, NAMES[to], &text), |state| {
                        state.texts.insert((to, id), len);
                    });
                }
            }
            Step::Release { to, up_to } => {
                let up_to = self.next.saturating_sub(up_to);
                if up_to <= self.state.released[to] {
                    return;
                }
                let entry = Entry::Released { to: NAMES[to], id: MessageId(up_to) };
                self.append(&entry, |state| {
                    state.released[to] = up_to;
                    state.texts.retain(|(user, id), _| *user != to || *id > up_to);
                });
            }
            Step::Block { blocker, stands } => self.write_block(blocker, stands),
            Step::Key { user, is_added } => self.write_key(user, is_added),
            Step::Reserve => {
                let next = self.next + 10;
                self.append(&Entry::Reserved { next: MessageId(next) }, |state| {
                    state.reserved = state.reserved.max(next);
                });
            }
            _ => {}
        }
    }

    fn write_block(&mut self, blocker: usize, stands: bool) {
        let (name, blocked) = (NAMES[blocker], "vader");
        self.blocks += 1;
        let number = self.blocks;
        match stands {
            true => self.append(&Entry::Block { blocker: name, blocked, number }, |state| {
                state.blocks.insert(blocker, number);
            }),
            false => self.append(&Entry::Unblock { blocker: name, blocked }, |state| {
                state.blocks.remove(&blocker);
            }),
        }
    }
    fn write_key(&mut self, user: usize, is_added: bool) {
        let name = NAMES[user];
        self.blocks += 1;
        let number = self.blocks;
        match is_added {
            true => self.append(&Entry::Key { user: name, key: &KEY, number }, |state| {
                state.keys.insert(user, number);
            }),
            false => self.append(&Entry::KeyRemoved { user: name, key: &KEY }, |state| {
                state.keys.remove(&user);
            }),
        }
    }
}

/// A life of a log of some pages. The numbers of its records begin again in the middle of it.
fn live<const WORD: usize, const PAGE: usize>(
    medium: Medium,
    pages: usize,
    seed: u64,
    steps: &[Step],
) {
    let mut log = opened(SimulatedFlash::<WORD, PAGE>::new(medium, pages, seed));
    log.active.number = u32::MAX - (seed % 300) as u32;
    let possible = vec![State::default()];
    let mut world = World { log: Some(log), state: State::default(), possible, next: 0, blocks: 0 };
    for step in steps {
        world.take(step);
    }
    world.restart();
}

proptest! {
    #[test]
    fn whatever_happens_a_start_finds_what_was_durable(
        steps in prop::collection::vec(step(), 0..300),
        seed in any::<u64>(),
        is_disk in any::<bool>(),
        pages in 2..9_usize,
    ) {
        let medium = if is_disk { Medium::Disk } else { Medium::Flash };
        match seed % 5 {
            0 => live::<1, 1024>(medium, pages, seed, &steps),
            1 => live::<4, 2048>(medium, pages, seed, &steps),
            2 => live::<8, 2048>(medium, pages, seed, &steps),
            3 => live::<16, 1024>(medium, pages, seed, &steps),
            _ => live::<32, 4096>(medium, pages, seed, &steps),
        }
    }
}
