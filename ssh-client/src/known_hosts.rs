//! The file of the hosts' keys, in OpenSSH's form (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): a line
//! for each key, `[host]:port ssh-ed25519 BASE64`. A line `@revoked host ssh-ed25519 BASE64` bans a
//! key. Lines of other kinds are left as they are.
//! Knows no connection.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use smolchat_core::protocol::{KEY_KIND, parse_key};
use smolchat_ssh::PublicKey;

/// The port that a line need not name.
const USUAL_PORT: u16 = 22;

/// Opening waits for nobody (open(2), O_NONBLOCK).
const NO_WAIT: i32 = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();

/// Bytes of the file that are read. A longer file is refused, as nobody would know what is missing.
const FILE_MAX: u64 = 4 * 1024 * 1024;

/// A host and its port, as the file names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

impl Host {
    /// The host of a name or an address, in any case.
    pub fn new(name: &str, port: u16) -> Self {
        let name = name.to_lowercase();
        match port {
            USUAL_PORT => Host(name),
            _ => Host(format!("[{name}]:{port}")),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the file says of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Unknown,
    /// The file has keys of it.
    Known {
        /// They.
        keys: Vec<[u8; 32]>,
        /// Those that are never to be trusted again.
        revoked: Vec<[u8; 32]>,
    },
}

/// Why the file says nothing, or takes nothing.
#[derive(Debug)]
pub enum KnownHostsError {
    /// It cannot be read.
    Unreadable(PathBuf, io::Error),
    /// It cannot be written.
    Unwritable(PathBuf, io::Error),
    /// The line of this number names the host, and has no key that is understood.
    BadLine(PathBuf, usize),
}

impl fmt::Display for KnownHostsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KnownHostsError::Unreadable(path, error) => {
                write!(f, "{} cannot be read: {error}", path.display())
            }
            KnownHostsError::Unwritable(path, error) => {
                write!(f, "{} cannot be written: {error}", path.display())
            }
            KnownHostsError::BadLine(path, line) => {
                write!(f, "{}:{line}: the key of this host is not understood", path.display())
            }
        }
    }
}

impl std::error::Error for KnownHostsError {}

/// The file of the hosts' keys. It need not exist.
#[derive(Clone, Debug)]
pub struct KnownHosts {
    path: PathBuf,
}

impl KnownHosts {
    /// The file at this path.
    pub fn new(path: PathBuf) -> Self {
        KnownHosts { path }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file says of `host`.
    ///
    /// # Errors
    /// The file is there and cannot be read, or the host's line is damaged. Neither is the same as
    /// an unknown host: nobody should be asked to trust a key that was known yesterday.
    pub fn find(&self, host: &Host) -> Result<Standing, KnownHostsError> {
        let text = match self.read() {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Standing::Unknown),
            Err(error) => return Err(KnownHostsError::Unreadable(self.path.clone(), error)),
        };
        let (mut keys, mut revoked) = (Vec::new(), Vec::new());
        // Some editors begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        for (line, number) in text.lines().zip(1..) {
            match key_of(line, host) {
                Line::Another => {}
                Line::Key(key) => keys.push(key),
                Line::Revoked(key) => revoked.push(key),
                Line::Damaged => return Err(KnownHostsError::BadLine(self.path.clone(), number)),
            }
        }
        keys.retain(|key| !revoked.contains(key));
        Ok(match (keys.is_empty(), revoked.is_empty()) {
            (true, true) => Standing::Unknown,
            _ => Standing::Known { keys, revoked },
        })
    }

    /// Adds a key of `host`. The folders and the file are made, for the user alone.
    ///
    /// # Errors
    /// The file takes no line. What it had stays.
    pub fn add(&self, host: &Host, key: &[u8; 32]) -> Result<(), KnownHostsError> {
        let line = format!("{host} {}\n", PublicKey::of(key));
        self.append(&line).map_err(|error| KnownHostsError::Unwritable(self.path.clone(), error))
    }

    fn append(&self, line: &str) -> io::Result<()> {
        make_folder_of(&self.path)?;
        let options = OpenOptions::new().read(true).append(true).create(true).mode(0o600).clone();
        let mut file = open_file(&self.path, options)?;
        // A person's editor may have left the last line without its end.
        let begun = match read_last(&mut file)? {
            None | Some(b'\n') => "",
            Some(_) => "\n",
        };
        // One write, so that two programs do not mix their lines.
        file.write_all(format!("{begun}{line}").as_bytes())?;
        file.sync_all()
    }

    fn read(&self) -> io::Result<String> {
        let mut text = String::new();
        let file = open_file(&self.path, OpenOptions::new().read(true).clone())?;
        let count = file.take(FILE_MAX + 1).read_to_string(&mut text)?;
        if count as u64 > FILE_MAX {
            return Err(io::Error::new(ErrorKind::FileTooLarge, "it is too long"));
        }
        Ok(text)
    }
}

