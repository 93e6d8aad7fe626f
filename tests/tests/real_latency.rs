//! How long messages take beside floods, as ratios to a quiet moment of the same run: the real
//! server and the smallest board. Measures and asserts no time, so it runs only if it is asked for:
//! `--ignored --nocapture`. Needs root, `smolchatd` and the image.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use smolchat_emulator::LM3S6965EVB;
use smolchat_tests::course::{Course, EndOnDrop};
use smolchat_tests::emulated::{Wire, beside_an_image};
use smolchat_tests::floods;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::pair::{Pair, percentile};
use smolchat_tests::real::{SERVER_ADDRESS, beside_a_server};
use smolchat_tests::segment::Segment;
use smolchat_tests::setting::Setting;
use smolchat_tests::ssh::SSH_PORT;
use smolchat_tests::ssh_attacks::{ATTACKS, SshAttacker};

/// Messages in each moment that is measured.
const MESSAGES: usize = 1000;

type Flood = fn(&AtomicBool) -> u64;
const FLOODS: &[(&str, Flood)] = &[
    ("12,000 forged requests a second", |stop| match SERVER_ADDRESS {
        SocketAddr::V4(server) => floods::requests(server, stop),
        SocketAddr::V6(_) => 0,
    }),
    ("connections, one after the other", |stop| floods::comings_and_goings(SERVER_ADDRESS, stop)),
    ("more strangers than places", |stop| {
        floods::strangers_who_stay(SERVER_ADDRESS, Setting::roomy().connections + 4, stop)
    }),
];

/// Addresses of a stranger's machine.
const SOURCES: u8 = 50;
/// The attacks meet a server as people have it: what a source may guess does not count here, and
/// what it holds does.
const SSH_SETTING: Setting = Setting { connections: 256, ..Setting::roomy().unlimited() };

fn measure(name: &str, server: &Namespace) {
    let segment = Segment::around(server).unwrap();
    let people = segment.host("people", Some("192.168.69.10/24")).unwrap();
    let strangers = segment.host("strangers", Some("192.168.69.66/24")).unwrap();
    let mut pair = people.run(|| Pair::arrive(SERVER_ADDRESS));
    for (flood_name, flood) in FLOODS {
        let (quiet, loud, done) = beside(&mut pair, |course| {
            course.begin();
            strangers.run(|| flood(course.over()))
        });
        let ratio = |of| percentile(&loud, of).as_secs_f64() / percentile(&quiet, of).as_secs_f64();
        println!(
            "| {name} | {flood_name} ({done}) | {:?} | {:?} | {:.1} | {:.1} |",
            percentile(&quiet, 50),
            percentile(&quiet, 99),
            ratio(50),
            ratio(99)
        );
    }
}

/// How long messages take in a quiet moment and beside a flood, and how much that did.
fn beside(
    pair: &mut Pair,
    flood: impl FnOnce(&Course) -> u64 + Send,
) -> (Vec<Duration>, Vec<Duration>, u64) {
    let quiet = pair.chat(MESSAGES);
    let course = Course::default();
    let (loud, done) = thread::scope(|scope| {
        let flood = scope.spawn(|| flood(&course));
        let ends = EndOnDrop(&course);
        course.wait_for_begin();
        let loud = pair.chat(MESSAGES);
        drop(ends);
        (loud, flood.join().unwrap())
    });
    (quiet, loud, done)
}

#[test]
#[ignore = "measures, and asserts no time"]
fn messages_beside_attacks_on_the_door_for_ssh() {
    for (name, attack) in ATTACKS {
        beside_a_server(SSH_SETTING, |place, _server| {
            let segment = Segment::around(place.namespace).unwrap();
            let people = segment.host("people", Some("192.168.69.10/24")).unwrap();
            let strangers = segment.host("strangers", Some("192.168.69.66/24")).unwrap();
            let address = |number| IpAddr::from([192, 168, 69, 101 + number]);
            let sources: Vec<IpAddr> = (0..SOURCES).map(address).collect();
            sources.iter().for_each(|source| strangers.add_address(*source).unwrap());
            let door = SocketAddr::new(SERVER_ADDRESS.ip(), SSH_PORT);
            let attacker = SshAttacker { namespace: &strangers, door, sources: &sources };
            let mut pair = people.run(|| Pair::arrive(SERVER_ADDRESS));
            let attack = |course: &Course| strangers.run(|| attack(&attacker, course));
            let (quiet, loud, done) = beside(&mut pair, attack);
            let times = [(&quiet, 50), (&quiet, 99), (&loud, 50), (&loud, 99)];
            let times = times.map(|(times, of)| percentile(times, of).as_secs_f64() * 1000.0);
            let [quiet50, quiet99, loud50, loud99] = times;
            println!(
                "| {name} | {done} | {quiet50:.1} ms | {quiet99:.1} ms | {loud50:.1} ms | {loud99:.1} ms |"
            );
        });
    }
}

#[test]
#[ignore = "measures, and asserts no time"]
fn messages_beside_floods() {
    let setting = Setting::roomy().unlimited();
    beside_a_server(setting, |place, _server| measure("smolchatd", place.namespace));
    beside_an_image(&LM3S6965EVB, Wire::Tap, setting, &[], |place, _server| {
        measure("lm3s6965evb in QEMU", place.namespace);
    });
}
