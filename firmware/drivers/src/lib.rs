//! # smolchat-drivers
//!
//! Drivers for the peripherals of the emulated boards. A driver sees its hardware through
//! [`Registers`] only, so its tests run on a host, against a model of the registers.
//!
//! | file | holds |
//! |---|---|
//! | `registers` | registers as a driver sees them; the real ones, at an address |
//! | `nic` | what a board needs of a network device beside frames |
//! | `frames` | FIFOs of words, and the tokens of both network devices |
//! | `stellaris` | the Ethernet controller of the LM3S6965 |
//! | `lan9118` | the SMSC LAN9118 |
//! | `alarm` | one-shot timers: Stellaris and CMSDK |
//! | `uart` | serial ports: PL011 and CMSDK |
//! | `watchdog` | the watchdog that both parts have |

#![cfg_attr(not(test), no_std)]

pub mod alarm;
pub mod frames;
pub mod lan9118;
pub mod nic;
pub mod registers;
pub mod stellaris;
pub mod uart;
pub mod watchdog;

pub use nic::Nic;
pub use registers::{Mmio, Registers};
