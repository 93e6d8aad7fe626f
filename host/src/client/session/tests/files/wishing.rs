//! What a person is told before an answer: where the file goes, how it will be called, and what is
//! there already.

use super::*;

fn asked(chat: &mut Conversation, name: &str, left: Option<u64>) -> Vec<String> {
    let left = left.map(|done| Left { id: FILM, name: None, done, size: SIZE });
    chat.folder = Some(Ok(Survey { name: name.into(), left }));
    chat.typed("download film.mkv");
    let told = chat.heard(&found())[1..].to_vec();
    chat.answered(false);
    told
}

#[test]
fn a_question_tells_the_name_that_the_file_gets_and_what_is_here_of_it() {
    let mut chat = announced(config(true));
    let ask = "(Ask(Download))";
    let begin = "> film.mkv, 1.4 GB, from luke; it goes to ~/Downloads";
    assert_eq!(asked(&mut chat, "film.mkv", None), [begin, ask]);
    assert_eq!(asked(&mut chat, "film.mkv", Some(0)), [begin, ask], "nothing was written");
    let named = format!("{begin} as film (2).mkv");
    assert_eq!(asked(&mut chat, "film (2).mkv", None), [named.as_str(), ask]);
    let kept = format!("{named}; 84 % are here from before, and are checked first");
    assert_eq!(asked(&mut chat, "film (2).mkv", Some(SIZE / 100 * 84)), [kept.as_str(), ask]);
}

#[test]
fn a_folder_that_cannot_be_used_is_told_instead_of_a_question() {
    let mut chat = announced(config(true));
    chat.folder = Some(Err("the folder cannot be opened: it is no folder".into()));
    chat.typed("download film.mkv");
    let told = "! film.mkv is not loaded: the folder cannot be opened: it is no folder";
    assert_eq!(chat.heard(&found())[1..], [told]);
    let nobody = "! nothing is asked, so nobody reads this; begin with a space to say it";
    assert_eq!(chat.typed("yes"), [nobody]);
}

#[test]
fn a_yes_before_the_question_reaches_nobody() {
    let mut chat = announced(config(true));
    chat.typed("download film.mkv");
    found().lines().for_each(|line| chat.session.handle_line(chat.now, line));
    chat.session.handle_typed(chat.now, Ok("yes"));
    assert!(!chat.done().iter().any(|line| line.starts_with("< broadcast")));
}
