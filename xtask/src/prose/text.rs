//! What is prose in a file: the paragraphs of Markdown, and those of the comments that document
//! Rust. Code, tables, headings and lists' marks are none.
//! Knows nothing of how long anything may be.

use std::path::Path;

/// How a file holds its prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Markdown,
    Rust,
    /// Comments begin with `#`.
    Settings,
}

impl Kind {
    /// By the end of the file's name; none for what holds no prose.
    pub(super) fn of(path: &Path) -> Option<Kind> {
        match path.extension()?.to_str()? {
            "md" => Some(Kind::Markdown),
            "rs" => Some(Kind::Rust),
            "toml" | "service" | "yml" | "sh" => Some(Kind::Settings),
            _ => None,
        }
    }
}

/// A paragraph, or an item of a list, on one line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// Its first line, from 1.
    pub(super) line: usize,
    pub(super) text: String,
}

/// The paragraphs of a file's text.
pub(super) fn paragraphs(kind: Kind, text: &str) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let (mut is_code, mut is_open) = (false, false);
    for (line, written) in (1..).zip(text.lines()) {
        let said = prose(kind, written);
        is_code = said.is_some() && is_code != said.is_some_and(is_fence);
        let Some(said) = said.filter(|said| !is_code && !is_fence(said) && !is_bare(said)) else {
            is_open = false;
            continue;
        };
        match (item(said), paragraphs.last_mut()) {
            (None, Some(paragraph)) if is_open => {
                paragraph.text.push(' ');
                paragraph.text.push_str(said);
            }
            (item, _) => {
                let text = item.unwrap_or(said).to_owned();
                paragraphs.push(Paragraph { line, text });
            }
        }
        is_open = true;
    }
    paragraphs
}

/// What a line says, if it is a line of prose.
fn prose(kind: Kind, line: &str) -> Option<&str> {
    let line = line.trim();
    match kind {
        Kind::Markdown => Some(line),
        Kind::Rust => line.strip_prefix("//!").or_else(|| line.strip_prefix("///")).map(str::trim),
        Kind::Settings => None,
    }
}

fn is_fence(said: &str) -> bool {
    said.starts_with("```")
}

/// An empty line, a row of a table, a heading.
fn is_bare(said: &str) -> bool {
    said.is_empty() || is_row(said) || said.trim_start_matches('#').starts_with(' ')
}

/// A row of a table.
pub(super) fn is_row(said: &str) -> bool {
    said.starts_with('|')
}

/// The text of a list's item, without its mark.
fn item(said: &str) -> Option<&str> {
    let number = said.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = said.len() - number.len();
    let numbered = number.strip_prefix(". ").filter(|_| (1..=2).contains(&digits));
    said.strip_prefix("- ").or_else(|| said.strip_prefix("* ")).or(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(kind: Kind, text: &str) -> Vec<(usize, String)> {
        paragraphs(kind, text).into_iter().map(|found| (found.line, found.text)).collect()
    }

    #[test]
    fn tables_code_and_headings_end_a_paragraph_and_are_none() {
        let text = "# Title\none\ntwo\n| a | b |\n```\ncode\n```\nthree\n\nfour";
        let found = [(2, "one two"), (8, "three"), (10, "four")];
        assert_eq!(texts(Kind::Markdown, text), found.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn every_item_of_a_list_stands_for_itself() {
        let text = "before\n- one\n  goes on\n2. two\n3.5 is no mark\n1459. Nor is this";
        let found =
            [(1, "before"), (2, "one goes on"), (4, "two 3.5 is no mark 1459. Nor is this")];
        assert_eq!(texts(Kind::Markdown, text), found.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn of_rust_only_what_documents_is_prose_and_code_ends_it() {
        let text =
            "//! one\n//! two\nuse a;\n    /// three\n    // four\n    /// ```\n    /// five\n";
        let found = [(1, "one two"), (4, "three")];
        assert_eq!(texts(Kind::Rust, text), found.map(|(line, text)| (line, text.to_owned())));
        assert_eq!(texts(Kind::Rust, "/// ```\nfn a() {}\n/// six").len(), 1, "no code goes on");
    }

    #[test]
    fn the_name_tells_how_a_file_is_read() {
        let kind = |name: &str| Kind::of(Path::new(name));
        assert_eq!(kind("a/README.md"), Some(Kind::Markdown));
        assert_eq!(kind("Cargo.toml"), Some(Kind::Settings));
        assert_eq!((kind("LICENSE"), kind("docs/a.svg")), (None, None));
    }
}
