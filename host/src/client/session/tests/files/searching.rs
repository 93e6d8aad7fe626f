//! Which files there are, and who has one.

use super::*;

#[test]
fn files_are_listed_with_their_sizes_and_own_ones_behind() {
    let mut chat = announced(config(true));
    assert_eq!(chat.typed("files"), ["< files"]);
    let parts = format!("272-{} {SIZE} 3 film.mkv\n272-{} 7 1 a  b", id(), "aa".repeat(32));
    assert_eq!(
        chat.heard(&format!("{parts}\n272 2 files")),
        [
            "> film.mkv  1.4 GB, 3 holders",
            "> film.mkv  1.4 GB, 3 holders",
            "> a  b  7 bytes, 1 holder",
            "> a  b  7 bytes, 1 holder",
            "> 2 files in all; /download NAME loads one",
        ]
    );
    chat.typed("files");
    let none = "> no files of others; /register PATH offers one of yours";
    assert_eq!(chat.heard("272 0 files"), [none]);
}

#[test]
fn a_file_without_a_possible_name_is_not_told() {
    let mut chat = announced(config(true));
    chat.typed("files");
    for name in ["../x", ".bashrc", "-rf", "a\u{202e}b", "x/y"] {
        assert!(chat.heard(&format!("272-{} 7 1 {name}", id())).is_empty(), "{name:?}");
    }
    chat.heard("272 5 files");
    chat.typed("searchFile film.mkv");
    assert!(chat.heard(&held("luke", 0)).is_empty(), "nothing of it");
}

#[test]
fn a_search_tells_who_has_the_file_in_the_rules_words() {
    let mut chat = announced(config(true));
    assert_eq!(chat.typed("searchFile film.mkv"), ["< searchfile film.mkv"]);
    let parts = format!("{}\n{}\n273 Available", held("luke", 255), held("yoda", 128));
    let told = "> Available: luke, yoda (50 %) (film.mkv, 1.4 GB)";
    assert_eq!(chat.heard(&parts).last().map(String::as_str), Some(told));
    assert_eq!(chat.typed("searchFile 3f3f3f3f"), [format!("< searchfile {}", id())]);
    chat.heard("574 Not available");
    chat.typed("searchFile nothing");
    assert_eq!(chat.heard("574 Not available"), ["> Not available"]);
    chat.typed("searchfile flim.mkv");
    let told = "> Not available; did you mean \"film.mkv\"?";
    assert_eq!(chat.heard("574 Not available"), [told]);
}

#[test]
fn an_older_server_knows_no_files() {
    let mut chat = announced(config(true));
    chat.typed("files");
    assert_eq!(
        chat.heard("500 unknown command, try help"),
        ["! this server is older and has no \"files\""]
    );
    chat.typed("download film.mkv");
    assert_eq!(
        chat.heard("500 unknown command, try help"),
        ["! this server is older and has no \"searchfile\""]
    );
}

#[test]
fn who_holds_a_chunk_is_asked_of_those_who_hold_a_part() {
    let mut chat = announced(config(true));
    let parts = format!("{}\n{}\n273 Available", held("luke", 255), held("yoda", 128));
    chat.typed("searchChunk film.mkv 3,7-9");
    chat.session.handle_line(chat.now, &held("luke", 255));
    chat.session.handle_line(chat.now, &held("yoda", 128));
    chat.session.handle_line(chat.now, "273 Available");
    let ask = TransferCommand::Ask { offer: film(), user: "yoda".into() };
    assert_eq!(chat.commands(), [ask]);
    let mut chunks = vec![false; 2671];
    chunks[7] = true;
    let answer = TransferEvent::Held { id: FILM, user: "yoda".into(), chunks: chunks.clone() };
    assert_eq!(chat.transferred(answer), ["> Available: luke, yoda (film.mkv)"]);
    // Who does not answer is left out.
    chat.typed("searchChunk film.mkv 1");
    chat.heard(&parts);
    assert!(chat.waited(14).is_empty());
    assert_eq!(chat.waited(1), ["> Available: luke (film.mkv)"]);
    chat.typed("searchChunk film.mkv 9");
    chat.heard(&format!("{}\n273 Available", held("yoda", 128)));
    let answer = TransferEvent::Held { id: FILM, user: "yoda".into(), chunks };
    assert_eq!(chat.transferred(answer), ["> Not available (film.mkv)"]);
    chat.typed("searchChunk film.mkv 5000");
    assert_eq!(chat.heard(&found()).last().unwrap(), "! film.mkv has 2671 chunks");
}

#[test]
fn whoever_holds_a_listed_file_is_told_so() {
    let mut chat = announced(config(true));
    chat.begin_download();
    chat.typed("files");
    let heard = chat.heard(&format!("272-{} {SIZE} 1 film.mkv", id()));
    assert_eq!(heard[0], "> film.mkv  1.4 GB, 1 holder, and you");
}
