//! Every conversation with the real server on a real TAP device, each in a network namespace of its
//! own, side by side. They run once with checksums and segments left to the kernel, and once
//! without. Needs root and `smolchatd` built for release.

use libtest_mimic::{Arguments, Failed, Trial};
use smolchat_tests::conversations::{Conversation, THEMES};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::{CLIENT_ADDRESSES, Daemon, Real, client_address};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::Stage;

/// The conversations wait for most of their time.
const AT_ONCE: usize = 12;

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut trials = Vec::new();
    for (theme, conversations) in THEMES {
        for conversation in *conversations {
            let name = format!("{theme}::{}", conversation.name);
            let plain = conversation.setting.no_offload();
            for (kind, setting) in [("offload", conversation.setting), ("plain", plain)] {
                let trial = Trial::test(&name, move || play(conversation, setting));
                trials.push(trial.with_kind(kind));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn play(conversation: &Conversation, setting: Setting) -> Result<(), Failed> {
    let namespace = Namespace::new()?;
    namespace.run(|| {
        for number in 2..=CLIENT_ADDRESSES {
            namespace.add_address(client_address(number))?;
        }
        let mut stage = Real::new(Daemon::start(&namespace, setting)?);
        (conversation.play)(&mut stage);
        stage.hear_nothing();
        Ok(())
    })
}
