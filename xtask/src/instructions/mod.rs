//! `cargo xtask instructions`: what the server's work costs, counted in instructions, and held
//! against what it cost when that was recorded.

mod boards;
mod callgrind;
mod host;

use std::path::Path;

use clap::Args;

use crate::programs::Counted;
use crate::recorded::{self, Record, Recorded, Row};
use crate::step::Failure;
use crate::{firmware, programs, tools};

/// What both tables have in common.
const RECORD: Record = Record {
    file: "",
    header: "",
    rows: "operation",
    columns: &["count", "parts", "each"],
    compared: 1,
    unit: "instructions",
    growth: 0,
    update: "cargo xtask instructions --update",
};

/// Count what a message, a broadcast, a login and a list of users cost the server, in instructions;
/// much more than recorded fails
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Record what they cost now
    #[arg(long)]
    update: bool,
    /// Only on the emulated boards
    #[arg(long)]
    boards: bool,
}

/// Installs what is missing, counts, prints, and compares or records.
pub(crate) fn run(options: &Options) -> Result<Recorded, Failure> {
    tools::install_for_tests()?;
    firmware::build_emulated()?;
    if !options.boards {
        on_a_host(&programs::build_server_cost()?, options.update)?;
    }
    on_boards(&programs::build_board_cost()?, options.update)?;
    Ok(Recorded::by(options.update))
}

/// Counts, prints and compares, with the images that were built.
pub(crate) fn check() -> Result<(), Failure> {
    on_a_host(&programs::build_server_cost()?, false)?;
    on_boards(&programs::build_board_cost()?, false)
}

/// What is recorded, on a host and on the boards.
pub(crate) fn recorded() -> Result<(Vec<Row>, Vec<Row>), Failure> {
    Ok((host::RECORD.read()?, boards::RECORD.read()?))
}

fn on_a_host(programs: &Counted, update: bool) -> Result<(), Failure> {
    let now = host::count(programs)?;
    print(&host::RECORD, &now);
    host::check_flat(&now)?;
    if cfg!(target_arch = "x86_64") {
        host::RECORD.settle(&now, update)
    } else {
        println!("xtask: what is recorded was counted on x86_64, so nothing is compared");
        Ok(())
    }
}

fn on_boards(program: &Path, update: bool) -> Result<(), Failure> {
    let now = boards::count(program)?;
    print(&boards::RECORD, &now);
    boards::RECORD.settle(&now, update)
}

/// Prints beside what is recorded. A record that cannot be read is told when it is compared.
fn print(record: &Record, now: &[Row]) {
    println!("{}", beside(now, &record.read().unwrap_or_default()));
}

/// A line for every count: now, for each of its parts, as recorded, and the change.
fn beside(now: &[Row], recorded: &[Row]) -> String {
    let columns = ["now", "recorded", "change", "parts", "each"];
    let columns: String = columns.iter().map(|column| format!("{column:>11}")).collect();
    let mut table = format!("{:28}{columns}\n", "instructions");
    for row in now {
        let (count, before) = (row.figures[0], recorded::find(recorded, &row.name));
        let before = before.map(|row| row.figures[0]);
        let change = before.map(|before| 100.0 * (count as f64 / before as f64 - 1.0));
        let before = before.map_or("-".to_owned(), |before| before.to_string());
        let change = change.map_or("-".to_owned(), |change| format!("{change:+.1} %"));
        let (parts, each) = (row.figures[1], row.figures[2]);
        table +=
            &format!("{:28}{count:>11}{before:>11}{change:>11}{parts:>11}{each:>11}\n", row.name);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, count: u64) -> Row {
        Row { name: name.to_owned(), figures: vec![count, 1, count] }
    }

    #[test]
    fn a_count_stands_beside_what_was_recorded() {
        let table = beside(&[row("a", 1030), row("b", 5)], &[row("a", 1000)]);
        let lines: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["a", "1030", "1000", "+3.0", "%", "1", "1030"]);
        assert_eq!(lines[2], ["b", "5", "-", "-", "1", "5"]);
    }
}
