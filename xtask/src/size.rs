//! `cargo xtask size`: what every board's image takes, held against what it took when that was
//! recorded, and what must not be in it.

use clap::Args;

use crate::boards::{self, BOARDS, Board};
use crate::image::{COLUMNS, Image};
use crate::recorded::{Record, Recorded, Row};
use crate::step::Failure;
use crate::{firmware, tools};

const SIZES: Record = Record {
    file: "firmware/sizes.txt",
    header: "What the images take, in bytes. `cargo xtask size --update` writes this; a growth by more than 2 % fails.",
    rows: "board",
    columns: &COLUMNS,
    // Flash and RAM.
    compared: 2,
    unit: "bytes",
    growth: 2,
    update: "cargo xtask size --update",
};

/// Build the boards' images and print what they take; much more than recorded fails
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Record what the images take now
    #[arg(long)]
    update: bool,
    /// Only these boards; what is recorded of the others stays
    boards: Vec<String>,
}

/// Builds, prints, checks.
pub(crate) fn run(options: &Options) -> Result<Recorded, Failure> {
    tools::install_targets()?;
    if options.boards.is_empty() {
        firmware::build_all()?;
        measure_and_settle(options.update)?;
        return Ok(Recorded::by(options.update));
    }
    let mut rows = recorded()?;
    for name in &options.boards {
        let board = boards::find(name)?;
        firmware::build(board)?;
        let now = measure(board)?;
        rows.retain(|row| row.name != now.name);
        rows.push(now);
    }
    rows.sort_by_key(|row| BOARDS.iter().position(|board| board.name == row.name));
    println!("{}", SIZES.shown(&rows));
    SIZES.settle(&rows, options.update)?;
    Ok(Recorded::by(options.update))
}

/// Prints what the images that were built take, and checks it.
pub(crate) fn check() -> Result<(), Failure> {
    measure_and_settle(false)
}

fn measure_and_settle(update: bool) -> Result<(), Failure> {
    let now = BOARDS.iter().map(measure).collect::<Result<Vec<_>, _>>()?;
    println!("{}", SIZES.shown(&now));
    SIZES.settle(&now, update)
}

/// What is recorded of every image.
pub(crate) fn recorded() -> Result<Vec<Row>, Failure> {
    SIZES.read()
}

/// Reads an image; one that holds what it must not fails.
fn measure(board: &Board) -> Result<Row, Failure> {
    let failure = |told: String| Failure::new(board.name, told);
    let image = Image::read(&board.image()).map_err(failure)?;
    let complaints = image.complaints(board.formats);
    if complaints.is_empty() {
        Ok(Row { name: board.name.to_owned(), figures: image.figures().to_vec() })
    } else {
        Err(failure(complaints.join("\n  ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_read_and_names_every_board() {
        let recorded = SIZES.read().unwrap();
        let names: Vec<&str> = recorded.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, BOARDS.map(|board| board.name));
    }
}
