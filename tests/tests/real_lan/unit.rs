//! A server with the rights that its unit for systemd gives it, and no others.

use std::os::unix::fs::chown;

use smolchat_tests::lan::{Lan, LanServer, ServerFolder, switch};
use smolchat_tests::program::{PATIENCE, find};

use super::{DOCUMENT, greeting, ip};

/// A user and a group of nobody.
const NOBODY: u32 = 65_534;
/// The driver's device as udev has it, whatever the machine of the tests has: seen here alone.
const WITH_DEVICE: &str =
    "mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200 && exec \"$@\"";

#[test]
fn the_unit_of_the_document_needs_no_root() {
    let unit = include_str!("../../../host/smolchatd.service");
    assert!(unit.contains("\nAmbientCapabilities=CAP_NET_ADMIN\n"));
    let start =
        DOCUMENT.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/smolchatd "));
    let options: Vec<&str> = start.unwrap().split(' ').skip(2).collect();
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    let folder = ServerFolder::new().unwrap();
    for path in [folder.accounts().as_path(), folder.accounts().parent().unwrap()] {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    // What `nobody` may not see is not to hide the program.
    let program = folder.accounts().with_file_name("smolchatd");
    std::fs::copy(find("smolchatd").unwrap(), &program).unwrap();
    let mut command = host.command("unshare");
    command.args(["--mount", "sh", "-c", WITH_DEVICE, "sh", "setpriv"]);
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"]);
    for set in ["inh-caps", "ambient-caps", "bounding-set"] {
        command.arg(format!("--{set}=-all,+net_admin"));
    }
    folder.options(command.arg(program), &options);
    let server = LanServer::run(&mut command).unwrap();
    assert!(!server.has_told("warning"), "{:#?}", server.told);
    assert!(greeting(&laptop, ip("192.168.1.5"), 2222, PATIENCE).unwrap().starts_with("SSH-2.0-"));
    server.stop().unwrap();
    assert_eq!(switch(&host, "conf/eth0/forwarding"), "0");
}
