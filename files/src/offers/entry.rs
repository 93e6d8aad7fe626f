//! One offered file as its entry in the list on the disk: a line, and the values of its chunks.
//!
//! The line is `smolchat-offer 1 <size> <seconds> <nanos> <name> <path>`. Bytes of the last two
//! that are no plain ASCII are written as `%` and two hexadecimal digits.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use super::Offered;
use super::source::Stamp;
use crate::content::ContentId;
use crate::list::ChunkList;
use crate::name::safe_name;
use crate::shape::Shape;

const MARK: &str = "smolchat-offer";
const VERSION: &str = "1";
/// Bytes of the longest entry: a path of 4,096 bytes, each escaped, and the list.
pub(super) const ENTRY_MAX: u64 = 3 * 4096 + 1024 + 4096 * 32;

pub(super) fn emit(offered: &Offered) -> Vec<u8> {
    let Stamp { size, seconds, nanos } = offered.stamp;
    let [name, path] =
        [OsStr::new(&offered.name), offered.path.as_os_str()].map(|text| escaped(text.as_bytes()));
    let line = format!("{MARK} {VERSION} {size} {seconds} {nanos} {name} {path}\n");
    [line.as_bytes(), offered.list.as_bytes()].concat()
}

/// The offer of this content, if the bytes are its entry and whole.
pub(super) fn parse(id: ContentId, bytes: &[u8]) -> Option<Offered> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let words: Vec<_> = line.split(' ').collect();
    let [MARK, VERSION, size, seconds, nanos, name, path] = words[..] else { return None };
    let stamp = Stamp {
        size: size.parse().ok()?,
        seconds: seconds.parse().ok()?,
        nanos: nanos.parse().ok()?,
    };
    let name = String::from_utf8(unescaped(name)?).ok()?;
    let path = PathBuf::from(OsString::from_vec(unescaped(path)?));
    let list = ChunkList::checked(id, Shape::of(stamp.size).ok()?, &bytes[end + 1..]).ok()?;
    let is_right = safe_name(&name).is_ok() && path.is_absolute();
    is_right.then_some(Offered { id, name, path, stamp, list })
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        match byte {
            b'%' | 0..=b' ' | 0x7f.. => text.push_str(&format!("%{byte:02x}")),
            _ => text.push(char::from(*byte)),
        }
    }
    text
}

fn unescaped(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    Some(bytes)
}
