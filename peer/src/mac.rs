//! What the holder of a token can compute and nobody else: HMAC-SHA256 over parts that cannot be
//! cut in another way. Knows no socket and no TLS.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use smolchat_core::protocol::{TOKEN_BYTES, Token};

use crate::PublicKey;
use crate::kind::Kind;

/// Bytes in a mac.
pub(crate) const MAC_BYTES: usize = 32;

/// What a mac proves.
pub(crate) type Code = [u8; MAC_BYTES];

/// What TLS gives to both ends of one connection and to nobody else (RFC 8446, 7.5).
pub(crate) type Exported = [u8; 32];

/// What one mac is for, so that none can stand for another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The hello, in clear.
    Hello,
    /// The connector's first record.
    Connect,
    /// The listener's first record.
    Accept,
}

impl Purpose {
    fn word(self) -> &'static [u8] {
        match self {
            Purpose::Hello => b"smolchat-hello-2",
            Purpose::Connect => b"smolchat-connect-2",
            Purpose::Accept => b"smolchat-accept-2",
        }
    }
}

/// One of the two, by what everybody may know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Party<'a> {
    pub(crate) name: &'a str,
    pub(crate) key: &'a PublicKey,
}

/// The two, by what they do, and what for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parties<'a> {
    pub(crate) kind: Kind,
    pub(crate) connector: Party<'a>,
    pub(crate) listener: Party<'a>,
}

/// Begins a mac over `fresh`, which no other connection has: a nonce, or what TLS exports.
fn begin(token: &Token, purpose: Purpose, fresh: &[u8], parties: Parties<'_>) -> Hmac<Sha256> {
    let mut mac = keyed(&token.0);
    for part in [
        purpose.word(),
        parties.kind.word().as_bytes(),
        fresh,
        parties.connector.name.as_bytes(),
        parties.listener.name.as_bytes(),
        parties.connector.key,
        parties.listener.key,
    ] {
        // The length of a part stands before it. No name is longer than a line.
        mac.update(&u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
        mac.update(part);
    }
    mac
}

/// A key that is shorter than a block is filled up with zeros (RFC 2104, 2).
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    Hmac::new(&block.into())
}

/// The code that proves `token`.
pub(crate) fn code(token: &Token, purpose: Purpose, fresh: &[u8], parties: Parties<'_>) -> Code {
    begin(token, purpose, fresh, parties).finalize().into_bytes().into()
}

/// Whether `code` proves `token`. Takes the same time whatever is wrong.
pub(crate) fn is_proven(
    code: &Code,
    token: &Token,
    purpose: Purpose,
    fresh: &[u8],
    parties: Parties<'_>,
) -> bool {
    begin(token, purpose, fresh, parties).verify_slice(code).is_ok()
}

/// The secret that the two ends of a proven link have for further ones.
pub(crate) fn further(exported: &Exported) -> Token {
    let mut mac = keyed(exported);
    mac.update(b"smolchat-files");
    let code: Code = mac.finalize().into_bytes().into();
    let mut token = [0; TOKEN_BYTES];
    token.copy_from_slice(&code[..TOKEN_BYTES]);
    Token(token)
}
