//! Holders who tell different sizes of one content: one size is tried after the other, and a person
//! sees all of them.

use super::*;

/// So many bytes the liars tell, and so many the file has.
const LIE: u64 = 9;
const TRUTH: u64 = 7;

fn told(size: u64, user: &str) -> String {
    format!("273-{} {size} 255 {user} film", "aa".repeat(32))
}

fn answer(all: &[(u64, &str)]) -> String {
    let mut lines: Vec<_> = all.iter().map(|(size, user)| told(*size, user)).collect();
    lines.push("273 Available".to_owned());
    lines.join("\n")
}

/// Loads the film, of which the server tells this. The size that is tried first.
fn loads(all: &[(u64, &str)]) -> (Conversation, u64) {
    let mut chat = announced(config(true));
    chat.typed("download! film");
    answer(all).lines().for_each(|line| chat.session.handle_line(chat.now, line));
    let said = chat.done();
    let size = size_of(&said);
    (chat, size)
}

/// The size of the last download that the transfer threads are told of.
fn size_of(done: &[String]) -> u64 {
    let line = done.iter().rfind(|line| line.contains("Download {")).expect("one begins");
    let digits = line.split("size: ").nth(1).unwrap();
    digits.split(',').next().unwrap().parse().unwrap()
}

fn wrong(user: &str) -> TransferEvent {
    TransferEvent::WrongChunk { id: [0xaa; 32], user: user.into() }
}

fn notes(done: Vec<String>) -> Vec<String> {
    done.into_iter().filter(|line| line.starts_with("~ ")).collect()
}

#[test]
fn a_liar_alone_is_named_and_nothing_else_is_tried() {
    let (mut chat, size) = loads(&[(LIE, "vader")]);
    assert_eq!(size, LIE);
    let done = chat.transferred(wrong("vader"));
    assert_eq!(
        done[..2],
        [
            "! vader sent wrong bytes for film, and is asked no more",
            "~ nobody else has film; it waits at 0 %"
        ]
    );
    assert!(!done.iter().any(|line| line.contains("Download {")), "{done:?}");
    // The owner comes.
    chat.waited(1);
    let done = chat.heard(&answer(&[(LIE, "vader"), (TRUTH, "yoda")]));
    let note = "~ nobody has film with 9 bytes any more; 7 bytes are tried now, from yoda";
    assert_eq!((notes(done.clone()), size_of(&done)), (vec![note.to_owned()], TRUTH));
}

#[test]
fn a_liar_beside_an_owner_is_found_out_whoever_is_told_first() {
    for all in [[(LIE, "vader"), (TRUTH, "yoda")], [(TRUTH, "yoda"), (LIE, "vader")]] {
        let (mut chat, first) = loads(&all);
        assert_eq!(first, all[0].0, "as many tell each");
        if first == LIE {
            let done = chat.transferred(wrong("vader"));
            let note = "~ film has not 9 bytes; 7 bytes are tried now, from yoda";
            assert_eq!((notes(done.clone()), size_of(&done)), (vec![note.to_owned()], TRUTH));
        }
        let finished = TransferEvent::Finished {
            id: [0xaa; 32],
            path: "/home/h/Downloads/film".into(),
            took: Duration::from_secs(1),
            from: vec![("yoda".into(), TRUTH)],
        };
        let done = chat.transferred(finished);
        let offer = format!("< offer {} {TRUTH} film", "aa".repeat(32));
        assert!(done.contains(&offer), "the size that was right is told: {done:?}");
    }
}

#[test]
fn three_liars_do_not_keep_one_owner_from_being_asked() {
    let all = [(LIE, "vader"), (LIE, "maul"), (TRUTH, "yoda"), (LIE, "dooku")];
    let (mut chat, first) = loads(&all);
    assert_eq!(first, LIE);
    for liar in ["vader", "maul"] {
        let done = chat.transferred(wrong(liar));
        assert_eq!(done.len(), 1, "{done:?}");
    }
    assert_eq!(size_of(&chat.transferred(wrong("dooku"))), TRUTH);
}

