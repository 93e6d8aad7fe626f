//! # smolchat-terminal
//!
//! A person's terminal as a value, for whoever comes with nothing but `ssh`. Keys and a server's
//! lines go in; requests and a screen come out. `no_std`, no allocation, no socket, no clock: time,
//! transport and memory are arguments.
//!
//! A [`Terminal`] is a transport over a transport. Above it the server speaks the lines of the
//! protocol, as with any client. Below it are the bytes of a terminal: a prompt that says where
//! plain text goes, a row that is edited as in a shell, and above it what others say. Without a
//! terminal, as for `ssh host < file`, commands go in and plain lines come out.
//!
//! # What is promised
//!
//! - What others wrote never reaches the terminal as a control, escape or direction character.
//! - The server hears that a line was acknowledged only when the peer has all of its bytes, and
//!   never of a line that still waits here.
//! - Memory is bounded. A line that finds no room waits where it was received, on both sides.
//! - A row that is half typed stays whole, whatever is shown above it.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod asking;
mod commands;
mod errands;
mod meaning;
mod page;
mod people;
mod screen;
mod sizes;
mod style;
mod talk;
mod terminal;
#[cfg(test)]
mod tests;
mod transport;
mod width;
mod words;

pub use sizes::Sizes;
pub use terminal::{Closed, Opening, Progress, Terminal};
