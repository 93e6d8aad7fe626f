//! A change of a file that keeps its place, such as one that is mounted by itself: lines become
//! remarks of their length, and new lines stand behind the end. Whatever happens meanwhile, every
//! line is an account or a remark.
//! Knows a place, and no account.

use std::ops::Range;
use std::os::fd::OwnedFd;

use rustix::fs::{self, OFlags};
use rustix::io::{Errno, retry_on_intr};

use super::Place;

/// What a line begins with that is no account.
const REMARK: &[u8] = b"#";
/// What stands in a line that was an account.
const OVER: [u8; 64] = [b'-'; 64];

/// What is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Within {
    /// Lines without their endings, in the order of the file, that become remarks.
    pub(super) over: Vec<Range<usize>>,
    /// What stands behind the end then.
    pub(super) behind: Vec<u8>,
}

impl Within {
    /// Whether the file can be written to.
    pub(super) fn check(place: &Place) -> Result<(), Errno> {
        opened(place, OFlags::WRONLY).map(|_| ())
    }

    /// Changes the file, and waits for the disk. Nothing is allocated.
    ///
    /// # Errors
    /// The file is as it was, or some of the lines are remarks already: the last ones first.
    pub(super) fn carry_out(&self, place: &Place) -> Result<(), Errno> {
        if !self.behind.is_empty() {
            append(place, &self.behind)?;
        }
        let file = opened(place, OFlags::WRONLY)?;
        // One byte makes a remark of a line, and a disk never has a part of it. A changed password
        // takes the place of an earlier one, which therefore goes later.
        for line in self.over.iter().rev() {
            write_at(&file, REMARK, line.start)?;
        }
        fs::fdatasync(&file)?;
        for line in &self.over {
            let mut start = line.start + 1;
            while start < line.end {
                let count = OVER.len().min(line.end - start);
                write_at(&file, &OVER[..count], start)?;
                start += count;
            }
        }
        fs::fdatasync(&file)
    }
}

fn opened(place: &Place, how: OFlags) -> Result<OwnedFd, Errno> {
    let (_, file) = place.open(how)?;
    file.ok_or(Errno::INVAL)
}

/// Appends these bytes, or none of them. If the process ends meanwhile, the mark tells what of them
/// is half a line.
fn append(place: &Place, bytes: &[u8]) -> Result<(), Errno> {
    let file = opened(place, OFlags::WRONLY | OFlags::APPEND)?;
    let length = u64::try_from(fs::fstat(&file)?.st_size).unwrap_or_default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let written = retry_on_intr(|| rustix::io::write(&file, rest));
        match written.and_then(|count| if count == 0 { Err(Errno::IO) } else { Ok(count) }) {
            Ok(count) => rest = &rest[count..],
            Err(error) => {
                let _ = retry_on_intr(|| fs::ftruncate(&file, length));
                return Err(error);
            }
        }
    }
    fs::fdatasync(&file)
}

fn write_at(file: &OwnedFd, mut bytes: &[u8], mut at: usize) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match retry_on_intr(|| rustix::io::pwrite(file, bytes, at as u64))? {
            0 => return Err(Errno::IO),
            count => (bytes, at) = (&bytes[count..], at + count),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use smolchat_core::protocol::Accounts;
    use tempfile::tempdir;

    use super::*;
    use crate::daemon::credentials::edit::{Change, change, within};

    const FILE: &str = "\u{feff}hans a\r\n# crew\nyoda b\nhans ssh-ed25519 AAAA\n\
        # password changed on the running server:\nhans $2$with-a-hash\nhans $admin\nluke c";

    /// The users of a file in which every line is an account or a remark.
    fn names(bytes: &[u8]) -> Vec<String> {
        let mut seen = Vec::new();
        let remember = |name, line| {
            let first = seen.iter().find(|(other, _)| *other == name).map(|(_, first)| *first);
            first.is_none().then(|| seen.push((name, line)));
            first
        };
        let accounts: Vec<_> = Accounts::new(bytes, remember).map(Result::unwrap).collect();
        let mut names: Vec<_> = accounts.iter().map(|account| account.name.to_owned()).collect();
        names.dedup();
        names
    }

    #[test]
    fn who_is_removed_leaves_remarks_of_the_same_length() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("accounts");
        std::fs::write(&path, FILE).unwrap();
        let place = Place::of(&path).unwrap();
        within(FILE.as_bytes(), "hans", Change::Remove).carry_out(&place).unwrap();
        let after = std::fs::read_to_string(&path).unwrap();
        assert_eq!(after.len(), FILE.len());
        assert!(!after.contains("hans") && !after.contains("hash") && !after.contains("changed"));
        assert!(after.starts_with("\u{feff}#-----\r\n# crew\nyoda b\n#----"), "{after}");
        assert!(after.ends_with("\n#----------\nluke c"), "{after}");
        assert_eq!(names(after.as_bytes()), ["yoda", "luke"]);
    }

    #[test]
    fn a_kill_between_any_two_bytes_leaves_accounts_and_remarks() {
        let changes = [Change::Remove, Change::Secret("NEW"), Change::Key("ssh-ed25519 BBBB")];
        for what in changes {
            let Within { over, behind } = within(FILE.as_bytes(), "hans", what);
            let mut bytes = FILE.as_bytes().to_vec();
            bytes.extend_from_slice(&behind);
            names(&bytes);
            let starts = over.iter().rev().map(|line| (line.start, b'#'));
            let rest = over.iter().flat_map(|line| line.start + 1..line.end).map(|at| (at, b'-'));
            for (at, byte) in starts.chain(rest) {
                bytes[at] = byte;
                let left = names(&bytes);
                assert!(left.contains(&"yoda".into()) && left.contains(&"luke".into()));
                assert!(what == Change::Remove || left.contains(&"hans".into()));
            }
            let (expected, _) = change(FILE.as_bytes(), "hans", what);
            let (mut left, mut expected) = (names(&bytes), names(&expected));
            for names in [&mut left, &mut expected] {
                names.sort();
                names.dedup();
            }
            assert_eq!(left, expected, "{what:?}");
        }
    }
}
