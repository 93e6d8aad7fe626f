//! The results: rows, idle connections, and faults.

use std::collections::BTreeMap;

use crate::idle::Idle;
use crate::kind::Kind;
use crate::measure::Sample;
use crate::rows::Row;

/// All that was measured, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) rounds: usize,
    pub(crate) seconds: f64,
    pub(crate) measured: Vec<Measured>,
    pub(crate) idle: Vec<MeasuredIdle>,
    /// Counts of smolchatd that are zero on a good day.
    pub(crate) figures: Vec<String>,
    /// What could not be measured, and why.
    pub(crate) failures: Vec<String>,
}

impl Findings {
    /// Notes that something could not be measured.
    pub(crate) fn fail(&mut self, told: String) {
        eprintln!("  {told}");
        self.failures.push(told);
    }
}

/// One row, and what each server did in it.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) row: Row,
    pub(crate) samples: BTreeMap<Kind, Sample>,
}

impl Measured {
    /// The figure that counts in this row, in microseconds.
    pub(crate) fn figure(&self, kind: Kind) -> Option<f64> {
        self.samples.get(&kind).map(|sample| self.row.figure(sample))
    }

    /// How many times as much CPU time `other`'s server takes for a delivered message as ours. In a
    /// conversation, how many times as long the second line is on its way.
    pub(crate) fn ratio(&self, other: Kind) -> Option<f64> {
        Some(self.figure(other)? / self.figure(Kind::Smolchat)?)
    }

    /// The same for the server and its clients together.
    pub(crate) fn ratio_of_both(&self, other: Kind) -> Option<f64> {
        let (ours, theirs) = (self.samples.get(&Kind::Smolchat)?, self.samples.get(&other)?);
        (!self.row.is_timed()).then(|| theirs.both / ours.both)
    }
}

/// Idle connections with one server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeasuredIdle {
    pub(crate) kind: Kind,
    pub(crate) connections: usize,
    pub(crate) idle: Idle,
}
