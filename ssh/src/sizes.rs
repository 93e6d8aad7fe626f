//! How long the buffers of a session are. Knows no session.

use core::fmt;

use smolchat_core::dialect::DialectKind;

use crate::shell::Sizes as Terminal;

/// Bytes of a session's buffers. What a peer may send, and what is sent at once, must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// One packet of the peer's. The longest packet is the peer's first offer: 1,560 bytes of
    /// OpenSSH 9.2, 2,232 of asyncssh 2.24. A longer packet ends the session.
    pub input: usize,
    /// Our packets, until the transport takes them. The longest is the answer to a key exchange: it
    /// has some 1,300 bytes with ML-KEM.
    pub output: usize,
    /// Plain bytes that came, until the server consumes them: at least one request.
    pub received: usize,
    /// Plain bytes to be sent: at least one reply.
    pub sending: usize,
    /// The terminal of a peer that asks for a shell.
    pub terminal: Terminal,
}

/// Whether the answer to a key exchange has an ML-KEM ciphertext (1,088 bytes).
const HAS_MLKEM: bool = cfg!(feature = "mlkem");

/// A buffer is shorter than a session needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSmall;

impl Sizes {
    /// For boards: 4,000 bytes, or 5,408 with ML-KEM, and the terminal.
    pub const SMALL: Sizes = Sizes {
        input: 2304,
        output: if HAS_MLKEM { 2048 } else { 640 },
        received: 528,
        sending: 528,
        terminal: Terminal::SMALL,
    };
    /// For hosts: 8 KiB, and the terminal.
    pub const LARGE: Sizes = Sizes {
        input: 4096,
        output: 2048,
        received: 1024,
        sending: 1024,
        terminal: Terminal::LARGE,
    };
    /// The shortest that work: OpenSSH 9.2 logs in, and asyncssh does not.
    pub const LEAST: Sizes = Sizes {
        input: 1600,
        output: if HAS_MLKEM { 1400 } else { 400 },
        received: DialectKind::Lines.request_bytes(),
        sending: DialectKind::Lines.reply_bytes(),
        terminal: Terminal::LEAST,
    };

    /// All buffers of one session but its terminal's, in bytes.
    pub const fn total(&self) -> usize {
        self.input + self.output + self.received + self.sending
    }

    /// Whether a session works with these.
    pub const fn check(&self) -> Result<(), TooSmall> {
        let least = Sizes::LEAST;
        let fits = self.input >= least.input
            && self.output >= least.output
            && self.received >= least.received
            && self.sending >= least.sending
            && self.terminal.is_enough();
        if fits { Ok(()) } else { Err(TooSmall) }
    }
}

impl fmt::Display for TooSmall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a buffer is too short for an SSH session")
    }
}

impl core::error::Error for TooSmall {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_buffer_has_a_least_length() {
        let least = Sizes::LEAST;
        assert_eq!(least.check(), Ok(()));
        assert_eq!((Sizes::SMALL.check(), Sizes::LARGE.check()), (Ok(()), Ok(())));
        for shorter in [
            Sizes { input: least.input - 1, ..least },
            Sizes { output: least.output - 1, ..least },
            Sizes { received: least.received - 1, ..least },
            Sizes { sending: least.sending - 1, ..least },
        ] {
            assert_eq!(shorter.check(), Err(TooSmall));
        }
        let small = if HAS_MLKEM { 5408 } else { 4000 };
        assert_eq!((Sizes::SMALL.total(), Sizes::LARGE.total()), (small, 8192));
    }
}
