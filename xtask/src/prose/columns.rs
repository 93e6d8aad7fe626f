//! The width of comments and Markdown: 100 columns. Tables, code blocks and a single long word are
//! as wide as they are.
//! Knows nothing of sentences.

use super::text::{Kind, is_row};

/// The most characters of a line.
const COLUMNS: usize = 100;

/// What is too wide, each with its line.
pub(super) fn too_wide(kind: Kind, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut is_code = false;
    for (line, written) in (1..).zip(text.lines()) {
        is_code ^= kind == Kind::Markdown && written.trim_start().starts_with("```");
        let columns = written.chars().count();
        if columns > COLUMNS && !is_code && is_foldable(kind, written) {
            complaints.push(format!("{line}: {columns} columns ({COLUMNS} at most)"));
        }
    }
    complaints
}

/// Whether the line could be two.
fn is_foldable(kind: Kind, line: &str) -> bool {
    let line = line.trim();
    let said = match kind {
        Kind::Markdown => Some(line),
        Kind::Rust => line.strip_prefix("//").map(|said| said.trim_start_matches(['/', '!'])),
        Kind::Settings => line.strip_prefix('#'),
    };
    said.map(str::trim).is_some_and(|said| !is_row(said) && said.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_wide(kind: Kind, start: &str, columns: usize) -> bool {
        let line = format!("{start}a {}", "b".repeat(columns - start.len() - 2));
        assert_eq!(line.len(), columns);
        !too_wide(kind, &line).is_empty()
    }

    #[test]
    fn a_hundred_columns_are_allowed_and_one_more_is_not() {
        for (kind, start) in [
            (Kind::Markdown, "- "),
            (Kind::Rust, "    // "),
            (Kind::Rust, "/// "),
            (Kind::Rust, "//! "),
            (Kind::Settings, "# "),
        ] {
            let wide = [100, 101].map(|columns| is_wide(kind, start, columns));
            assert_eq!(wide, [false, true], "{kind:?} {start}");
        }
    }

    #[test]
    fn tables_code_and_what_cannot_be_folded_are_as_wide_as_they_are() {
        let word = "x".repeat(200);
        for (kind, text) in [
            (Kind::Markdown, format!("| a | {word} |")),
            (Kind::Markdown, format!("```\na {word}\n```")),
            (Kind::Markdown, word.clone()),
            (Kind::Rust, format!("//! | a | {word} |")),
            (Kind::Rust, format!("// {word}")),
            (Kind::Rust, format!("    let a = {word};")),
            (Kind::Settings, format!("a = \"b {word}\"")),
        ] {
            assert_eq!(too_wide(kind, &text), [""; 0], "{text}");
        }
    }
}
