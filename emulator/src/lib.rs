//! # smolchat-emulator
//!
//! The boards that run in QEMU: how their images are started, how their logs are read, and their
//! instructions counted. It starts no process: it gives a command to whoever wants to run it, and
//! reads whatever stream it is given.
//!
//! | file | holds |
//! |---|---|
//! | `board` | the emulated boards, and where their images lie |
//! | `network` | what an image's network device is connected to |
//! | `command` | QEMU's command line |
//! | `counter` | the instructions that an image has executed |
//! | `log` | the image's log as lines |
//! | `quoted` | values within QEMU's options |

mod board;
mod command;
mod counter;
mod log;
mod network;
mod quoted;

pub use board::{
    BOARDS, Board, LM3S6965EVB, LM3S6965EVB_SSH, MPS2_AN386, MPS2_AN386_SSH, SSH_BOARDS,
};
pub use command::{RESTART_KEY, command, console_at};
pub use counter::{Counter, count_instructions};
pub use log::{BrokenFrame, Line, Log, LogError};
pub use network::{GUEST_ADDRESS, Network};
