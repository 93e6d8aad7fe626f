//! The man pages and the completions of both programs, as the programs print them.

use std::path::Path;
use std::process::Command;

use super::write;
use crate::step::{Failure, output};

/// The programs.
pub(super) const PROGRAMS: [&str; 2] = ["smolchatd", "smolchat"];

/// A shell, and its file of completions for a program.
type Shell = (&'static str, fn(&str) -> String);

/// The shells, and where each looks for completions below `share`.
const SHELLS: [Shell; 3] = [
    ("bash", |program| format!("bash-completion/completions/{program}")),
    ("zsh", |program| format!("zsh/vendor-completions/_{program}")),
    ("fish", |program| format!("fish/vendor_completions.d/{program}.fish")),
];

/// Has the programs of `from` print their pages into the folder `share`, which is laid out as
/// `/usr/share` is.
pub(super) fn print(from: &Path, share: &Path) -> Result<(), Failure> {
    for program in PROGRAMS {
        let page = |arguments: &[&str]| {
            output("print a page", Command::new(from.join(program)).args(arguments))
        };
        write(&share.join(format!("man/man1/{program}.1")), &page(&["--man"])?)?;
        for (shell, place) in SHELLS {
            write(&share.join(place(program)), &page(&["--completions", shell])?)?;
        }
    }
    Ok(())
}
