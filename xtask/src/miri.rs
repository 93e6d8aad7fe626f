//! `cargo xtask miri`: the unsafe code that a host can run, under an interpreter that knows every
//! rule it may break. Installs the parts of the nightly toolchain that are missing.

use crate::firmware;
use crate::step::{Failure, command, run, succeeds};

/// Packages with unsafe code that is no register of a part, and the tests that go through it.
const TESTS: [(&str, &str); 2] = [("smolchat-firmware", "memory"), ("smolchat-embassy", "flag")];

/// Runs those tests.
pub(crate) fn run_tests() -> Result<(), Failure> {
    if !succeeds("cargo +nightly --version") {
        run("install nightly", &mut command("rustup toolchain install nightly --profile minimal"))?;
    }
    if !succeeds("cargo +nightly miri --version") {
        let line = "rustup component add --toolchain nightly miri rust-src";
        run("install miri", &mut command(line))?;
    }
    for (package, filter) in TESTS {
        let line = format!("cargo +nightly miri test --package {package} --lib {filter}");
        run(&format!("{filter} under Miri"), &mut firmware::cargo(&line))?;
    }
    Ok(())
}