/// Opens a file, and nothing else: a pipe would be waited for.
pub(crate) fn open_file(path: &Path, mut options: OpenOptions) -> io::Result<File> {
    let file = options.custom_flags(NO_WAIT).open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "it is no file"))
}

/// Makes the folders above a file, for the user alone.
pub(crate) fn make_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => fs::DirBuilder::new().recursive(true).mode(0o700).create(folder),
        None => Ok(()),
    }
}

/// The last byte of a file, if it has any.
fn read_last(file: &mut File) -> io::Result<Option<u8>> {
    use std::os::unix::fs::FileExt;
    let Some(last) = file.metadata()?.len().checked_sub(1) else { return Ok(None) };
    let mut byte = [0];
    Ok((file.read_at(&mut byte, last)? == 1).then_some(byte[0]))
}

/// What one line says of a host.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// Nothing.
    Another,
    /// A key of it.
    Key([u8; 32]),
    /// A key that is never to be trusted again.
    Revoked([u8; 32]),
    /// It names the host, and its key is not understood.
    Damaged,
}

/// Reads a line. A hashed name (`|1|...`) is none of ours, since this file is this program's own. A
/// key that signs certificates (`@cert-authority`) opens nothing here.
fn key_of(line: &str, host: &Host) -> Line {
    let mut fields = line.split_ascii_whitespace();
    let first = fields.next().filter(|first| !first.starts_with('#'));
    let (marker, names) = match first {
        Some(first) if first.starts_with('@') => (Some(first), fields.next()),
        first => (None, first),
    };
    if !names.is_some_and(|names| host.is_among(names)) {
        return Line::Another;
    }
    match marker.map(str::to_ascii_lowercase).as_deref() {
        None | Some("@revoked") => {}
        Some("@cert-authority") => return Line::Another,
        // It may have been meant to warn of the key.
        Some(_) => return Line::Damaged,
    }
    match (fields.next(), fields.next()) {
        (Some(KEY_KIND), Some(key)) => match parse_key(&format!("{KEY_KIND} {key}")) {
            Some(key) if marker.is_some() => Line::Revoked(key),
            Some(key) => Line::Key(key),
            None => Line::Damaged,
        },
        // A key of another kind, which another program has noted.
        (Some(_), Some(_)) => Line::Another,
        _ => Line::Damaged,
    }
}

impl Host {
    /// Whether a field of names holds this one: a list, in which `*` and `?` stand for any
    /// characters, and `!` excludes.
    fn is_among(&self, names: &str) -> bool {
        let names = names.to_lowercase();
        let fits = |pattern: &str| fits(pattern.as_bytes(), self.0.as_bytes());
        let is_excluded = names.split(',').filter_map(|name| name.strip_prefix('!')).any(fits);
        !is_excluded && names.split(',').any(fits)
    }
}

