//! Which release this is: the version of the packages, and the moment of the commit. All that is
//! packed has that moment, so the same commit makes the same bytes.

use std::env;

use crate::step::{Failure, command, output};

/// The variable by which packagers name the moment (reproducible-builds.org,
/// "SOURCE_DATE_EPOCH").
const MOMENT: &str = "SOURCE_DATE_EPOCH";

/// A release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// Sorts before the version without a moment behind it, as Debian compares versions.
    pub(super) version: String,
    /// Seconds since 1970.
    pub(super) moment: u64,
}

impl Release {
    /// The release of the commit that is checked out. Before there are releases, the version has
    /// the moment behind it: otherwise apt would not take a newer package for newer.
    pub(super) fn of_commit() -> Result<Self, Failure> {
        let moment = match env::var(MOMENT) {
            Ok(moment) => moment,
            Err(_) => told("git log --max-count=1 --format=%ct", &[])?,
        };
        let moment = moment
            .parse()
            .map_err(|_| Failure::new("the commit's moment", format!("{moment:?} is no number")))?;
        let release = env!("CARGO_PKG_VERSION");
        let is_released = told("git tag --points-at HEAD", &[]).unwrap_or_default();
        let mut version = release.to_owned();
        if !is_released.split_whitespace().any(|tag| tag == format!("v{release}")) {
            version += &format!("~{}", date(moment, "%Y%m%d.%H%M%S")?);
        }
        Ok(Release { version, moment })
    }

    /// The moment as Debian's changelog has it.
    pub(super) fn date(&self) -> Result<String, Failure> {
        date(self.moment, "%a, %d %b %Y %H:%M:%S +0000")
    }

    /// The variable by which other programs hear of the moment.
    pub(super) fn variable(&self) -> (&'static str, String) {
        (MOMENT, self.moment.to_string())
    }
}

fn date(moment: u64, format: &str) -> Result<String, Failure> {
    told("date --utc", &[&format!("--date=@{moment}"), &format!("+{format}")])
}

fn told(line: &str, words: &[&str]) -> Result<String, Failure> {
    let told = output("the release", command(line).args(words).env("LC_ALL", "C"))?;
    Ok(String::from_utf8_lossy(&told).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_as_debian_wants_it() {
        let release = Release { version: String::new(), moment: 1_796_071_630 };
        assert_eq!(release.date().unwrap(), "Mon, 30 Nov 2026 20:47:10 +0000");
        assert_eq!(date(0, "%Y%m%d.%H%M%S").unwrap(), "19700101.000000");
    }
}
