//! What lets a user in, as an accounts file says it: a password, a hash of one, or a key.
//! Checks and makes hashes in lent memory, at once or in steps, and keeps the line of those who
//! wait for one. Knows no file, no account and no source of entropy.
//!
//! | module | what it holds |
//! |---|---|
//! | `secret` | the words of a secret, told apart |
//! | `fault` | why a hash or a key cannot be used |
//! | `hash` | a hash as a value, and the few bytes that a server keeps of it |
//! | `text` | a hash <-> a PHC string |
//! | `key` | an `ssh-ed25519` key |
//! | `work` | the work that a hash takes: Argon2id, PBKDF2 |
//! | `stepped` | the work of a hash in bounded steps |
//! | `job`, `line` | what is to be done with a password; who waits for it, in whose turn |
//! | `profile` | how much work each class of machine can do |

#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod fault;
mod hash;
mod job;
mod key;
mod line;
mod profile;
mod secret;
mod stepped;
mod text;
mod work;

pub use argon2::Block;
pub use fault::Fault;
pub use hash::{Hash, PACKED_MAX, Packed};
pub use job::{Answer, Job, Task};
pub use key::{KEY_BYTES, Key};
pub use line::{Full, Line, Place, Row};
pub use profile::Profile;
pub use secret::{Secret, resembles_hash};
pub use stepped::Stepped;
pub use work::{NoMemory, Work};

/// Bytes of a salt that is made here.
pub const SALT_BYTES: usize = 16;
/// Bytes of a digest that is made here, and the most that a digest may have.
pub const DIGEST_BYTES: usize = 32;
/// The fewest bytes of a digest. Fewer can be guessed.
pub const DIGEST_MIN: usize = 16;
