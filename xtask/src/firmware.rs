//! The workspace of the images: built, checked and tested. It has settings of its own that cargo
//! finds only from within its folder.

use std::path::PathBuf;
use std::process::Command;

use crate::boards::{BOARDS, Board, Runs};
use crate::step::{Failure, command, firmware, run};
use crate::tools;

/// The packages that boards share, which a host can test.
const SHARED: [&str; 4] =
    ["smolchat-firmware", "smolchat-drivers", "smolchat-emulated", "smolchat-embassy"];
/// The features by which they have all of SSH, a console and a name.
const WITH_SSH: &str =
    "smolchat-firmware/terminal,smolchat-emulated/console,smolchat-emulated/mdns";
/// The features with which core must build where there is no operating system.
const CORE_FEATURES: [&str; 7] = [
    "",
    "smoltcp",
    "smoltcp,ipv6",
    "smoltcp,dhcp,defmt",
    "smoltcp,ipv6,dhcp,defmt",
    "mdns,dhcp,defmt",
    "mdns,ipv6",
];
/// Has the `getrandom` crate ask a function of the product's: a board has no operating system that
/// it could ask.
const BOARD_ENTROPY: &str = r#"--cfg getrandom_backend="custom""#;
/// The library of mDNS messages wants atomic swaps, which chips of the bare target lack. A product
/// on such a chip says how it makes them; this is the way for one core.
const ONE_CORE: &str = "--cfg portable_atomic_unsafe_assume_single_core";
/// A target on which the shared packages are whole.
const DOCUMENTED: &str = "thumbv7em-none-eabihf";

/// Checks that the editor, the terminal, secrets, SSH and core build where there is no operating
/// system, core with every set of features that a board may choose.
pub(crate) fn build_bare() -> Result<(), Failure> {
    let mut build = command("cargo check --package smolchat-editor");
    run("build the editor for a board", build.args(["--target", tools::BARE]))?;
    let mut build = command("cargo check --package smolchat-terminal");
    run("build the terminal for a board", build.args(["--target", tools::BARE]))?;
    let mut build = command("cargo check --package smolchat-secret");
    run("build secrets for a board", build.args(["--target", tools::BARE]))?;
    let mut build = command("cargo check --package smolchat-ssh");
    build.args(["--target", tools::BARE]).env("RUSTFLAGS", BOARD_ENTROPY);
    run("build SSH for a board", &mut build)?;
    let mut build = command("cargo check --package smolchat-ssh --no-default-features");
    build.args(["--target", tools::BARE]).env("RUSTFLAGS", BOARD_ENTROPY);
    run("build SSH without terminals for a board", &mut build)?;
    for features in CORE_FEATURES {
        let mut build = command("cargo check --package smolchat-core");
        build.args(["--target", tools::BARE, "--features", features]).env("RUSTFLAGS", ONE_CORE);
        run(&format!("build core for a board with \"{features}\""), &mut build)?;
    }
    Ok(())
}

/// Builds the board's image. Boards are built one by one: together, one's features would be the
/// other's.
pub(crate) fn build(board: &Board) -> Result<(), Failure> {
    run(&format!("build the image {}", board.name), &mut build_command(board))
}

/// The command that builds it.
pub(crate) fn build_command(board: &Board) -> Command {
    cargo(&format!("cargo build --release --package {} --target {}", board.name, board.target))
}

/// Builds every board's image.
pub(crate) fn build_all() -> Result<(), Failure> {
    BOARDS.iter().try_for_each(build)
}

/// Builds the images that the emulator runs.
pub(crate) fn build_emulated() -> Result<(), Failure> {
    let emulated = BOARDS.iter().filter(|board| matches!(board.runs, Runs::Emulated(_)));
    emulated.into_iter().try_for_each(build)
}

/// The environment variables that name the images for tests.
pub(crate) fn images() -> Vec<(String, PathBuf)> {
    let variable = |board: &Board| match board.runs {
        Runs::Emulated(machine) => Some((machine.variable(), board.image())),
        Runs::Flashed(_) => None,
    };
    BOARDS.iter().filter_map(variable).collect()
}

/// Lints and documentation, each without a warning.
pub(crate) fn check() -> Result<(), Failure> {
    let mut lints = shared(&format!("cargo clippy --all-targets --features {WITH_SSH}"));
    run("lints of what boards share", lints.args(["--", "-D", "warnings"]))?;
    for Board { name, target, .. } in BOARDS {
        let line =
            format!("cargo clippy --release --package {name} --target {target} -- -D warnings");
        run(&format!("lints of {name}"), &mut cargo(&line))?;
    }
    let mut document = shared(&format!("cargo doc --no-deps --release --target {DOCUMENTED}"));
    run("documentation of what boards share", document.env("RUSTDOCFLAGS", "-D warnings"))
}

/// What a host can test of the images: drivers over models of their registers, arguments,
/// arithmetic.
pub(crate) fn test() -> Result<(), Failure> {
    run("test what boards share", &mut shared(&format!("cargo test --features {WITH_SSH}")))
}

fn shared(line: &str) -> Command {
    let mut command = cargo(line);
    command.args(SHARED.iter().flat_map(|package| ["--package", package]));
    command
}

/// A cargo command in the firmware's folder. It clears what would override the settings there, and
/// gives way to the tests that run beside it.
pub(crate) fn cargo(line: &str) -> Command {
    let mut command = command(&format!("nice {line}"));
    command.current_dir(firmware());
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(variable);
    }
    command.env("CARGO_TARGET_DIR", firmware().join("target"));
    command
}
