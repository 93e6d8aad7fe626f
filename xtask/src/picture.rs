//! `cargo xtask picture`: a chat of two people at real terminals, drawn as README.md shows it.

use crate::programs;
use crate::step::{self, Failure, command};

/// Where the picture is.
const PICTURE: &str = "docs/chat.svg";

/// Records and draws.
pub(crate) fn draw() -> Result<(), Failure> {
    let programs = programs::build()?;
    let line = "cargo run --release --package smolchat-tests --bin picture --";
    let path = step::workspace().join(PICTURE);
    step::run("draw a chat", command(line).arg(path).envs(programs))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_readme_tells_in_words_what_its_picture_shows() {
        let read = |name: &str| fs::read_to_string(step::workspace().join(name)).unwrap();
        let readme = read("README.md");
        let (before, _) = readme.split_once(&format!("]({PICTURE})")).unwrap();
        let (_, words) = before.rsplit_once("![").unwrap();
        let picture = read(PICTURE);
        let said: Vec<_> =
            words.split('“').skip(1).map(|rest| rest.split('”').next().unwrap()).collect();
        assert!(said.len() > 3, "{words}");
        for text in said {
            let text = text.replace('\n', " ");
            assert!(picture.contains(&format!("{text}</text>")), "{text} is not in the picture");
        }
    }
}
