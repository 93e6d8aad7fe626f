//! The credentials file as source texts: names, hashes of passwords, keys. A password in clear goes
//! into no image: its hash does, so nobody who reads the flash has the password.
//! Knows no file and no environment.

use std::collections::HashMap;

use smolchat_core::protocol::{
    Account, Accounts, LineFault, check_password, remarks_like_accounts,
};
use smolchat_secret::{
    Hash, KEY_BYTES, Packed, Profile, SALT_BYTES, Secret, Stepped, Work, resembles_hash,
};

/// The most rounds of PBKDF2 that an image checks for a login.
const ROUNDS_MAX: u32 = 10_000;
/// Rounds that the slowest board, of 50 MHz, computes in a second. 9,800 instructions a round are
/// counted; 2.2 cycles for each are an estimate.
const ROUNDS_PER_SECOND: u32 = 2300;

/// The source texts of three slices, and what is to be said of the file.
#[derive(Debug)]
pub(crate) struct Baked {
    pub(crate) accounts: String,
    pub(crate) keys: String,
    pub(crate) admins: String,
    /// What is odd in the file, and what became of its passwords.
    pub(crate) remarks: Vec<String>,
}

/// What lets users in.
#[derive(Default)]
struct Secrets<'a> {
    accounts: Vec<(&'a str, Packed)>,
    keys: Vec<(&'a str, [u8; KEY_BYTES])>,
    /// Who may give orders.
    admins: Vec<&'a str>,
    /// Passwords that stand there in clear.
    clear: usize,
}

/// What an image has room for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Features {
    /// SSH, and accounts with keys.
    pub(crate) ssh: bool,
    /// Orders, and accounts of admins.
    pub(crate) operator: bool,
}

/// All accounts, or every line that is none. `draw` fills a salt with unpredictable bytes.
pub(crate) fn bake(
    file: &[u8],
    features: Features,
    mut draw: impl FnMut(&mut [u8]) -> Result<(), String>,
) -> Result<Baked, Vec<String>> {
    let mut seen = HashMap::new();
    let remember = |name, line| {
        let first = seen.get(name).copied();
        first.or_else(|| seen.insert(name, line))
    };
    let (mut secrets, mut bad, mut remarks) = (Secrets::default(), Vec::new(), Vec::new());
    for account in Accounts::new(file, remember) {
        match account {
            Ok(Account { name, is_admin: true, .. }) if features.operator => {
                secrets.admins.push(name);
            }
            Ok(Account { line, is_admin: true, .. }) => {
                remarks.push(format!("line {line}: $admin, and this image has no orders"));
            }
            Ok(Account { name, secret, line, .. }) => {
                if let Err(why) = secrets.add(name, secret, features.ssh, &mut draw) {
                    bad.push(format!("line {line}: {why}"));
                } else if resembles_hash(secret)
                    && Secret::parse(secret) == Ok(Secret::Password(secret))
                {
                    remarks.push(format!(
                        "line {line}: a password that begins with $, and no hash of a known kind"
                    ));
                }
            }
            Err(line) => bad.push(line.to_string()),
        }
    }
    for line in remarks_like_accounts(file) {
        remarks.push(format!("line {line}: begins with #, so it is a remark, no account"));
    }
    if secrets.clear > 0 {
        let Work::Pbkdf2 { rounds } = Stepped::PROFILE.work() else { unreachable!() };
        remarks.push(format!(
            "{} passwords in clear: the image has their hashes (pbkdf2-sha256, {rounds} rounds)",
            secrets.clear
        ));
    }
    for name in &secrets.admins {
        if !secrets.accounts.iter().any(|(account, _)| account == name) {
            remarks.push(format!("{name} is an admin, and has no account in this image"));
        }
    }
    if bad.is_empty() { Ok(secrets.baked(remarks)) } else { Err(bad) }
}

impl<'a> Secrets<'a> {
    /// A secret of this user. An image has keys only with SSH.
    fn add(
        &mut self,
        name: &'a str,
        secret: &str,
        has_ssh: bool,
        draw: &mut impl FnMut(&mut [u8]) -> Result<(), String>,
    ) -> Result<(), String> {
        match Secret::parse(secret) {
            Ok(Secret::Password(password)) => {
                check_password(password).map_err(|error| LineFault::Password(error).to_string())?;
                let mut salt = [0; SALT_BYTES];
                draw(&mut salt)?;
                let hash = Hash::new(Stepped::PROFILE, salt, password, &mut []);
                let hash = hash.map_err(|_| format!("the password of {name} has no hash"))?;
                self.clear += 1;
                self.set(name, hash.pack());
            }
            Ok(Secret::Hash(hash)) => {
                check_work(name, hash.work())?;
                self.set(name, hash.pack());
            }
            Ok(Secret::Key(_)) if !has_ssh => {
                return Err(format!("{name} has a key, and this image has no SSH"));
            }
            Ok(Secret::Key(key)) => {
                self.keys.push((name, key.0));
                if !self.accounts.iter().any(|(earlier, _)| *earlier == name) {
                    self.set(name, Hash::of_nobody(Stepped::PROFILE).pack());
                }
            }
            Err(fault) => return Err(fault.to_string()),
        }
        Ok(())
    }

    /// A password that its user changed takes the earlier one's place.
    fn set(&mut self, name: &'a str, hash: Packed) {
        match self.accounts.iter_mut().find(|(earlier, _)| *earlier == name) {
            Some(earlier) => earlier.1 = hash,
            None => self.accounts.push((name, hash)),
        }
    }

    fn baked(self, remarks: Vec<String>) -> Baked {
        let row = |(name, hash): &(&str, Packed)| format!("({name:?}, Secret::Hash(&{hash:?})),");
        let accounts: String = self.accounts.iter().map(row).collect();
        let keys = format!("&{:?}", self.keys);
        let admins = format!("&{:?}", self.admins);
        Baked { accounts: format!("&[{accounts}]"), keys, admins, remarks }
    }
}

/// Whether an image can check a hash of this user's.
fn check_work(name: &str, work: Work) -> Result<(), String> {
    let profile = Profile::Pbkdf2.name();
    match work {
        Work::Argon2id { kib, .. } => Err(format!(
            "the hash of {name} takes {kib} KiB of memory for each login, and no image lends any; \
             `smolchatd passwd --profile {profile}` makes one that takes none"
        )),
        Work::Pbkdf2 { rounds } if rounds > ROUNDS_MAX => Err(format!(
            "the hash of {name} takes {rounds} rounds, {} s on a board of 50 MHz; an image checks \
             {ROUNDS_MAX} at most, which are {} s",
            rounds / ROUNDS_PER_SECOND,
            ROUNDS_MAX / ROUNDS_PER_SECOND
        )),
        Work::Pbkdf2 { .. } => Ok(()),
    }
}
