//! The part of docs/BENCHMARKS.md that speaks of floods.

use std::io;
use std::process::Command;
use std::time::Duration;

use super::MESSAGES;
use super::findings::{Finding, Round};
use crate::report::{FLOODS, machine, said};
use crate::section::{self, load};

/// The figures, as a table.
pub(super) fn table(findings: &[Finding]) -> String {
    let rows: String = findings.iter().map(row).collect();
    format!(
        "| beside it | a second | p50 without, ms | p50 beside, ms | ratio | p99 without, ms | p99 beside, ms | ratio | worst without, ms | worst beside, ms |\n\
         |---|---|---|---|---|---|---|---|---|---|\n\
         {rows}"
    )
}

fn row(finding: &Finding) -> String {
    let time = |of: fn(&Round) -> Duration| {
        format!("{:.2}", finding.middle(|round| of(round).as_secs_f64() * 1000.0))
    };
    let [half, late] = finding.ratios().map(|ratio| format!("**{ratio:.1}**"));
    let worst = finding.worst().map(|time| format!("{:.1}", time.as_secs_f64() * 1000.0));
    let cells = [
        finding.name.to_owned(),
        format!("{:.0}", finding.middle(|round| round.done)),
        time(|round| round.without[0]),
        time(|round| round.beside[0]),
        half,
        time(|round| round.without[1]),
        time(|round| round.beside[1]),
        late,
    ];
    format!("| {} | {} |\n", cells.join(" | "), worst.join(" | "))
}

/// Writes the part into the page, in the place of what was there.
pub(super) fn record(findings: &[Finding]) -> io::Result<()> {
    section::record(FLOODS, &text(findings))
}

fn text(findings: &[Finding]) -> String {
    format!(
        "{FLOODS}\
         \n\
         `cargo xtask bench --floods --record` measured this on {date}. Two people chat, one message each\n\
         2 ms, with a smolchatd as people have it: durable, both doors open, its TAP device in a namespace.\n\
         A turn is {MESSAGES} messages without anything else, and as many beside a flood. The floods take\n\
         turns, in {rounds} rounds. Figures are medians of the rounds. A ratio is that of the two turns of\n\
         one round, and the median of these. *Worst* is the longest time of any message in all rounds.\n\
         \n\
         {table}\n\
         - *A second*: how often the flood got an answer or an end. Most answers are refusals, because\n\
         \x20 budgets are used up soon. Each turn has sources that the server has never heard of.\n\
         - *Registrations*: 16 connections, from one address or from 16. Every account that is made is\n\
         \x20 hashed beside the loop, and is on the disk before its OK.\n\
         - *Wrong passwords*: at the line port 16 connections from 16 addresses guess at names whose\n\
         \x20 passwords are hashed. At the door for SSH four exchange keys and guess once, again and again.\n\
         - *Logins and logouts*: 64 connections of 2,048 users, each of whom logs in and out again. The\n\
         \x20 two people hear of all of them.\n\
         - *A log that nobody reads*: standard error is a full pipe, with `-vv`, and two users come and\n\
         \x20 go. *Without* is the same at a server whose log is read.\n\
         \n\
         Who floods runs on the same machine, as any program. Server and people run before all programs\n\
         (SCHED_RR). So a busy machine makes the flood smaller, and no message late. The kernel's work for\n\
         the connections of the flood is done in the server's process all the same.\n\
         \n\
         - {machine}\n\
         - Programs that wanted a core beside it, on average over a minute: {load}.\n",
        date = said(Command::new("date").args(["-u", "+%F"])),
        rounds = findings.first().map_or(0, |finding| finding.rounds.len()),
        table = table(findings),
        machine = machine(),
        load = load(),
    )
}
