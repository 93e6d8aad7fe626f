//! How much work each class of machine can do for a login.
//! The numbers follow what was measured: about a quarter of a second on a board, and what OWASP
//! recommends for Argon2id on a host.

use crate::Work;

/// A class of machines, by the work that a login may be for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// A host: 19 MiB.
    Host,
    /// A board with 512 KiB of RAM or more, as a Nucleo-H743ZI.
    BoardL,
    /// A board with 256 KiB of RAM or more, as one with an RP2350.
    BoardM,
    /// A board that can lend 16 KiB.
    BoardS,
    /// A board that can lend none. Whoever has its flash guesses a thousand times faster.
    Pbkdf2,
}

impl Profile {
    /// All of them, the strongest first.
    pub const ALL: [Profile; 5] =
        [Profile::Host, Profile::BoardL, Profile::BoardM, Profile::BoardS, Profile::Pbkdf2];

    /// The work of a hash that is made for it.
    pub const fn work(self) -> Work {
        match self {
            Profile::Host => Work::Argon2id { kib: 19_456, passes: 2, lanes: 1 },
            Profile::BoardL => Work::Argon2id { kib: 256, passes: 4, lanes: 1 },
            Profile::BoardM => Work::Argon2id { kib: 64, passes: 8, lanes: 1 },
            Profile::BoardS => Work::Argon2id { kib: 16, passes: 12, lanes: 1 },
            Profile::Pbkdf2 => Work::Pbkdf2 { rounds: 2000 },
        }
    }

    /// Its name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Host => "host",
            Profile::BoardL => "board-l",
            Profile::BoardM => "board-m",
            Profile::BoardS => "board-s",
            Profile::Pbkdf2 => "pbkdf2",
        }
    }
}
