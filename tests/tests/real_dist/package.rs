//! The Debian package: where it is, and what is in it.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use tempfile::TempDir;

/// Names the package.
const VARIABLE: &str = "SMOLCHAT_DEB";

/// Its files, with their modes.
pub(crate) const FILES: [(&str, u32); 25] = [
    ("/usr/bin/smolchat", 0o755),
    ("/usr/bin/smolchatd", 0o755),
    ("/usr/lib/systemd/system/smolchatd.service", 0o644),
    ("/usr/share/bash-completion/completions/smolchat", 0o644),
    ("/usr/share/bash-completion/completions/smolchatd", 0o644),
    ("/usr/share/doc/smolchat/CLIENT.md", 0o644),
    ("/usr/share/doc/smolchat/DURABILITY.md", 0o644),
    ("/usr/share/doc/smolchat/LAN.md", 0o644),
    ("/usr/share/doc/smolchat/LIMITS.md", 0o644),
    ("/usr/share/doc/smolchat/PEERS.md", 0o644),
    ("/usr/share/doc/smolchat/PROTOCOL.md", 0o644),
    ("/usr/share/doc/smolchat/SERVER.md", 0o644),
    ("/usr/share/doc/smolchat/SSH.md", 0o644),
    ("/usr/share/doc/smolchat/THIRD-PARTY.gz", 0o644),
    ("/usr/share/doc/smolchat/THREATS.md", 0o644),
    ("/usr/share/doc/smolchat/changelog.Debian.gz", 0o644),
    ("/usr/share/doc/smolchat/changelog.gz", 0o644),
    ("/usr/share/doc/smolchat/copyright", 0o644),
    ("/usr/share/fish/vendor_completions.d/smolchat.fish", 0o644),
    ("/usr/share/fish/vendor_completions.d/smolchatd.fish", 0o644),
    ("/usr/share/lintian/overrides/smolchat", 0o644),
    ("/usr/share/man/man1/smolchat.1.gz", 0o644),
    ("/usr/share/man/man1/smolchatd.1.gz", 0o644),
    ("/usr/share/zsh/vendor-completions/_smolchat", 0o644),
    ("/usr/share/zsh/vendor-completions/_smolchatd", 0o644),
];

/// A folder that has the package as `smolchat.deb`, and nothing else.
pub(crate) fn given() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::copy(find(), folder.path().join("smolchat.deb")).unwrap();
    folder
}

/// The package that the environment names, or else the newest beside the test.
fn find() -> PathBuf {
    if let Some(path) = std::env::var_os(VARIABLE) {
        return path.into();
    }
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(3).unwrap().join("dist");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let packages = entries.filter(|path| path.extension().is_some_and(|ending| ending == "deb"));
    let age = |path: &PathBuf| path.metadata().and_then(|file| file.modified()).ok();
    let newest = packages.max_by_key(|path| age(path).unwrap_or(SystemTime::UNIX_EPOCH));
    newest.unwrap_or_else(|| panic!("no package: cargo xtask dist deb, or set {VARIABLE}"))
}