#[test]
fn liars_who_give_nothing_at_all_lose_their_turn() {
    let (mut chat, ..) = loads(&[(LIE, "vader"), (LIE, "maul"), (TRUTH, "yoda")]);
    let stalled = TransferEvent::Stalled { id: [0xaa; 32], since: Duration::from_secs(20) };
    let done = chat.transferred(stalled.clone());
    let note = "~ nothing of film with 9 bytes comes from vader, maul; 7 bytes are tried now, \
                from yoda";
    assert_eq!((notes(done.clone()), size_of(&done)), (vec![note.to_owned()], TRUTH));
    // The owner may be slow, so both take turns. Nobody reads of that again and again.
    for size in [LIE, TRUTH] {
        let done = chat.transferred(stalled.clone());
        assert_eq!((notes(done.clone()), size_of(&done)), (vec![], size));
    }
}

#[test]
fn a_person_sees_each_size_with_its_holders_and_may_choose() {
    let all = [(LIE, "vader"), (LIE, "maul"), (TRUTH, "yoda")];
    let mut chat = announced(config(true));
    chat.typed("searchFile film");
    let heard = chat.heard(&answer(&all));
    assert_eq!(
        heard[3..],
        [
            "> Available: vader, maul (film, 9 bytes, aaaaaaaaaaaa)",
            "> Available: yoda (film, 7 bytes, aaaaaaaaaaaa)"
        ]
    );
    chat.typed("download film");
    let heard = chat.heard(&answer(&all));
    assert_eq!(
        heard[3..],
        [
            "> film, 9 bytes, from vader, maul; it goes to ~/Downloads",
            "> not all tell the same: it has 7 bytes according to yoda; /download aaaaaaaaaaaa:7 \
             begins with that",
            "(Ask(Download))"
        ]
    );
    chat.answered(false);
    chat.typed("/download aaaaaaaaaaaa:8");
    let none = "! nobody tells 8 bytes of film; it has 9 bytes according to vader, maul";
    assert_eq!(chat.heard(&answer(&all))[3..], [none]);
    assert_eq!(
        chat.typed("/download aaaaaaaaaaaa:7"),
        [format!("< searchfile {}", "aa".repeat(32))]
    );
    let heard = chat.heard(&answer(&all));
    assert_eq!(heard[3], "> film, 7 bytes, from yoda; it goes to ~/Downloads");
    assert_eq!(size_of(&chat.answered(true)), TRUTH);
}

#[test]
fn one_chunk_of_a_user_is_of_the_file_that_this_user_tells() {
    let mut chat = announced(config(true));
    chat.typed("private yoda download film 1");
    let all = answer(&[(LIE, "vader"), (LIE, "maul"), (TRUTH, "yoda")]);
    all.lines().for_each(|line| chat.session.handle_line(chat.now, line));
    let sizes: Vec<_> = chat
        .commands()
        .into_iter()
        .filter_map(|command| match command {
            TransferCommand::Chunk { offer, .. } => Some(offer.size),
            _ => None,
        })
        .collect();
    assert_eq!(sizes, [TRUTH]);
    // Nobody waits for what cannot come.
    let failed = TransferEvent::Failed { id: [0xaa; 32], why: "the disk is full".into() };
    assert_eq!(chat.transferred(failed), ["! no chunk 1 of film from yoda: the disk is full"]);
}

#[test]
fn what_an_earlier_run_had_loaded_says_which_size_is_tried_first() {
    let mut chat = announced(config(true));
    let left = Left { id: [0xaa; 32], name: None, done: 3, size: TRUTH };
    chat.folder = Some(Ok(Survey { name: "film".into(), left: Some(left) }));
    chat.typed("download film");
    let heard = chat.heard(&answer(&[(LIE, "vader"), (TRUTH, "yoda")]));
    let asked = "> film, 7 bytes, from yoda; it goes to ~/Downloads; 42 % are here from before, and \
                 are checked first";
    assert_eq!(heard[2], asked);
}
