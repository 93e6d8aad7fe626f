//! Every conversation in the simulated world: once over ordinary pipes, once over the narrowest
//! there can be, byte by byte. Knows nothing of the machine.

use libtest_mimic::{Arguments, Trial};
use smolchat_tests::conversations::{Conversation, THEMES};
use smolchat_tests::simulated::{Carriage, Simulated};
use smolchat_tests::stage::Stage;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (theme, conversations) in THEMES {
        for conversation in *conversations {
            for (how, carriage) in
                [("simulated", Carriage::ORDINARY), ("byte_by_byte", Carriage::BYTE_BY_BYTE)]
            {
                let name = format!("{how}::{theme}::{}", conversation.name);
                trials.push(Trial::test(name, move || {
                    play(conversation, carriage);
                    Ok(())
                }));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn play(conversation: &Conversation, carriage: Carriage) {
    let mut stage = Simulated::new(conversation.setting, carriage);
    (conversation.play)(&mut stage);
    stage.hear_nothing();
    stage.check_connections();
}
