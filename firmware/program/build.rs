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
use smolchat_secret::{Secret, resembles_hash};

/// Names another credentials file than the project's example.
const SETTING: &str = "SMOLCHAT_CREDENTIALS";

fn main() {
    let file = env::var_os(SETTING).map_or_else(example, PathBuf::from);
    println!("cargo::rerun-if-env-changed={SETTING}");
    println!("cargo::rerun-if-changed={}", file.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let result = accounts(&file).and_then(|code| {
        let written = fs::write(out.join("accounts.rs"), code);
        let script = fs::write(out.join("smolchat.x"), include_str!("smolchat.x"));
        written.and(script).map_err(|error| format!("{}: {error}", out.display()))
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

/// The accounts as the source text of a slice, or every line that is none.
fn accounts(file: &Path) -> Result<String, String> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut seen = HashMap::new();
    let remember = |name, line| {
        let first = seen.get(name).copied();
        first.or_else(|| seen.insert(name, line))
    };
    let (mut accounts, mut bad) = (Vec::<(&str, &str)>::new(), Vec::new());
    for account in Accounts::new(&bytes, remember) {
        match account {
            Ok(Account { name, secret, line, .. }) => match password(name, secret) {
                Ok(password) => {
                    if resembles_hash(password) {
                        let file = file.display();
                        println!(
                            "cargo::warning={file}, line {line}: a password that begins with $, and no hash of a kind that is known"
                        );
                    }
                    // A password that its user changed takes the earlier one's place.
                    match accounts.iter_mut().find(|(earlier, _)| *earlier == name) {
                        Some(earlier) => earlier.1 = password,
                        None => accounts.push((name, password)),
                    }
                }
                Err(why) => bad.push(format!("{}, line {line}: {why}", file.display())),
            },
            Err(line) => bad.push(format!("{}, {line}", file.display())),
        }
    }
    for line in remarks_like_accounts(&bytes) {
        let file = file.display();
        println!(
            "cargo::warning={file}, line {line}: begins with #, so it is a remark, no account"
        );
    }
    if bad.is_empty() { Ok(format!("&{accounts:?}")) } else { Err(bad.join("; ")) }
}

/// The password of an account. An image checks no hash and no key.
fn password<'a>(name: &str, secret: &'a str) -> Result<&'a str, String> {
    match Secret::parse(secret) {
        Ok(Secret::Password(password)) => match check_password(password) {
            Ok(password) => Ok(password),
            Err(error) => Err(LineFault::Password(error).to_string()),
        },
        Ok(Secret::Hash(_)) => Err(format!("{name} has a hash, and this image checks none")),
        Ok(Secret::Key(_)) => Err(format!("{name} has a key, and this image has no SSH")),
        Err(fault) => Err(fault.to_string()),
    }
}
