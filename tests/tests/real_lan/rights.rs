//! A server with no other rights than its unit for systemd gives it, or a container.

use std::process::Command;

use smolchat_tests::lan::{Lan, LanServer, ServerFolder, switch};
use smolchat_tests::program::{PATIENCE, Program};

use super::{DOCUMENT, Laptop, greeting, ip};

/// A user and a group of nobody.
const NOBODY: u32 = 65_534;
/// The driver's device as udev has it, whatever the machine of the tests has: seen here alone.
const WITH_DEVICE: &str =
    "mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200 && exec \"$@\"";
/// What an engine does for its container, within the network that it makes. Then the container's
/// view of the kernel's switches is for reading.
const AS_AN_ENGINE: &str = "echo made; read go; ip link set lo up; ip address add 192.168.1.5/24 dev eth0; ip link set eth0 up; echo 1 >/proc/sys/net/ipv4/ip_forward; mount --rbind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys; exec \"$@\"";

/// Goes on as `nobody`.
fn as_nobody(command: &mut Command) -> &mut Command {
    command.args(["--mount", "sh", "-c", WITH_DEVICE, "sh", "setpriv"]);
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"])
}

/// The options of the server that the document starts in a line that begins so.
fn options_behind(begin: &str) -> Vec<&'static str> {
    let begin = format!("{begin} ");
    let line = DOCUMENT.lines().find_map(|line| line.trim().strip_prefix(&begin));
    line.unwrap().split(' ').collect()
}

#[test]
fn the_unit_of_the_document_needs_no_root() {
    let unit = include_str!("../../../host/smolchatd.service");
    assert!(unit.contains("\nAmbientCapabilities=CAP_NET_ADMIN\n"));
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    let folder = ServerFolder::new().unwrap();
    let program = folder.hand_to(NOBODY).unwrap();
    let mut command = host.command("unshare");
    as_nobody(&mut command).arg("--no-new-privs");
    for set in ["inh-caps", "ambient-caps", "bounding-set"] {
        command.arg(format!("--{set}=-all,+net_admin"));
    }
    let options = options_behind("ExecStart=smolchatd");
    folder.options(command.arg(program), &options);
    let server = LanServer::run(&mut command).unwrap();
    assert!(!server.has_told("warning"), "{:#?}", server.told);
    let heard = greeting(&laptop, ip("192.168.1.5"), 2222, PATIENCE).unwrap();
    assert!(heard.starts_with("SSH-2.0-"), "{heard}");
    server.stop().unwrap();
    assert_eq!(switch(&host, "conf/eth0/forwarding"), "0");
}

#[test]
fn a_container_without_rights_on_its_host_publishes_a_port() {
    let lan = Lan::new().unwrap();
    let laptops = ["192.168.1.7/24", "192.168.1.8/24"].map(|at| lan.machine(Some(at)).unwrap());
    let folder = ServerFolder::new().unwrap();
    let program = folder.hand_to(NOBODY).unwrap();
    let mut command = Command::new("unshare");
    as_nobody(&mut command).args(["unshare", "--user", "--map-root-user", "--net", "--mount"]);
    command.args(["sh", "-c", AS_AN_ENGINE, "sh"]);
    folder.options(command.arg(program), &options_behind("smolchatd"));
    let mut engine = Program::start(&mut command).unwrap();
    engine.wait_for("made").unwrap();
    lan.plug_in(&engine.pid().unwrap().as_raw_nonzero().to_string()).unwrap();
    engine.say("go").unwrap();
    let server = LanServer::of(engine).unwrap();
    assert!(server.has_told("  smolchat hans@192.168.1.5   or: ssh hans@192.168.1.5 -p 2222"));
    assert!(!server.has_told("127.0.0.1"), "{:#?}", server.told);
    let [one, two] = [Laptop::new(&laptops[0]), Laptop::new(&laptops[1])];
    let mut hans = one.arrive("hans", &["hans@192.168.1.5"]);
    let mut yoda = two.arrive("yoda", &["yoda@192.168.1.5"]);
    hans.hear("yoda logged in");
    hans.say("message yoda out of a box");
    yoda.hear("hans: out of a box");
    server.stop().unwrap();
}
