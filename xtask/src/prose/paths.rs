//! Files and folders that texts name in code spans: each is there.
//! Knows nothing of what they hold.

use std::path::Path;

use super::SKIPPED;
use super::text::Kind;

/// What is named and not there, below the workspace's folder, each with its line.
pub(super) fn missing(kind: Kind, text: &str, workspace: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut is_code = false;
    for (line, written) in (1..).zip(text.lines()) {
        is_code ^= kind == Kind::Markdown && written.trim_start().starts_with("```");
        if is_code || kind == Kind::Rust && !written.trim_start().starts_with("//") {
            continue;
        }
        let named = written.split('`').skip(1).step_by(2).filter(|span| is_path(span, workspace));
        let gone = named.filter(|path| !is_there(path, workspace));
        complaints.extend(gone.map(|path| format!("{line}: there is no {path}")));
    }
    complaints
}

/// A path begins with a folder of the workspace. One with a name to fill in is none, and neither is
/// one to what is built.
fn is_path(span: &str, workspace: &Path) -> bool {
    let Some((first, rest)) = span.split_once('/') else { return false };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let is_built = span.split('/').any(|part| SKIPPED.contains(&part));
    !first.is_empty()
        && !first.starts_with('.')
        && workspace.join(first).is_dir()
        && rest.chars().all(is_plain)
        && !rest.contains("NAME")
        && !is_built
}

/// A file of Rust may be named without its ending.
fn is_there(path: &str, workspace: &Path) -> bool {
    [path, &format!("{path}.rs")].iter().any(|name| workspace.join(name).exists())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step;

    fn told(kind: Kind, text: &str) -> Vec<String> {
        missing(kind, text, step::workspace())
    }

    #[test]
    fn a_file_that_is_not_there_is_told_with_its_line() {
        let gone = ["2: there is no xtask/src/nowhere.rs"];
        assert_eq!(told(Kind::Markdown, "one\n| a | `xtask/src/nowhere.rs` |"), gone);
        assert_eq!(told(Kind::Rust, "use a;\n//! `xtask/src/nowhere.rs`"), gone);
    }

    #[test]
    fn what_is_there_is_named_with_or_without_its_ending() {
        let text = "`xtask/src/step.rs`, `xtask/src/step`, `xtask/src/`, `docs/PROTOCOL.md`";
        assert_eq!(told(Kind::Markdown, text), [""; 0]);
    }

    #[test]
    fn other_code_is_no_path() {
        for text in [
            "`and/or`, `a b`, `firmware/boards/NAME/`, `xtask/target/x`, `fuzz/artifacts`",
            "```\n`xtask/src/nowhere.rs`\n```",
            "xtask/src/nowhere.rs",
        ] {
            assert_eq!(told(Kind::Markdown, text), [""; 0], "{text}");
        }
        assert_eq!(told(Kind::Rust, "let a = \"`xtask/src/nowhere.rs`\";"), [""; 0]);
    }
}
