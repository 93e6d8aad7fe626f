//! What is to be done with a password, and what comes out of it.
//! Knows no thread and no asker.

use smolchat_core::protocol::Password;

use crate::{Packed, SALT_BYTES};

/// What is to be done with a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Hold it against this hash.
    Verify(Packed),
    /// Hash it with this salt.
    Seal([u8; SALT_BYTES]),
}

/// A password and what is to be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What is to be done.
    pub task: Task,
    /// With which password.
    pub password: Password,
}

impl Job {
    /// `None` if the password is too long to be one.
    pub fn new(task: Task, password: &str) -> Option<Self> {
        Some(Job { task, password: password.try_into().ok()? })
    }
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is the password.
    Right,
    /// It is not.
    Wrong,
    /// Its hash.
    Sealed(Packed),
}