/// Whether a text fits a pattern with `*` and `?`. A star takes as much as the rest leaves.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read, mut star) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[read] => (at, read) = (at + 1, read + 1),
            _ => match &mut star {
                Some((place, from)) => {
                    *from += 1;
                    (at, read) = (*place + 1, *from);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::Folder;

    const KEY: [u8; 32] = [7; 32];
    const LINE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

    fn known(key: [u8; 32]) -> Standing {
        Standing::Known { keys: vec![key], revoked: Vec::new() }
    }

    #[test]
    fn a_revoked_key_is_none_however_often_it_is_noted() {
        let folder = Folder::new();
        let hosts = KnownHosts::new(folder.path("known_hosts"));
        let file = format!("a {LINE}\n@revoked * {LINE}\n@cert-authority a {LINE}\n");
        fs::write(hosts.path(), file).unwrap();
        let revoked = Standing::Known { keys: Vec::new(), revoked: vec![KEY] };
        for name in ["a", "b"] {
            assert_eq!(hosts.find(&Host::new(name, 22)).unwrap(), revoked, "{name}");
        }
    }

    #[test]
    fn names_may_be_patterns_and_exclude_others() {
        let named = |names: &str, host: &str, port| Host::new(host, port).is_among(names);
        for (names, host, port, is_so) in [
            ("a,b", "b", 22, true),
            ("*.example", "chat.example", 22, true),
            ("*.example,!chat.example", "chat.example", 22, false),
            ("!chat.example", "other", 22, false),
            ("[*.example]:2222", "Chat.Example", 2222, true),
            ("*.example", "chat.example", 2222, false),
            ("192.168.?9.1", "192.168.69.1", 22, true),
            ("a*b*c", "aXbXbXc", 22, true),
            ("a*b", "aXc", 22, false),
            ("*", "[x]", 1, true),
            ("", "x", 22, false),
            ("|1|salt=|hash=", "x", 22, false),
        ] {
            assert_eq!(named(names, host, port), is_so, "{names} {host} {port}");
        }
    }

    #[test]
    fn a_host_that_was_added_is_known_by_its_port_and_in_any_case() {
        let folder = Folder::new();
        let hosts = KnownHosts::new(folder.path("new/known_hosts"));
        let host = Host::new("Chat.Example", 2222);
        assert_eq!(hosts.find(&host).unwrap(), Standing::Unknown);
        hosts.add(&host, &KEY).unwrap();
        assert_eq!(
            fs::read_to_string(hosts.path()).unwrap(),
            format!("[chat.example]:2222 {LINE}\n")
        );
        assert_eq!(hosts.find(&host).unwrap(), known(KEY));
        assert_eq!(hosts.find(&Host::new("chat.example", 22)).unwrap(), Standing::Unknown);
        hosts.add(&Host::new("chat.example", 22), &[8; 32]).unwrap();
        assert_eq!(hosts.find(&Host::new("CHAT.example", 22)).unwrap(), known([8; 32]));
    }

    #[test]
    fn the_file_and_its_folder_are_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new();
        let hosts = KnownHosts::new(folder.path("new/known_hosts"));
        hosts.add(&Host::new("a", 1), &KEY).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(hosts.path()), mode(hosts.path().parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn lines_of_other_programs_stay_and_are_read() {
        let folder = Folder::new();
        let hosts = KnownHosts::new(folder.path("known_hosts"));
        let before = format!(
            "# by hand\n\n|1|salt=|hash= {LINE}\n@cert-authority b {LINE}\nb ssh-rsa AAAA\n\
             a,[b]:7 {LINE} a comment"
        );
        fs::write(hosts.path(), &before).unwrap();
        assert_eq!(hosts.find(&Host::new("b", 7)).unwrap(), known(KEY));
        assert_eq!(hosts.find(&Host::new("b", 22)).unwrap(), Standing::Unknown);
        hosts.add(&Host::new("b", 22), &KEY).unwrap();
        assert_eq!(fs::read_to_string(hosts.path()).unwrap(), format!("{before}\nb {LINE}\n"));
    }

    #[test]
    fn a_damaged_line_is_no_unknown_host() {
        let folder = Folder::new();
        let hosts = KnownHosts::new(folder.path("known_hosts"));
        for damaged in ["a", "a ssh-ed25519", "a ssh-ed25519 AAAA", "a ssh-ed25519 !!!"] {
            fs::write(hosts.path(), format!("b {LINE}\n{damaged}\n")).unwrap();
            let found = hosts.find(&Host::new("a", 22));
            assert!(matches!(found, Err(KnownHostsError::BadLine(_, 2))), "{damaged}: {found:?}");
            assert_eq!(hosts.find(&Host::new("b", 22)).unwrap(), known(KEY));
        }
    }

    #[test]
    fn a_pipe_in_place_of_the_file_is_waited_for_by_nobody() {
        let folder = Folder::new();
        let hosts = KnownHosts::new(folder.path("known_hosts"));
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, hosts.path(), kind, mode, 0).unwrap();
        let host = Host::new("a", 22);
        assert!(matches!(hosts.find(&host), Err(KnownHostsError::Unreadable(..))));
        assert!(matches!(hosts.add(&host, &KEY), Err(KnownHostsError::Unwritable(..))));
        let read = crate::Identity::read(hosts.path());
        assert!(matches!(read, Err(crate::IdentityError::Unreadable(_))), "{read:?}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_no_empty_one() {
        let folder = Folder::new();
        fs::create_dir(folder.path("known_hosts")).unwrap();
        let hosts = KnownHosts::new(folder.path("known_hosts"));
        let host = Host::new("a", 22);
        assert!(matches!(hosts.find(&host), Err(KnownHostsError::Unreadable(..))));
        assert!(matches!(hosts.add(&host, &KEY), Err(KnownHostsError::Unwritable(..))));
        let long = KnownHosts::new(folder.path("long"));
        fs::write(long.path(), "#\n".repeat(FILE_MAX as usize / 2 + 1)).unwrap();
        assert!(matches!(long.find(&host), Err(KnownHostsError::Unreadable(..))));
    }
}
