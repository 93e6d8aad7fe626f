//! `cargo xtask miri`: the unsafe code that a host can run, under an interpreter that knows every
//! rule it may break. Installs the parts of the nightly toolchain that are missing.

use crate::firmware;
use crate::step::{Failure, command, run, succeeds};

/// Packages of the firmware with unsafe code that is no register of a part, and the tests that go
/// through it.
const FIRMWARE: [(&str, &str); 2] = [("smolchat-firmware", "memory"), ("smolchat-embassy", "flag")];
/// The same of the workspace.
const WORKSPACE: [(&str, &str); 1] = [("smolchat-ssh", "reclaim")];

/// Runs those tests.
pub(crate) fn run_tests() -> Result<(), Failure> {
    if !succeeds("cargo +nightly --version") {
        run("install nightly", &mut command("rustup toolchain install nightly --profile minimal"))?;
    }
    if !succeeds("cargo +nightly miri --version") {
        let line = "rustup component add --toolchain nightly miri rust-src";
        run("install miri", &mut command(line))?;
    }
    for (package, filter) in FIRMWARE {
        run(&format!("{filter} under Miri"), &mut firmware::cargo(&test(package, filter)))?;
    }
    for (package, filter) in WORKSPACE {
        run(&format!("{filter} under Miri"), &mut command(&test(package, filter)))?;
    }
    Ok(())
}

fn test(package: &str, filter: &str) -> String {
    format!("cargo +nightly miri test --package {package} --lib {filter}")
}
