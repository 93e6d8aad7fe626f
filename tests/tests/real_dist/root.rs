//! The root of a machine: what another one has, seen through, and changes that only this one sees.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use tempfile::TempDir;

/// Puts the root together and goes on inside. `$1` is the machine that is seen through, `$2` the
/// folder of this one, `$3` the package's folder, which is `/mnt` inside.
const ENTER: &str = r#"set -e
lower=$1; own=$2; given=$3; shift 3
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$own/changes,workdir=$own/work" "$own/root"
mount -t proc proc "$own/root/proc"
mount -t tmpfs none "$own/root/run"
mount -t tmpfs none "$own/root/tmp"
mount --rbind /dev "$own/root/dev"
mount --bind "$given" "$own/root/mnt"
exec chroot "$own/root" "$@""#;

/// The same as a machine that boots: its own systemd runs it, and switches it off. The supervisor
/// of this machine hears nothing of that.
const BOOT: &str = r#"set -e
lower=$1; own=$2; given=$3
mount -t tmpfs none /run
# The driver's device as udev has it, whatever this machine has.
mount -t tmpfs none /dev/net
mknod -m 666 /dev/net/tun c 10 200
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$own/changes,workdir=$own/work" "$own/root"
exec systemd-nspawn --quiet --boot --register=no --keep-unit --private-network \
    --capability=CAP_NET_ADMIN --bind=/dev/net/tun --bind="$given:/mnt" --console=pipe \
    --machine=trial --directory="$own/root""#;

/// What a package manager writes of its own accord.
const BOOKS: [&str; 4] = ["/var/lib/dpkg", "/var/log/dpkg.log", "/var/cache", "/mnt"];

/// A root, and a network of its own. Both are gone with the value.
#[derive(Debug)]
pub(crate) struct Root {
    seen_through: PathBuf,
    folder: TempDir,
    given: PathBuf,
    network: Namespace,
}

impl Root {
    /// A machine that has what that one has, with the files of `given` in its `/mnt`.
    pub(crate) fn over(seen_through: &Path, given: &Path) -> Self {
        let network = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
        let folder = folder::in_memory().unwrap();
        for part in ["changes", "work", "root"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        Root { seen_through: seen_through.to_owned(), folder, given: given.to_owned(), network }
    }

    /// A command that will run inside. Its process id is the program's own.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = self.network.command("unshare");
        command.args(["--mount", "sh", "-c", ENTER, "sh"]);
        command.arg(&self.seen_through).arg(self.folder.path()).arg(&self.given).args(words);
        command.env("DEBIAN_FRONTEND", "noninteractive").env("LC_ALL", "C");
        command
    }

    /// A command that boots the machine and ends when it is off.
    pub(crate) fn boot_command(&self) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", BOOT, "sh"]);
        command.arg(&self.seen_through).arg(self.folder.path()).arg(&self.given);
        command.stdin(Stdio::null());
        command
    }

    /// Writes a file of this machine alone.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join("changes").join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Where the files of a folder are that only this machine has.
    pub(crate) fn folder_for(&self, path: &str) -> PathBuf {
        let folder = self.folder.path().join("changes").join(path.trim_matches('/'));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Reads a file that only this machine has.
    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.folder.path().join("changes").join(path.trim_start_matches('/'));
        fs::read_to_string(&path).unwrap_or_else(|error| format!("{}: {error}", path.display()))
    }

    /// Runs a program inside; all that it says. It must succeed.
    pub(crate) fn run(&self, words: &[&str]) -> String {
        let output = self.command(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
        said(&output)
    }

    /// The network.
    pub(crate) fn network(&self) -> &Namespace {
        &self.network
    }

    /// Files and folders that are new or others than the other machine's, with their modes, without
    /// the books of the package manager.
    pub(crate) fn changes(&self) -> BTreeMap<String, u32> {
        let mut changes = BTreeMap::new();
        let top = self.folder.path().join("changes");
        self.walk(&top, &top, &mut changes);
        changes
    }

    fn walk(&self, top: &Path, folder: &Path, changes: &mut BTreeMap<String, u32>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("/{}", path.strip_prefix(top).unwrap().display());
            if BOOKS.contains(&name.as_str()) {
                continue;
            }
            let is_folder = path.is_dir() && !path.is_symlink();
            // A folder that was there is named because of what is new in it.
            let was_there = self.seen_through.join(&name[1..]).is_dir();
            if !(is_folder && was_there) {
                changes.insert(name, fs::symlink_metadata(&path).unwrap().mode() & 0o7777);
            }
            if is_folder {
                self.walk(top, &path, changes);
            }
        }
    }
}

/// All that a program said.
pub(crate) fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}
