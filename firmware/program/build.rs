//! Bakes the accounts of the credentials file into the image, and hands the linker the script of
//! this package. A line that is not one stops the build with its number: a board has no terminal to
//! complain on.

use std::env;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;

#[path = "build/accounts.rs"]
mod accounts;

use accounts::{Baked, Features};

/// Names another credentials file than the project's example.
const SETTING: &str = "SMOLCHAT_CREDENTIALS";
/// Names a file with the key of the board, as `smolchatd` keeps one: for a board without a store.
const HOST_KEY: &str = "SMOLCHAT_HOST_KEY";
/// Cargo sets it for an image with SSH.
const HAS_SSH: &str = "CARGO_FEATURE_SSH";
/// Cargo sets it for an image with orders.
const HAS_OPERATOR: &str = "CARGO_FEATURE_OPERATOR";

fn main() {
    let file = env::var_os(SETTING).map_or_else(example, PathBuf::from);
    for setting in [SETTING, HOST_KEY] {
        println!("cargo::rerun-if-env-changed={setting}");
    }
    for read in [&*file, Path::new("build")] {
        println!("cargo::rerun-if-changed={}", read.display());
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let baked = host_key().and_then(|key| Ok((key, accounts(&file)?)));
    let result = baked.and_then(|(key, Baked { accounts, keys, admins, .. })| {
        [
            ("accounts.rs", &*accounts),
            ("keys.rs", &keys),
            ("admins.rs", &admins),
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
    let failed = |why: &dyn Display| format!("{HOST_KEY}: {}: {why}", path.display());
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

/// All accounts of the file, and what is to be said of it.
fn accounts(file: &Path) -> Result<Baked, String> {
    let at_file = |told: &dyn Display| format!("{}, {told}", file.display());
    let bytes = fs::read(file).map_err(|error| at_file(&error))?;
    let draw = |salt: &mut [u8]| getrandom::fill(salt).map_err(|error| error.to_string());
    let features = Features {
        ssh: env::var_os(HAS_SSH).is_some(),
        operator: env::var_os(HAS_OPERATOR).is_some(),
    };
    let baked = accounts::bake(&bytes, features, draw);
    let baked =
        baked.map_err(|bad| bad.iter().map(|told| at_file(told)).collect::<Vec<_>>().join("; "))?;
    for told in &baked.remarks {
        println!("cargo::warning={}", at_file(told));
    }
    Ok(baked)
}
