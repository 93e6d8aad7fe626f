//! What others wrote, at its worst.

use smolchat_core::protocol::Class;

use super::World;
use crate::{Opening, Sizes};

/// All that this terminal itself tells a screen, beside text.
const OURS: [&str; 24] = [
    "\r\n",
    "\r",
    "\x1b[K",
    "\x1b[J",
    "\x1b[H\x1b[2J",
    "\x1b[?7l",
    "\x1b[?7h",
    "\x1b[?2004h",
    "\x1b[?2004l",
    "\x1b7",
    "\x1b8",
    "\x1b[999C",
    "\x1b[6n",
    "\x1b[2m",
    "\x1b[22m",
    "\x1b[1m",
    "\x1b[31m",
    "\x1b[39m",
    "\x1b[22;39m",
    "\x1b[32m",
    "\x1b[33m",
    "\x1b[34m",
    "\x1b[35m",
    "\x1b[36m",
];

/// What is left of what was shown without all that is ours.
pub(super) fn foreign(shown: &str) -> String {
    let mut rest = shown.to_owned();
    for colour in 32..=36 {
        rest = rest.replace(&format!("\x1b[1;{colour}m"), "");
    }
    for columns in (1..400).rev() {
        rest = rest.replace(&format!("\x1b[{columns}C"), "");
        for way in ["A", "B"].iter().filter(|_| columns < 10) {
            rest = rest.replace(&format!("\x1b[{columns}{way}"), "");
        }
    }
    OURS.iter().fold(rest, |rest, ours| rest.replace(ours, "")).replace('\x07', "")
}

fn may_be_shown(c: char) -> bool {
    !matches!(Class::of(c), Some(Class::Break | Class::Turn | Class::Unseen))
}

/// Every control character, every character that turns or hides, and sequences that move cursors.
fn worst() -> Vec<String> {
    let controls = ('\0'..=' ').chain('\u{7f}'..='\u{9f}').filter(|c| *c != '\n' && *c != ' ');
    let others = "\u{2028}\u{2029}\u{200b}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\
                  \u{2066}\u{2067}\u{2068}\u{2069}\u{61c}\u{feff}\u{e0041}";
    let sequences =
        ["\x1b[2J", "\x1b]0;title\x07", "\u{9b}31m", "\x1b[6n", "\x1bP$q\x1b\\", "\r* bye"];
    let each = controls.chain(others.chars()).map(|c| format!("a{c}b"));
    each.chain(sequences.map(str::to_owned)).collect()
}

#[test]
fn nothing_that_others_wrote_commands_a_terminal() {
    for text in worst() {
        for line in [
            format!("* message 1 yoda 0 {text}"),
            format!("* broadcast 1 {text} 0 hi"),
            format!("* login {text}"),
            format!("* private {text} 000102030405060708090a0b0c0d0e0f - 10.0.0.1:5"),
            format!("* bye 425 {text}"),
            format!("215 {text} is online"),
            format!("210 Users current online: {text}"),
            format!("218-1 yoda 0 {text}"),
            format!("501 wrong arguments, the form is: {text}"),
            text.clone(),
        ] {
            let mut world = World::online(80);
            world.tell(&line);
            let foreign = foreign(world.shown());
            assert!(foreign.chars().all(may_be_shown), "{line:?} gives {:?}", world.shown());
            let opening = Opening { has_terminal: false, user: Some("hans") };
            let mut script = World::new(&Sizes::SMALL, 80, opening);
            script.tell("220 smolchat ready");
            script.tell(&line);
            let shown = script.shown().replace('\n', "");
            assert!(shown.chars().all(may_be_shown), "{line:?} gives {shown:?}");
        }
    }
}

#[test]
fn what_a_person_types_or_pastes_commands_no_terminal_either() {
    for text in worst() {
        for keys in
            [format!("\x1b[200~{text}\x1b[201~"), format!("{text}\r"), format!("/to {text}\r")]
        {
            let mut world = World::online(80);
            world.press(&keys);
            let foreign = foreign(world.shown());
            let is_safe = foreign.chars().all(|c| Class::of(c) != Some(Class::Break));
            assert!(is_safe, "{keys:?} gives {:?}", world.shown());
        }
    }
}

#[test]
fn no_text_looks_like_a_line_of_its_own() {
    let mut world = World::online(40);
    let text = format!("{}yoda: the word is falcon", "x".repeat(33));
    world.tell(&format!("* message 1 luke 0 {text}"));
    assert!(!world.rows().iter().any(|row| row.starts_with("yoda")), "{:#?}", world.rows());
}
