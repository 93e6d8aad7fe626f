//! `--files`: a file from one client to another over the loopback, beside `scp` with the same file,
//! by turns; and how late lines of talk are without a file, beside `scp`, and beside a file.

mod page;
mod scp;
mod transfer;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use smolchat_tests::real::beside_a_server;
use smolchat_tests::setting::Setting;
use tempfile::TempDir;

use crate::lines::Lines;
use scp::Scp;
use transfer::Pair;

/// Bytes of the file.
const BYTES: u64 = 1 << 30;
/// Lines of talk in each turn at most.
const LINES: usize = 300;
/// Where Linux shows the machine's memory as a file system: no disk is measured.
const MEMORY: &str = "/dev/shm";

/// What one run has found, as medians.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileFindings {
    rounds: usize,
    /// MiB in a second.
    smolchat: f64,
    scp: f64,
    /// Lines of talk without a file, while scp copies it, and while it goes from client to client.
    quiet: Lines,
    beside_scp: Lines,
    beside: Lines,
}

/// Measures, prints, and writes the page's part where that was asked for.
///
/// # Errors
/// A missing program, or the machine's word.
pub(crate) fn run(rounds: usize, is_recorded: bool) -> Result<(), String> {
    let folder = TempDir::new_in(MEMORY).map_err(|error| error.to_string())?;
    let film = film(folder.path()).map_err(|error| format!("no file of that size: {error}"))?;
    let mut findings = FileFindings { rounds, ..FileFindings::default() };
    let mut measured = Ok(());
    beside_a_server(Setting::roomy().unlimited(), |place, _| {
        measured = Scp::start(place.namespace, folder.path()).map(|scp| {
            let mut pair = Pair::arrive(place, folder.path(), &film);
            findings = turns(rounds, &mut pair, &scp, &film);
        });
    });
    measured?;
    println!("{}", page::table(&findings));
    if is_recorded {
        page::record(&findings).map_err(|error| format!("cannot write: {error}"))?;
    }
    Ok(())
}

fn turns(rounds: usize, pair: &mut Pair, scp: &Scp, film: &Path) -> FileFindings {
    let (mut smolchat, mut others) = (vec![], vec![]);
    let (mut quiet, mut beside_scp, mut beside) = (vec![], vec![], vec![]);
    for _ in 0..rounds {
        quiet.extend(pair.talk(LINES));
        smolchat.push(rate(pair.load()));
        others.push(rate(scp.copy(film)));
        beside_scp.extend(talk_beside_scp(pair, scp, film));
        beside.extend(pair.talk_beside_a_file());
    }
    let [quiet, beside_scp, beside] = [quiet, beside_scp, beside].map(Lines::of);
    let (smolchat, scp) = (middle(smolchat), middle(others));
    FileFindings { rounds, smolchat, scp, quiet, beside_scp, beside }
}

/// What lines lose on this machine whatever is copied.
fn talk_beside_scp(pair: &mut Pair, scp: &Scp, film: &Path) -> Vec<Duration> {
    let mut times = Vec::new();
    thread::scope(|scope| {
        let copy = scope.spawn(|| scp.copy(film));
        while !copy.is_finished() && times.len() < LINES {
            times.extend(pair.talk(1));
        }
    });
    times
}

/// MiB in a second.
fn rate(took: Duration) -> f64 {
    (BYTES >> 20) as f64 / took.as_secs_f64()
}

fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// A file that compresses to nothing.
fn film(folder: &Path) -> std::io::Result<PathBuf> {
    let path = folder.join("film");
    let mut file = std::io::BufWriter::new(fs::File::create(&path)?);
    let mut state = 1_u64;
    for _ in 0..BYTES / 8 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        file.write_all(&(state ^ state >> 29).to_le_bytes())?;
    }
    file.flush()?;
    Ok(path)
}
