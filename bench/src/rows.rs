//! The rows of the table: the compared works, and how several rounds become one figure.

use crate::idle::Idle;
use crate::kind::Kind as Server;
use crate::measure::Sample;
use crate::work::Kind;

/// What is done, and by how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its name on the command line.
    pub(crate) work: &'static str,
    /// What it is, in few words.
    pub(crate) words: &'static str,
    /// Its name for a reader of the picture alone.
    pub(crate) caption: &'static str,
    pub(crate) kind: Kind,
    pub(crate) connections: usize,
    /// Whether the durable server is measured, too.
    pub(crate) strict: bool,
    /// Whether clients by SSH are compared with those in clear, and no other server is.
    pub(crate) by_ssh: bool,
}

const fn private(window: usize) -> Kind {
    Kind::Private { window, active: None }
}

const fn broadcasts(window: usize, lump: usize) -> Kind {
    Kind::Broadcast { window, lump }
}

/// Something that a crowd does.
struct Activity {
    work: &'static str,
    words: &'static str,
    caption: &'static str,
    kind: Kind,
    connections: &'static [usize],
    strict: bool,
    by_ssh: bool,
}

/// Every work, and with how many connections it is done.
const WORKS: [Activity; 9] = [
    Activity {
        work: "private-1",
        words: "private, one at a time",
        caption: "Everybody sends private messages, one at a time",
        kind: private(1),
        connections: &[2, 16, 128, 1000, 4000],
        strict: false,
        by_ssh: false,
    },
    Activity {
        work: "private-64",
        words: "private, 64 on their way",
        caption: "Everybody has 64 private messages on their way",
        kind: private(64),
        connections: &[2, 16, 128, 1000, 4000],
        strict: true,
        by_ssh: false,
    },
    Activity {
        work: "broadcast",
        words: "one broadcast to all",
        caption: "Somebody broadcasts to all, one at a time",
        kind: broadcasts(1, 1),
        connections: &[16, 128, 1000, 4000],
        strict: false,
        by_ssh: false,
    },
    Activity {
        work: "bursts",
        words: "bursts of 64 broadcasts",
        caption: "Somebody broadcasts to all, 64 at once",
        kind: broadcasts(64, 64),
        connections: &[16, 128, 1000],
        strict: true,
        by_ssh: false,
    },
    Activity {
        work: "sliding",
        words: "sliding window of 8 broadcasts",
        caption: "Somebody has 8 broadcasts on their way",
        kind: broadcasts(8, 1),
        connections: &[16, 128, 1000],
        strict: true,
        by_ssh: false,
    },
    Activity {
        work: CONVERSATION,
        words: "second line of a conversation",
        caption: "Two lines, 5 ms apart: how long the second takes",
        kind: Kind::Conversation,
        connections: &[16],
        strict: false,
        by_ssh: false,
    },
    Activity {
        work: "idle",
        words: "private, one at a time, 16 among idle ones",
        caption: "16 send private messages, all others are silent",
        kind: Kind::Private { window: 1, active: Some(16) },
        connections: &[1000, 4000],
        strict: false,
        by_ssh: false,
    },
    Activity {
        work: "ssh-1",
        words: "private, one at a time",
        caption: "By SSH, everybody sends private messages, one at a time",
        kind: private(1),
        connections: &[2, 16, 128],
        strict: false,
        by_ssh: true,
    },
    Activity {
        work: "ssh-4",
        words: "private, 4 on their way",
        caption: "By SSH, everybody has 4 private messages on their way",
        kind: private(4),
        connections: &[2, 16, 128],
        strict: false,
        by_ssh: true,
    },
];
/// The work whose latency counts, and not the server's time.
const CONVERSATION: &str = "conversation";

impl Row {
    /// Whether its latency counts, not the server's time.
    pub(crate) fn is_timed(&self) -> bool {
        self.work == CONVERSATION
    }

