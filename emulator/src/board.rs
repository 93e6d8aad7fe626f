//! The emulated boards, and where their images lie.

use std::env;
use std::path::{Path, PathBuf};

/// A board that QEMU knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Board {
    /// Its name: that of its package and of its image.
    pub name: &'static str,
    /// QEMU's name of the machine.
    pub machine: &'static str,
    /// The target triple of its image.
    pub target: &'static str,
    /// The port at which its image serves the chat.
    pub port: u16,
}

/// Cortex-M3, 64 KiB of RAM.
pub const LM3S6965EVB: Board = Board {
    name: "lm3s6965evb",
    machine: "lm3s6965evb",
    target: "thumbv7m-none-eabi",
    port: LINE_PORT,
};
/// The same board, with SSH instead of lines.
pub const LM3S6965EVB_SSH: Board = Board { name: "lm3s6965evb-ssh", port: SSH_PORT, ..LM3S6965EVB };
/// Cortex-M4F, 4 MiB of RAM.
pub const MPS2_AN386: Board = Board {
    name: "mps2-an386",
    machine: "mps2-an386",
    target: "thumbv7em-none-eabihf",
    port: LINE_PORT,
};
/// The same board, with SSH instead of lines.
pub const MPS2_AN386_SSH: Board = Board { name: "mps2-an386-ssh", port: SSH_PORT, ..MPS2_AN386 };

/// Those with the port for lines, the smallest first.
pub const BOARDS: [Board; 2] = [LM3S6965EVB, MPS2_AN386];
/// Those with SSH.
pub const SSH_BOARDS: [Board; 2] = [LM3S6965EVB_SSH, MPS2_AN386_SSH];

/// The port for lines within the guest.
const LINE_PORT: u16 = 4000;
/// The port for SSH within the guest.
const SSH_PORT: u16 = 2222;

impl Board {
    /// The environment variable that names an image to use instead of the one built here.
    pub fn variable(&self) -> String {
        format!("SMOLCHAT_{}", self.name.to_uppercase().replace('-', "_"))
    }

    /// Where the board's image is.
    ///
    /// # Errors
    /// The image is missing, and what to do about it.
    pub fn image(&self) -> Result<PathBuf, String> {
        let variable = self.variable();
        let image = env::var_os(&variable).map_or_else(|| self.built(), PathBuf::from);
        match image.is_file() {
            true => Ok(image),
            false => Err(format!(
                "there is no image {}: cargo xtask run {} builds it, or set {variable}",
                image.display(),
                self.name
            )),
        }
    }

    fn built(&self) -> PathBuf {
        let built = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../firmware/target"));
        built.join(self.target).join("release").join(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_board_has_a_variable_and_an_image_of_its_own() {
        assert_eq!(
            BOARDS.map(|board| board.variable()),
            ["SMOLCHAT_LM3S6965EVB", "SMOLCHAT_MPS2_AN386"]
        );
        assert_eq!(
            SSH_BOARDS.map(|board| board.variable()),
            ["SMOLCHAT_LM3S6965EVB_SSH", "SMOLCHAT_MPS2_AN386_SSH"]
        );
        let ends = [
            "firmware/target/thumbv7m-none-eabi/release/lm3s6965evb",
            "firmware/target/thumbv7em-none-eabihf/release/mps2-an386",
        ];
        for (board, end) in BOARDS.iter().zip(ends) {
            assert!(board.built().ends_with(end), "{:?}", board.built());
        }
    }
}
