//! The images of boards, as files that people drop on a board's drive or hand to an emulator. None
//! holds an account: who reads an image that everybody may load would know them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::release::Release;
use super::{emptied, failed, notices, remove_earlier, uf2, write};
use crate::boards::{self, BOARDS, Board, Runs};
use crate::step::{Failure, command, made, output, run};
use crate::{firmware, tools};

/// Names the accounts of an image (`firmware/program/build.rs`).
const ACCOUNTS: &str = "SMOLCHAT_CREDENTIALS";
/// Other settings of a build that somebody may have set for a board of theirs.
const PERSONAL: [&str; 4] =
    ["SMOLCHAT_HOST_KEY", "SMOLCHAT_ADDRESS", "SMOLCHAT_GATEWAY", "SMOLCHAT_LINES"];
/// Rust's compiler has it, for its own use.
const COPIER: &str = "bin/rust-objcopy";

/// What a file holds of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// All of it but what a debugger wants.
    Elf,
    /// The bytes of the flash.
    Bin,
    /// The same as text that says where they belong.
    Hex,
    /// The same in blocks for a USB drive.
    Uf2,
}

impl Form {
    fn ending(self) -> &'static str {
        match self {
            Form::Elf => "elf",
            Form::Bin => "bin",
            Form::Hex => "hex",
            Form::Uf2 => "uf2",
        }
    }
}

/// The files of a board: what its drive or its emulator takes.
fn forms(board: &Board) -> &'static [Form] {
    match board.runs {
        Runs::Emulated(_) => &[Form::Elf],
        Runs::Flashed(chip) if chip.starts_with("RP235") => &[Form::Uf2],
        Runs::Flashed(_) => &[Form::Bin, Form::Hex],
    }
}

/// Builds all images without accounts and writes their files.
pub(super) fn build(release: &Release, folder: &Path) -> Result<(), Failure> {
    tools::install_targets()?;
    remove_earlier(folder, &[".elf", ".bin", ".hex", ".uf2", "-boards-THIRD-PARTY"])?;
    let stage = made("images without accounts", "images")?;
    emptied(&stage)?;
    let nobody = stage.join("accounts");
    write(&nobody, b"")?;
    let copier = Copier::find()?;
    for board in &BOARDS {
        let mut build = firmware::build_command(board);
        for setting in PERSONAL {
            build.env_remove(setting);
        }
        run(&format!("build {} without accounts", board.name), build.env(ACCOUNTS, &nobody))?;
        for form in forms(board) {
            let name = format!("smolchat-{}-{}.{}", release.version, board.name, form.ending());
            copier.copy(board, *form, &stage, &folder.join(name))?;
        }
    }
    let names = BOARDS.map(|board| board.name);
    let texts = notices::texts("firmware/Cargo.toml", &names, &boards::targets())?;
    let name = format!("smolchat-{}-boards-THIRD-PARTY", release.version);
    write(&folder.join(name), texts.as_bytes())
}

/// The program that copies parts of an image.
#[derive(Debug)]
struct Copier {
    program: PathBuf,
    /// Of the libraries that it needs.
    libraries: PathBuf,
}

impl Copier {
    fn find() -> Result<Self, Failure> {
        let root = output("the toolchain", &mut command("rustc --print sysroot"))?;
        let libraries = Path::new(String::from_utf8_lossy(&root).trim()).join("lib");
        let hosts = fs::read_dir(libraries.join("rustlib")).into_iter().flatten().flatten();
        let programs = hosts.map(|host| host.path().join(COPIER)).find(|program| program.is_file());
        let missing = || Failure::new("rust-objcopy", "this toolchain does not have it");
        Ok(Copier { program: programs.ok_or_else(missing)?, libraries })
    }

    fn copy(&self, board: &Board, form: Form, stage: &Path, to: &Path) -> Result<(), Failure> {
        let (what, made) = match form {
            Form::Elf => ("--strip-debug", to),
            Form::Bin => ("--output-target=binary", to),
            Form::Hex => ("--output-target=ihex", to),
            Form::Uf2 => ("--output-target=binary", &*stage.join(board.name)),
        };
        let mut copy = Command::new(&self.program);
        copy.env("LD_LIBRARY_PATH", &self.libraries).arg(what).arg(board.image()).arg(made);
        run(&format!("copy {} as {}", board.name, form.ending()), &mut copy)?;
        if form != Form::Uf2 {
            return Ok(());
        }
        let image = fs::read(made).map_err(|error| failed(made, &error))?;
        write(to, &uf2::file(uf2::RP2350_ARM, FLASH, &image))
    }
}

/// Where the flash of an RP2350 begins.
const FLASH: u32 = 0x1000_0000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boards::find;

    #[test]
    fn each_board_gets_what_its_drive_takes() {
        let forms = |name| forms(find(name).unwrap()).to_vec();
        assert_eq!(forms("w5500-evb-pico2"), [Form::Uf2]);
        assert_eq!(forms("nucleo-f767zi"), [Form::Bin, Form::Hex]);
        assert_eq!(forms("mps2-an386-ssh"), [Form::Elf]);
    }
}
