//! What the tests need beside Rust's standard library, and how it is installed where it is missing.
//! Tells a user without root what to run instead.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use crate::step::{Failure, command, run, succeeds};
use crate::{boards, python};

/// A program, and Debian's package that has it.
type Package = (&'static str, &'static str);

const EMULATOR: Package = ("qemu-system-arm", "qemu-system-arm");
const NETWORK: Package = ("ip", "iproute2");
const PROGRAMS: [Package; 12] = [
    NETWORK,
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
/// Debian's package with what makes environments for Python, which has no program.
const ENVIRONMENTS: &str = "python3-venv";
/// The servers that the bench compares with.
const PEERS: [Package; 2] = [("ngircd", "ngircd"), ("inspircd", "inspircd")];
/// Debian asks this program whether a package may start its service; none means yes.
const SERVICE_POLICY: &str = "/usr/sbin/policy-rc.d";
/// The smallest board's target, to prove that core needs no operating system.
pub(crate) const BARE: &str = "thumbv6m-none-eabi";
const TAP_DRIVER: &str = "/dev/net/tun";

/// Installs what the tests need and is not there.
pub(crate) fn install_for_tests() -> Result<(), Failure> {
    install_packages(&PROGRAMS)?;
    python::install()?;
    install_tap_driver()?;
    install_target(BARE)?;
    install_targets()
}

/// Installs what the bench needs and is not there.
pub(crate) fn install_for_bench() -> Result<(), Failure> {
    install_packages(&[NETWORK])?;
    install_tap_driver()
}

/// Installs the servers that the bench compares with, and starts none of them.
pub(crate) fn install_peers() -> Result<(), Failure> {
    if PEERS.iter().all(|(program, _)| is_installed(program)) {
        return Ok(());
    }
    let is_ours = !Path::new(SERVICE_POLICY).exists() && is_root();
    if is_ours {
        forbid_services().map_err(|error| Failure::new("forbid services", error.to_string()))?;
    }
    let installed = install_packages(&PEERS);
    if is_ours {
        let removed = fs::remove_file(SERVICE_POLICY);
        removed.map_err(|error| Failure::new("allow services again", error.to_string()))?;
    }
    installed
}

/// 101 is "no" in that program's language.
fn forbid_services() -> io::Result<()> {
    fs::write(SERVICE_POLICY, "#!/bin/sh\nexit 101\n")?;
    fs::set_permissions(SERVICE_POLICY, fs::Permissions::from_mode(0o755))
}

/// Installs what every board's image needs to be built.
pub(crate) fn install_targets() -> Result<(), Failure> {
    boards::targets().into_iter().try_for_each(install_target)
}

/// Installs what an image needs to be built for `target` and run in the emulator.
pub(crate) fn install_for_emulation(target: &str) -> Result<(), Failure> {
    install_packages(&[EMULATOR])?;
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

fn install_packages(programs: &[Package]) -> Result<(), Failure> {
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(program, _)| !is_installed(program))
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    install_named(&missing.join(" "))
}

/// Installs what makes environments for Python, if it is not there.
pub(crate) fn install_environments() -> Result<(), Failure> {
    if succeeds("python3 -m ensurepip --version") { Ok(()) } else { install_named(ENVIRONMENTS) }
}

fn install_named(packages: &str) -> Result<(), Failure> {
    let install = format!("apt-get install --yes --no-install-recommends {packages}");
    let help = format!("sudo apt-get update && sudo {install}");
    require_root("install packages", &help)?;
    run("refresh the list of packages", &mut apt("apt-get update"))?;
    run("install packages", &mut apt(&install))
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

fn require_root(step: &str, help: &str) -> Result<(), Failure> {
    if is_root() {
        Ok(())
    } else {
        Err(Failure::new(step, format!("needs root; run this, then try again:\n  {help}")))
    }
}

fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0)
}

/// Whether `program` is where programs are, those for administrators included.
fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders.into_iter().any(|folder| folder.join(program).is_file())
}

fn has_target(target: &str) -> bool {
    let Ok(output) = command("rustc --print sysroot").output() else {
        return false;
    };
    let sysroot = String::from_utf8_lossy(&output.stdout);
    Path::new(sysroot.trim()).join("lib/rustlib").join(target).join("lib").is_dir()
}

fn apt(line: &str) -> Command {
    let mut command = command(line);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
