//! What earlier downloads have left: it is listed, and dropped.

use super::*;

fn left(id: u8, name: Option<&str>, done: u64) -> Left {
    Left { id: [id; 32], name: name.map(str::to_owned), done, size: 100 }
}

/// Somebody types this, and so much is left. What is said, and what is dropped.
fn typed(chat: &mut Conversation, line: &str, all: &[Left]) -> (Vec<String>, Vec<[u8; 32]>) {
    chat.session.handle_typed(chat.now, Ok(line));
    let folder = chat.commands().into_iter().find_map(|command| match command {
        TransferCommand::Leftovers { folder } => Some(folder),
        _ => None,
    });
    let event = TransferEvent::Leftovers { folder: folder.unwrap(), left: Ok(all.to_vec()) };
    chat.session.handle_transfer(chat.now, event);
    let (mut said, mut dropped) = (Vec::new(), Vec::new());
    while let Some(action) = chat.session.poll_action() {
        match action {
            Action::Transfer(TransferCommand::Discard { id, .. }) => dropped.push(id),
            Action::Show(shown) => said.push(shown.text()),
            _ => {}
        }
    }
    (said, dropped)
}

#[test]
fn what_is_left_is_listed_by_its_name_or_its_id() {
    let mut chat = announced(config(true));
    let none = "nothing of an earlier download is left in ~/films";
    assert_eq!(typed(&mut chat, "/unfinished ~/films", &[]).0, [none]);
    let all = [left(0xab, Some("film.mkv"), 84), left(0xcd, None, 7)];
    assert_eq!(
        typed(&mut chat, "/unfinished", &all).0,
        [
            "film.mkv: 84 % of 100 bytes are here (abababababab)",
            "cdcdcdcdcdcd: 7 % of 100 bytes are here (cdcdcdcdcdcd)",
            "/download NAME goes on with one, /discard NAME drops it"
        ]
    );
    // The beginning of its id names it from now on.
    let whole = "cd".repeat(32);
    assert_eq!(chat.typed("searchfile cdcdcdcdcdcd"), [format!("< searchfile {whole}")]);
    chat.heard("574 Not available");
    // Elsewhere the commands need the folder.
    assert_eq!(
        typed(&mut chat, "/unfinished ~/x", &all[..1]).0[1],
        "/download NAME to ~/x goes on with one, /discard NAME in ~/x drops it"
    );
    // What is being loaded is not left.
    chat.begin_download();
    assert_eq!(typed(&mut chat, "/unfinished", &[left(0x3f, None, 7)]).0.len(), 1);
}

#[test]
fn what_is_named_is_dropped_and_nothing_else() {
    let mut chat = announced(config(true));
    let all = [left(0xab, Some("film"), 84), left(0xcd, Some("film"), 7), left(0xef, Some("x"), 1)];
    let (said, dropped) = typed(&mut chat, "/discard nothing", &all);
    assert_eq!(said, ["nothing of nothing is left; /unfinished lists what is"]);
    assert!(dropped.is_empty());
    let (said, dropped) = typed(&mut chat, "/discard film", &all);
    let told = "several are called film, name one by its id: abababababab, cdcdcdcdcdcd";
    assert_eq!((said, dropped), (vec![told.to_owned()], vec![]));
    for (word, id, name) in [("cdcdcdcdcdcd", 0xcd, "film"), ("x", 0xef, "x")] {
        assert_eq!(typed(&mut chat, &format!("/discard {word}"), &all).1, [[id; 32]]);
        let dropped = TransferEvent::Discarded { id: [id; 32], dropped: Ok(7) };
        assert_eq!(
            chat.transferred(dropped),
            [format!("> {name} is dropped, of which 7 bytes were here")]
        );
    }
    typed(&mut chat, "/discard x", &all);
    let why = "another program loads it into this folder already";
    let stays = TransferEvent::Discarded { id: [0xef; 32], dropped: Err(why.into()) };
    assert_eq!(chat.transferred(stays), [format!("! x stays: {why}")]);
}

#[test]
fn a_script_waits_for_what_it_has_asked() {
    let mut chat = announced(config(false));
    chat.session.handle_typed(chat.now, Ok("unfinished"));
    chat.session.handle_end_of_input(chat.now);
    chat.commands();
    let folder = "/home/h/Downloads".into();
    let done = chat.transferred(TransferEvent::Leftovers { folder, left: Ok(Vec::new()) });
    assert_eq!(done, ["> nothing of an earlier download is left in ~/Downloads", "< logout"]);
}
