//! This client's own key. Knows no file.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::ring::sign::any_eddsa_type;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::sign::SigningKey;

use crate::PublicKey;

/// What stands before an Ed25519 seed in PKCS#8 (RFC 8410, 7).
const PKCS8_HEAD: [u8; 16] =
    [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// What stands before an Ed25519 public key in a SubjectPublicKeyInfo (RFC 8410, 4).
const PUBLIC_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// Bytes in a SubjectPublicKeyInfo of an Ed25519 key.
const PUBLIC_INFO_BYTES: usize = 44;

/// The client's own Ed25519 key. It is never printed.
#[derive(Clone)]
pub struct OwnKey {
    pub(crate) signing: Arc<dyn SigningKey>,
    public: PublicKey,
}

/// The seed gives no key. With Ed25519 every seed gives one, so nobody has seen this yet.
#[derive(Debug)]
pub struct BadKey;

impl OwnKey {
    /// The key of a seed (RFC 8032), which must be good entropy.
    ///
    /// # Errors
    /// The library takes no such key.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, BadKey> {
        let pkcs8 = [&PKCS8_HEAD[..], seed].concat();
        let signing = any_eddsa_type(&PrivatePkcs8KeyDer::from(pkcs8)).map_err(|_| BadKey)?;
        let info = signing.public_key().ok_or(BadKey)?;
        let public = info.as_ref().strip_prefix(&PUBLIC_HEAD).ok_or(BadKey)?;
        let public = public.try_into().map_err(|_| BadKey)?;
        Ok(OwnKey { signing, public })
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
}

impl fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnKey")
    }
}

/// A public key as TLS carries it (RFC 7250, 3).
pub(crate) fn public_info(key: &PublicKey) -> [u8; PUBLIC_INFO_BYTES] {
    let mut info = [0; PUBLIC_INFO_BYTES];
    info[..PUBLIC_HEAD.len()].copy_from_slice(&PUBLIC_HEAD);
    info[PUBLIC_HEAD.len()..].copy_from_slice(key);
    info
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// RFC 8032, 7.1, the first and the second.
    #[test]
    fn a_seed_has_the_public_key_of_the_rfc() {
        for (seed, public) in [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            ),
        ] {
            let key = OwnKey::from_seed(&hex::bytes(seed).unwrap()).unwrap();
            assert_eq!(hex::digits(key.public()), public);
        }
    }
}
