//! One cell of the table: a crowd at work with one server, for a moment. Touches the crowd and the processes.

use std::io;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::crowd::Crowd;
use crate::place::Target;
use crate::process::{Process, dropped_frames, kernel_memory};
use crate::work;

/// Before anything is counted.
const WARM_UP: Duration = Duration::from_millis(300);
/// Longer than any delivery takes, in nanoseconds.
const LATENCY_MAX: u64 = 60_000_000_000;
/// A server that says nothing for so long has lost something.
const SILENCE: Duration = Duration::from_secs(5);

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sample {
    /// Messages delivered in a second.
    pub(crate) rate: f64,
    /// Microseconds of the server's CPU time for a delivered message.
    pub(crate) server: f64,
    /// The same, with the clients'.
    pub(crate) both: f64,
    /// Microseconds within which half of the messages arrived.
    pub(crate) p50: f64,
    /// Microseconds within which 99 of 100 did.
    pub(crate) p99: f64,
    /// Seconds that everybody's login took.
    pub(crate) logins: f64,
    /// Bytes that a connection that does nothing takes of the server's memory.
    pub(crate) server_memory: f64,
    /// And of the kernel's, the client's half included.
    pub(crate) kernel_memory: f64,
    /// What the server refused, of all that was said.
    pub(crate) refusals: u64,
    /// Frames that a kernel dropped.
    pub(crate) dropped: u64,
}

/// Lets a crowd of `connections` do its work for so long. To be called within the clients' namespace.
///
/// # Errors
/// A connection broke, or the server fell silent.
pub(crate) fn measure(
    server: &Target,
    kind: work::Kind,
    connections: usize,
    span: Duration,
) -> io::Result<Sample> {
    let dropped = dropped_frames()?;
    let memory = (server.process.memory()?, kernel_memory()?);
    let begin = Instant::now();
    let dialect = server.kind.dialect();
    let mut crowd = Crowd::arrive(dialect, server.door(), connections, kind.is_broadcast())?;
    let logins = begin.elapsed().as_secs_f64();
    let grown = |now: u64, before: u64| now.saturating_sub(before) as f64 / connections as f64;
    let (server_memory, kernel_memory) =
        (grown(server.process.memory()?, memory.0), grown(kernel_memory()?, memory.1));
    let mut work = kind.begin(&mut crowd);
    run(&mut crowd, &mut work, WARM_UP, |_| {})?;

    let mut latencies = Histogram::<u64>::new_with_bounds(1, LATENCY_MAX, 3)
        .map_err(|error| io::Error::other(error.to_string()))?;
    let own = Process::own();
    let (server_before, own_before, begin) = (server.process.cpu()?, own.cpu()?, Instant::now());
    let delivered =
        run(&mut crowd, &mut work, span, |latency| latencies.saturating_record(latency))?;
    let seconds = begin.elapsed().as_secs_f64();
    let cost = server.process.cpu()? - server_before;
    let both = cost + own.cpu()? - own_before;
    let for_each = |nanoseconds: u64| nanoseconds as f64 / 1000.0 / delivered.max(1) as f64;
    let micros = |quantile| latencies.value_at_quantile(quantile) as f64 / 1000.0;
    let refusals = crowd.refusals;
    crowd.depart()?;
    Ok(Sample {
        rate: delivered as f64 / seconds,
        server: for_each(cost),
        both: for_each(both),
        p50: micros(0.5),
        p99: micros(0.99),
        logins,
        server_memory,
        kernel_memory,
        refusals,
        dropped: dropped_frames()? - dropped,
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
            let refusals = crowd.refusals;
            let told = format!("nothing arrives any more, after {refusals} refusals");
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
