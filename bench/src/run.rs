//! The whole run: rows and idle connections, each server by turns, and what comes of it.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::findings::{Findings, Measured, MeasuredIdle};
use crate::idle::{self, Idle};
use crate::kind::Kind;
use crate::measure::{Sample, Spans, measure};
use crate::place::{Place, Server};
use crate::report;
use crate::rows::{Row, median, median_idle, rows};
use crate::table;
use crate::{IDLE, Options};

/// Idle connections whose memory is measured, unless others are asked for.
const IDLE_COUNTS: [usize; 2] = [1000, 4000];
/// Without a warm-up, work that is done once would count.
const WARM_UP: Duration = Duration::from_millis(500);
const QUICK_SECONDS: f64 = 0.5;
/// Files that are open beside the connections.
const OTHER_FILES: usize = 1000;

/// Measures, prints, and writes where that was asked for.
///
/// # Errors
/// A missing program, or a fault of one of the servers. All others have been measured then.
pub(crate) fn run(options: Options) -> Result<(), String> {
    let run = Run::new(options)?;
    let most = run.rows.iter().map(|row| row.connections).chain(run.idle.iter().copied()).max();
    let most = most.unwrap_or(2);
    allow_files(most + OTHER_FILES).map_err(|error| {
        format!("cannot open as many files as {most} connections take: {error}")
    })?;
    let mut findings = Findings {
        rounds: run.rounds,
        seconds: run.spans.counted.as_secs_f64(),
        ..Findings::default()
    };
    run.measure_idle(&mut findings)?;
    run.measure_rows(&mut findings)?;
    println!("{}", table::all(&findings));
    if run.record {
        report::record(&findings).map_err(|error| format!("cannot write: {error}"))?;
    }
    match findings.failures.as_slice() {
        [] => Ok(()),
        failures => Err(format!("not all went well:\n  {}", failures.join("\n  "))),
    }
}

struct Run {
    rows: Vec<Row>,
    /// Numbers of idle connections.
    idle: Vec<usize>,
    kinds: Vec<Kind>,
    rounds: usize,
    spans: Spans,
    record: bool,
}

impl Run {
    fn new(options: Options) -> Result<Self, String> {
        let Options { work, connections, servers, rounds, seconds, quick, record, .. } = options;
        let connections: Vec<usize> = connections.into_iter().map(|count| count as usize).collect();
        let only_idle = !work.is_empty() && work.iter().all(|work| work == IDLE);
        let rows = if only_idle { Vec::new() } else { rows(&work, &connections, quick) };
        let wants_idle = work.is_empty() || work.iter().any(|work| work == IDLE);
        let idle = match (wants_idle, connections.is_empty()) {
            (false, _) => Vec::new(),
            (true, true) if quick => IDLE_COUNTS[..1].into(),
            (true, true) => IDLE_COUNTS.into(),
            (true, false) => connections,
        };
        let seconds = if quick { seconds.min(QUICK_SECONDS) } else { seconds };
        let counted = Duration::from_secs_f64(seconds);
        Ok(Run {
            rows,
            idle,
            kinds: installed(servers)?,
            rounds: if quick { 1 } else { rounds as usize },
            spans: Spans { warm_up: WARM_UP.min(counted), counted },
            record,
        })
    }

    /// Each time with a server that was just started, and alone.
    fn measure_idle(&self, findings: &mut Findings) -> Result<(), String> {
        let is_other = |kind: &&Kind| !matches!(kind, Kind::Strict | Kind::Ssh);
        let kinds = self.kinds.iter().filter(is_other);
        for &connections in &self.idle {
            let place = Place::new(connections, 1)?;
            eprintln!("idle connections: {connections}");
            let mut all: BTreeMap<Kind, Vec<Idle>> = BTreeMap::new();
            for (_, &kind) in
                (0..self.rounds).flat_map(|round| kinds.clone().map(move |kind| (round, kind)))
            {
                match idle::measure(&place, kind) {
                    Ok(idle) => {
                        let Idle { grown, kernel, logins, resets, .. } = idle;
                        eprintln!(
                            "  {kind:16} {grown:7.0} + {kernel:5.0} bytes each, all logged in after {logins:.2} s, {resets} reset"
                        );
                        all.entry(kind).or_default().push(idle);
                    }
                    Err(told) => findings.fail(format!("{connections} idle connections: {told}")),
                }
            }
            findings.idle.extend(all.iter().map(|(&kind, all)| MeasuredIdle {
                kind,
                connections,
                idle: median_idle(all),
            }));
        }
        Ok(())
    }

