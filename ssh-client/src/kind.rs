//! The kind of a private key that is none of ours, to name it. Knows no file.

use smolchat_core::protocol::KEY_KIND;

use crate::wire::{from_base64, string};

/// The kind of a private key that is not understood, if it can be told and is not ours.
pub(crate) fn kind_of(text: &str) -> Option<String> {
    let label = text.trim_start().strip_prefix("-----BEGIN ")?;
    let (label, body) = label.split_once(" PRIVATE KEY-----")?;
    let kind = match label {
        "OPENSSH" => kind_in_openssh(body)?,
        // As other programs and older ones of OpenSSH write them (RFC 7468).
        "RSA" | "DSA" | "EC" => label.to_owned(),
        _ => return None,
    };
    (kind != KEY_KIND).then_some(kind)
}

/// The kind of the first key in a file of OpenSSH's (its PROTOCOL.key).
fn kind_in_openssh(body: &str) -> Option<String> {
    let bytes = from_base64(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut rest = bytes.strip_prefix(b"openssh-key-v1\0")?;
    // The cipher, the way from the passphrase to its key, and what that takes.
    for _ in 0..3 {
        string(&mut rest)?;
    }
    let mut key = string(&mut rest.get(4..)?)?;
    let kind = str::from_utf8(string(&mut key)?).ok()?;
    kind.bytes().all(|byte| byte.is_ascii_graphic()).then(|| kind.to_owned())
}
