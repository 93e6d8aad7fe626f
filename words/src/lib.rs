//! # smolchat-words
//!
//! What a line means that a person types: a command, text, or neither. The client and the terminal
//! for people over SSH have the same rules from here. `no_std`, no allocation; knows the protocol's
//! values, no server and no screen.
//!
//! `/` begins a command, always. A line that begins with a space is text, always. A bare first word
//! that is a command of the protocol is that command, also where its arguments are wrong: nobody
//! shall say in public what was meant as a command. A bare first word that is nearly such a command
//! is refused, for the same reason, and so is one that a password may follow. A line that names its
//! receiver as in other chats is refused where others would read it. All other lines are text, also
//! behind `all` and `say`: without a slash these say to no more people what was to be said anyway,
//! and many sentences begin so.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod forms;
mod line;
mod meaning;
mod near;
mod receiver;
mod secret;
mod size;
mod slip;
mod table;

pub use forms::form_hint;
pub use line::first_word;
pub use meaning::{Meaning, Reader, Unclear};
pub use near::{meant_name, near, near_name, near_of_script};
pub use secret::{file_to_register, is_secret, without_password};
pub use size::Size;
pub use slip::{is_one_slip, is_same};
pub use table::{ALIASES, OF_PERSONS, is_command};
