//! The system's journal, in its own protocol: a datagram for each event, with fields.
//! Where the journal does not take one, the event goes to the standard error, behind its priority.
//!
//! The protocol is a few lines: <https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>. The crates that have
//! it (`libsystemd`, `systemd-journal-logger`) fix the path of the socket, so that no test can
//! listen, and build each datagram anew on the heap.

use std::ffi::OsStr;
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;

use super::line::RECORD_END;

/// Where the journal listens.
pub(super) const SOCKET: &str = "/run/systemd/journal/socket";

/// The way to the journal.
#[derive(Debug)]
pub(super) struct Journal {
    socket: UnixDatagram,
    address: SocketAddr,
}

impl Journal {
    /// The journal that listens at `path`, or will.
    ///
    /// # Errors
    /// The system gives no socket, or the path is none.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let address = SocketAddr::from_pathname(path)?;
        Ok(Journal { socket: UnixDatagram::unbound()?, address })
    }

    /// Sends a record; waits for a journal that is slow.
    ///
    /// # Errors
    /// Nobody listens there.
    pub(super) fn send(&self, record: &[u8]) -> io::Result<()> {
        self.socket.send_to_addr(record, &self.address).map(drop)
    }
}

/// Whether the standard error is the stream that `variable` names as the journal's: its device and
/// its inode (systemd.exec(5), `JOURNAL_STREAM`).
pub(super) fn is_journal(variable: Option<&OsStr>, stream: BorrowedFd<'_>) -> bool {
    let Ok(stat) = rustix::fs::fstat(stream) else { return false };
    let named = variable.and_then(OsStr::to_str).and_then(|named| named.split_once(':'));
    let named = named.and_then(|(device, inode)| {
        Some((device.parse::<u64>().ok()?, inode.parse::<u64>().ok()?))
    });
    #[allow(clippy::unnecessary_cast, reason = "their types differ between architectures")]
    let own = (stat.st_dev as u64, stat.st_ino as u64);
    named == Some(own)
}

/// A record as a line behind its priority (sd-daemon(3)), for the stream: the priority's digit and
/// the message.
pub(super) fn prefixed(record: &[u8]) -> (&[u8], &[u8]) {
    let after = |key: &[u8]| {
        let mut fields = record.split(|&byte| byte == b'\n' || byte == RECORD_END);
        fields.find_map(|field| field.strip_prefix(key)).unwrap_or_default()
    };
    (after(b"PRIORITY="), after(b"MESSAGE="))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    use std::time::Duration;

    use super::super::outlet::{Outlet, Style};
    use super::*;

    /// A record with a number.
    fn record(number: u32) -> String {
        format!("PRIORITY=6\nMESSAGE=login user=u{number}\nSMOLCHAT_USER=u{number}\n\0")
    }

    /// The next datagram.
    fn heard(listener: &UnixDatagram) -> String {
        let mut bytes = [0; 8192];
        let len = listener.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..len].to_vec()).unwrap()
    }

    #[test]
    fn each_record_is_a_datagram_and_a_line_of_the_stream_if_nobody_listens() {
        let folder = tempfile::tempdir().unwrap();
        let (socket, stream) = (folder.path().join("socket"), folder.path().join("stream"));
        let listener = UnixDatagram::bind(&socket).unwrap();
        listener.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let style = Style::Journal(Journal::at(&socket).unwrap());
        let outlet = Outlet::open(File::create(&stream).unwrap().into(), 4096, style).unwrap();
        for number in 0..3 {
            outlet.say(&[record(number).as_bytes()]);
            assert_eq!(heard(&listener), record(number).trim_end_matches('\0'));
        }
        drop(listener);
        for number in 3..5 {
            outlet.say(&[record(number).as_bytes()]);
        }
        drop(outlet);
        assert_eq!(fs::read_to_string(&stream).unwrap(), "<6>login user=u3\n<6>login user=u4\n");
    }

    #[test]
    fn a_journal_that_does_not_read_loses_records_and_hears_how_many() {
        const COUNT: u32 = 5000;
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let listener = UnixDatagram::bind(&socket).unwrap();
        listener.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let style = Style::Journal(Journal::at(&socket).unwrap());
        let stream = File::create(folder.path().join("stream")).unwrap();
        let outlet = Outlet::open(stream.into(), 4096, style).unwrap();
        for number in 0..COUNT {
            outlet.say(&[record(number).as_bytes()]);
        }
        let (mut told, mut missing) = (0, 0);
        while told + missing < COUNT {
            let heard = heard(&listener);
            match heard.split_once("SMOLCHAT_COUNT=") {
                Some((_, count)) => missing += count.trim_end().parse::<u32>().unwrap(),
                None => told += 1,
            }
        }
        assert!(missing > 0 && told + missing == COUNT, "{told} told, {missing} missing");
        drop(outlet);
    }

    #[test]
    fn the_journal_is_known_by_its_device_and_inode_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join("stream")).unwrap();
        let own = file.metadata().unwrap();
        let named = |text: String| is_journal(Some(OsStr::new(&text)), file.as_fd());
        assert!(named(format!("{}:{}", own.dev(), own.ino())));
        assert!(!named(format!("{}:{}", own.dev(), own.ino() + 1)));
        assert!(!named(format!("{}:{}", own.dev() + 1, own.ino())));
        for nothing in ["", ":", "8", "8:", ":8", "8:x", "-1:2"] {
            assert!(!named(nothing.to_owned()), "{nothing}");
        }
        assert!(!is_journal(None, file.as_fd()));
    }

    #[test]
    fn a_record_becomes_a_line_with_its_priority() {
        let record = b"PRIORITY=4\nMESSAGE=tap reason=x\nSMOLCHAT_EVENT=tap\n\0";
        assert_eq!(prefixed(record), (&b"4"[..], &b"tap reason=x"[..]));
        assert_eq!(prefixed(b"\0"), (&b""[..], &b""[..]));
    }
}
