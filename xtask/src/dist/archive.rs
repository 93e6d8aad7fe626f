//! Both programs without shared libraries, in an archive that needs no package manager: they run on
//! any Linux of their processor.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::release::Release;
use super::{PROGRAMS_PACKAGE, copy, emptied, failed, notices, own, pages, remove_earlier, write};
use crate::step::{self, Failure, command, made, run};
use crate::{debian, tools};

/// Rust's name for a Linux whose C library is musl, linked statically.
pub(super) const TARGET: &str = "x86_64-unknown-linux-musl";
/// The compiler for the C parts of a dependency.
const COMPILER: debian::Package = ("musl-gcc", "musl-tools");
const PACKERS: [debian::Package; 2] = [("tar", "tar"), ("xz", "xz-utils")];
/// What the archive has of the repository, and where.
const TEXTS: [(&str, &str); 15] = [
    ("README.md", "README.md"),
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("host/smolchatd.service", "lib/systemd/system/smolchatd.service"),
    ("docs/INSTALL.md", "docs/INSTALL.md"),
    ("docs/SERVER.md", "docs/SERVER.md"),
    ("docs/LAN.md", "docs/LAN.md"),
    ("docs/CLIENT.md", "docs/CLIENT.md"),
    ("docs/SSH.md", "docs/SSH.md"),
    ("docs/LIMITS.md", "docs/LIMITS.md"),
    ("docs/THREATS.md", "docs/THREATS.md"),
    ("docs/DURABILITY.md", "docs/DURABILITY.md"),
    ("docs/PROTOCOL.md", "docs/PROTOCOL.md"),
    ("docs/PEERS.md", "docs/PEERS.md"),
];

/// Builds the programs and packs them.
pub(super) fn build(release: &Release, folder: &Path) -> Result<(), Failure> {
    debian::install(&[COMPILER])?;
    debian::install(&PACKERS)?;
    tools::install_target(TARGET)?;
    let programs = programs()?;
    let name = name(release);
    let stage = made("the archive", "packaged")?;
    let root = stage.join(&name);
    emptied(&stage)?;
    for program in pages::PROGRAMS {
        copy(&programs.join(program), &root.join("bin").join(program))?;
    }
    pages::print(&programs, &root.join("share"))?;
    for (from, to) in TEXTS {
        copy(&own(from), &root.join(to))?;
    }
    let texts = notices::texts("Cargo.toml", &[PROGRAMS_PACKAGE], &[TARGET])?;
    write(&root.join("THIRD-PARTY"), texts.as_bytes())?;
    remove_earlier(folder, &["-linux.tar.xz"])?;
    pack(release, &stage, &name, &folder.join(format!("{name}.tar.xz")))
}

/// The archive's name without its ending; its only folder has the same.
pub(super) fn name(release: &Release) -> String {
    format!("smolchat-{}-x86_64-linux", release.version)
}

/// Builds the programs; their folder. No path of the machine that builds is in them.
fn programs() -> Result<PathBuf, Failure> {
    let line =
        format!("cargo build --release --package {PROGRAMS_PACKAGE} --bins --target {TARGET}");
    let mut build = command(&line);
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(cargo_home);
    let home = home.unwrap_or_default();
    let flags = format!(
        "--remap-path-prefix={}=/smolchat --remap-path-prefix={}=/cargo",
        real(step::workspace())?.display(),
        home.display()
    );
    build.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS", flags);
    build.env("CARGO_PROFILE_RELEASE_DEBUG", "none").env("CARGO_PROFILE_RELEASE_STRIP", "symbols");
    build.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    run("build static programs", &mut build)?;
    Ok(made("static programs", TARGET)?.join("release"))
}

fn cargo_home() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo"))
}

fn real(path: &Path) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|error| failed(path, &error))
}

/// Packs the folder `name` of `stage`: names in their order, one moment, nobody's in particular.
fn pack(release: &Release, stage: &Path, name: &str, archive: &Path) -> Result<(), Failure> {
    let mut pack = Command::new("tar");
    pack.current_dir(stage).args(["--create", "--xz", "--sort=name", "--owner=0", "--group=0"]);
    pack.args(["--numeric-owner", "--mode=u=rwX,go=rX", "--format=gnu"]);
    pack.arg(format!("--mtime=@{}", release.moment));
    // With several threads xz would cut its blocks by their number.
    pack.env("XZ_OPT", "-9 --threads=1").arg("--file").arg(archive).arg(name);
    run("pack the static programs", &mut pack)
}
