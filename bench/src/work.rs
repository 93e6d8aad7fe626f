//! The works of a crowd: which user says what, and when.

use std::time::{Duration, Instant};

use crate::crowd::{Crowd, Delivery};

/// What a crowd does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Each of the first `active` users writes to the next, with this many messages on their way.
    Private {
        /// Messages that each has on their way.
        window: usize,
        /// How many talk; the others only listen. None means all.
        active: Option<usize>,
    },
    /// The first user writes to all: `lump` at once, while no more than `window` are on their way.
    Broadcast {
        /// Broadcasts on their way.
        window: usize,
        /// Broadcasts said at once.
        lump: usize,
    },
    /// Pairs talk. One user writes two lines, the second a moment after the first, and then the
    /// other user does. Only second lines count.
    Conversation,
}

/// Between a second line and the first of the answer. On a connection with an answer within 40 ms
/// Linux delays acknowledgements, in the hope of data to send with them. On other connections it
/// acknowledges at once.
const PAUSE: Duration = Duration::from_millis(20);
/// The pause between the two lines. The first line arrives long before its end, and a kernel that
/// delays acknowledgements has not acknowledged it yet.
const BREATH: Duration = Duration::from_millis(5);

/// A crowd at work.
#[derive(Debug)]
pub(crate) enum Work {
    Private {
        active: usize,
    },
    Broadcast {
        window: usize,
        lump: usize,
        said: usize,
        done: usize,
        heard: Vec<usize>,
        by: Vec<usize>,
    },
    Conversation {
        pairs: Vec<Pair>,
    },
}

/// Two who talk: where they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    /// When something is to be said.
    next: Instant,
    /// Lines of this turn that were said.
    said: usize,
    /// And those that have come.
    come: usize,
    /// Whether the second of them talks.
    is_answer: bool,
}

impl Pair {
    /// The talker and the listener of this pair.
    fn roles(self, number: usize) -> (usize, usize) {
        if self.is_answer { (2 * number + 1, 2 * number) } else { (2 * number, 2 * number + 1) }
    }
}

impl Kind {
    /// Whether everybody must be where broadcasts are heard.
    pub(crate) fn is_broadcast(self) -> bool {
        matches!(self, Kind::Broadcast { .. })
    }

    /// The most messages that are on their way to one member at once.
    pub(crate) fn window(self) -> usize {
        match self {
            Kind::Private { window, .. } | Kind::Broadcast { window, .. } => window,
            Kind::Conversation => 2,
        }
    }

    /// Begins.
    pub(crate) fn begin(self, crowd: &mut Crowd) -> Work {
        let count = crowd.len();
        match self {
            Kind::Private { window, active } => {
                let active = active.unwrap_or(count).min(count);
                for user in 0..active {
                    (0..window).for_each(|_| crowd.message(user, (user + 1) % active));
                }
                Work::Private { active }
            }
            Kind::Broadcast { window, lump } => {
                let (heard, by) = (vec![0; count], vec![0; window]);
                let mut work = Work::Broadcast { window, lump, said: 0, done: 0, heard, by };
                work.go_on(crowd);
                work
            }
            Kind::Conversation => {
                let now = Instant::now();
                let pairs = 0..count / 2;
                // Not all at the same moment.
                let begin = |pair| now + PAUSE * pair as u32 / (count as u32 / 2).max(1);
                let begin = |pair| Pair { next: begin(pair), said: 0, come: 0, is_answer: false };
                Work::Conversation { pairs: pairs.map(begin).collect() }
            }
        }
    }
}

impl Work {
    /// Somebody heard a message; whether it counts.
    pub(crate) fn handle(&mut self, crowd: &mut Crowd, delivery: Delivery) -> bool {
        let to = delivery.to;
        match self {
            Work::Private { active } => {
                let from = (to + *active - 1) % *active;
                crowd.message(from, to);
                true
            }
            Work::Broadcast { window, done, heard, by, .. } => {
                let number = heard[to];
                heard[to] += 1;
                by[number % *window] += 1;
                while by[*done % *window] == crowd.len() - 1 {
                    by[*done % *window] = 0;
                    *done += 1;
                }
                self.go_on(crowd);
                true
            }
            Work::Conversation { pairs } => {
                let pair = &mut pairs[to / 2];
                pair.come += 1;
                let is_second = pair.come == 2;
                if is_second {
                    let (next, is_answer) = (Instant::now() + PAUSE, !pair.is_answer);
                    *pair = Pair { next, said: 0, come: 0, is_answer };
                }
                is_second
            }
        }
    }

    /// Says everything that is due, and answers how long nothing more is due.
    pub(crate) fn poll(&mut self, crowd: &mut Crowd, now: Instant) -> Option<Duration> {
        let Work::Conversation { pairs } = self else { return None };
        for (number, pair) in pairs.iter_mut().enumerate() {
            if pair.said < 2 && now >= pair.next {
                let (from, to) = pair.roles(number);
                crowd.message(from, to);
                *pair = Pair { next: now + BREATH, said: pair.said + 1, ..*pair };
            }
        }
        let waiting = pairs.iter().filter(|pair| pair.said < 2);
        waiting.map(|pair| pair.next.saturating_duration_since(now)).min()
    }

    fn go_on(&mut self, crowd: &mut Crowd) {
        let Work::Broadcast { window, lump, said, done, .. } = self else { return };
        while *said + *lump <= *done + *window {
            (0..*lump).for_each(|_| crowd.broadcast(0));
            *said += *lump;
        }
    }
}
