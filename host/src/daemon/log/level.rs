//! How much of the log somebody wants to read. Knows no event.

use std::fmt;

use clap::ValueEnum;

/// How much an event matters. Errors and warnings are always told, unless somebody asks for less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Level {
    /// Something is broken, and somebody has to act.
    Error,
    /// Something is not as it should be.
    Warn,
    /// Who came, who went, and what was refused.
    Info,
    /// Every connection.
    Debug,
}

impl Level {
    /// The level that the options ask for: the one that is named, or one more for each `-v`.
    /// Nobody asks at a service manager, where the log is kept. So the journal gets more.
    pub(super) fn chosen(named: Option<Level>, verbose: u8, is_journal: bool) -> Level {
        named.unwrap_or(match verbose {
            0 if is_journal => Level::Info,
            0 => Level::Warn,
            1 => Level::Info,
            _ => Level::Debug,
        })
    }

    /// Its name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Debug => "debug",
        }
    }

    /// Its number for syslog and the journal (syslog(3)).
    pub(super) const fn priority(self) -> u8 {
        match self {
            Level::Error => 3,
            Level::Warn => 4,
            Level::Info => 6,
            Level::Debug => 7,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_quiet_and_a_journal_is_told_who_comes() {
        let chosen = |named, verbose, is_journal| Level::chosen(named, verbose, is_journal);
        assert_eq!(chosen(None, 0, false), Level::Warn);
        assert_eq!(chosen(None, 0, true), Level::Info);
        for is_journal in [false, true] {
            assert_eq!(chosen(None, 1, is_journal), Level::Info);
            assert_eq!(chosen(None, 2, is_journal), Level::Debug);
            assert_eq!(chosen(None, u8::MAX, is_journal), Level::Debug);
            assert_eq!(chosen(Some(Level::Error), 0, is_journal), Level::Error);
        }
        assert!(Level::Error < Level::Warn && Level::Info < Level::Debug);
    }
}
