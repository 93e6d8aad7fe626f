//! Figures that documents quote. Tables are written anew with the record that they quote, and tests
//! hold them and the sentences that name a figure.
//! Knows nothing of how anything is measured.

use std::fs;
use std::path::PathBuf;

use crate::recorded::{self, Row};
use crate::step::{self, Failure};
use crate::{instructions, size};

/// The document with all quoted tables.
const DOCUMENT: &str = "docs/INSTRUCTIONS.md";

const ON_A_HOST: &str = "| operation | 16 places | 1,000 places | 10,000 places |";
/// A row: what is counted, the recorded name in each column, and which of its figures.
const HOST_ROWS: [(&str, [&str; 3], usize); 10] = [
    ("one message", ["message@16", "", "message@10000"], 0),
    ("one broadcast to 15", ["broadcast-to-15@16", "", ""], 0),
    ("one broadcast to 999", ["", "broadcast-to-999@1000", "broadcast-to-999@10000"], 0),
    (
        "that for each recipient",
        ["broadcast-to-15@16", "broadcast-to-999@1000", "broadcast-to-999@10000"],
        2,
    ),
    ("one login", ["login@16", "", "login@10000"], 0),
    ("one `whoelse`, 15 names", ["whoelse-of-15@16", "", ""], 0),
    ("one `whoelse`, 999 names", ["", "whoelse-of-999@1000", "whoelse-of-999@10000"], 0),
    ("one message, both by SSH", ["message-by-ssh@16", "", ""], 0),
    ("one call by SSH with a password", ["password-by-ssh@16", "", ""], 0),
    ("one call by SSH with a key", ["key-by-ssh@16", "", ""], 0),
];

const ON_BOARDS: &str = "| operation | lm3s6965evb, Cortex-M3 | mps2-an386, Cortex-M4 |";
const BOARDS: [&str; 2] = ["lm3s6965evb", "mps2-an386"];
/// What is counted, behind the board's name that of its image, and which of the figures.
const BOARD_ROWS: [(&str, &str, &str, usize); 6] = [
    ("one message", "message", "", 0),
    ("one broadcast to 7", "broadcast-to-7", "", 0),
    ("that for each recipient", "broadcast-to-7", "", 2),
    ("one message, both by SSH", "message", "-ssh", 0),
    ("one call by SSH with a password", "password", "-ssh", 0),
    ("one call by SSH with a key", "key", "-ssh", 0),
];

const MEMORY: &str =
    "| board | a connection | a user | a message of full length | a block | a session of SSH |";
/// What one of each takes: the last five figures of an image.
const EACH: std::ops::Range<usize> = 6..11;

/// Writes the tables of the documents from what is recorded.
pub(crate) fn write() -> Result<(), Failure> {
    let written = tables()?.iter().try_fold(read(DOCUMENT)?, |text, table| renewed(&text, table));
    fs::write(path(DOCUMENT), written?).map_err(|error| failure(DOCUMENT, &error.to_string()))
}

/// Every quoted table, as lines.
fn tables() -> Result<[Vec<String>; 3], Failure> {
    let (host, boards) = instructions::recorded()?;
    let host_row = |(label, names, figure): &(&str, [&str; 3], usize)| {
        let cells = names.iter().map(|name| cell(&host, name, *figure));
        row(label, cells)
    };
    let board_row = |(label, operation, image, figure): &(&str, &str, &str, usize)| {
        let cell = |board| cell(&boards, &format!("{operation}@{board}{image}"), *figure);
        row(label, BOARDS.iter().map(cell))
    };
    let image_row =
        |image: &Row| row(&image.name, image.figures[EACH].iter().map(|number| thousands(*number)));
    Ok([
        table(ON_A_HOST, HOST_ROWS.iter().map(host_row)),
        table(ON_BOARDS, BOARD_ROWS.iter().map(board_row)),
        table(MEMORY, size::recorded()?.iter().map(image_row)),
    ])
}

fn table(header: &str, rows: impl Iterator<Item = String>) -> Vec<String> {
    let columns = header.matches('|').count() - 1;
    let rule = format!("|{}", "---|".repeat(columns));
    [header.to_owned(), rule].into_iter().chain(rows).collect()
}

fn row(label: &str, cells: impl Iterator<Item = String>) -> String {
    let cells =
        cells.map(|cell| if cell.is_empty() { " |".to_owned() } else { format!(" {cell} |") });
    format!("| {label} |{}", cells.collect::<String>())
}

