//! The private conversations between real clients, introduced by the host's server. Needs root, and
//! both programs built for release.

use libtest_mimic::{Arguments, Trial};
use smolchat_tests::peers::PEERS;
use smolchat_tests::real::beside_a_server;
use smolchat_tests::setting::Setting;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, play) in PEERS {
        trials.push(Trial::test(*name, || {
            beside_a_server(Setting::roomy(), |place, _| play(place));
            Ok(())
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}
