//! Files and their holders as lines of an answer. `emit` is the server's side, `parse` the
//! client's. Knows no table of files.

use super::LineWriter;
use super::hex::emit_hex;
use crate::protocol::{FILE_SIZE_MAX, parse_id};

/// A line of the answer to `files` that is not the last: `<file> <size> <holders> <name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLine<'a> {
    /// The file's id.
    pub id: [u8; 32],
    /// Its size, in bytes.
    pub size: u64,
    /// How many users hold it, or a part of it.
    pub holders: u32,
    /// Its name.
    pub name: &'a str,
}

/// A line of the answer to `searchfile` that is not the last: `<file> <size> <share> <user>
/// <name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HolderLine<'a> {
    /// The file's id.
    pub id: [u8; 32],
    /// Its size, in bytes.
    pub size: u64,
    /// How much of it the user holds, in 255ths.
    pub share: u8,
    /// Who holds it.
    pub user: &'a str,
    /// The file's name.
    pub name: &'a str,
}

/// Reads a file of `files`. What it names is not checked: a server may be of another version.
pub fn parse_file(text: &str) -> Option<FileLine<'_>> {
    let mut fields = text.splitn(4, ' ');
    let (id, size) = (parse_id(fields.next()?)?, parse_size(fields.next()?)?);
    let holders = fields.next()?.parse().ok()?;
    Some(FileLine { id, size, holders, name: fields.next()? })
}

/// Reads a holder of `searchfile`.
pub fn parse_holder(text: &str) -> Option<HolderLine<'_>> {
    let mut fields = text.splitn(5, ' ');
    let (id, size) = (parse_id(fields.next()?)?, parse_size(fields.next()?)?);
    let (share, user) = (fields.next()?.parse().ok()?, fields.next()?);
    Some(HolderLine { id, size, share, user, name: fields.next()? })
}

/// Reads a file's size, in bytes.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    text.parse().ok().filter(|size| *size <= FILE_SIZE_MAX)
}

/// Writes an id and a size, and a space behind each.
pub(super) fn emit_file(id: &[u8; 32], size: u64, line: &mut LineWriter) {
    emit_hex(id, line);
    line.push_space();
    line.push_number(size);
    line.push_space();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::lines::{LINE_MAX, Packer};
    use crate::protocol::{FILE_NAME_MAX, Item, NAME_MAX, Reply};

    /// The line of the item, in the middle of an answer.
    fn packed(head: Reply<'_>, item: Item<'_>) -> String {
        let mut line = LineWriter::new();
        let mut packer = Packer::new(Some(head), true, &mut line);
        assert!(packer.push(item));
        packer.finish(true);
        assert!(line.len() < LINE_MAX);
        line.as_str().to_owned()
    }

    #[test]
    fn the_longest_lines_fit_and_are_read_again() {
        let (name, user) = ("n ".repeat(FILE_NAME_MAX / 2), "u".repeat(NAME_MAX));
        let (id, size) = ([0xfe; 32], FILE_SIZE_MAX);
        let item = Item::File { id: &id, size, holders: u32::MAX, name: &name };
        let line = packed(Reply::Files { file: "" }, item);
        let told = FileLine { id, size, holders: u32::MAX, name: &name };
        assert_eq!(line.strip_prefix("272-").and_then(parse_file), Some(told));
        let item = Item::Holder { id: &id, size, share: 255, user: &user, name: &name };
        let line = packed(Reply::Available { holder: "" }, item);
        let told = HolderLine { id, size, share: 255, user: &user, name: &name };
        assert_eq!(line.strip_prefix("273-").and_then(parse_holder), Some(told));
    }

    #[test]
    fn the_last_lines_are_no_files_and_no_holders() {
        let count = packed(Reply::Files { file: "" }, Item::FileCount(2));
        assert_eq!((&*count, parse_file(&count[4..])), ("272-2 files", None));
        let end = packed(Reply::Available { holder: "" }, Item::Available);
        assert_eq!((&*end, parse_holder(&end[4..])), ("273-Available", None));
        let id = "ab".repeat(32);
        for wrong in [format!("{id} 1 1"), format!("{id} {} 1 n", FILE_SIZE_MAX + 1)] {
            assert_eq!((parse_file(&wrong), parse_holder(&wrong)), (None, None), "{wrong}");
        }
        assert_eq!(parse_holder(&format!("{id} 1 256 u n")), None);
    }
}