/// Nothing for a name that is not recorded, as an empty one.
fn cell(rows: &[Row], name: &str, figure: usize) -> String {
    recorded::find(rows, name).map_or_else(String::new, |row| thousands(row.figures[figure]))
}

/// With a comma before every three digits.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// The text with this table in the place of the one with its header.
fn renewed(text: &str, table: &[String]) -> Result<String, Failure> {
    let lines: Vec<&str> = text.lines().collect();
    let missing = || failure(DOCUMENT, &format!("there is no table with the header {}", table[0]));
    let begin = lines.iter().position(|line| *line == table[0]).ok_or_else(missing)?;
    let length = lines[begin..].iter().take_while(|line| line.starts_with('|')).count();
    let before = lines[..begin].iter().copied();
    let after = lines[begin + length..].iter().copied();
    let all = before.chain(table.iter().map(String::as_str)).chain(after);
    Ok(all.map(|line| format!("{line}\n")).collect())
}

fn read(document: &str) -> Result<String, Failure> {
    fs::read_to_string(path(document)).map_err(|error| failure(document, &error.to_string()))
}

fn path(document: &str) -> PathBuf {
    step::workspace().join(document)
}

fn failure(document: &str, told: &str) -> Failure {
    Failure::new(document, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document's text on one line.
    fn said(document: &str) -> String {
        read(document).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The cells of the rows below the first header that begins like this.
    fn rows(document: &str, header: &str) -> Vec<Vec<String>> {
        let text = read(document).unwrap();
        let rows = text.lines().skip_while(|line| !line.starts_with(header)).skip(2);
        let rows = rows.take_while(|line| line.starts_with('|'));
        rows.map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
    }

    #[test]
    fn every_quoted_table_is_the_recorded_one() {
        let text = read(DOCUMENT).unwrap();
        for table in tables().unwrap() {
            let update = "cargo xtask instructions --update and cargo xtask size --update write it";
            assert!(text.contains(&table.join("\n")), "{update}:\n{}", table.join("\n"));
        }
    }

    #[test]
    fn a_table_is_renewed_in_its_place() {
        let table = ["| a |", "|---|", "| 3 |", "| 4 |"].map(str::to_owned);
        let text = "before\n| b |\n\n| a |\n|---|\n| 1 |\nafter\n";
        let renewed_text = renewed(text, &table).unwrap();
        assert_eq!(renewed_text, "before\n| b |\n\n| a |\n|---|\n| 3 |\n| 4 |\nafter\n");
        assert!(renewed("| b |\n", &table).is_err());
    }

    #[test]
    fn sentences_say_what_many_connections_cost_as_it_is_recorded() {
        let (host, _) = instructions::recorded().unwrap();
        let count = |name| recorded::find(&host, name).unwrap().figures[0] as f64;
        let times = count("message@10000") / count("message@16");
        assert!(said("README.md").contains("less than a tenth more than with 16"));
        assert!(times < 1.1, "README.md says less than a tenth more, and it is {times:.2} times");
        let sentence = format!("{times:.2} times as much among 10,000 connections as among 16");
        assert!(
            said("ARCHITECTURE.md").contains(&sentence),
            "ARCHITECTURE.md is to say {sentence}"
        );
    }

    #[test]
    fn the_profile_quotes_the_ratios_of_the_benchmarks() {
        const HEADER: &str = "| work | connections | ngIRCd / smolchat |";
        let measured = rows("docs/BENCHMARKS.md", HEADER);
        let quoted = rows("docs/PROFILE.md", HEADER);
        assert!(measured.len() > 10 && quoted.len() > 5);
        for row in quoted {
            let found = measured.iter().find(|other| other[1..3] == row[1..3]);
            let ratio: f64 = found.unwrap_or_else(|| panic!("{row:?}"))[3].parse().unwrap();
            let decimals = row[3].split_once('.').map_or(0, |(_, decimals)| decimals.len());
            assert_eq!(row[3], format!("{ratio:.decimals$}"), "{row:?}");
        }
    }

    #[test]
    fn numbers_are_written_with_commas() {
        let written = [0, 999, 1_000, 16_157, 9_106_209].map(thousands);
        assert_eq!(written, ["0", "999", "1,000", "16,157", "9,106,209"]);
    }
}
