//! Every conversation with the real server on a real TAP device, each in a network namespace of its
//! own, side by side. They run once with checksums and segments left to the kernel, once without,
//! and once with everybody coming by SSH. Needs root and `smolchatd` built for release.

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
        for conversation in conversations.iter().filter(|conversation| is_for_hosts(conversation)) {
            let name = format!("{theme}::{}", conversation.name);
            let plain = conversation.setting.no_offload();
            for (kind, setting, way) in [
                ("offload", conversation.setting, Way::Lines),
                ("plain", plain, Way::Lines),
                ("ssh", conversation.setting, Way::Ssh),
            ] {
                if way == Way::Ssh && !conversation.is_the_same_by_ssh() {
                    continue;
                }
                let trial = Trial::test(&name, move || play(conversation, setting, way));
                trials.push(trial.with_kind(kind));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// A host keeps keys in its store, which these servers cannot lose: what they can lose is the
/// accounts file.
fn is_for_hosts(conversation: &Conversation) -> bool {
    conversation.name != "a_key_that_cannot_be_stored_is_not_added"
}

/// The door by which people come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Lines,
    Ssh,
}

fn play(conversation: &Conversation, setting: Setting, way: Way) -> Result<(), Failed> {
    let namespace = Namespace::new()?;
    namespace.run(|| {
        for number in 2..=CLIENT_ADDRESSES {
            namespace.add_address(client_address(number))?;
        }
        let server = Daemon::start(&namespace, setting)?;
        let mut stage = match way {
            Way::Lines => Real::new(server),
            Way::Ssh => Real::over_ssh(server),
        };
        (conversation.play)(&mut stage);
        stage.hear_nothing();
        Ok(())
    })
}
