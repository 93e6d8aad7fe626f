//! docs/BENCHMARKS.md and its picture, from what was measured. Touches these two files, and what the machine says of itself.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::findings::Findings;
use crate::kind::Kind;
use crate::plot;
use crate::table;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");

/// Writes both.
pub(crate) fn record(findings: &Findings) -> io::Result<()> {
    let folder = Path::new(FOLDER);
    fs::write(folder.join("benchmarks.svg"), plot::svg(&findings.measured))?;
    fs::write(folder.join("BENCHMARKS.md"), text(findings))
}

fn text(findings: &Findings) -> String {
    let Findings { rounds, seconds, measured, idle, figures, failures } = findings;
    let versions = [Kind::Smolchat, Kind::Ngircd, Kind::Inspircd]
        .map(|kind| format!("- {kind}: {}.\n", kind.version()))
        .concat();
    format!(
        "# How fast, beside others\n\n\
         `cargo xtask bench --record` wrote this page on {date}; `cargo xtask bench` measures it anew. The ratios of a run can be trusted; single figures belong to this machine and its day.\n\n\
         ![CPU time that one delivered message costs the server](benchmarks.svg)\n\n\
         ## Ratios\n\n\
         How many times as much CPU time a delivered message takes the other server as it takes smolchat; for the conversation, how many times as long its second line is on its way. \
         *With clients* is the same of the server's and the clients' time together. *strict / off* compares smolchat as it is by default, where an OK outlives the server, with one that keeps nothing. Where the time goes, and which ratios were hoped for and missed, is in [PROFILE.md](PROFILE.md).\n\n{ratios}\n\
         ## Figures\n\n\
         Medians of {rounds} rounds of {seconds} seconds, the servers by turns within each round. *p50* and *p99* are from the moment before a line is written to the moment at which it has been read. \
         *Failures* are messages that were refused, lost, out of order or not answered, and connections that broke; *frames dropped* are those of every device on both sides, and one that a veth pair drops is counted at both of its ends. Both are sums of all rounds.\n\n{figures_table}\n{lost}\
         ## Idle connections\n\n\
         Each time with a server that was just started. *Taken as they came* is what its process has grown by; *set aside at the start* is what smolchatd has said that it will never exceed, its room for 16,384 messages \
         included, and touches before anybody comes. *Kernel* is what all of its slabs have grown by; with smolchat it has the clients' sockets only, with the others the servers' as well.\n\n{memory}\n\
         ## What is done\n\n\
         - *Private*: everybody writes to the next, so that each sends and each receives, with one or 64 messages on their way: the next is written when one has arrived.\n\
         - *Broadcast*: one writes to all, on IRC to a channel in which all are. The next when the last has reached everybody; 64 at once, when the last 64 have; or always 8 on their way. Each receiver counts as a delivery.\n\
         - *Conversation*: pairs take turns of two lines, the second 5 ms after the first, and answer 20 ms later. The kernel of who answers that fast delays its acknowledgements by up to 40 ms, and a server that has not \
         switched Nagle's algorithm off waits for them. Where nobody answers within 40 ms, Linux acknowledges at once, and the second line is as fast with any server.\n\
         - *Among idle ones*: 16 write to each other, one at a time; all others are logged in and silent.\n\n\
         ## Machine\n\n- {machine}\n{versions}\n\
         ## Method and limits\n\n\
         - The clients are one thread under epoll, with TCP_NODELAY; all that a connection has to say at a moment goes out in one write. Every text has 58 bytes, and bears the moment at which it was written and a mark of its crowd. After every turn \
         the clients wait until all has arrived, so that a loss would be seen.\n\
         - All of it runs on one machine: the clients share its cores with the server, so that messages per second say less than CPU time per message does.\n\
         - CPU time is the scheduler's own figure, to the nanosecond, of all threads (`/proc/<pid>/task/*/schedstat`). What the kernel does for the network within an interrupt counts for whoever was running; *with clients* includes what its `ksoftirqd` threads had.\n\
         - smolchatd is reached over its TAP device, ngIRCd and InspIRCd over a veth pair with kernel TCP on both sides. All addresses are in namespaces of the run. A write to a TAP runs the *client's* TCP within the server's process, \
         so smolchat's server time has half of its clients' kernel work in it; that of the others has it in part, too. *With clients* is therefore the fairer sum.\n\
         - Reno is the kernels' congestion control, since pacing, as BBR has it, would measure the pace. smolchatd has none.\n\
         - ngIRCd and InspIRCd run without penalties, flood limits, DNS, ident or logs; smolchatd with `--durability off`, since neither of them keeps anything, with its default buffers, and with room for as many users and messages as the largest row takes.\n\
         - smolchat answers every message with a line to its sender, and the clients hold it to that; IRC does not answer. `acks on` and `receipts on`, which IRC has not, are off.\n\
         - smolchat tells everybody of every login, which IRC tells only those in a channel: this is over before anything is counted, but not before *seconds until all were in*.\n",
        date = said(Command::new("date").args(["-u", "+%F"])),
        ratios = table::ratios(measured),
        figures_table = table::figures(measured),
        lost = list("smolchatd counted:", figures) + &list("Not measured:", failures),
        memory = table::memory(idle),
        machine = machine(),
    )
}

/// A heading and its list; nothing where there is nothing.
fn list(heading: &str, lines: &[String]) -> String {
    match lines {
        [] => String::new(),
        lines => format!("{heading}\n\n- {}\n\n", lines.join("\n- ")),
    }
}

/// The machine, in a line.
fn machine() -> String {
    let told = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim_start_matches([' ', '\t', ':']).to_owned()
    };
    let model = after(&told("/proc/cpuinfo"), "model name");
    let memory = after(&told("/proc/meminfo"), "MemTotal");
    let memory: u64 = memory.split(' ').next().and_then(|kibi| kibi.parse().ok()).unwrap_or(0);
    let cores = std::thread::available_parallelism().map_or(1, |count| count.get());
    let system = said(Command::new("uname").args(["-s", "-r", "-m"]));
    format!("{model}, {cores} cores, {} GiB; {system}.", memory.div_ceil(1 << 20))
}

/// What a program says, in one line.
fn said(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Measured;
    use crate::measure::Sample;
    use crate::rows::rows;

    #[test]
    fn the_page_has_every_row_the_machine_and_what_went_wrong() {
        let samples = [(Kind::Smolchat, Sample { server: 2.0, ..Sample::default() })];
        let all = rows(&[], &[], false);
        let measured = all.iter().map(|row| Measured { row: *row, samples: samples.into() });
        let mut findings =
            Findings { rounds: 3, measured: measured.collect(), ..Findings::default() };
        let page = text(&findings);
        let line = |words: &str, count| format!("| {words} | {count} | smolchat | ");
        assert!(all.iter().all(|row| page.contains(&line(row.words, row.connections))));
        assert!(page.contains("Linux ") && page.contains("- ngIRCd: "));
        assert!(!page.contains("Not measured"));
        findings.failures.push("ngIRCd: no word".to_owned());
        assert!(text(&findings).contains("Not measured:\n\n- ngIRCd: no word\n"));
    }
}
