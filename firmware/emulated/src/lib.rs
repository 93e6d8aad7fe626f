//! # smolchat-emulated
//!
//! The parts that the boards in QEMU share. A board brings its drivers. This package brings the
//! image's arguments, flash and entropy, all three from the host by semihosting. It also brings the
//! clock, the console, the log, and the end of an image that cannot go on.
//!
//! | file | holds |
//! |---|---|
//! | `arguments` | the arguments of the image |
//! | `store_file` | the host's file as the flash of the store |
//! | `ticks`, `clock` | the system timer's ticks as time; the timer |
//! | `loss` | a network device that loses frames on purpose |
//! | `board` | all of it as a board: sleep, watchdog, console |
//! | `console`, `log` | the serial port, and defmt over it |
//! | `serial_port` | (feature `console`) the port that orders come from |
//! | `note` | why the part started, kept over a restart |
//! | `guard` | what forbids a stack to overflow |
//! | `stop` | panics and faults |
//! | `start` | the arguments taken and applied |

#![cfg_attr(not(test), no_std)]

mod arguments;
mod loss;
mod ticks;

#[cfg(target_os = "none")]
mod board;
#[cfg(target_os = "none")]
mod clock;
#[cfg(target_os = "none")]
mod console;
#[cfg(target_os = "none")]
mod guard;
#[cfg(target_os = "none")]
mod log;
#[cfg(target_os = "none")]
mod note;
#[cfg(all(target_os = "none", feature = "console"))]
mod serial_port;
#[cfg(target_os = "none")]
mod start;
#[cfg(target_os = "none")]
mod stop;
#[cfg(target_os = "none")]
mod store_file;

pub use arguments::{ArgumentError, Arguments};
pub use loss::Lossy;
pub use ticks::{PERIOD, Ticks};

#[cfg(all(target_os = "none", feature = "console"))]
pub use serial_port::SerialPort;
#[cfg(target_os = "none")]
pub use {
    board::{Emulated, InterruptLine, Parts},
    clock::Clock,
    console::Console,
    guard::guard_stack,
    start::{Start, start},
    stop::stop,
    store_file::StoreFile,
};
