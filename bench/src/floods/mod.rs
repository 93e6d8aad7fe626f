//! `--floods`: how late the messages of two people are beside floods and without, by turns.

mod findings;
mod flood;
mod page;
mod place;
mod server;

use std::thread;
use std::time::Instant;

use smolchat_tests::course::{Course, EndOnDrop};

use crate::lines::Lines;
use findings::{Finding, Round};
use flood::{Flood, Way};
use server::{Log, Server};

/// Messages in each turn.
const MESSAGES: usize = 1000;

const FLOODS: [(&str, Flood); 5] = [
    ("registrations, 1 source", Flood::Registrations { sources: 1 }),
    ("registrations, 16 sources", Flood::Registrations { sources: 16 }),
    ("wrong passwords, line port", Flood::Guesses),
    ("wrong passwords, SSH", Flood::GuessesBySsh),
    ("logins and logouts", Flood::Presence),
];
const UNREAD: &str = "a log that nobody reads";

/// Measures, prints, and writes the page's part where that was asked for.
///
/// # Errors
/// A missing program, or the machine's word.
pub(crate) fn run(rounds: usize, is_recorded: bool) -> Result<(), String> {
    place::step_ahead()?;
    let (mut server, mut unread) = (Server::start(Log::Read)?, Server::start(Log::Unread)?);
    let names = FLOODS.iter().map(|(name, _)| *name).chain([UNREAD]);
    let mut findings: Vec<Finding> =
        names.map(|name| Finding { name, rounds: Vec::new() }).collect();
    for round in 0..rounds {
        for ((_, flood), finding) in FLOODS.iter().zip(&mut findings) {
            let without = Lines::of(server.pair.chat(MESSAGES));
            let (beside, done) = beside(&mut server, *flood)?;
            finding.rounds.push(Round::of(&without, &beside, done));
        }
        let (without, _) = beside(&mut server, Flood::Events)?;
        let (with, done) = beside(&mut unread, Flood::Events)?;
        if let Some(finding) = findings.last_mut() {
            finding.rounds.push(Round::of(&without, &with, done));
        }
        eprintln!("round {} of {rounds}", round + 1);
    }
    server.stop()?;
    unread.stop()?;
    println!("{}", page::table(&findings));
    if is_recorded {
        page::record(&findings).map_err(|error| format!("cannot write: {error}"))?;
    }
    Ok(())
}

/// How long messages take beside a flood, and how often that did what it does in a second.
fn beside(server: &mut Server, flood: Flood) -> Result<(Lines, f64), String> {
    let sources = server.new_sources(flood.sources())?;
    let Server { namespace, pair, named, .. } = server;
    let (course, way) = (Course::default(), Way { sources: &sources, next: named });
    Ok(thread::scope(|scope| {
        let flood = scope.spawn(|| flood.go_on(namespace, &way, &course));
        let ends = EndOnDrop(&course);
        course.wait_for_begin();
        let begun = Instant::now();
        let times = pair.chat(MESSAGES);
        let took = begun.elapsed().as_secs_f64();
        drop(ends);
        (Lines::of(times), flood.join().unwrap_or_default() as f64 / took)
    }))
}