    fn measure_rows(&self, findings: &mut Findings) -> Result<(), String> {
        let Some(most) = self.rows.iter().map(|row| row.connections).max() else { return Ok(()) };
        let window = self.rows.iter().map(|row| row.kind.window() * row.connections).max();
        let place = Place::new(most, window.unwrap_or(1).div_ceil(most))?;
        let has_turn = |kind: &&Kind| self.rows.iter().any(|row| row.means(**kind));
        let servers = self.kinds.iter().filter(has_turn).map(|&kind| place.start(kind));
        let mut servers = servers.collect::<Result<Vec<_>, _>>()?;
        for (number, row) in self.rows.iter().enumerate() {
            let Row { words, connections, .. } = row;
            eprintln!("{} of {}: {words}, {connections} connections", number + 1, self.rows.len());
            let samples = self.measure_row(&place, &mut servers, row, findings)?;
            findings.measured.push(Measured { row: *row, samples });
        }
        for server in servers {
            let kind = server.target.kind;
            let figures = server.target.figures(&place)?;
            findings.figures.extend(figures.into_iter().map(|figure| format!("{kind}: {figure}")));
            server.stop()?;
        }
        Ok(())
    }

    /// Every server has its turn in every round.
    fn measure_row(
        &self,
        place: &Place,
        servers: &mut [Server],
        row: &Row,
        findings: &mut Findings,
    ) -> Result<BTreeMap<Kind, Sample>, String> {
        let mut samples: BTreeMap<Kind, Vec<Sample>> = BTreeMap::new();
        for _ in 0..self.rounds {
            let is_meant = |server: &&mut Server| row.means(server.target.kind);
            for server in servers.iter_mut().filter(is_meant) {
                let kind = server.target.kind;
                match self.measure_cell(place, server, row) {
                    Ok(sample) => samples.entry(kind).or_default().push(sample),
                    Err(error) => {
                        let Row { words, connections, .. } = row;
                        findings
                            .fail(format!("{kind}, {words}, {connections} connections: {error}"));
                        // Whoever was there may still be.
                        *server = place.start_again(kind, server)?;
                    }
                }
            }
        }
        Ok(samples.iter().map(|(kind, samples)| (*kind, median(samples))).collect())
    }

    fn measure_cell(&self, place: &Place, server: &Server, row: &Row) -> io::Result<Sample> {
        let target = &server.target;
        let before = place.dropped_frames()?;
        let mut sample =
            place.clients.run(|| measure(target, row.kind, row.connections, self.spans))?;
        for (device, count) in place.dropped_frames()? {
            let more = count.saturating_sub(before.get(&device).copied().unwrap_or_default());
            if more > 0 {
                eprintln!("  {device} dropped {more} frames");
            }
            sample.dropped += more;
        }
        let (kind, Sample { rate, server, both, p50, faults, .. }) = (target.kind, sample);
        eprintln!(
            "  {kind:16} {rate:9.0} messages/s {server:7.3} µs each, {both:7.3} with clients, half within {p50:.0} µs"
        );
        if faults.count() > 0 {
            eprintln!("  {kind:16} {faults}");
        }
        Ok(sample)
    }
}

/// Those that are there; ours must be.
fn installed(kinds: Vec<Kind>) -> Result<Vec<Kind>, String> {
    let mut found = Vec::new();
    for kind in kinds {
        match kind.program() {
            Ok(_) => found.push(kind),
            Err(told) if kind.is_ours() => return Err(told),
            Err(told) => eprintln!("{told}, and left out: cargo xtask bench --install"),
        }
    }
    Ok(found)
}

/// Lets this program and its children have this many open files.
fn allow_files(count: usize) -> rustix::io::Result<()> {
    let (count, limit) = (count as u64, getrlimit(Resource::Nofile));
    let Rlimit { current, maximum } = limit;
    if current.is_some_and(|current| current < count) {
        let maximum = maximum.map(|maximum| maximum.max(count));
        setrlimit(Resource::Nofile, Rlimit { current: Some(count), maximum })
    } else {
        Ok(())
    }
}
