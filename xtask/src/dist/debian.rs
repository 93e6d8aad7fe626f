//! The Debian package of both programs, packed by `cargo-deb` as `host/Cargo.toml` tells.

use std::path::{Path, PathBuf};

use super::release::Release;
use super::{PROGRAMS_PACKAGE, copy, emptied, notices, own, pages, remove_earlier, write};
use crate::step::{Failure, command, made, run};
use crate::{debian, programs};

/// What packs, and its version.
const PACKER: &str = "cargo-deb";
const PACKER_VERSION: &str = "3.8.0";
/// Finds which shared libraries a program needs.
const LIBRARIES: debian::Package = ("dpkg-shlibdeps", "dpkg-dev");
/// The folder in that of the release programs, from which `host/Cargo.toml` takes the rest.
const STAGE: &str = "packaged";
/// The target of a program that Debian's C library runs with.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Builds the programs and packs them into `folder`; where the package is.
pub(super) fn build(release: &Release, folder: &Path) -> Result<PathBuf, Failure> {
    programs::build()?;
    pack(release, folder)
}

/// Packs the programs that were built; where the package is.
pub(super) fn pack(release: &Release, folder: &Path) -> Result<PathBuf, Failure> {
    debian::install(&[LIBRARIES])?;
    let packer = packer()?;
    let programs = made(PACKER, "release")?;
    stage(release, &programs)?;
    remove_earlier(folder, &[".deb"])?;
    let version = format!("{}-1", release.version);
    let package = folder.join(format!("smolchat_{version}_amd64.deb"));
    let mut pack =
        command("cargo deb --no-build --offline --locked --compress-system --strip --package");
    pack.args([PROGRAMS_PACKAGE, "--deb-version", &version, "--output"]).arg(&package);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = packer.iter().map(PathBuf::from).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(paths).unwrap_or(path);
    run("pack the programs", pack.env("PATH", path).envs([release.variable()]))?;
    Ok(package)
}

/// The folder of the program that packs, which is installed if it is not there in this version.
fn packer() -> Result<Option<PathBuf>, Failure> {
    let folder = made(PACKER, "tools")?;
    let program = folder.join("bin").join(PACKER);
    let is_there = |program: &Path| {
        let told = command(&program.to_string_lossy()).arg("--version").output();
        told.is_ok_and(|told| String::from_utf8_lossy(&told.stdout).contains(PACKER_VERSION))
    };
    if !is_there(&program) {
        let line = format!(
            "cargo install --locked --no-default-features {PACKER} --version ={PACKER_VERSION} --root"
        );
        let mut install = command(&line);
        install.arg(&folder).arg("--target-dir").arg(folder.join("build"));
        run(&format!("install {PACKER}"), &mut install)?;
    }
    Ok(program.parent().map(PathBuf::from))
}

/// Makes what the package has beside the programs.
fn stage(release: &Release, programs: &Path) -> Result<(), Failure> {
    let stage = programs.join(STAGE);
    emptied(&stage)?;
    pages::print(programs, &stage)?;
    let texts = notices::texts("Cargo.toml", &[PROGRAMS_PACKAGE], &[TARGET])?;
    write(&stage.join("THIRD-PARTY"), texts.as_bytes())?;
    write(&stage.join("changelog.Debian"), changelog(release)?.as_bytes())?;
    copy(&own("CHANGELOG.md"), &stage.join("changelog"))?;
    let mut compress = command("gzip --best --no-name");
    compress.args(["THIRD-PARTY", "changelog.Debian", "changelog"]);
    let pages = pages::PROGRAMS.map(|program| format!("man/man1/{program}.1"));
    run("compress", compress.args(pages).current_dir(stage))
}

/// Debian's changelog: who follows the project reads CHANGELOG.md, which the package has, too.
fn changelog(release: &Release) -> Result<String, Failure> {
    let Release { version, .. } = release;
    let date = release.date()?;
    Ok(format!(
        "smolchat ({version}-1) unstable; urgency=medium\n\n  * /usr/share/doc/smolchat/changelog.gz tells what changed.\n\n -- The smolchat authors <smolchat@localhost>  {date}\n"
    ))
}
