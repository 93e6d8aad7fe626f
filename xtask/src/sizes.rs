//! The table of sizes: printed, read, compared. Touches nothing.

use std::fmt;
use std::str::FromStr;

use crate::image::COLUMNS;

/// Hundredths by which flash and RAM may grow unnoticed.
const GROWTH: u64 = 2;
/// The columns that are compared.
const COMPARED: usize = 2;

/// A row for every board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) rows: Vec<Row>,
}

/// What one image takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) board: String,
    /// Bytes, as [`COLUMNS`] names them.
    pub(crate) figures: [u64; COLUMNS.len()],
}

impl Sizes {
    /// What has grown too much, each with both numbers.
    pub(crate) fn grown_from(&self, recorded: &Sizes) -> Vec<String> {
        self.rows.iter().flat_map(|row| row.grown_from(recorded)).collect()
    }
}

impl Row {
    fn grown_from(&self, recorded: &Sizes) -> Vec<String> {
        let Some(before) = recorded.rows.iter().find(|row| row.board == self.board) else {
            return vec![format!("{} is not recorded", self.board)];
        };
        let pairs = before.figures.iter().zip(&self.figures).zip(COLUMNS).take(COMPARED);
        pairs
            .filter(|((before, now), _)| *now * 100 > *before * (100 + GROWTH))
            .map(|((before, now), column)| {
                format!("{}: {column} has grown from {before} to {now} bytes", self.board)
            })
            .collect()
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:16}", "# board")?;
        COLUMNS.iter().try_for_each(|column| write!(f, "{column:>11}"))?;
        for row in &self.rows {
            write!(f, "\n{:16}", row.board)?;
            row.figures.iter().try_for_each(|figure| write!(f, "{figure:>11}"))?;
        }
        Ok(())
    }
}

impl FromStr for Sizes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let rows = lines.map(|line| row(line).ok_or_else(|| format!("not a row: {line}")));
        rows.collect::<Result<_, _>>().map(|rows| Sizes { rows })
    }
}

fn row(line: &str) -> Option<Row> {
    let mut words = line.split_whitespace();
    let board = words.next()?.to_owned();
    let figures: Option<Vec<u64>> = words.map(|word| word.parse().ok()).collect();
    Some(Row { board, figures: figures?.try_into().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(flash: u64, ram: u64) -> Sizes {
        let figures = [flash, ram, 3, 4, 5, 6, 7, 8, 9];
        Sizes { rows: vec![Row { board: "one".to_owned(), figures }] }
    }

    #[test]
    fn what_is_printed_can_be_read() {
        let sizes = sizes(100_000, 64_000);
        assert_eq!(format!("# a comment\n{sizes}\n").parse(), Ok(sizes));
        for wrong in ["one 1 2 3", "one a b c d e f g h i", ""] {
            assert!(format!("{wrong}\n").parse::<Sizes>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn up_to_two_hundredths_are_no_growth() {
        let recorded = sizes(1000, 1000);
        assert_eq!(sizes(1020, 10).grown_from(&recorded), Vec::<String>::new());
        let told = ["one: ram has grown from 1000 to 1021 bytes"];
        assert_eq!(sizes(1020, 1021).grown_from(&recorded), told);
        let told = ["one: flash has grown from 1000 to 2000 bytes"];
        assert_eq!(sizes(2000, 1000).grown_from(&recorded), told);
    }

    #[test]
    fn a_board_that_is_not_recorded_is_told() {
        assert_eq!(sizes(1, 1).grown_from(&Sizes::default()), ["one is not recorded"]);
    }
}
