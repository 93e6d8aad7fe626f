//! Keys of the credentials file that let their owners in, in the order of the owners' names.

use smolchat_secret::KEY_BYTES;

/// Takes all keys of a user out of a list in the order of names. Nothing is allocated.
pub(in crate::daemon) fn forget_keys(keys: &mut Vec<(String, [u8; KEY_BYTES])>, user: &str) {
    let first = keys.partition_point(|(name, _)| name.as_str() < user);
    let count = keys[first..].partition_point(|(name, _)| name == user);
    keys.drain(first..first + count);
}
