//! Every conversation with the image of every emulated board, over a TAP device and behind the
//! emulator's address translator; and with an image with SSH, everybody coming by SSH. Each runs in
//! a network namespace of its own, side by side. The private conversations between real clients and
//! bytes that no client would send run likewise. Needs root, the images, and `smolchat` built for
//! release.

use libtest_mimic::{Arguments, Trial};
use smolchat_emulator::{BOARDS, Board, MPS2_AN386_SSH};
use smolchat_tests::conversations::{Conversation, THEMES};
use smolchat_tests::emulated::{Wire, beside_an_image};
use smolchat_tests::peers::PEERS;
use smolchat_tests::raw::RAW;
use smolchat_tests::real::{Play, Real};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::Stage;

/// The conversations wait for most of their time.
const AT_ONCE: usize = 8;

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut trials = Vec::new();
    for board in &BOARDS {
        // They take longest, and are about the server: the translator would only be another client.
        trials.extend(plays(board, Wire::Tap, "raw", RAW));
        for wire in [Wire::Tap, Wire::User] {
            trials.extend(conversations(board, wire));
            trials.extend(plays(board, wire, "peers", PEERS));
        }
    }
    trials.extend(conversations_by_ssh(&MPS2_AN386_SSH));
    libtest_mimic::run(&arguments, trials).exit();
}

fn conversations_by_ssh(board: &'static Board) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (theme, conversations) in THEMES {
        for conversation in conversations.iter().filter(|one| fits_ssh(one)) {
            let name = format!("{}::tap::{theme}::{}", board.name, conversation.name);
            trials.push(Trial::test(name, move || {
                beside_an_image(board, Wire::Tap, conversation.setting, &[], |_, server| {
                    let mut stage = Real::over_ssh(server);
                    (conversation.play)(&mut stage);
                    stage.hear_nothing();
                });
                Ok(())
            }));
        }
    }
    trials
}

/// Whether the conversation can be had by SSH with a board. All come from one address there.
fn fits_ssh(conversation: &Conversation) -> bool {
    !conversation.setting.apart && conversation.is_the_same_by_ssh()
}

fn conversations(board: &'static Board, wire: Wire) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (theme, conversations) in THEMES {
        for conversation in conversations.iter().filter(|one| fits(one, wire)) {
            let name = format!("{}::{wire}::{theme}::{}", board.name, conversation.name);
            trials.push(Trial::test(name, move || {
                beside_an_image(board, wire, conversation.setting, &[], |_, server| {
                    let mut stage = Real::new(server);
                    (conversation.play)(&mut stage);
                    stage.hear_nothing();
                });
                Ok(())
            }));
        }
    }
    trials
}

/// Whether the conversation can be had over that wire: behind the translator no server feels that a
/// client reads nothing. An image with the port for lines alone has no room for keys.
fn fits(conversation: &Conversation, wire: Wire) -> bool {
    let needs_keys = conversation.setting.keys > 0;
    !conversation.setting.apart
        && !needs_keys
        && (wire == Wire::Tap || !conversation.setting.direct_wire)
}

fn plays(board: &'static Board, wire: Wire, theme: &str, plays: &'static [Play]) -> Vec<Trial> {
    let trial = |(name, play): &'static Play| {
        Trial::test(format!("{}::{wire}::{theme}::{name}", board.name), move || {
            beside_an_image(board, wire, Setting::roomy().unlimited(), &[], |place, _server| {
                play(place)
            });
            Ok(())
        })
    };
    plays.iter().map(trial).collect()
}
