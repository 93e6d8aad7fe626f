//! What is counted on a host: operations among few and among many, under callgrind.

use std::fmt;
use std::sync::Mutex;
use std::{iter, thread};

use super::callgrind;
use crate::programs::Counted;
use crate::recorded::{self, Record, Row};
use crate::step::Failure;

/// What they cost on a host.
pub(super) const RECORD: Record = Record {
    file: "tests/instructions.txt",
    header: "What the server's work costs, in instructions, on x86_64. `cargo xtask instructions --update` writes this; a growth by more than 3 % fails.\n\
             # Behind the @ stands how many users have an account and an open connection; a part is one recipient, or one name of a list.",
    growth: 3,
    ..super::RECORD
};

/// What is counted, by its name in `cost/src/memory.rs`.
const COUNTED: &str = "counted_server_round";
/// Behind the name of an operation whose users come by SSH.
const BY_SSH: &str = "-by-ssh";
/// Counted side by side.
const AT_ONCE: usize = 2;

/// A operation among so many users, of whom so many are online.
#[derive(Clone, Copy, Debug)]
struct Count {
    operation: &'static str,
    places: usize,
    online: usize,
    /// Each of two runs does it so many times; the difference is what is counted.
    times: [u64; 2],
}

const COUNTS: [Count; 13] = [
    Count { operation: "message", places: 16, online: 2, times: [100, 600] },
    Count { operation: "message", places: 10_000, online: 2, times: [100, 600] },
    Count { operation: "broadcast", places: 16, online: 16, times: [10, 60] },
    Count { operation: "broadcast", places: 1000, online: 1000, times: [2, 7] },
    Count { operation: "broadcast", places: 10_000, online: 1000, times: [2, 7] },
    Count { operation: "login", places: 16, online: 0, times: [10, 60] },
    Count { operation: "login", places: 10_000, online: 0, times: [10, 60] },
    Count { operation: "whoelse", places: 16, online: 16, times: [10, 60] },
    Count { operation: "whoelse", places: 1000, online: 1000, times: [5, 25] },
    Count { operation: "whoelse", places: 10_000, online: 1000, times: [5, 25] },
    Count { operation: "message-by-ssh", places: 16, online: 2, times: [100, 600] },
    Count { operation: "password-by-ssh", places: 16, online: 0, times: [5, 45] },
    Count { operation: "key-by-ssh", places: 16, online: 0, times: [5, 45] },
];

/// Pairs of which the second may take little more than the first: what many connections cost those
/// who do nothing with them.
const FLAT: [(&str, &str); 3] = [
    ("message@16", "message@10000"),
    ("broadcast-to-999@1000", "broadcast-to-999@10000"),
    ("login@16", "login@10000"),
];
/// Hundredths of the first that the second may take.
const FLAT_MOST: u64 = 115;

/// Counts everything that the programs do, some at a time.
pub(super) fn count(programs: &Counted) -> Result<Vec<Row>, Failure> {
    let waiting = Mutex::new(COUNTS.iter().enumerate());
    let next = || waiting.lock().ok()?.next();
    let work = || -> Result<Vec<(usize, Row)>, Failure> {
        iter::from_fn(next).map(|(place, count)| Ok((place, count.take(programs)?))).collect()
    };
    let done = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let crashed = |_| Err(Failure::new("count instructions", "a thread ended early"));
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(crashed)).collect::<Vec<_>>()
    });
    let mut rows: Vec<_> = done.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    rows.sort_by_key(|(place, _)| *place);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

impl Count {
    fn take(&self, programs: &Counted) -> Result<Row, Failure> {
        let run = |times: u64| {
            let numbers = [self.places as u64, self.online as u64, times];
            let (program, operation) = match self.operation.strip_suffix(BY_SSH) {
                Some(operation) => (&programs.ssh, operation),
                None => (&programs.lines, self.operation),
            };
            let words = [operation.to_owned()].into_iter();
            let words: Vec<_> = words.chain(numbers.map(|number| number.to_string())).collect();
            callgrind::count(program, COUNTED, &words)
        };
        let [few, many] = self.times;
        let (name, parts) = (self.to_string(), self.parts());
        let count = run(many)?.saturating_sub(run(few)?) / (many - few);
        if count == 0 {
            return Err(Failure::new(name, "more of it took no more instructions"));
        }
        println!("xtask: {name}: {count} instructions");
        Ok(Row { name, figures: vec![count, parts, count / parts] })
    }

    /// Those whom it concerns beside the user who does it.
    fn parts(&self) -> u64 {
        match self.operation {
            "broadcast" | "whoelse" => self.online as u64 - 1,
            _ => 1,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operation {
            "broadcast" => write!(f, "broadcast-to-{}@{}", self.parts(), self.places),
            "whoelse" => write!(f, "whoelse-of-{}@{}", self.parts(), self.places),
            operation => write!(f, "{operation}@{}", self.places),
        }
    }
}

/// Fails where many connections cost those who do nothing with them, with both numbers.
pub(super) fn check_flat(rows: &[Row]) -> Result<(), Failure> {
    let steep = steep(rows);
    if steep.is_empty() {
        Ok(())
    } else {
        Err(Failure::new("cost among many connections", steep.join("\n  ")))
    }
}

fn steep(rows: &[Row]) -> Vec<String> {
    let count = |name| recorded::find(rows, name).map(|row| (name, row.figures[0]));
    let pairs = FLAT.iter().filter_map(|(few, many)| count(few).zip(count(many)));
    let steep = pairs.filter(|((_, few), (_, many))| many * 100 > few * FLAT_MOST);
    let told = |((small, few), (large, many))| {
        format!("{large} takes {many} instructions, {small} {few}: that is more than {FLAT_MOST} %")
    };
    steep.map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, count: u64) -> Row {
        Row { name: name.to_owned(), figures: vec![count, 1, count] }
    }

    #[test]
    fn what_is_recorded_is_read_and_names_every_count() {
        let recorded = RECORD.read().unwrap();
        let names: Vec<&str> = recorded.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, COUNTS.map(|count| count.to_string()));
        assert!(FLAT.iter().all(|(few, many)| names.contains(few) && names.contains(many)));
    }

    #[test]
    fn many_connections_may_cost_a_little_and_not_more() {
        let rows = |many| [row("message@16", 1000), row("message@10000", many)];
        assert_eq!(steep(&rows(1150)), Vec::<String>::new());
        let told =
            "message@10000 takes 1151 instructions, message@16 1000: that is more than 115 %";
        assert_eq!(steep(&rows(1151)), [told]);
    }
}
