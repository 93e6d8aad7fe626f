//! What the tests need beside Rust's standard library, and how it is installed where it is missing.

use std::path::Path;

use crate::debian::{self, Package, require_root};
use crate::step::{Failure, command, run, succeeds};
use crate::{boards, python};

const EMULATOR: Package = ("qemu-system-arm", "qemu-system-arm");
const NETWORK: Package = ("ip", "iproute2");
const PROGRAMS: [Package; 16] = [
    NETWORK,
    ("nft", "nftables"),
    ("dnsmasq", "dnsmasq-base"),
    ("setpriv", "util-linux"),
    ("sysctl", "procps"),
    ("valgrind", "valgrind"),
    ("c++", "g++"),
    EMULATOR,
    ("bash", "bash"),
    ("dash", "dash"),
    ("setsid", "util-linux"),
    ("tmux", "tmux"),
    ("ssh", "openssh-client"),
    ("dbclient", "dropbear-bin"),
    ("plink", "putty-tools"),
    ("python3", "python3"),
];
/// What makes a machine for a package.
const MACHINES: [Package; 2] =
    [("debootstrap", "debootstrap"), ("systemd-nspawn", "systemd-container")];
/// Who looks for servers by name, and the bus that it needs.
const NAMES: [Package; 3] = [
    ("dbus-daemon", "dbus-daemon"),
    ("avahi-daemon", "avahi-daemon"),
    ("avahi-browse", "avahi-utils"),
];
/// The servers that the bench compares with.
const PEERS: [Package; 3] =
    [("ngircd", "ngircd"), ("inspircd", "inspircd"), ("sshd", "openssh-server")];
/// The smallest board's target, to prove that core needs no operating system.
pub(crate) const BARE: &str = "thumbv6m-none-eabi";
const TAP_DRIVER: &str = "/dev/net/tun";

/// Installs what the tests need and is not there.
pub(crate) fn install_for_tests() -> Result<(), Failure> {
    debian::install(&PROGRAMS)?;
    debian::install_stopped(&NAMES)?;
    python::install()?;
    install_tap_driver()?;
    install_target(BARE)?;
    install_targets()
}

/// Installs what makes a machine for a package: a fresh root, and a systemd for it.
pub(crate) fn install_for_packages() -> Result<(), Failure> {
    debian::install(&MACHINES)
}

/// Installs what the bench needs and is not there.
pub(crate) fn install_for_bench() -> Result<(), Failure> {
    debian::install(&[NETWORK])?;
    install_tap_driver()
}

/// Installs the servers that the bench compares with, and starts none of them.
pub(crate) fn install_peers() -> Result<(), Failure> {
    debian::install_stopped(&PEERS)
}

/// Installs what every board's image needs to be built.
pub(crate) fn install_targets() -> Result<(), Failure> {
    boards::targets().into_iter().try_for_each(install_target)
}

/// Installs what an image needs to be built for `target` and run in the emulator.
pub(crate) fn install_for_emulation(target: &str) -> Result<(), Failure> {
    debian::install(&[EMULATOR])?;
    install_target(target)
}

/// Installs the standard library for `target`.
pub(crate) fn install_target(target: &str) -> Result<(), Failure> {
    if has_target(target) {
        Ok(())
    } else {
        run("install a target", &mut command(&format!("rustup target add {target}")))
    }
}

/// Installs the parts of the toolchain that check the code.
pub(crate) fn install_for_checks() -> Result<(), Failure> {
    for (program, component) in [("cargo fmt", "rustfmt"), ("cargo clippy", "clippy")] {
        if !succeeds(&format!("{program} --version")) {
            let line = format!("rustup component add {component}");
            run(&format!("install {component}"), &mut command(&line))?;
        }
    }
    Ok(())
}

/// A fresh container may have the driver and not its device node.
fn install_tap_driver() -> Result<(), Failure> {
    if Path::new(TAP_DRIVER).exists() || succeeds("modprobe tun") && Path::new(TAP_DRIVER).exists()
    {
        return Ok(());
    }
    let name = "make the TAP driver's device node";
    let node = format!("mknod {TAP_DRIVER} c 10 200");
    require_root(name, &format!("sudo mkdir -p /dev/net && sudo {node}"))?;
    run(name, &mut command("mkdir -p /dev/net"))?;
    run(name, &mut command(&node))
}

fn has_target(target: &str) -> bool {
    let Ok(output) = command("rustc --print sysroot").output() else {
        return false;
    };
    let sysroot = String::from_utf8_lossy(&output.stdout);
    Path::new(sysroot.trim()).join("lib/rustlib").join(target).join("lib").is_dir()
}
