//! How two introduced clients prove themselves to each other: lines and the token they were given,
//! nothing else. Knows no socket. The token never crosses the wire. A stranger who does not know it
//! learns nothing and cannot answer.
//!
//! The side that was told to connect says `hello <nonce> <mac>`. The other side answers
//! `welcome <mac>` or nothing. A mac is HMAC-SHA256 under the token, over what is said, the nonce,
//! and both names in the order connector, listener. So a line of one direction proves nothing in
//! the other.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use smolchat_core::protocol::Token;

/// Bytes in a nonce.
pub(super) const NONCE_BYTES: usize = 16;
/// Bytes in a mac.
const MAC_BYTES: usize = 32;

/// A number used once.
pub(super) type Nonce = [u8; NONCE_BYTES];

/// The names of the two, by what they do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parties<'a> {
    /// Who connects.
    pub(super) connector: &'a str,
    /// Who listens.
    pub(super) listener: &'a str,
}

/// What a connector said, not yet proven.
#[derive(Clone, Debug)]
pub(super) struct Hello {
    nonce: Nonce,
    mac: [u8; MAC_BYTES],
}

/// The connector's line.
pub(super) fn hello(token: &Token, nonce: &Nonce, parties: Parties<'_>) -> Option<String> {
    let mac = mac(token, b"smolchat-connect", nonce, parties)?.finalize().into_bytes();
    Some(format!("hello {} {}", hex(nonce), hex(&mac)))
}

impl Hello {
    /// Reads the connector's line.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (nonce, mac) = line.strip_prefix("hello ")?.split_once(' ')?;
        Some(Hello { nonce: bytes(nonce)?, mac: bytes(mac)? })
    }

    /// Whether the sender knows `token`. Takes the same time whatever is wrong.
    pub(super) fn is_proven_by(&self, token: &Token, parties: Parties<'_>) -> bool {
        let mac = mac(token, b"smolchat-connect", &self.nonce, parties);
        mac.is_some_and(|mac| mac.verify_slice(&self.mac).is_ok())
    }

    /// The listener's answer.
    pub(super) fn welcome(&self, token: &Token, parties: Parties<'_>) -> Option<String> {
        let mac = mac(token, b"smolchat-accept", &self.nonce, parties)?.finalize().into_bytes();
        Some(format!("welcome {}", hex(&mac)))
    }
}

/// Whether `line` answers the hello with `nonce`, and its sender knows `token`.
pub(super) fn is_welcome(line: &str, token: &Token, nonce: &Nonce, parties: Parties<'_>) -> bool {
    let Some(claimed) = line.strip_prefix("welcome ").and_then(bytes::<MAC_BYTES>) else {
        return false;
    };
    mac(token, b"smolchat-accept", nonce, parties)
        .is_some_and(|mac| mac.verify_slice(&claimed).is_ok())
}

/// Names hold no spaces, so the parts cannot be cut in another way.
fn mac(token: &Token, purpose: &[u8], nonce: &Nonce, parties: Parties<'_>) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&token.0).ok()?;
    mac.update(purpose);
    mac.update(nonce);
    mac.update(parties.connector.as_bytes());
    mac.update(b" ");
    mac.update(parties.listener.as_bytes());
    Some(mac)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    if hex.len() != 2 * N || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: Token = Token([7; 16]);
    const OTHER: Token = Token([8; 16]);
    const NONCE: Nonce = [1; NONCE_BYTES];
    const PARTIES: Parties<'_> = Parties { connector: "hans", listener: "yoda" };

    #[test]
    fn both_sides_prove_the_token_without_saying_it() {
        let line = hello(&TOKEN, &NONCE, PARTIES).unwrap();
        assert!(!line.contains(&hex(&TOKEN.0)));
        let heard = Hello::parse(&line).unwrap();
        assert!(heard.is_proven_by(&TOKEN, PARTIES));
        let answer = heard.welcome(&TOKEN, PARTIES).unwrap();
        assert!(is_welcome(&answer, &TOKEN, &NONCE, PARTIES));
    }

    #[test]
    fn a_wrong_token_proves_nothing() {
        let heard = Hello::parse(&hello(&OTHER, &NONCE, PARTIES).unwrap()).unwrap();
        assert!(!heard.is_proven_by(&TOKEN, PARTIES));
        let answer = heard.welcome(&OTHER, PARTIES).unwrap();
        assert!(!is_welcome(&answer, &TOKEN, &NONCE, PARTIES));
    }

    #[test]
    fn what_one_side_said_proves_nothing_when_the_other_says_it() {
        let line = hello(&TOKEN, &NONCE, PARTIES).unwrap();
        let turned = Parties { connector: "yoda", listener: "hans" };
        assert!(!Hello::parse(&line).unwrap().is_proven_by(&TOKEN, turned));
        let (_, mac) = line.rsplit_once(' ').unwrap();
        assert!(!is_welcome(&format!("welcome {mac}"), &TOKEN, &NONCE, PARTIES));
    }

    #[test]
    fn a_welcome_answers_one_nonce_only() {
        let heard = Hello::parse(&hello(&TOKEN, &NONCE, PARTIES).unwrap()).unwrap();
        let answer = heard.welcome(&TOKEN, PARTIES).unwrap();
        assert!(!is_welcome(&answer, &TOKEN, &[2; NONCE_BYTES], PARTIES));
    }

    #[test]
    fn names_cannot_be_shifted_into_each_other() {
        let line = hello(&TOKEN, &NONCE, Parties { connector: "ab", listener: "c" }).unwrap();
        let shifted = Parties { connector: "a", listener: "bc" };
        assert!(!Hello::parse(&line).unwrap().is_proven_by(&TOKEN, shifted));
    }

    #[test]
    fn garbage_is_no_hello_and_no_welcome() {
        let short = format!("hello {} {}", "0".repeat(32), "0".repeat(63));
        let odd = format!("hello {} {}", "0".repeat(32), "é".repeat(32));
        for line in ["", "hello", "hello ", "hello 00 00", "GET / HTTP/1.1", &short, &odd] {
            assert!(Hello::parse(line).is_none(), "{line}");
            assert!(!is_welcome(line, &TOKEN, &NONCE, PARTIES), "{line}");
        }
    }
}
