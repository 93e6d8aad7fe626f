//! `cargo xtask dist`: what people install, in one folder: a Debian package, an archive of static
//! programs, the recipe of a container, the images of boards, and the sums of all.

mod archive;
mod container;
mod debian;
mod images;
mod notices;
mod pages;
mod release;
mod uf2;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{Args, ValueEnum};

use crate::step::{self, Failure, made, output};
use crate::suite::Driven;
use crate::tools;
use release::Release;

/// Build what people install: a Debian package, static programs, boards' images
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only these parts
    #[arg(value_enum)]
    parts: Vec<Part>,
}

/// A part of what people install.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The Debian package of both programs
    Deb,
    /// Both programs without shared libraries, in an archive, and the recipe of a container
    Static,
    /// The images of all boards, without accounts
    Boards,
}

/// Builds the parts, and says where they are. A file of an earlier version goes.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let folder = folder()?;
    let parts = if options.parts.is_empty() { Part::value_variants() } else { &options.parts };
    let release = Release::of_commit()?;
    for part in parts {
        match part {
            Part::Deb => debian::build(&release, &folder).map(drop)?,
            Part::Static => {
                archive::build(&release, &folder)?;
                container::write_recipe(&release, &folder)?;
            }
            Part::Boards => images::build(&release, &folder)?,
        }
    }
    sum_up(&folder)?;
    println!("xtask: all of it is in {}", folder.display());
    Ok(())
}

/// What tests drive of it, and the variables that name it: the package of the programs that were
/// built, and with the tests that take minutes the folder with all parts.
pub(crate) fn for_tests(long: bool) -> Result<Driven, Failure> {
    let folder = folder()?;
    let package = debian::pack(&Release::of_commit()?, &folder)?;
    let mut driven = vec![("SMOLCHAT_DEB".to_owned(), package)];
    if long {
        tools::install_for_packages()?;
        run(&Options { parts: vec![Part::Static, Part::Boards] })?;
        driven.push(("SMOLCHAT_DIST".to_owned(), folder));
    }
    Ok(driven)
}

/// Where all of it is put.
fn folder() -> Result<PathBuf, Failure> {
    made("the folder of what people install", "dist")
}

/// An empty folder at that place.
fn emptied(folder: &Path) -> Result<(), Failure> {
    let failure = |error: std::io::Error| failed(folder, &error);
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failure)?;
    }
    fs::create_dir_all(folder).map_err(failure)
}

/// Removes the files in the folder whose names end so: what an earlier version left.
fn remove_earlier(folder: &Path, endings: &[&str]) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for name in names(folder)? {
        if endings.iter().any(|ending| name.ends_with(ending)) {
            let path = folder.join(name);
            fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
        }
    }
    Ok(())
}

/// The names of the files in a folder, in their order.
fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let mut names: Vec<_> =
        files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    Ok(names)
}

/// The file of sums, as `sha256sum --check` reads it.
const SUMS: &str = "SHA256SUMS";

/// Writes the sums of all files.
fn sum_up(folder: &Path) -> Result<(), Failure> {
    let mut names = names(folder)?;
    names.retain(|name| name != SUMS);
    let mut sum = Command::new("sha256sum");
    let sums = output("sum up", sum.current_dir(folder).args(names))?;
    write(&folder.join(SUMS), &sums)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, bytes)).map_err(|error| failed(path, &error))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let made = to.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::copy(from, to)).map(drop).map_err(|error| failed(from, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(path.display().to_string(), error.to_string())
}

/// The package whose programs people install.
const PROGRAMS_PACKAGE: &str = "smolchat";

/// A file of this repository.
fn own(path: &str) -> PathBuf {
    step::workspace().join(path)
}
