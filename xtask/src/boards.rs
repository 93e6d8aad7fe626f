//! Every board: the one list. A board's name is that of its package, of its folder and of its
//! image.

use std::path::PathBuf;

use smolchat_emulator::{LM3S6965EVB, LM3S6965EVB_SSH, MPS2_AN386, MPS2_AN386_SSH};

use crate::step::{self, Failure};

/// A board and how its image gets there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Board {
    pub(crate) name: &'static str,
    /// Its target triple.
    pub(crate) target: &'static str,
    pub(crate) runs: Runs,
    /// Its image has SSH or a console, and so it has the code that formats text.
    pub(crate) formats: bool,
}

/// Where an image runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runs {
    /// In QEMU.
    Emulated(smolchat_emulator::Board),
    /// On a part that probe-rs knows by this name.
    Flashed(&'static str),
}

/// Those that the emulator runs first, the smallest of all before them.
pub(crate) const BOARDS: [Board; 8] = [
    emulated(LM3S6965EVB),
    with_ssh(emulated(LM3S6965EVB_SSH)),
    with_console(emulated(MPS2_AN386)),
    with_ssh(emulated(MPS2_AN386_SSH)),
    with_ssh(flashed("nucleo-h743zi", "thumbv7em-none-eabihf", "STM32H743ZITx")),
    with_ssh(flashed("nucleo-f767zi", "thumbv7em-none-eabihf", "STM32F767ZITx")),
    with_ssh(flashed("nucleo-h563zi", "thumbv8m.main-none-eabihf", "STM32H563ZITx")),
    with_ssh(flashed("w5500-evb-pico2", "thumbv8m.main-none-eabihf", "RP235x")),
];

const fn emulated(board: smolchat_emulator::Board) -> Board {
    Board { name: board.name, target: board.target, runs: Runs::Emulated(board), formats: false }
}

const fn flashed(name: &'static str, target: &'static str, chip: &'static str) -> Board {
    Board { name, target, runs: Runs::Flashed(chip), formats: false }
}

const fn with_ssh(board: Board) -> Board {
    Board { formats: true, ..board }
}

const fn with_console(board: Board) -> Board {
    Board { formats: true, ..board }
}

impl Board {
    /// Where its image is once it is built.
    pub(crate) fn image(&self) -> PathBuf {
        step::firmware().join("target").join(self.target).join("release").join(self.name)
    }
}

/// The board called `name`.
pub(crate) fn find(name: &str) -> Result<&'static Board, Failure> {
    let found = BOARDS.iter().find(|board| board.name == name);
    found.ok_or_else(|| {
        let names = BOARDS.map(|board| board.name).join("\n  ");
        Failure::new(name, format!("there is no such board; there are\n  {names}"))
    })
}

/// Every target that a board has, once.
pub(crate) fn targets() -> Vec<&'static str> {
    let mut targets = BOARDS.map(|board| board.target).to_vec();
    targets.sort_unstable();
    targets.dedup();
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_board_is_told_all_that_there_are() {
        let told = find("arduino").unwrap_err().to_string();
        assert!(BOARDS.iter().all(|board| told.contains(board.name)), "{told}");
        assert_eq!(
            find("nucleo-h743zi").map(|board| board.target).ok(),
            Some("thumbv7em-none-eabihf")
        );
    }
}
