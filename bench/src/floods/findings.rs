//! How late messages were without a flood and beside it: figures of each round, and their medians.

use std::time::Duration;

use crate::lines::Lines;

/// One turn of each, one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Round {
    /// Half of the messages took at most so long, and 99 of 100.
    pub(super) without: [Duration; 2],
    pub(super) beside: [Duration; 2],
    pub(super) worst: [Duration; 2],
    /// How often the flood did what it does, in a second.
    pub(super) done: f64,
}

/// One row of the table.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) name: &'static str,
    pub(super) rounds: Vec<Round>,
}

impl Round {
    pub(super) fn of(without: &Lines, beside: &Lines, done: f64) -> Self {
        let times = |lines: &Lines| [lines.median(), lines.late()];
        let worst = [without.worst(), beside.worst()];
        Round { without: times(without), beside: times(beside), worst, done }
    }

    fn ratios(&self) -> [f64; 2] {
        [0, 1].map(|at| self.beside[at].as_secs_f64() / self.without[at].as_secs_f64())
    }
}

impl Finding {
    /// The middle of a figure over all rounds.
    pub(super) fn middle(&self, of: impl Fn(&Round) -> f64) -> f64 {
        let mut figures: Vec<f64> = self.rounds.iter().map(of).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    }

    /// How many times as long messages take beside the flood, by the halves and by the last ones.
    /// Both are of one round, so a machine that is busy meanwhile is busy for both.
    pub(super) fn ratios(&self) -> [f64; 2] {
        [0, 1].map(|at| self.middle(|round| round.ratios()[at]))
    }

    /// The longest that any message took, without a flood and beside it.
    pub(super) fn worst(&self) -> [Duration; 2] {
        let all = |at: usize| self.rounds.iter().map(move |round| round.worst[at]);
        [0, 1].map(|at| all(at).max().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_middle_of_those_of_the_rounds() {
        let lines = |millis: u64| Lines::of(vec![Duration::from_millis(millis)]);
        let round = |without, beside| Round::of(&lines(without), &lines(beside), 7.0);
        let rounds = vec![round(1, 2), round(100, 100), round(2, 80)];
        let finding = Finding { name: "", rounds };
        assert_eq!(finding.ratios(), [2.0, 2.0]);
        assert_eq!(finding.worst(), [100, 100].map(Duration::from_millis));
        assert_eq!(finding.middle(|round| round.done).to_string(), "7");
    }
}
