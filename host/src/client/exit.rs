//! How a run of the client ends, and the exit code that tells a script of it.

use std::process::ExitCode;

/// Why the client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As asked: `logout`, the end of the input, or a signal.
    AsAsked,
    /// Wrong usage, or something on this machine: a file, a terminal, a closed output.
    Local,
    /// No connection, or whatever answered is no chat server.
    Unreachable,
    /// The credentials were refused, and nobody could be asked again.
    LoginRefused,
    /// Too many wrong passwords: the user name is locked for a while.
    Locked,
    /// The user is online already.
    OnlineAlready,
    /// The server is full.
    ServerFull,
    /// The connection was lost, and the client could not connect again.
    ConnectionLost,
    /// The server said goodbye: inactivity, or it stopped and did not come back.
    Dismissed,
}

/// Every ending with its exit code and how `--help` tells of it.
pub(crate) const ENDINGS: [(Ending, u8, &str); 9] = [
    (Ending::AsAsked, 0, "ended as asked: logout, end of input, SIGTERM or SIGINT"),
    (Ending::Local, 1, "wrong usage, or an error on this machine"),
    (Ending::Unreachable, 2, "could not connect"),
    (Ending::LoginRefused, 3, "login or registration refused"),
    (Ending::Locked, 4, "blocked to login for a while"),
    (Ending::OnlineAlready, 5, "the user is online already"),
    (Ending::ServerFull, 6, "the server is full"),
    (Ending::ConnectionLost, 7, "the connection was lost, and did not come back in time"),
    (
        Ending::Dismissed,
        8,
        "ended by the server: inactivity, or a shutdown from which it did not come back in time",
    ),
];

impl Ending {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        ENDINGS.iter().find(|(ending, ..)| *ending == self).map_or(1, |(_, code, _)| *code)
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        ending.code().into()
    }
}

/// The table of exit codes, one a line.
pub(crate) fn table() -> String {
    let row = |(_, code, text): &(Ending, u8, &str)| format!("  {code}  {text}\n");
    format!("Exit codes:\n{}", ENDINGS.iter().map(row).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_has_its_own_code_and_is_told_of() {
        for (i, (ending, code, text)) in ENDINGS.iter().enumerate() {
            assert_eq!(usize::from(*code), i);
            assert_eq!(ending.code(), *code);
            assert!(table().contains(&format!("{code}  {text}")));
        }
    }
}
