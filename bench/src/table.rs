//! The results as Markdown tables.

use std::fmt::Write;

use crate::faults::Faults;
use crate::findings::{Findings, Measured, MeasuredIdle};
use crate::idle::Idle;
use crate::kind::Kind;
use crate::measure::Sample;
use crate::rows::Row;

/// Every table.
pub(crate) fn all(findings: &Findings) -> String {
    let Findings { measured, idle, .. } = findings;
    let mut text = String::new();
    if !measured.is_empty() {
        text = format!("{}\n{}\n", ratios(measured), figures(measured));
        text += &format!("{}\n{}\n", ratios_by_ssh(measured), figures_by_ssh(measured));
    }
    if !idle.is_empty() {
        text += &memory(idle);
    }
    text
}

/// How ours compare with the others.
pub(crate) fn ratios(all: &[Measured]) -> String {
    let mut text = String::from(
        "| work | connections | ngIRCd / smolchat | with clients | InspIRCd / smolchat | with clients | strict / off |\n|---|---|---|---|---|---|---|\n",
    );
    let times = |ratio: Option<f64>| ratio.map_or("".to_owned(), |ratio| format!("{ratio:.2}"));
    for measured in all.iter().filter(|measured| !measured.row.by_ssh) {
        let Row { words, connections, .. } = measured.row;
        let [ng, insp] = [Kind::Ngircd, Kind::Inspircd]
            .map(|kind| (times(measured.ratio(kind)), times(measured.ratio_of_both(kind))));
        let strict = times(measured.ratio(Kind::Strict));
        let _ = writeln!(
            text,
            "| {words} | {connections} | {} | {} | {} | {} | {strict} |",
            ng.0, ng.1, insp.0, insp.1
        );
    }
    text
}

/// How clients by SSH compare with those in clear.
pub(crate) fn ratios_by_ssh(all: &[Measured]) -> String {
    let mut text = String::from(
        "| work | connections | by SSH / in clear | with clients |\n|---|---|---|---|\n",
    );
    let times = |ratio: Option<f64>| ratio.map_or("".to_owned(), |ratio| format!("{ratio:.2}"));
    for measured in all.iter().filter(|measured| measured.row.by_ssh) {
        let Row { words, connections, .. } = measured.row;
        let ratios = (measured.ratio(Kind::Ssh), measured.ratio_of_both(Kind::Ssh));
        let (server, both) = (times(ratios.0), times(ratios.1));
        let _ = writeln!(text, "| {words} | {connections} | {server} | {both} |");
    }
    text
}

/// Everything that was measured, but clients by SSH.
pub(crate) fn figures(all: &[Measured]) -> String {
    figures_of(all, false)
}

/// What was measured of clients by SSH, and beside it.
pub(crate) fn figures_by_ssh(all: &[Measured]) -> String {
    figures_of(all, true)
}

fn figures_of(all: &[Measured], by_ssh: bool) -> String {
    let mut text = String::from(
        "| work | connections | server | messages/s | server µs | server + clients µs | p50 µs | p99 µs | failures | frames dropped |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for Measured { row, samples } in all.iter().filter(|measured| measured.row.by_ssh == by_ssh) {
        for (kind, sample) in samples {
            let Sample { rate, server, both, p50, p99, faults, dropped, .. } = sample;
            let _ = writeln!(
                text,
                "| {} | {} | {kind} | {rate:.0} | {server:.3} | {both:.3} | {p50:.0} | {p99:.0} | {} | {dropped} |",
                row.words,
                row.connections,
                failures(*faults),
            );
        }
    }
    text
}

/// What went wrong in a cell.
fn failures(faults: Faults) -> String {
    match faults.count() {
        0 => "0".to_owned(),
        _ => faults.to_string(),
    }
}

/// What a connection takes that does nothing.
pub(crate) fn memory(all: &[MeasuredIdle]) -> String {
    let mut text = String::from(
        "| server | connections | taken as they came, bytes | set aside at the start, bytes | kernel, both ends, bytes | seconds until all were in | connections reset |\n|---|---|---|---|---|---|---|\n",
    );
    for MeasuredIdle { kind, connections, idle } in all {
        let Idle { grown, set_aside, kernel, logins, resets } = idle;
        let _ = writeln!(
            text,
            "| {kind} | {connections} | {grown:.0} | {set_aside:.0} | {kernel:.0} | {logins:.2} | {resets} |"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::rows;

    fn measured(work: &str) -> Measured {
        let sample = |server, p50| Sample { server, both: 2.0 * server, p50, ..Sample::default() };
        let samples = [(Kind::Smolchat, sample(2.0, 10.0)), (Kind::Ngircd, sample(5.0, 4000.0))];
        Measured { row: rows(&[work.to_owned()], &[16], false)[0], samples: samples.into() }
    }

    #[test]
    fn a_ratio_says_how_much_more_the_other_takes() {
        assert_eq!(measured("private-1").ratio(Kind::Ngircd), Some(2.5));
        assert_eq!(measured("conversation").ratio(Kind::Ngircd), Some(400.0));
        assert_eq!(measured("private-1").ratio(Kind::Inspircd), None);
    }

    #[test]
    fn every_line_of_a_table_has_as_many_cells() {
        let all = [measured("private-1"), measured("conversation")];
        let (kind, idle) = (Kind::Ngircd, Idle::default());
        let idle = [MeasuredIdle { kind, connections: 16, idle }];
        for table in [ratios(&all), figures(&all), memory(&idle)] {
            let cells: Vec<usize> = table.lines().map(|line| line.matches('|').count()).collect();
            assert!(cells.len() > 2 && cells.iter().all(|count| *count == cells[0]), "{table}");
        }
        assert!(ratios(&all).contains("| 2.50 | 2.50 |  |  |  |"));
    }
}
