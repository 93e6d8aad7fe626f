//! The first line of a connection, by which a listener knows whom it is to expect. Knows no socket.
//! The token never crosses the wire.

use crate::hex;
use crate::introduction::Introduction;
use crate::kind::Kind;
use crate::mac::{self, Code, Parties, Purpose};

/// The longest hello, with its line feed.
pub(crate) const HELLO_MAX: usize = 6 + 6 + 33 + 65;

/// A number used once.
pub(crate) type Nonce = [u8; 16];

/// What a connector said, not proven yet.
#[derive(Clone, Debug)]
pub(crate) struct Hello {
    pub(crate) kind: Kind,
    pub(crate) nonce: Nonce,
    code: Code,
}

/// The connector's line.
pub(crate) fn line(introduction: &Introduction, nonce: &Nonce, parties: Parties<'_>) -> String {
    let code = mac::code(&introduction.token, Purpose::Hello, nonce, parties);
    format!("hello {} {} {}\n", parties.kind.word(), hex::digits(nonce), hex::digits(&code))
}

impl Hello {
    /// Reads the connector's line, without its line feed.
    pub(crate) fn parse(line: &[u8]) -> Option<Self> {
        let rest = std::str::from_utf8(line).ok()?.strip_prefix("hello ")?;
        let (kind, rest) = rest.split_once(' ')?;
        let (nonce, code) = rest.split_once(' ')?;
        Some(Hello {
            kind: Kind::of_word(kind)?,
            nonce: hex::bytes(nonce)?,
            code: hex::bytes(code)?,
        })
    }

    /// Whether its sender is the one who was introduced.
    pub(crate) fn is_proven_by(&self, introduction: &Introduction, parties: Parties<'_>) -> bool {
        mac::is_proven(&self.code, &introduction.token, Purpose::Hello, &self.nonce, parties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mac::Party;
    use smolchat_core::protocol::Token;

    const NONCE: Nonce = [1; 16];

    fn hans(token: u8) -> Introduction {
        Introduction { user: "hans".into(), key: [3; 32], token: Token([token; 16]) }
    }

    fn parties<'a>(connector: &'a str, listener: &'a str) -> Parties<'a> {
        Parties {
            kind: Kind::Talk,
            connector: Party { name: connector, key: &[3; 32] },
            listener: Party { name: listener, key: &[4; 32] },
        }
    }

    fn heard(parties: Parties<'_>) -> Hello {
        let line = line(&hans(7), &NONCE, parties);
        assert!(line.len() <= HELLO_MAX);
        assert!(!line.contains(&hex::digits(&[7; 16])), "the token is in it");
        Hello::parse(line.trim_end().as_bytes()).unwrap()
    }

    #[test]
    fn a_hello_proves_its_token_alone() {
        let hello = heard(parties("hans", "yoda"));
        assert!(hello.is_proven_by(&hans(7), parties("hans", "yoda")));
        assert!(!hello.is_proven_by(&hans(8), parties("hans", "yoda")));
    }

    #[test]
    fn a_hello_proves_nothing_for_others_or_for_another_purpose() {
        let hello = heard(parties("hans", "yoda"));
        for other in [
            parties("yoda", "hans"),
            parties("han", "syoda"),
            parties("hansy", "oda"),
            parties("vader", "yoda"),
            Parties { kind: Kind::Files, ..parties("hans", "yoda") },
            Parties { connector: Party { name: "hans", key: &[9; 32] }, ..parties("hans", "yoda") },
            Parties { listener: Party { name: "yoda", key: &[9; 32] }, ..parties("hans", "yoda") },
        ] {
            assert!(!hello.is_proven_by(&hans(7), other), "{other:?}");
        }
    }

    #[test]
    fn garbage_is_no_hello() {
        let (nonce, code) = ("0".repeat(32), "0".repeat(64));
        let good = format!("hello talk {nonce} {code}");
        assert!(Hello::parse(good.as_bytes()).is_some());
        for line in [
            String::new(),
            "hello".into(),
            "GET / HTTP/1.1".into(),
            format!("hello chess {nonce} {code}"),
            format!("hello talk {nonce} {code}0"),
            format!("hello talk {nonce}  {code}"),
            format!("hello talk {nonce} {code} "),
            format!("hello talk {} {code}", "A".repeat(32)),
            format!("hello talk {} {code}", "é".repeat(16)),
            format!("Hello talk {nonce} {code}"),
            format!("hello {nonce} {code}"),
        ] {
            assert!(Hello::parse(line.as_bytes()).is_none(), "{line}");
        }
        assert!(Hello::parse(b"\x16\x03\x01\x02\0").is_none());
    }
}
