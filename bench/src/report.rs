//! docs/BENCHMARKS.md and its picture, from what was measured. Touches these two files, and what the machine says of itself.

use std::fs;
use std::io;
use std::path::Path;

use crate::place::Kind;
use crate::plot;
use crate::table::{self, Measured, MeasuredIdle};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");

/// All that was measured, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) rounds: usize,
    pub(crate) seconds: f64,
    pub(crate) measured: Vec<Measured>,
    pub(crate) idle: Vec<MeasuredIdle>,
    /// What smolchatd has counted that a good day has none of.
    pub(crate) figures: Vec<String>,
    /// What could not be measured, and why.
    pub(crate) failures: Vec<String>,
}

impl Findings {
    /// Notes that something could not be measured.
    pub(crate) fn fail(&mut self, told: String) {
        eprintln!("  {told}");
        self.failures.push(told);
    }
}

/// Writes both.
pub(crate) fn record(findings: &Findings) -> io::Result<()> {
    let folder = Path::new(FOLDER);
    fs::write(folder.join("benchmarks.svg"), plot::svg(&findings.measured))?;
    fs::write(folder.join("BENCHMARKS.md"), text(findings))
}

fn text(findings: &Findings) -> String {
    let Findings { rounds, seconds, measured, idle, .. } = findings;
    let versions: Vec<String> = [Kind::Smolchat, Kind::Ngircd, Kind::Inspircd]
        .map(|kind| format!("{kind}: {}", kind.version()))
        .into();
    format!(
        "# How fast, beside others\n\n\
         `cargo xtask bench --record` wrote this page; `cargo xtask bench` measures it anew. Ratios of one run can be trusted, single figures belong to this machine and its day.\n\n\
         ![CPU time that one delivered message costs the server](benchmarks.svg)\n\n\
         ## Ratios\n\n\
         How many times as much CPU time a delivered message takes the other server as it takes smolchat; in the row of the conversation, how many times as long the second line is on its way. \
         *With clients* adds the clients' CPU time on both sides. *strict / off* compares smolchat that makes every message durable with one that keeps none.\n\n{}\n\
         ## Figures\n\n\
         Medians of {rounds} rounds of {seconds} seconds, the servers by turns within each round. p50 and p99 are from before the line is written until it has been read and parsed.\n\n{}\n\
         ## Idle connections\n\n\
         What the process has grown by when all have logged in, and what the kernel has, the client's half included. smolchat sets all of its memory aside at the start, and prints how much; what is shown here is what is touched for the first time.\n\n{}\n\
         ## Machine and method\n\n\
         - {}\n\
         - {}.\n\
         - Clients: one thread, epoll, one write for all that a connection has to say at that moment; every text is 58 bytes and bears the time at which it was written. Every delivered message is counted where it arrives.\n\
         - smolchatd is reached over its TAP device, ngIRCd and InspIRCd over a veth pair: kernel TCP on both sides. All in network namespaces of the run, with Reno as congestion control: BBR, which some machines have as the default, would measure its pacing.\n\
         - A write to a TAP runs the *client's* TCP within the server's process, so the server's CPU time includes half of the client's kernel work; with ngIRCd and InspIRCd it includes the other side's likewise, in part. *Server + clients* is the fairer sum.\n\
         - ngIRCd and InspIRCd run without penalties, floods limits, DNS or ident; smolchatd with `--durability off`, since neither of them keeps anything, and once more as it is by default.\n\
         - smolchat answers every message with a line to its sender; IRC does not. Acknowledgements (`acks on`) are off, since IRC has none.\n",
        table::ratios(measured),
        table::figures(measured),
        table::memory(idle),
        machine(),
        versions.join("; "),
    )
}

/// The machine, in a line.
fn machine() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = told.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    let cores = std::thread::available_parallelism().map_or(1, |count| count.get());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{model}, {cores} cores; Linux {}", kernel.trim())
}
