//! The Python libraries that tests talk to by SSH, in an environment of their own within the target
//! folder. Knows no test.

use std::fs;
use std::process::Command;

use crate::debian;
use crate::step::{Failure, command, made, run, succeeds, workspace};

/// Debian's package with what makes environments for Python, which has no program.
const ENVIRONMENTS: &str = "python3-venv";

/// What is installed, and in which version.
const REQUIREMENTS: &str = "tests/peers/requirements.txt";

/// Makes the environment, if it is not there or has other versions.
pub(crate) fn install() -> Result<(), Failure> {
    let name = "install Python's libraries";
    let failure = |error: std::io::Error| Failure::new(name, error.to_string());
    let folder = made(name, "python")?;
    let wanted = fs::read(workspace().join(REQUIREMENTS)).map_err(failure)?;
    let note = folder.join("requirements.txt");
    if fs::read(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !succeeds("python3 -m ensurepip --version") {
        debian::install_named(ENVIRONMENTS)?;
    }
    run(name, command("python3 -m venv --clear").arg(&folder))?;
    let mut install = Command::new(folder.join("bin/python"));
    install.args(["-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS]);
    run(name, install.current_dir(workspace()))?;
    // Only once all of it is there.
    fs::write(note, wanted).map_err(failure)
}
