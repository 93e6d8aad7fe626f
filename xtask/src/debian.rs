//! Debian's packages: installed where a program is missing. Tells a user without root what to run
//! instead. Knows nobody who needs them.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use crate::step::{Failure, command, run};

/// A program, and Debian's package that has it.
pub(crate) type Package = (&'static str, &'static str);

/// Debian asks this program whether a package may start its service; none means yes.
const SERVICE_POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs the packages whose programs are missing.
pub(crate) fn install(programs: &[Package]) -> Result<(), Failure> {
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

/// The same with packages of services, none of which is started.
pub(crate) fn install_stopped(programs: &[Package]) -> Result<(), Failure> {
    if programs.iter().all(|(program, _)| is_installed(program)) {
        return Ok(());
    }
    let is_ours = !Path::new(SERVICE_POLICY).exists() && is_root();
    if is_ours {
        forbid_services().map_err(|error| Failure::new("forbid services", error.to_string()))?;
    }
    let installed = install(programs);
    if is_ours {
        let removed = fs::remove_file(SERVICE_POLICY);
        removed.map_err(|error| Failure::new("allow services again", error.to_string()))?;
    }
    installed
}

/// Installs packages, one or several with spaces between.
pub(crate) fn install_named(packages: &str) -> Result<(), Failure> {
    let install = format!("apt-get install --yes --no-install-recommends {packages}");
    let help = format!("sudo apt-get update && sudo {install}");
    require_root("install packages", &help)?;
    run("refresh the list of packages", &mut apt("apt-get update"))?;
    run("install packages", &mut apt(&install))
}

/// Fails with what to run instead, unless root runs this.
pub(crate) fn require_root(step: &str, help: &str) -> Result<(), Failure> {
    if is_root() {
        Ok(())
    } else {
        Err(Failure::new(step, format!("needs root; run this, then try again:\n  {help}")))
    }
}

/// 101 is "no" in that program's language.
fn forbid_services() -> io::Result<()> {
    fs::write(SERVICE_POLICY, "#!/bin/sh\nexit 101\n")?;
    fs::set_permissions(SERVICE_POLICY, fs::Permissions::from_mode(0o755))
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

fn apt(line: &str) -> Command {
    let mut command = command(line);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
