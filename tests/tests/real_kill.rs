//! The real server on its TAP device, killed with signal 9 at any moment while people chat, and
//! started again. Whatever it said OK to arrives exactly once and in its turn. Needs root and
//! `smolchatd` built for release.
//!
//! `SMOLCHAT_SEED` plays the rounds of that seed once more, as far as the machine plays along.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use smolchat_tests::killed::play;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::Daemon;
use smolchat_tests::setting::Setting;

fn rounds(count: usize) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let given = env::var("SMOLCHAT_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or(now.as_nanos() as u64);
    println!("seed {seed}");
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    namespace.run(|| {
        let setting = Setting::roomy().unlimited().messages(200).blocks(256).users(2 * count + 32);
        let mut server = Daemon::start(&namespace, setting).unwrap_or_else(|said| panic!("{said}"));
        let played = server.kill().and_then(|()| play(&mut server, count, seed));
        println!("{}", played.unwrap_or_else(|lost| panic!("seed {seed}, {lost}")));
    });
}

#[test]
fn what_was_promised_outlives_fifty_kills() {
    rounds(50);
}

#[test]
#[ignore = "takes minutes"]
fn what_was_promised_outlives_a_thousand_kills() {
    rounds(1000);
}
