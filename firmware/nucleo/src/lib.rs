//! # smolchat-nucleo
//!
//! The parts that the Nucleo-144 boards share: an STM32 with its own Ethernet MAC, a LAN8742A
//! beside it, a probe that reads the log. A board adds pins, clocks, capacities,
//! the watchdog, the reason of the last reset, and the flash of its store.
//!
//! | file | holds |
//! |---|---|
//! | `board` | the board for the program |
//! | `rmii` | the pins of the MAC |
//! | `serial` | the serial port of the ST-LINK |
//! | `panic` | what a panic does |

#![no_std]

mod board;
mod panic;
mod rmii;
mod serial;

use defmt_rtt as _;

pub use board::{Device, Irqs, Nucleo, Packets, mac};
pub use serial::StLink;
