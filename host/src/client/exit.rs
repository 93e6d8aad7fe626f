//! How a run of the client ends, and the exit code that tells a script of it.

use std::process::ExitCode;

/// Why the client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As asked: `logout`, the end of the input, SIGTERM or SIGHUP.
    AsAsked,
    /// Something on this machine: a file, a terminal, a closed output.
    Local,
    /// The command line, or a name or password that no account can have.
    Usage,
    /// No connection, or it was lost and did not come back in time.
    Unreachable,
    /// The credentials were refused, and nobody could be asked again.
    LoginRefused,
    /// Too many wrong passwords: the user name is locked for a while.
    Locked,
    /// The user is online already, or logged in elsewhere.
    OnlineAlready,
    /// The server ended it after a time without a command.
    TimedOut,
    /// The server is full.
    ServerFull,
    /// The server's key is not trusted.
    Untrusted,
    /// Whatever answers is no chat server.
    Protocol,
    /// A script ended as asked, but one of its commands was refused.
    CommandRefused,
    /// A script ended as asked, but some of what it said has no receipt.
    Unconfirmed,
    /// An operator ended the session, keeps the user out, or took the account away.
    ByOperator,
    /// SIGINT or SIGQUIT, or Ctrl-C where the client asked for a password.
    Interrupted,
}

/// Every ending with its exit code and how `--help` tells of it.
pub(crate) const ENDINGS: [(Ending, u8, &str); 15] = [
    (Ending::AsAsked, 0, "ended as asked: logout, end of input, SIGTERM or SIGHUP"),
    (Ending::Local, 1, "an error on this machine: a file, a terminal, a closed output"),
    (Ending::Usage, 2, "wrong usage, such as a name or password that nobody can have"),
    (Ending::Unreachable, 10, "no connection, or it was lost and did not come back in time"),
    (Ending::LoginRefused, 11, "login or registration refused by the server"),
    (Ending::Locked, 12, "the name is locked for a while"),
    (Ending::OnlineAlready, 13, "the user is online already, or logged in elsewhere"),
    (Ending::TimedOut, 14, "ended by the server after a time without a command"),
    (Ending::ServerFull, 15, "the server is full"),
    (Ending::Untrusted, 16, "the server's key is not trusted: it is new, or has changed"),
    (Ending::Protocol, 17, "whatever answers is not a smolchat server"),
    (Ending::CommandRefused, 18, "a command of the script was refused"),
    (Ending::Unconfirmed, 19, "no receipt came in time for what the script said"),
    (Ending::ByOperator, 20, "logged out, banned or removed by an operator of the server"),
    (Ending::Interrupted, 130, "interrupted by SIGINT or SIGQUIT, or at a question by Ctrl-C"),
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
    let row = |(_, code, text): &(Ending, u8, &str)| format!("  {code:>3}  {text}\n");
    format!("Exit codes:\n{}", ENDINGS.iter().map(row).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_has_its_own_code_and_is_told_of() {
        for pair in ENDINGS.windows(2) {
            assert!(pair[0].1 < pair[1].1, "{pair:?}");
        }
        for (ending, code, text) in ENDINGS {
            assert_eq!(ending.code(), code);
            assert!(table().contains(&format!("{code}  {text}")));
        }
    }
}
