//! The accounts that were baked in when the image was built, from `credentials.txt` or the file
//! that `SMOLCHAT_CREDENTIALS` named.
//! `build.rs` has checked every line.

/// Names and passwords, in the file's order.
pub const ACCOUNTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/accounts.rs"));
