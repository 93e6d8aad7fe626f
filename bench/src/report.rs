//! docs/BENCHMARKS.md and its picture, from what was measured.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::findings::Findings;
use crate::kind::Kind;
use crate::plot;
use crate::table;

pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");

/// The headings of the parts that are measured alone, and stand at the end.
pub(crate) const FILES: &str = "## Files\n";
pub(crate) const FLOODS: &str = "## Beside floods\n";

/// The heading of the last part of the others, which may be measured alone.
const BY_SSH: &str = "## By SSH\n";

/// Writes both. What was not measured stays as it was.
pub(crate) fn record(findings: &Findings) -> io::Result<()> {
    let folder = Path::new(FOLDER);
    let page = folder.join("BENCHMARKS.md");
    if has(findings, false) {
        fs::write(folder.join("benchmarks.svg"), plot::svg(&findings.measured))?;
    }
    let written = fs::read_to_string(&page)?;
    fs::write(page, renewed(&written, findings))
}

/// The page with what was measured in the place of what it had.
fn renewed(page: &str, findings: &Findings) -> String {
    let alone = [FILES, FLOODS].iter().filter_map(|heading| page.find(heading)).min();
    let (page, alone) = page.split_at(alone.unwrap_or(page.len()));
    let (others, ssh) = page.split_at(page.find(BY_SSH).unwrap_or(page.len()));
    let others = if has(findings, false) { text(findings) } else { others.trim_end().to_owned() };
    let ssh = if has(findings, true) { by_ssh(findings) } else { ssh.to_owned() };
    let page = format!("{}\n\n{ssh}", others.trim_end());
    format!("{}\n\n{alone}", page.trim_end()).trim_end().to_owned() + "\n"
}

/// Whether anything was measured of clients by SSH, or of anything else.
fn has(findings: &Findings, by_ssh: bool) -> bool {
    findings.measured.iter().any(|measured| measured.row.by_ssh == by_ssh)
}

fn by_ssh(Findings { rounds, seconds, measured, .. }: &Findings) -> String {
    format!(
        "{BY_SSH}\
         \n\
         Measured on {date}, in {rounds} rounds of {seconds} seconds. smolchatd with clients who come by SSH\n\
         takes turns with one whose clients come in clear. A ratio says how many times as much CPU time the\n\
         server takes for a delivered message by SSH; *with clients* is the same for both ends together.\n\
         \n\
         {ratios}\n\
         The clients are smolchat's own implementation of SSH. So at most 384 bytes of requests are on their\n\
         way, which is four of these messages; [Limits](LIMITS.md) says why.\n\
         \n\
         {figures}",
        date = said(Command::new("date").args(["-u", "+%F"])),
        ratios = table::ratios_by_ssh(measured),
        figures = table::figures_by_ssh(measured),
    )
}

fn text(findings: &Findings) -> String {
    let done = [DONE, &machine_and_versions(), METHOD].concat();
    [ratios(findings), figures(findings), idle(findings), done].concat()
}

fn ratios(Findings { measured, .. }: &Findings) -> String {
    format!(
        "# How fast, beside others\n\
         \n\
         `cargo xtask bench --record` wrote this page on {date}; `cargo xtask bench` measures anew. Trust\n\
         the ratios of a run; single figures belong to this machine and its day.\n\
         \n\
         ![CPU time that one delivered message costs the server](benchmarks.svg)\n\
         \n\
         ## Ratios\n\
         \n\
         A ratio says how many times as much CPU time the other server takes for a delivered message as\n\
         smolchat does. For the conversation, it says how many times as long the second line is on its way.\n\
         *With clients* is the same ratio for the time of server and clients together. *strict / off*\n\
         compares smolchat as it is by default, where an OK outlives the server, with a smolchat that keeps\n\
         nothing. [PROFILE.md](PROFILE.md) says where the time goes.\n\
         \n\
         {ratios}\n",
        date = said(Command::new("date").args(["-u", "+%F"])),
        ratios = table::ratios(measured),
    )
}

fn figures(Findings { rounds, seconds, measured, figures, failures, .. }: &Findings) -> String {
    format!(
        "## Figures\n\
         \n\
         Figures are medians of {rounds} rounds of {seconds} seconds. Within a round the servers take turns.\n\
         *p50* and *p99* run from the moment before a line is written to the moment when it has been read.\n\
         *Failures* are messages that were refused, lost, out of order or not answered, and connections that\n\
         broke. *Frames dropped* counts every device on both sides; a frame that a veth pair drops counts at\n\
         both of its ends. Both are sums over all rounds.\n\
         \n\
         {table}\n\
         {lost}",
        table = table::figures(measured),
        lost = list("smolchatd counted:", figures) + &list("Not measured:", failures),
    )
}

fn idle(Findings { idle, .. }: &Findings) -> String {
    format!(
        "## Idle connections\n\
         \n\
         Each row begins with a server that was just started. *Taken as they came* is how much its process\n\
         has grown. *Set aside at the start* is what smolchatd says that it will never exceed, with room for\n\
         16,384 messages, and touches before anybody comes. *Kernel* is how much all of the kernel's slabs\n\
         have grown. With smolchat that is the clients' sockets only; with the others it is the servers'\n\
         sockets as well.\n\
         \n\
         {memory}\n",
        memory = table::memory(idle),
    )
}

fn machine_and_versions() -> String {
    let versions = [Kind::Smolchat, Kind::Ngircd, Kind::Inspircd]
        .map(|kind| format!("- {kind}: {}.\n", kind.version()))
        .concat();
    format!(
        "## Machine\n\
         \n\
         - {machine}\n\
         {versions}\n",
        machine = machine(),
    )
}

