//! The part of docs/BENCHMARKS.md that speaks of files.

use std::io;
use std::process::Command;
use std::time::Duration;

use super::{BYTES, FileFindings};
use crate::lines::Lines;
use crate::report::{FILES, machine, said};
use crate::section::{self, load};

/// The figures, as tables.
pub(super) fn table(findings: &FileFindings) -> String {
    let FileFindings { smolchat, scp, quiet, beside_scp, beside, .. } = findings;
    let ratio = smolchat / scp.max(f64::MIN_POSITIVE);
    let rows = [("without a file", quiet), ("beside scp", beside_scp), ("beside a file", beside)];
    let rows: String = rows.iter().map(|(when, lines)| row(when, lines)).collect();
    let more = [Lines::median, Lines::late, Lines::worst].map(|of| more(of(quiet), of(beside)));
    format!(
        "| what | MiB/s | smolchat / it |\n\
         |---|---|---|\n\
         | smolchat, file to file | {smolchat:.0} | |\n\
         | scp, file to file | {scp:.0} | {ratio:.2} |\n\
         \n\
         | a private line | lines | median ms | 99 % within ms | worst ms |\n\
         |---|---|---|---|---|\n\
         {rows}\
         | a file adds | | {} | {} | {} |\n",
        more[0], more[1], more[2],
    )
}

fn row(when: &str, lines: &Lines) -> String {
    let times = [lines.median(), lines.late(), lines.worst()].map(millis);
    format!("| {when} | {} | {} |\n", lines.count(), times.join(" | "))
}

/// How much longer it took, in milliseconds.
fn more(without: Duration, with: Duration) -> String {
    format!("{:+.1}", (with.as_secs_f64() - without.as_secs_f64()) * 1000.0)
}

fn millis(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1000.0)
}

/// Writes the part into the page, in the place of what was there.
pub(super) fn record(findings: &FileFindings) -> io::Result<()> {
    section::record(FILES, &text(findings))
}

fn text(findings: &FileFindings) -> String {
    format!(
        "{FILES}\
         \n\
         `cargo xtask bench --files --record` measured this on {date}. A file of {mebibytes} MiB goes from one\n\
         real client to another on the same machine, over the loopback and from memory to memory. It is\n\
         encrypted, hashed before it is sent, and hashed before it is written. `scp` and `sshd` of OpenSSH\n\
         copy the same file by turns; scp hashes nothing. Figures are medians of {rounds} rounds.\n\
         \n\
         {table}\n\
         The lines are those of a private conversation between the same two clients, one after the other,\n\
         by turns with the files. Other programs make some of them late, also without a file. So the last\n\
         row has the differences within this run. Beside scp the machine has as much to do, and the two\n\
         clients have not.\n\
         \n\
         - {machine}\n\
         - Programs that wanted a core beside it, on average over a minute: {load}.\n\
         - OpenSSH: {version}.\n",
        date = said(Command::new("date").args(["-u", "+%F"])),
        mebibytes = BYTES >> 20,
        rounds = findings.rounds,
        table = table(findings),
        machine = machine(),
        load = load(),
        version = version(),
    )
}

/// `ssh -V` speaks on its other stream.
fn version() -> String {
    let output = Command::new("ssh").arg("-V").output();
    let said = output.map(|output| String::from_utf8_lossy(&output.stderr).trim().to_owned());
    said.unwrap_or_else(|_| "of no known version".to_owned())
}
