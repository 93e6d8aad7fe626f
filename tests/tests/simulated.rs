//! Every conversation in the simulated world: once over ordinary pipes, once over the narrowest
//! there can be, byte by byte, and once with a server that keeps hashes. Knows nothing of the
//! machine.

use libtest_mimic::{Arguments, Trial};
use smolchat_tests::conversations::{Conversation, THEMES};
use smolchat_tests::setting::Setting;
use smolchat_tests::simulated::{Carriage, Simulated};
use smolchat_tests::stage::Stage;

type Start = fn(Setting) -> Simulated;

const WAYS: [(&str, Start); 3] = [
    ("simulated", |setting| Simulated::new(setting, Carriage::ORDINARY)),
    ("byte_by_byte", |setting| Simulated::new(setting, Carriage::BYTE_BY_BYTE)),
    ("hashed", |setting| Simulated::hashed(setting, Carriage::ORDINARY)),
];

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (theme, conversations) in THEMES {
        for conversation in *conversations {
            for (how, start) in WAYS {
                let name = format!("{how}::{theme}::{}", conversation.name);
                trials.push(Trial::test(name, move || {
                    play(conversation, start);
                    Ok(())
                }));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn play(conversation: &Conversation, start: Start) {
    let mut stage = start(conversation.setting);
    (conversation.play)(&mut stage);
    stage.hear_nothing();
    stage.check_connections();
}
