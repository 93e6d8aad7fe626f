//! What the attacker says on connections of its own: floods of what anybody may say, and silence.

use crate::chance::Chance;
use crate::simulator::talk::name;

/// Names that it registers; there is a place for each, beside those for people.
pub(super) const NAMES: usize = 40;

/// One kind of harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mischief {
    /// Takes a place and says nothing, or comes again and again.
    Silence,
    /// Guesses passwords.
    Guesses,
    /// Makes accounts.
    Accounts,
    /// Mail, most of it to people who are not there; and broadcasts.
    Mail,
    /// Blocks people and takes it back.
    Blocks,
    /// Logs in and out.
    Presence,
}

impl Mischief {
    pub(super) const ALL: [Mischief; 6] = [
        Mischief::Silence,
        Mischief::Guesses,
        Mischief::Accounts,
        Mischief::Mail,
        Mischief::Blocks,
        Mischief::Presence,
    ];

    /// Whether it needs an account.
    pub(super) fn is_users(self) -> bool {
        matches!(self, Mischief::Mail | Mischief::Blocks | Mischief::Presence)
    }

    /// What the connection with this number says first.
    pub(super) fn begins(self, number: usize) -> String {
        match self {
            Mischief::Mail => format!("receipts on\nlogin {0} {0}\n", account(number)),
            _ if self.is_users() => format!("login {0} {0}\n", account(number)),
            _ => String::new(),
        }
    }

    /// Whether it ends its connection now, to begin another.
    pub(super) fn renews(self, chance: &mut Chance) -> bool {
        match self {
            Mischief::Silence => chance.once_in(4),
            _ => chance.once_in(60),
        }
    }

    /// Some lines more.
    pub(super) fn says(
        self,
        number: usize,
        absent: &[usize],
        people: usize,
        chance: &mut Chance,
    ) -> Vec<u8> {
        let lines = 1 << chance.below(6);
        let lines: Vec<_> = (0..lines).map(|_| self.line(number, absent, people, chance)).collect();
        lines.concat().into_bytes()
    }

    fn line(self, number: usize, absent: &[usize], people: usize, chance: &mut Chance) -> String {
        let anybody = name(chance.below(people));
        match self {
            Mischief::Silence => String::new(),
            Mischief::Guesses => format!("login {anybody} guess{}\n", chance.below(100)),
            Mischief::Accounts => format!("register m{0} m{0}\n", chance.below(NAMES)),
            Mischief::Mail if chance.once_in(8) => format!("broadcast {}\n", text(chance)),
            Mischief::Mail => {
                let whom = match absent.len() {
                    0 => anybody,
                    absences => name(absent[chance.below(absences)]),
                };
                format!("message {whom} {}\n", text(chance))
            }
            Mischief::Blocks => format!("block {anybody}\nunblock {anybody}\n"),
            Mischief::Presence => format!("logout\nlogin {0} {0}\n", account(number)),
        }
    }
}

fn text(chance: &mut Chance) -> String {
    "x".repeat([1, 40, 400][chance.below(3)])
}

/// The name, and the password, of the account that the connection with this number uses.
pub(super) fn account(number: usize) -> String {
    format!("v{number}")
}
