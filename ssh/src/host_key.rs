//! The server's own key: from a seed to what a peer checks, and to the line that a person compares.
//! Knows no file and no flash.

use core::fmt;

use sha2::{Digest, Sha256};
use smolchat_core::protocol::{key_blob, key_text};
use sunset::SignKey;
use sunset::ed25519_dalek::SigningKey;

/// The server's ed25519 key. It is never printed.
pub struct HostKey {
    key: SignKey,
    public: [u8; 32],
}

impl HostKey {
    /// The key of a seed of 32 bytes (RFC 8032). The same seed gives the same key, so a product
    /// keeps the seed. It must be good entropy, and a secret.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let public = key.verifying_key().to_bytes();
        HostKey { key: SignKey::Ed25519(key), public }
    }

    /// The public half.
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The public half, as a line for `known_hosts` has it.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.public)
    }

    /// What a person compares. A peer's program shows the same.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.public)
    }

    pub(crate) fn sign_key(&self) -> &SignKey {
        &self.key
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HostKey").field(&self.fingerprint()).finish()
    }
}

/// The SHA-256 of a public key, which `SHA256:` and 43 characters tell, as OpenSSH writes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of an ed25519 key.
    pub fn of(public: &[u8; 32]) -> Self {
        Fingerprint(Sha256::digest(key_blob(public)).into())
    }
}

/// A public key as a line of OpenSSH's files has it: `ssh-ed25519` and 68 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// An ed25519 key.
    pub fn of(public: &[u8; 32]) -> Self {
        PublicKey(*public)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key_text(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SHA256:")?;
        self.0.chunks(3).try_for_each(|bytes| write_base64(bytes, f))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Up to three bytes in base64 (RFC 4648, 4), without padding.
fn write_base64(bytes: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut group = [0; 4];
    group[1..=bytes.len()].copy_from_slice(bytes);
    let bits = u32::from_be_bytes(group);
    for letter in 0..=bytes.len() {
        let index = bits >> (18 - 6 * letter) & 63;
        out.write_char(LETTERS[index as usize].into())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_key_of_rfc_8032() {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let byte = |at: usize| u8::from_str_radix(&seed[2 * at..2 * at + 2], 16).unwrap();
        let key = HostKey::from_seed(&core::array::from_fn(byte));
        let told: String = key.public().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(told, public);
    }

    #[test]
    fn a_fingerprint_is_written_as_openssh_writes_it() {
        // By ssh-keygen -lf, of a key of 32 bytes 7.
        let line =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
        assert_eq!(PublicKey([7; 32]).to_string(), line);
        let fingerprint = Fingerprint::of(&[7; 32]).to_string();
        assert_eq!(fingerprint, "SHA256:gNSIRW+2Iyiuvsdp/bgjy38bvWHw6wQm3tuoXrl3WjQ");
    }

    #[test]
    fn bytes_of_any_count_are_base64_without_padding() {
        let base64 = |bytes: &[u8]| {
            let mut out = String::new();
            bytes.chunks(3).for_each(|bytes| write_base64(bytes, &mut out).unwrap());
            out
        };
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_key_that_is_printed_tells_its_fingerprint_alone() {
        let key = HostKey::from_seed(&[3; 32]);
        assert_eq!(format!("{key:?}"), format!("HostKey({})", key.fingerprint()));
    }
}
