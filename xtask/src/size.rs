//! `cargo xtask size`: what every board's image takes, held against what it took when that was recorded, and what must not be in it.
//! Touches the images and `firmware/sizes.txt`.

use std::fs;

use clap::Args;

use crate::boards::BOARDS;
use crate::image::Image;
use crate::sizes::{Row, Sizes};
use crate::step::{self, Failure};
use crate::{firmware, tools};

/// Build every board's image and print what it takes; much more than recorded fails
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Record what the images take now
    #[arg(long)]
    update: bool,
}

/// Builds, prints, checks.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    tools::install_targets()?;
    firmware::build_all()?;
    let now = measure()?;
    println!("{now}");
    match options.update {
        true => record(&now),
        false => compare(&now),
    }
}

/// Prints what the images that were built take, and checks it.
pub(crate) fn check() -> Result<(), Failure> {
    let now = measure()?;
    println!("{now}");
    compare(&now)
}

/// Reads every image; one that holds what it must not fails.
fn measure() -> Result<Sizes, Failure> {
    let mut sizes = Sizes::default();
    for board in &BOARDS {
        let failure = |told: String| Failure::new(board.name, told);
        let image = Image::read(&board.image()).map_err(failure)?;
        let complaints = image.complaints();
        if !complaints.is_empty() {
            return Err(failure(complaints.join("\n  ")));
        }
        sizes.rows.push(Row { board: board.name.to_owned(), figures: image.figures() });
    }
    Ok(sizes)
}

fn record(now: &Sizes) -> Result<(), Failure> {
    let header = "# What the images take, in bytes. `cargo xtask size --update` writes this; a growth by more than 2 % fails.\n";
    let written = fs::write(path(), format!("{header}{now}\n"));
    written.map_err(|error| Failure::new("record the sizes", error.to_string()))
}

fn compare(now: &Sizes) -> Result<(), Failure> {
    let failure = |told: String| Failure::new("compare the sizes", told);
    let text = fs::read_to_string(path()).map_err(|error| failure(error.to_string()))?;
    let recorded = text.parse().map_err(failure)?;
    let complaints = now.grown_from(&recorded);
    match complaints.is_empty() {
        true => Ok(()),
        false => {
            let hint = "what is meant is recorded by: cargo xtask size --update";
            Err(failure(format!("{}\n  {hint}", complaints.join("\n  "))))
        }
    }
}

fn path() -> std::path::PathBuf {
    step::firmware().join("sizes.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_read_and_names_every_board() {
        let recorded: Sizes = fs::read_to_string(path()).unwrap().parse().unwrap();
        let names: Vec<&str> = recorded.rows.iter().map(|row| row.board.as_str()).collect();
        assert_eq!(names, BOARDS.map(|board| board.name));
    }
}
