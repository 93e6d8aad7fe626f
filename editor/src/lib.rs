//! # smolchat-editor
//!
//! A line editor as a value: bytes from a terminal go in; lines, keys of interest and one row to
//! draw come out. `no_std`, no allocation; it owns no terminal and reads no clock.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod action;
mod buffer;
mod cells;
mod characters;
mod command;
mod decoder;
mod edit;
mod editor;
mod graphemes;
mod history;
mod key;
mod killed;
mod letter;
mod paste;
mod row;
mod search;
mod sequence;
#[cfg(test)]
mod tests;
mod words;

pub use action::Action;
pub use editor::{Editor, Storage};
pub use row::Row;
