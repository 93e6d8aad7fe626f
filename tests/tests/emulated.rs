//! Every conversation with the image of every emulated board, over a TAP device and behind the emulator's address translator, each
//! in a network namespace of its own, side by side; and the private conversations between real clients.
//! Needs root, the images, and `smolchat` built for release.

use libtest_mimic::{Arguments, Failed, Trial};
use smolchat_emulator::{BOARDS, Board};
use smolchat_tests::conversations::{Conversation, THEMES};
use smolchat_tests::emulated::{Emulated, Wire};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::peers::PEERS;
use smolchat_tests::real::{Place, Real, Server};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::Stage;

/// The conversations wait for most of their time.
const AT_ONCE: usize = 8;

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let worlds = BOARDS.iter().flat_map(|board| [Wire::Tap, Wire::User].map(|wire| (board, wire)));
    let trials = worlds.flat_map(|(board, wire)| trials(board, wire)).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

/// What is played with one board on one wire.
fn trials(board: &'static Board, wire: Wire) -> Vec<Trial> {
    let themes = THEMES.iter();
    let all = themes.flat_map(|(theme, all)| all.iter().map(move |one| (*theme, one)));
    let fitting = all.filter(|(_, conversation)| fits(conversation, wire));
    let public = fitting.map(|(theme, conversation)| {
        let name = format!("{}::{wire}::{theme}::{}", board.name, conversation.name);
        Trial::test(name, move || play(board, wire, conversation))
    });
    let private = PEERS.iter().map(|(name, play)| {
        let name = format!("{}::{wire}::peers::{name}", board.name);
        Trial::test(name, move || play_privately(board, wire, *play))
    });
    public.chain(private).collect()
}

/// Whether the conversation can be had over that wire: behind the translator no server feels that a client reads nothing.
fn fits(conversation: &Conversation, wire: Wire) -> bool {
    wire == Wire::Tap || !conversation.setting.direct_wire
}

fn play(board: &Board, wire: Wire, conversation: &Conversation) -> Result<(), Failed> {
    let namespace = Namespace::new()?;
    namespace.run(|| {
        let server = Emulated::start(&namespace, board, wire, conversation.setting, &[])?;
        let mut stage = Real::new(server);
        (conversation.play)(&mut stage);
        stage.hear_nothing();
        Ok(())
    })
}

fn play_privately(board: &Board, wire: Wire, play: fn(&Place<'_>)) -> Result<(), Failed> {
    let namespace = Namespace::new()?;
    namespace.run(|| {
        let server = Emulated::start(&namespace, board, wire, Setting::roomy(), &[])?;
        play(&Place { namespace: &namespace, server: server.address() });
        Ok(())
    })
}
