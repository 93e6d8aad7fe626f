//! A part of docs/BENCHMARKS.md that is measured alone: how it takes the place of what was there.

use std::fs;
use std::io;
use std::path::Path;

use crate::report::FOLDER;

/// Writes the part, which begins with `heading`, into the page. The other parts stay.
pub(crate) fn record(heading: &str, part: &str) -> io::Result<()> {
    let page = Path::new(FOLDER).join("BENCHMARKS.md");
    let written = fs::read_to_string(&page)?;
    fs::write(page, replaced(&written, heading, part))
}

fn replaced(page: &str, heading: &str, part: &str) -> String {
    let (before, rest) = page.split_at(page.find(heading).unwrap_or(page.len()));
    let behind = rest.get(heading.len()..).unwrap_or_default();
    let behind = behind.find("\n## ").map_or("", |at| &behind[at..]);
    let page = format!("{}\n\n{}\n{behind}", before.trim_end(), part.trim_end());
    page.trim_end().to_owned() + "\n"
}

/// The machine's own word (proc_loadavg(5)), which says how far the figures are to be trusted.
pub(crate) fn load() -> String {
    let told = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    told.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_takes_the_place_of_what_was_there_and_the_others_stay() {
        let part = "## B\n\nnew\n";
        assert_eq!(replaced("# A\n", "## B\n", part), "# A\n\n## B\n\nnew\n");
        let last = replaced("# A\n\n## B\n\nold\n", "## B\n", part);
        assert_eq!(last, "# A\n\n## B\n\nnew\n");
        let middle = replaced("# A\n\n## B\n\nold\n\n## C\n\nkept\n", "## B\n", part);
        assert_eq!(middle, "# A\n\n## B\n\nnew\n\n## C\n\nkept\n");
    }
}
