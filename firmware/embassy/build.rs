//! Bakes the board's address into the image: the settings are environment variables of the build. A
//! setting that is not one stops the build: a board has no terminal to complain on.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::exit;

#[path = "build/addressing.rs"]
mod addressing;

/// The static address and its network, as `192.168.1.50/24`. Unset or empty: the board asks the
/// network.
const ADDRESS: &str = "SMOLCHAT_ADDRESS";
/// The way to other networks, as `192.168.1.1`.
const GATEWAY: &str = "SMOLCHAT_GATEWAY";
/// `on` has the image listen for lines in clear beside SSH.
const LINES: &str = "SMOLCHAT_LINES";

fn main() {
    for setting in [ADDRESS, GATEWAY, LINES] {
        println!("cargo::rerun-if-env-changed={setting}");
    }
    println!("cargo::rerun-if-changed=build");
    let setting = |name| env::var(name).unwrap_or_default();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let code = addressing::code(&setting(ADDRESS), &setting(GATEWAY));
    let written = code.map_err(|error| format!("{ADDRESS}, {GATEWAY}: {error}")).and_then(|code| {
        let lines = addressing::switch(&setting(LINES));
        let lines = lines.map_err(|error| format!("{LINES}: {error}"))?;
        fs::write(out.join("addressing.rs"), code)
            .and_then(|()| fs::write(out.join("lines.rs"), lines))
            .map_err(|error| format!("{}: {error}", out.display()))
    });
    if let Err(error) = written {
        println!("cargo::error={error}");
        exit(1);
    }
}
