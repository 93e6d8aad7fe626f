//! One cell of the table: a crowd at work with one server, for a moment.

use std::io;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::crowd::Crowd;
use crate::faults::Faults;
use crate::kind::Kind;
use crate::place::Target;
use crate::process::{self, Process};
use crate::work;

/// Longer than any delivery takes, in nanoseconds.
const LATENCY_MAX: u64 = 60_000_000_000;
/// A server that says nothing for so long has lost something.
const SILENCE: Duration = Duration::from_secs(5);

/// How long a crowd works.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spans {
    /// Before anything is counted.
    pub(crate) warm_up: Duration,
    /// While it is.
    pub(crate) counted: Duration,
}

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sample {
    /// Messages delivered that were counted.
    pub(crate) delivered: u64,
    /// Messages delivered in a second.
    pub(crate) rate: f64,
    /// Microseconds of the server's CPU time for a delivered message.
    pub(crate) server: f64,
    /// The same, with the clients' and that of the kernel's own threads for the network.
    pub(crate) both: f64,
    /// Microseconds within which half of the messages arrived.
    pub(crate) p50: f64,
    /// Microseconds within which 99 of 100 did.
    pub(crate) p99: f64,
    /// Seconds that everybody's login took.
    pub(crate) logins: f64,
    /// Faults, from the first connection to the last.
    pub(crate) faults: Faults,
    /// Frames that a kernel dropped.
    pub(crate) dropped: u64,
}

/// Lets a crowd of `connections` do its work for so long, and then wait until all has arrived. To
/// be called within the clients' namespace.
///
/// # Errors
/// A connection broke, or the server fell silent.
pub(crate) fn measure(
    server: &Target,
    kind: work::Kind,
    connections: usize,
    spans: Spans,
) -> io::Result<Sample> {
    let begin = Instant::now();
    let mut crowd = Crowd::arrive(server.kind.dialect(), server.door(), connections)?;
    let logins = begin.elapsed().as_secs_f64();
    if kind.is_broadcast() {
        crowd.join()?;
    }
    crowd.settle()?;
    let mut work = kind.begin(&mut crowd);
    run(&mut crowd, &mut work, spans.warm_up, |_| {})?;

    let mut latencies = Histogram::<u64>::new_with_bounds(1, LATENCY_MAX, 3)
        .map_err(|error| io::Error::other(error.to_string()))?;
    let cpu = |process: &Process| process.cpu();
    let others = || Ok::<_, io::Error>(cpu(&Process::own())? + process::network_threads()?);
    let (server_before, others_before, begin) = (cpu(&server.process)?, others()?, Instant::now());
    let delivered = run(&mut crowd, &mut work, spans.counted, |latency| {
        latencies.saturating_record(latency);
    })?;
    let seconds = begin.elapsed().as_secs_f64();
    let cost = cpu(&server.process)? - server_before;
    let both = cost + others()? - others_before;
    crowd.finish(SILENCE)?;
    if server.kind == Kind::Ssh {
        // By SSH a server knows up to a flight later what has come. Whoever left before that would
        // get it again, as another crowd.
        crowd.settle()?;
    }
    let faults = crowd.faults();
    crowd.depart()?;

    let for_each = |nanoseconds: u64| nanoseconds as f64 / 1000.0 / delivered.max(1) as f64;
    let micros = |quantile| latencies.value_at_quantile(quantile) as f64 / 1000.0;
    Ok(Sample {
        delivered,
        rate: delivered as f64 / seconds,
        server: for_each(cost),
        both: for_each(both),
        p50: micros(0.5),
        p99: micros(0.99),
        logins,
        faults,
        dropped: 0,
    })
}

/// Works for so long; how many messages were delivered that count.
fn run(
    crowd: &mut Crowd,
    work: &mut work::Work,
    span: Duration,
    mut tell: impl FnMut(u64),
) -> io::Result<u64> {
    let begin = Instant::now();
    let (mut delivered, mut heard_at) = (0, begin);
    loop {
        let now = Instant::now();
        if now - begin >= span {
            return Ok(delivered);
        }
        if now - heard_at >= SILENCE {
            let told = format!("nothing arrives any more: {}", crowd.faults());
            return Err(io::Error::other(told));
        }
        let left = span - (now - begin);
        let patience = work.poll(crowd, now).map_or(left, |due| due.min(left));
        if crowd.listen(patience)? > 0 {
            heard_at = now;
        }
        let stamp = crowd.stamp();
        let mut deliveries = std::mem::take(&mut crowd.deliveries);
        for delivery in deliveries.drain(..) {
            if work.handle(crowd, delivery) {
                delivered += 1;
                tell(stamp.saturating_sub(delivery.stamp));
            }
        }
        crowd.deliveries = deliveries;
    }
}
