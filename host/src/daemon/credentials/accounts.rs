//! The accounts of a credentials file, each with its last secret and all of its keys; and what is
//! to be told of them.
//! Knows bytes, and no file.

use std::collections::HashMap;

use smolchat_core::protocol::{self, BadLine, LineFault, check_password};
use smolchat_secret::{Hash, KEY_BYTES, Secret, resembles_hash};

use crate::daemon::hashing::PROFILE;

/// Lines that are no accounts and are told at most.
const BAD_LINES_TOLD: usize = 10;

/// An account as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// The user's name.
    pub(crate) name: String,
    /// What lets the user in by a password.
    pub(crate) secret: AccountSecret,
}

/// What lets a user in by a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccountSecret {
    /// The password as it is typed.
    Password(String),
    /// A hash of it.
    Hash(Hash),
    /// There is none: the user has keys.
    Nothing,
}

/// All accounts of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts {
    /// They, in the file's order.
    pub(crate) list: Vec<Account>,
    /// Whose key each is.
    pub(crate) keys: Vec<(String, [u8; KEY_BYTES])>,
    /// Who may give the server orders, in the order of their names.
    pub(crate) admins: Vec<String>,
    /// The lines that call somebody an admin whose account does not stand above them. Whoever
    /// registers that name later is none: new accounts are added at the end.
    pub(crate) orphans: Vec<usize>,
    /// What is to be told of the file beside its accounts, once it was read again.
    pub(crate) told: Vec<String>,
    /// Lines whose password is in clear, also where a later line of the same user counts.
    pub(crate) in_clear: usize,
    /// The lines of passwords that begin as hashes do.
    pub(crate) resembling: Vec<usize>,
}

impl Accounts {
    /// None at all.
    pub(crate) const NONE: Accounts = Accounts {
        list: Vec::new(),
        keys: Vec::new(),
        admins: Vec::new(),
        orphans: Vec::new(),
        told: Vec::new(),
        in_clear: 0,
        resembling: Vec::new(),
    };

    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// The first lines that are no accounts, and how many more there are.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, (Vec<BadLine>, usize)> {
        let mut seen = HashMap::new();
        let remember = |name, line| {
            let first = seen.get(name).copied();
            first.or_else(|| seen.insert(name, line))
        };
        let mut accounts = Accounts::default();
        let (mut places, mut bad, mut more) = (HashMap::new(), Vec::new(), 0);
        for line in protocol::Accounts::new(bytes, remember) {
            let added = line.and_then(|account| accounts.add(&account, &mut places));
            match added {
                Ok(()) => {}
                Err(line) if bad.len() < BAD_LINES_TOLD => bad.push(line),
                Err(_) => more += 1,
            }
        }
        if bad.is_empty() { Ok(accounts) } else { Err((bad, more)) }
    }

    fn add<'a>(
        &mut self,
        account: &protocol::Account<'a>,
        places: &mut HashMap<&'a str, usize>,
    ) -> Result<(), BadLine> {
        let protocol::Account { name, line, .. } = *account;
        if account.is_admin {
            match places.contains_key(name) {
                true => self.admins.push(name.to_owned()),
                false => self.orphans.push(line),
            }
            return Ok(());
        }
        let bad = |fault| BadLine { line, fault };
        let secret = Secret::parse(account.secret);
        let secret = secret.map_err(|fault| bad(LineFault::Secret(fault.text())))?;
        let place = *places.entry(name).or_insert_with(|| {
            self.list.push(Account { name: name.to_owned(), secret: AccountSecret::Nothing });
            self.list.len() - 1
        });
        self.list[place].secret = match secret {
            Secret::Hash(hash) => AccountSecret::Hash(hash),
            Secret::Password(password) => {
                check_password(password).map_err(|error| bad(LineFault::Password(error)))?;
                if resembles_hash(password) {
                    self.resembling.push(line);
                }
                self.in_clear += 1;
                AccountSecret::Password(password.to_owned())
            }
            Secret::Key(key) => {
                self.keys.push((name.to_owned(), key.0));
                return Ok(());
            }
        };
        Ok(())
    }

    /// KiB that the largest of the hashes takes.
    pub(crate) fn blocks(&self) -> usize {
        let blocks = |account: &Account| match &account.secret {
            AccountSecret::Hash(hash) => hash.work().blocks(),
            _ => 0,
        };
        self.list.iter().map(blocks).max().unwrap_or_default()
    }
}

impl Account {
    /// Hands on the secret as a server keeps it. Nobody has the password of a user without one.
    pub(crate) fn with_secret<R>(&self, then: impl FnOnce(protocol::Secret<'_>) -> R) -> R {
        let packed = match &self.secret {
            AccountSecret::Password(password) => return then(protocol::Secret::Password(password)),
            AccountSecret::Hash(hash) => hash.pack(),
            AccountSecret::Nothing => Hash::of_nobody(PROFILE).pack(),
        };
        then(protocol::Secret::Hash(&packed))
    }
}
