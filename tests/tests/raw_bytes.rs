//! Bytes that no client of ours would send, and a client that reads nothing, against the host's
//! server. Needs root and `smolchatd` built for release.

use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Trial};
use smolchat_tests::raw::RAW;
use smolchat_tests::real::{Connection, Place, Play, beside_a_server};
use smolchat_tests::setting::Setting;

/// It compares rates, so it is played with the host's server only, and not beside many emulators.
const STALLED: Play = (
    "a_stalled_reader_delays_nobody_and_loses_nothing",
    a_stalled_reader_delays_nobody_and_loses_nothing,
);

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, play) in RAW.iter().chain([&STALLED]) {
        trials.push(Trial::test(*name, || {
            beside_a_server(Setting::roomy().unlimited().messages(64), |place, _| play(place));
            Ok(())
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn open(place: &Place<'_>) -> Connection {
    Connection::open(place.server).unwrap_or_else(|error| panic!("no connection: {error}"))
}

/// Messages from one to the other that arrive within a moment, each sent when the last was heard.
fn round_trips(from: &mut Connection, to: &mut Connection) -> u32 {
    let (end, mut count) = (Instant::now() + Duration::from_millis(500), 0);
    while Instant::now() < end {
        from.ask("message luke hi", "250 {id} accepted");
        to.hear("* message {id} hans {age} hi");
        count += 1;
    }
    count
}

fn a_stalled_reader_delays_nobody_and_loses_nothing(place: &Place<'_>) {
    let mut hans = open(place).logged_in("hans");
    let mut luke = open(place).logged_in("luke");
    hans.hear("* login luke");
    let mut yoda =
        Connection::open_narrow(place.server, None).unwrap_or_else(|error| panic!("{error}"));
    yoda.say("acks on").unwrap_or_else(|error| panic!("{error}"));
    yoda.hear("220 {any}");
    yoda.hear("200 acknowledgements on");
    yoda.ask("login yoda wise@!man", "230 {any}");
    hans.hear("* login yoda");
    luke.hear("* login yoda");
    let before = round_trips(&mut hans, &mut luke);
    // More than the connection's buffers hold, of both sides together.
    let text = "x".repeat(400);
    for _ in 0..11 {
        hans.ask(&format!("message yoda {text}"), "250 {id} accepted");
    }
    let beside = round_trips(&mut hans, &mut luke);
    yoda.reset().unwrap_or_else(|error| panic!("{error}"));
    hans.hear("* logout yoda");
    luke.hear("* logout yoda");
    let after = round_trips(&mut hans, &mut luke);
    assert!(3 * beside > before.min(after), "{before} before, {beside} beside, {after} after");
    let mut yoda = open(place).logged_in("yoda");
    for _ in 0..11 {
        yoda.hear(&format!("* message {{id}} hans {{age}} {text}"));
    }
    yoda.ask("ping", "202 pong");
}
