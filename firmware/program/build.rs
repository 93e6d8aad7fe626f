//! Bakes the accounts of the credentials file into the image, and hands the linker the script of
//! this package. A line that is not one stops the build with its number: a board has no terminal to
//! complain on.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;

use smolchat_core::protocol::{
    Account, Accounts, LineFault, check_password, remarks_like_accounts,
};
use smolchat_secret::{Hash, KEY_BYTES, Profile, Secret, resembles_hash};

/// Names another credentials file than the project's example.
const SETTING: &str = "SMOLCHAT_CREDENTIALS";
/// Names a file with the key of the board, as `smolchatd` keeps one: for a board without a store.
const HOST_KEY: &str = "SMOLCHAT_HOST_KEY";
/// Cargo sets it for an image with SSH.
const HAS_SSH: &str = "CARGO_FEATURE_SSH";

fn main() {
    let file = env::var_os(SETTING).map_or_else(example, PathBuf::from);
    for setting in [SETTING, HOST_KEY] {
        println!("cargo::rerun-if-env-changed={setting}");
    }
    println!("cargo::rerun-if-changed={}", file.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let baked = host_key().and_then(|key| Ok((key, accounts(&file)?)));
    let result = baked.and_then(|(key, Baked { accounts, keys })| {
        [
            ("accounts.rs", &*accounts),
            ("keys.rs", &keys),
            ("host_key.rs", &key),
            ("smolchat.x", include_str!("smolchat.x")),
        ]
        .into_iter()
        .try_for_each(|(name, text)| fs::write(out.join(name), text))
        .map_err(|error| format!("{}: {error}", out.display()))
    });
    if let Err(error) = result {
        println!("cargo::error={error}");
        exit(1);
    }
    println!("cargo::rustc-link-search={}", out.display());
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../credentials.txt")
}

/// The seed of the board's key as source text, if the setting names a file with one. It stands
/// behind the word `seed`, in 64 digits.
fn host_key() -> Result<String, String> {
    let Some(path) = env::var_os(HOST_KEY).filter(|path| !path.is_empty()) else {
        return Ok("None".to_owned());
    };
    let path = PathBuf::from(path);
    println!("cargo::rerun-if-changed={}", path.display());
    let failed = |why: &dyn std::fmt::Display| format!("{HOST_KEY}: {}: {why}", path.display());
    let text = fs::read_to_string(&path).map_err(|error| failed(&error))?;
    let digits = text.lines().find_map(|line| line.strip_prefix("seed "));
    let byte = |digits: &[u8]| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> =
        digits.and_then(|digits| digits.as_bytes().chunks(2).map(byte).collect());
    match bytes.map(<[u8; 32]>::try_from) {
        Some(Ok(seed)) => Ok(format!("Some({seed:?})")),
        _ => Err(failed(&"there is no line `seed` with 64 digits")),
    }
}

/// The source texts of two slices.
struct Baked {
    accounts: String,
    keys: String,
}

/// What lets users in, as source text.
#[derive(Default)]
struct Secrets<'a> {
    /// Names, and the expression for each secret.
    accounts: Vec<(&'a str, String)>,
    keys: Vec<(&'a str, [u8; KEY_BYTES])>,
}

/// All accounts, or every line that is none.
fn accounts(file: &Path) -> Result<Baked, String> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut seen = HashMap::new();
    let remember = |name, line| {
        let first = seen.get(name).copied();
        first.or_else(|| seen.insert(name, line))
    };
    let (mut secrets, mut bad) = (Secrets::default(), Vec::new());
    for account in Accounts::new(&bytes, remember) {
        match account {
            Ok(Account { name, secret, line, .. }) => {
                if let Err(why) = secrets.add(name, secret) {
                    bad.push(format!("{}, line {line}: {why}", file.display()));
                } else if resembles_hash(secret) {
                    warn(file, line, "a password that begins with $, and no hash of a known kind");
                }
            }
            Err(line) => bad.push(format!("{}, {line}", file.display())),
        }
    }
    for line in remarks_like_accounts(&bytes) {
        warn(file, line, "begins with #, so it is a remark, no account");
    }
    if bad.is_empty() { Ok(secrets.baked()) } else { Err(bad.join("; ")) }
}

fn warn(file: &Path, line: usize, told: &str) {
    println!("cargo::warning={}, line {line}: {told}", file.display());
}

impl<'a> Secrets<'a> {
    /// A secret of this user. An image checks no hash, and has keys only with SSH.
    fn add(&mut self, name: &'a str, secret: &str) -> Result<(), String> {
        match Secret::parse(secret) {
            Ok(Secret::Password(password)) => match check_password(password) {
                Ok(password) => {
                    self.set(name, format!("Secret::Password({password:?})"));
                    Ok(())
                }
                Err(error) => Err(LineFault::Password(error).to_string()),
            },
            Ok(Secret::Hash(_)) => Err(format!("{name} has a hash, and this image checks none")),
            Ok(Secret::Key(_)) if env::var_os(HAS_SSH).is_none() => {
                Err(format!("{name} has a key, and this image has no SSH"))
            }
            Ok(Secret::Key(key)) => {
                self.keys.push((name, key.0));
                if !self.accounts.iter().any(|(earlier, _)| *earlier == name) {
                    let nobody = Hash::of_nobody(Profile::Pbkdf2).pack();
                    self.set(name, format!("Secret::Hash(&{:?})", &*nobody));
                }
                Ok(())
            }
            Err(fault) => Err(fault.to_string()),
        }
    }

    /// A password that its user changed takes the earlier one's place.
    fn set(&mut self, name: &'a str, secret: String) {
        match self.accounts.iter_mut().find(|(earlier, _)| *earlier == name) {
            Some(earlier) => earlier.1 = secret,
            None => self.accounts.push((name, secret)),
        }
    }

    fn baked(self) -> Baked {
        let row = |(name, secret): &(&str, String)| format!("({name:?}, {secret}),");
        let accounts: String = self.accounts.iter().map(row).collect();
        Baked { accounts: format!("&[{accounts}]"), keys: format!("&{:?}", self.keys) }
    }
}