const DONE: &str = "## What is done\n\
    \n\
    - *Private*: everybody writes to the next user, so that everybody sends and receives. One or 64\n\
    \x20 messages are on their way: the next one is written when one has arrived.\n\
    - *Broadcast*: one user writes to all; on IRC, to a channel in which all are. The next broadcast\n\
    \x20 follows when the last one has reached everybody, or 64 at once when the last 64 have, or always 8\n\
    \x20 are on their way. Each receiver counts as a delivery.\n\
    - *Conversation*: pairs take turns of two lines. The second line follows the first after 5 ms, and\n\
    \x20 the answer comes 20 ms later. The kernel of a client that answers so fast delays its\n\
    \x20 acknowledgements by up to 40 ms. A server that leaves Nagle's algorithm on waits for them. If\n\
    \x20 nobody answers within 40 ms, Linux acknowledges at once, and the second line is as fast with any\n\
    \x20 server.\n\
    - *Among idle ones*: 16 users write to each other, one message at a time. All others are logged in\n\
    \x20 and silent.\n\
    \n";

const METHOD: &str = "## Method and limits\n\
    \n\
    - The clients are one thread under epoll, with TCP_NODELAY. Whatever a connection has to say at a\n\
    \x20 moment goes out in one write. Every text has 58 bytes, with the moment at which it was written and\n\
    \x20 a mark of its crowd. After every turn the clients wait until all has arrived, so a loss would be\n\
    \x20 seen.\n\
    - All of it runs on one machine. The clients share its cores with the server, so messages per second\n\
    \x20 say less than CPU time per message does.\n\
    - CPU time is the scheduler's own figure, to the nanosecond, of all threads\n\
    \x20 (`/proc/<pid>/task/*/schedstat`). What the kernel does for the network within an interrupt counts\n\
    \x20 for whatever was running. *With clients* includes the time of the kernel's `ksoftirqd` threads.\n\
    - Clients reach smolchatd over its TAP device. They reach ngIRCd and InspIRCd over a veth pair with\n\
    \x20 kernel TCP on both sides. All addresses lie in namespaces of the run.\n\
    - A write to a TAP device runs the *client's* TCP within the server's process. So smolchat's server\n\
    \x20 time holds half of its clients' kernel work; the others' server time holds part of it, too. *With\n\
    \x20 clients* is therefore the fairer sum.\n\
    - The kernels use Reno as congestion control, since BBR's pacing would measure the pace. smolchatd\n\
    \x20 has no congestion control.\n\
    - ngIRCd and InspIRCd run without penalties, flood limits, DNS, ident or logs. smolchatd runs with\n\
    \x20 `--durability off`, since neither of them keeps anything, and with `--ssh off`. It has its default\n\
    \x20 buffers, and room for as many users and messages as the largest row takes.\n\
    - smolchat answers every message with a line to its sender, and the clients check that it does; IRC\n\
    \x20 does not answer. `acks on` and `receipts on` are off, because IRC has nothing like them.\n\
    - smolchat tells everybody of every login; IRC tells only users in the same channel. This is over\n\
    \x20 before anything is counted, but not before *seconds until all were in*.\n";

/// A heading and its list; nothing where there is nothing.
fn list(heading: &str, lines: &[String]) -> String {
    match lines {
        [] => String::new(),
        lines => format!("{heading}\n\n- {}\n\n", lines.join("\n- ")),
    }
}

/// The machine, in a line.
pub(crate) fn machine() -> String {
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
pub(crate) fn said(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Measured;
    use crate::measure::Sample;
    use crate::rows::{Row, rows};

    #[test]
    fn the_page_has_every_row_the_machine_and_what_went_wrong() {
        let samples = [(Kind::Smolchat, Sample { server: 2.0, ..Sample::default() })];
        let all = rows(&[], &[], false);
        let measured = all.iter().map(|row| Measured { row: *row, samples: samples.into() });
        let mut findings =
            Findings { rounds: 3, measured: measured.collect(), ..Findings::default() };
        let page = text(&findings);
        let line = |words: &str, count| format!("| {words} | {count} | smolchat | ");
        let (ssh, others): (Vec<Row>, _) = all.iter().partition(|row| row.by_ssh);
        let has_all = |page: &str, rows: &[Row]| {
            rows.iter().all(|row| page.contains(&line(row.words, row.connections)))
        };
        assert!(has_all(&page, &others) && has_all(&by_ssh(&findings), &ssh));
        assert!(page.contains("Linux ") && page.contains("- ngIRCd: "));
        assert!(!page.contains("Not measured"));
        // Of one part that is measured alone the other stays.
        findings.measured.retain(|measured| measured.row.by_ssh);
        let alone = renewed("others\n\n## By SSH\n\nold\n", &findings);
        assert!(alone.starts_with("others\n\n## By SSH\n\nMeasured on ") && !alone.contains("old"));
        assert_eq!(renewed("others\n", &Findings::default()), "others\n");
        for heading in [FILES, FLOODS] {
            let kept = format!("{heading}\nkept\n");
            let page = renewed(&format!("others\n\n{kept}"), &findings);
            assert!(page.contains("Measured on ") && page.ends_with(&kept), "{page}");
        }
        findings.failures.push("ngIRCd: no word".to_owned());
        assert!(text(&findings).contains("Not measured:\n\n- ngIRCd: no word\n"));
    }
}
