//! The project's texts as CI holds them: comments and Markdown within 100 columns, sentences that a
//! reader takes in at once, and no file named that is not there.
//! Knows no grammar and no word.

mod columns;
mod paths;
mod sentences;
mod text;

use std::path::{Path, PathBuf};
use std::{fs, io};

use sentences::Lengths;
use text::Kind;

use crate::step::{self, Failure};

/// Folders that hold what was built, what was found, or nothing of the project.
const SKIPPED: [&str; 4] = ["target", "corpus", "artifacts", ".git"];

/// Checks every text of the project; all complaints are one failure.
pub(crate) fn check() -> Result<(), Failure> {
    let failure = |told: String| Failure::new("prose", told);
    let mut files = Vec::new();
    collect(step::workspace(), &mut files).map_err(|error| failure(error.to_string()))?;
    files.sort();
    let mut complaints = Vec::new();
    for path in files {
        let Some(kind) = Kind::of(&path) else { continue };
        let read = fs::read_to_string(&path);
        let text = read.map_err(|error| failure(format!("{}: {error}", path.display())))?;
        let name = path.strip_prefix(step::workspace()).unwrap_or(&path).display();
        complaints.extend(of(kind, &text).into_iter().map(|told| format!("{name}:{told}")));
    }
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(failure(format!("these texts are to be mended:\n  {}", complaints.join("\n  "))))
    }
}

/// What is wrong with one text, each with its line.
fn of(kind: Kind, text: &str) -> Vec<String> {
    let mut complaints = columns::too_wide(kind, text);
    complaints.extend(paths::missing(kind, text, step::workspace()));
    let mut lengths = Lengths::default();
    for paragraph in text::paragraphs(kind, text) {
        for sentence in sentences::split(&paragraph.text) {
            complaints.extend(lengths.add(paragraph.line, &sentence));
        }
    }
    complaints.extend(lengths.complaint());
    complaints
}

/// All files below `folder`, without those that are nobody's text.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
        match entry.file_type()? {
            kind if kind.is_dir() && !is_skipped => collect(&entry.path(), files)?,
            kind if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_this_project_are_as_it_wants_them() {
        if let Err(failure) = check() {
            panic!("{failure}");
        }
    }

    #[test]
    fn whatever_is_wrong_is_told_with_its_line() {
        let long = ["word"; 41].join(" ");
        let text = format!("# Title\n\nShort enough.\n\n{}.\n", long.replacen(' ', "\n", 1));
        let told = of(Kind::Markdown, &text);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("6: 200 columns"), "{told:?}");
        assert!(told[1].starts_with("5: a sentence of 41 words: word word"), "{told:?}");
    }

    #[test]
    fn an_average_above_the_limit_is_told_though_no_sentence_is_too_long() {
        let sentence = format!("A{}.", " word".repeat(24));
        let lines = sentence.replace(" word word word word", "\nword word word word");
        let told = of(Kind::Markdown, &lines);
        assert_eq!(told, ["1: 25.0 words a sentence on average, and it is to be below 25"]);
    }
}