    /// Whether a server of this kind has a turn in this row.
    pub(crate) fn means(&self, server: Server) -> bool {
        match server {
            Server::Smolchat => true,
            Server::Strict => self.strict,
            Server::Ssh => self.by_ssh,
            Server::Ngircd | Server::Inspircd => !self.by_ssh,
        }
    }

    /// The figure that counts, in microseconds.
    pub(crate) fn figure(&self, sample: &Sample) -> f64 {
        if self.is_timed() { sample.p50 } else { sample.server }
    }
}

/// The names of all works.
pub(crate) fn works() -> impl Iterator<Item = &'static str> {
    WORKS.iter().map(|activity| activity.work)
}

/// The works of a short run.
const QUICK: usize = 128;

/// The rows of the named works, or of all works if none is named. They have these numbers of
/// connections, or each its own, or just one of those.
pub(crate) fn rows(named: &[String], connections: &[usize], quick: bool) -> Vec<Row> {
    let wanted = |work: &str| named.is_empty() || named.iter().any(|name| name == work);
    let mut rows = Vec::new();
    for activity in WORKS.iter().filter(|activity| wanted(activity.work)) {
        let &Activity { work, words, caption, kind, connections: own, strict, by_ssh } = activity;
        let counts = if connections.is_empty() { own } else { connections };
        let nearest = counts.iter().min_by_key(|count| count.abs_diff(QUICK));
        let counts = if quick { nearest.as_slice() } else { &counts.iter().collect::<Vec<_>>() };
        let row = |connections| Row { work, words, caption, kind, connections, strict, by_ssh };
        rows.extend(counts.iter().map(|&&connections| row(connections)));
    }
    rows
}

/// The median of each figure; faults are added up.
pub(crate) fn median(samples: &[Sample]) -> Sample {
    let of = |figure: fn(&Sample) -> f64| middle(samples.iter().map(figure));
    Sample {
        rate: of(|sample| sample.rate),
        server: of(|sample| sample.server),
        both: of(|sample| sample.both),
        p50: of(|sample| sample.p50),
        p99: of(|sample| sample.p99),
        logins: of(|sample| sample.logins),
        delivered: samples.iter().map(|sample| sample.delivered).sum(),
        faults: samples.iter().map(|sample| sample.faults).sum(),
        dropped: samples.iter().map(|sample| sample.dropped).sum(),
    }
}

/// The same of idle connections.
pub(crate) fn median_idle(all: &[Idle]) -> Idle {
    let of = |figure: fn(&Idle) -> f64| middle(all.iter().map(figure));
    Idle {
        grown: of(|idle| idle.grown),
        set_aside: of(|idle| idle.set_aside),
        kernel: of(|idle| idle.kernel),
        logins: of(|idle| idle.logins),
        resets: all.iter().map(|idle| idle.resets).sum(),
    }
}

/// The figure that as many are above as below; of an even number, the higher of the two.
fn middle(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_those_that_were_asked_for() {
        let all = rows(&[], &[], false);
        assert!(works().all(|work| all.iter().any(|row| row.work == work)));
        assert_eq!(rows(&[], &[], true).len(), works().count());
        let asked = rows(&["bursts".to_owned()], &[], false);
        assert_eq!(asked.iter().map(|row| row.connections).collect::<Vec<_>>(), [16, 128, 1000]);
        assert_eq!(rows(&["bursts".to_owned()], &[], true)[0].connections, 128);
        let asked = rows(&["idle".to_owned(), "bursts".to_owned()], &[32], false);
        let asked: Vec<_> = asked.iter().map(|row| (row.work, row.connections)).collect();
        assert_eq!(asked, [("bursts", 32), ("idle", 32)]);
    }

    #[test]
    fn a_median_is_in_the_middle_and_what_went_wrong_adds_up() {
        let sample = |rate, dropped| Sample { rate, dropped, ..Sample::default() };
        let all = [sample(5.0, 1), sample(1.0, 0), sample(2.0, 2)];
        assert_eq!(median(&all), sample(2.0, 3));
        assert_eq!(median(&all[..1]), sample(5.0, 1));
        assert_eq!(median(&[]), Sample::default());
    }
}
