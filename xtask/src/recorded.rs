//! A table of figures that is kept in the repository: read, written, and held against what is
//! measured now.

use std::fs;
use std::path::PathBuf;

use crate::step::{self, Failure};

/// Where a table is kept, how it looks, and what may change unnoticed.
#[derive(Debug)]
pub(crate) struct Record {
    /// Its file, from the workspace's folder.
    pub(crate) file: &'static str,
    /// What the file says of itself.
    pub(crate) header: &'static str,
    /// What a row is.
    pub(crate) rows: &'static str,
    pub(crate) columns: &'static [&'static str],
    /// How many of the columns are compared.
    pub(crate) compared: usize,
    pub(crate) unit: &'static str,
    /// Hundredths by which a figure may grow unnoticed.
    pub(crate) growth: u64,
    /// The command that records.
    pub(crate) update: &'static str,
}

/// Whether tables were written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// They hold what was measured now.
    Anew,
    /// They hold what they held.
    AsBefore,
}

impl Recorded {
    /// What became of the tables, by whether they were to be updated.
    pub(crate) fn by(update: bool) -> Self {
        if update { Recorded::Anew } else { Recorded::AsBefore }
    }
}

/// A row: what was measured, and a figure for every column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) figures: Vec<u64>,
}

impl Record {
    /// Writes the file where `update` is set; otherwise what has grown too much fails.
    pub(crate) fn settle(&self, now: &[Row], update: bool) -> Result<(), Failure> {
        if update { self.write(now) } else { self.compare(now) }
    }

    /// What is recorded.
    pub(crate) fn read(&self) -> Result<Vec<Row>, Failure> {
        let text = fs::read_to_string(self.path()).map_err(|error| error.to_string());
        text.and_then(|text| self.parse(&text)).map_err(|told| self.failure(&told))
    }

    /// The table as it is kept, without the header.
    pub(crate) fn shown(&self, rows: &[Row]) -> String {
        let names = rows.iter().map(|row| row.name.len());
        let width = 1 + names.max().unwrap_or(0).max(self.rows.len() + 2);
        let figure = |figure: &dyn std::fmt::Display| format!("{figure:>11}");
        let columns: String = self.columns.iter().map(|column| figure(column)).collect();
        let mut shown = format!("{:width$}{columns}\n", format!("# {}", self.rows));
        for row in rows {
            let figures: String = row.figures.iter().map(|number| figure(number)).collect();
            shown += &format!("{:width$}{figures}\n", row.name);
        }
        shown
    }

    fn write(&self, now: &[Row]) -> Result<(), Failure> {
        let text = format!("# {}\n{}", self.header, self.shown(now));
        fs::write(self.path(), text).map_err(|error| self.failure(&error.to_string()))
    }

    fn compare(&self, now: &[Row]) -> Result<(), Failure> {
        let complaints = self.complaints(now, &self.read()?);
        if complaints.is_empty() { Ok(()) } else { Err(self.failure(&complaints.join("\n  "))) }
    }

    /// What has grown too much, each with both numbers, and rows that stand on one side only.
    fn complaints(&self, now: &[Row], recorded: &[Row]) -> Vec<String> {
        let grown = now.iter().flat_map(|row| match find(recorded, &row.name) {
            Some(before) => self.grown(before, row),
            None => vec![format!("{} is not recorded", row.name)],
        });
        let gone = recorded.iter().filter(|row| find(now, &row.name).is_none());
        let gone = gone.map(|row| format!("{} is recorded, and not measured any more", row.name));
        grown.chain(gone).collect()
    }

    fn grown(&self, before: &Row, now: &Row) -> Vec<String> {
        let pairs = before.figures.iter().zip(&now.figures).zip(self.columns).take(self.compared);
        let grown = pairs.filter(|((before, now), _)| *now * 100 > *before * (100 + self.growth));
        let Record { unit, growth, .. } = self;
        grown
            .map(|((before, after), column)| {
                let name = &now.name;
                format!("{name}: {column} has grown from {before} to {after} {unit}, by more than {growth} %")
            })
            .collect()
    }

    fn parse(&self, text: &str) -> Result<Vec<Row>, String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| self.row(line).ok_or_else(|| format!("not a row: {line}"))).collect()
    }

    fn row(&self, line: &str) -> Option<Row> {
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let figures: Vec<u64> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
        (figures.len() == self.columns.len()).then_some(Row { name, figures })
    }

    fn failure(&self, told: &str) -> Failure {
        let Record { file, update, .. } = self;
        Failure::new(*file, format!("{told}\n  what is meant is recorded by: {update}"))
    }

    fn path(&self) -> PathBuf {
        step::workspace().join(self.file)
    }
}

/// The row of that name.
pub(crate) fn find<'a>(rows: &'a [Row], name: &str) -> Option<&'a Row> {
    rows.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: Record = Record {
        file: "tests/no-such-file.txt",
        header: "A table.",
        rows: "thing",
        columns: &["weight", "height", "colour"],
        compared: 2,
        unit: "stones",
        growth: 3,
        update: "weigh --update",
    };

    fn thing(weight: u64, height: u64, colour: u64) -> Vec<Row> {
        vec![Row { name: "one".to_owned(), figures: vec![weight, height, colour] }]
    }

    #[test]
    fn what_is_shown_can_be_read_and_anything_else_is_told() {
        let rows = thing(100_000, 64_000, 3);
        let shown = RECORD.shown(&rows);
        assert_eq!(RECORD.parse(&format!("# a comment\n{shown}")), Ok(rows));
        for wrong in ["one 1 2", "one 1 2 3 4", "one a b c", ""] {
            let told = RECORD.parse(&format!("# a comment\n{wrong}\n"));
            assert_eq!(told, Err(format!("not a row: {wrong}")));
        }
    }

    #[test]
    fn as_much_as_is_allowed_is_no_growth_and_one_more_is() {
        let recorded = thing(1000, 1000, 1);
        assert_eq!(RECORD.complaints(&thing(1030, 10, 9), &recorded), Vec::<String>::new());
        let told = ["one: height has grown from 1000 to 1031 stones, by more than 3 %"];
        assert_eq!(RECORD.complaints(&thing(1030, 1031, 1), &recorded), told);
        let told = ["one: weight has grown from 1000 to 2000 stones, by more than 3 %"];
        assert_eq!(RECORD.complaints(&thing(2000, 1000, 1), &recorded), told);
    }

    #[test]
    fn a_row_that_stands_on_one_side_only_is_told() {
        assert_eq!(RECORD.complaints(&thing(1, 1, 1), &[]), ["one is not recorded"]);
        let told = ["one is recorded, and not measured any more"];
        assert_eq!(RECORD.complaints(&[], &thing(1, 1, 1)), told);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_with_the_command_that_writes_it() {
        let told = RECORD.settle(&thing(1, 1, 1), false).unwrap_err().to_string();
        assert!(told.starts_with("tests/no-such-file.txt: "), "{told}");
        assert!(told.ends_with("what is meant is recorded by: weigh --update"), "{told}");
    }
}
