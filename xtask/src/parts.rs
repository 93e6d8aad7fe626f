//! The parts of `cargo xtask ci` and `cargo xtask test`: which there are, which run side by side,
//! and how long each took.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::step::Failure;
use crate::suite::{Built, Driven};
use crate::{dist, firmware, instructions, lints, programs, simulate, size, suite, text};

/// A part of all checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Prose, format and the lock files: what takes seconds
    Text,
    /// Lints and documentation, each without a warning
    Lints,
    /// Lints and images of every board, what they take, and the tests of what boards share
    Boards,
    /// The instructions that a message costs, on a host and on the emulated boards
    Instructions,
    /// The test programs
    Tests,
    /// Sixty seeds for the simulator
    Simulator,
}

/// The parts of one run, and what they have cost so far.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    parts: &'a [Part],
    /// Also the tests that take minutes.
    long: bool,
    costs: Mutex<Vec<(&'static str, Duration)>>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(parts: &'a [Part], long: bool) -> Self {
        Run { parts, long, costs: Mutex::new(Vec::new()) }
    }

    /// Begins with what takes seconds, builds in two lanes and runs in three. A cargo that links
    /// leaves all cores but one idle, and so does a test that waits. Each lane goes on to its end
    /// when another fails. The first failure is returned.
    pub(crate) fn all(&self) -> Result<(), Failure> {
        self.part(Part::Text, "text", text::check)?;
        let outcome = self.build().and_then(|(built, driven)| self.run(&built, &driven));
        print!("{}", table(&self.costs()));
        outcome
    }

    /// The lanes use target folders, or profiles, of their own: cargo would let one wait for the
    /// other.
    fn build(&self) -> Result<(Built, Driven), Failure> {
        let host = || {
            self.part(Part::Lints, "lints", lints::check)?;
            if self.has(Part::Tests) || self.has(Part::Simulator) {
                self.timed("build of the tests", suite::build)
            } else {
                Ok(Built::default())
            }
        };
        let release = || {
            let driven = if self.has(Part::Tests) {
                let mut driven = self.timed("build of the programs", suite::drive)?;
                driven.extend(self.timed("packages", || dist::for_tests(self.long))?);
                driven
            } else {
                Driven::new()
            };
            if self.has(Part::Instructions) {
                self.timed("build of what is counted", || programs::build_server_cost().map(drop))?;
            }
            if self.has(Part::Tests) || self.has(Part::Instructions) {
                self.timed("build of emulated images", firmware::build_emulated)?;
            }
            Ok(driven)
        };
        side_by_side(host, release)
    }

    fn run(&self, built: &Built, driven: &Driven) -> Result<(), Failure> {
        let waiting =
            || self.part(Part::Tests, "tests that wait", || built.run_waiting(driven, self.long));
        let computing = || {
            self.part(Part::Tests, "tests that compute", || {
                built.run_computing(driven, self.long)
            })?;
            self.part(Part::Simulator, "simulator", || simulate::run_ci(built.simulator()))
        };
        let images = || {
            self.part(Part::Boards, "boards", boards)?;
            self.part(Part::Instructions, "instructions", instructions::check)
        };
        side_by_side(waiting, || side_by_side(computing, images)).map(drop)
    }

    fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    fn part(
        &self,
        part: Part,
        name: &'static str,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.has(part) { self.timed(name, work) } else { Ok(()) }
    }

    fn timed<T>(
        &self,
        name: &'static str,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let start = Instant::now();
        let outcome = work();
        self.costs().push((name, start.elapsed()));
        outcome
    }

    fn costs(&self) -> std::sync::MutexGuard<'_, Vec<(&'static str, Duration)>> {
        self.costs.lock().unwrap_or_else(|held| held.into_inner())
    }
}

fn boards() -> Result<(), Failure> {
    firmware::check()?;
    firmware::build_bare()?;
    firmware::build_all()?;
    size::check()?;
    firmware::test()
}

/// Both, on two threads.
fn side_by_side<A: Send, B: Send>(
    left: impl FnOnce() -> Result<A, Failure> + Send,
    right: impl FnOnce() -> Result<B, Failure> + Send,
) -> Result<(A, B), Failure> {
    thread::scope(|scope| {
        let left = scope.spawn(left);
        let right = right();
        let left = left.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok((left, right?))
    })
}

fn table(costs: &[(&'static str, Duration)]) -> String {
    let mut table = format!("{:28}{:>9}\n", "part", "seconds");
    for (name, cost) in costs {
        table += &format!("{name:28}{:>9}\n", cost.as_secs());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_was_not_asked_for_does_not_run() {
        let run = Run::new(&[Part::Lints], false);
        run.part(Part::Tests, "tests", || Err(Failure::new("tests", "ran"))).unwrap();
        let failed = run.part(Part::Lints, "lints", || Err(Failure::new("lints", "ran")));
        assert_eq!(failed.unwrap_err().to_string(), "lints: ran");
        let costs = run.costs().clone();
        assert_eq!(costs.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["lints"]);
    }

    #[test]
    fn a_lane_runs_to_its_end_when_the_other_fails() {
        let ran = std::sync::atomic::AtomicBool::new(false);
        let fail = || Err::<(), _>(Failure::new("left", "failed"));
        let work = || {
            ran.store(true, std::sync::atomic::Ordering::Relaxed);
            Ok(())
        };
        assert_eq!(side_by_side(fail, work).unwrap_err().to_string(), "left: failed");
        assert!(ran.into_inner());
    }

    #[test]
    fn the_table_has_a_line_for_each_part() {
        let shown = table(&[("lints", Duration::from_millis(61_500)), ("tests", Duration::ZERO)]);
        let rows: Vec<Vec<&str>> =
            shown.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows, [["part", "seconds"], ["lints", "61"], ["tests", "0"]]);
    }
}
