//! The rows of the table: what is compared, and how several rounds become one figure. Touches nothing.

use crate::measure::Sample;
use crate::work::Kind;

/// What is done, and by how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// What it is called on the command line.
    pub(crate) work: &'static str,
    /// What it is, in words.
    pub(crate) words: &'static str,
    pub(crate) kind: Kind,
    pub(crate) connections: usize,
    /// Whether the durable server is measured, too.
    pub(crate) strict: bool,
}

const fn private(window: usize) -> Kind {
    Kind::Private { window, active: None }
}

/// Every work, and with how many connections it is done.
const WORKS: [(&str, &str, Kind, &[usize], bool); 7] = [
    ("private-1", "private, one at a time", private(1), &[2, 16, 128, 1000, 4000], false),
    ("private-64", "private, 64 on their way", private(64), &[2, 16, 128, 1000, 4000], true),
    ("broadcast", "one broadcast to all", Kind::Broadcast { window: 1, lump: 1 }, &[1000], false),
    (
        "bursts",
        "bursts of 64 broadcasts",
        Kind::Broadcast { window: 64, lump: 64 },
        &[128, 1000],
        false,
    ),
    (
        "sliding",
        "sliding window of 8 broadcasts",
        Kind::Broadcast { window: 8, lump: 1 },
        &[1000],
        false,
    ),
    ("conversation", "second line of a conversation", Kind::Conversation, &[16], false),
    (
        "idle",
        "private, one at a time, 16 among idle ones",
        Kind::Private { window: 1, active: Some(16) },
        &[1000, 4000],
        false,
    ),
];

/// The names of all works.
pub(crate) fn works() -> impl Iterator<Item = &'static str> {
    WORKS.iter().map(|(work, ..)| *work)
}

/// The rows of the works that are named, all where none is; with these numbers of connections, or each with its own.
pub(crate) fn rows(named: &[String], connections: &[usize]) -> Vec<Row> {
    let wanted = |work: &str| named.is_empty() || named.iter().any(|name| name == work);
    let mut rows = Vec::new();
    for (work, words, kind, own, strict) in WORKS.iter().filter(|(work, ..)| wanted(work)) {
        let counts = if connections.is_empty() { own } else { connections };
        rows.extend(counts.iter().map(|&connections| Row {
            work,
            words,
            kind: *kind,
            connections,
            strict: *strict,
        }));
    }
    rows
}

/// The median of each figure; what went wrong is added up.
pub(crate) fn median(samples: &[Sample]) -> Sample {
    let of = |figure: fn(&Sample) -> f64| {
        let mut figures: Vec<f64> = samples.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    };
    Sample {
        rate: of(|sample| sample.rate),
        server: of(|sample| sample.server),
        both: of(|sample| sample.both),
        p50: of(|sample| sample.p50),
        p99: of(|sample| sample.p99),
        logins: of(|sample| sample.logins),
        server_memory: of(|sample| sample.server_memory),
        kernel_memory: of(|sample| sample.kernel_memory),
        refusals: samples.iter().map(|sample| sample.refusals).sum(),
        dropped: samples.iter().map(|sample| sample.dropped).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_those_that_were_asked_for() {
        assert_eq!(rows(&[], &[]).len(), 17);
        let asked = rows(&["bursts".to_owned()], &[]);
        assert_eq!(asked.iter().map(|row| row.connections).collect::<Vec<_>>(), [128, 1000]);
        let asked = rows(&["idle".to_owned(), "bursts".to_owned()], &[32]);
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
