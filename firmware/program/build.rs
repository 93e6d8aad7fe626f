//! Bakes the accounts of the credentials file into the image, and hands the linker the script of this package.
//! A line that is not one stops the build with its number: a board has no terminal to complain on.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;

use smolchat_core::wire::{check_password, check_user_name};

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

/// The accounts as the source text of a slice.
fn accounts(file: &Path) -> Result<String, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut code = String::from("&[\n");
    let mut names: Vec<&str> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let wrong = |what: &str| format!("{}:{}: {what}", file.display(), number + 1);
        let (name, password) = line.split_once(' ').ok_or_else(|| wrong("not `user password`"))?;
        check_user_name(name).map_err(|_| wrong("not a user name"))?;
        check_password(password).map_err(|_| wrong("not a password"))?;
        if names.contains(&name) {
            return Err(wrong("this user stands further up"));
        }
        names.push(name);
        writeln!(code, "    ({name:?}, {password:?}),").map_err(|error| error.to_string())?;
    }
    Ok(code + "]")
}
