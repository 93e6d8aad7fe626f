//! Downloads: the question, the progress, the end, and what lasts over a lost connection.

use super::*;

const TOLD: &str = "> film.mkv, 1.4 GB, from luke; it goes to ~/Downloads";

fn luke() -> Holder {
    Holder { user: "luke".into(), share: 255 }
}

fn download(folder: &str) -> TransferCommand {
    TransferCommand::Download { offer: film(), folder: folder.into(), holders: vec![luke()] }
}

fn progress(done: u64) -> TransferEvent {
    let left = Some(Duration::from_secs(64));
    let progress = Figures { done, rate: 12_300_000, peers: 2, left };
    TransferEvent::Progress { id: FILM, progress }
}

fn finished() -> TransferEvent {
    TransferEvent::Finished {
        id: FILM,
        path: "/home/h/Downloads/film.mkv".into(),
        took: Duration::from_secs(100),
        from: vec![("luke".into(), SIZE / 4 * 3), ("yoda".into(), SIZE / 4)],
    }
}

#[test]
fn nothing_is_loaded_before_a_person_says_yes() {
    let mut chat = announced(config(true));
    assert_eq!(chat.typed("download film.mkv"), ["< searchfile film.mkv"]);
    assert_eq!(chat.heard(&found())[1..], [TOLD, "(Ask(Download))"]);
    assert_eq!(chat.answered(false), ["~ film.mkv is not loaded"]);
    chat.typed("download film.mkv to ./films/");
    chat.heard(&found());
    chat.session.handle_download_answer(chat.now, true);
    assert_eq!(chat.commands(), [download("/home/hans/films")]);
    assert_eq!(chat.typed("download film.mkv"), ["! film.mkv is being loaded already"]);
}

#[test]
fn a_script_says_that_it_is_sure_in_the_command() {
    let mut chat = announced(config(false));
    chat.typed("download film.mkv");
    assert_eq!(
        chat.heard(&found())[1..],
        ["! not loaded: film.mkv, 1.4 GB, from luke; it goes to ~/Downloads; download! loads it"]
    );
    chat.typed("download! film.mkv");
    found().lines().for_each(|line| chat.session.handle_line(chat.now, line));
    assert_eq!(chat.commands(), [download("/home/h/Downloads")]);
}

#[test]
fn two_files_of_one_name_are_told_apart_by_their_ids() {
    let mut chat = announced(config(true));
    chat.typed("download film.mkv");
    let other = format!("273-{} 7 255 yoda film.mkv", "aa".repeat(32));
    let heard = chat.heard(&format!("{}\n{other}\n273 Available", held("luke", 255)));
    assert_eq!(
        heard[2..],
        [
            "! 2 files have this name; name one by its id, for example:",
            "> /download 3f3f3f3f3f3f is 1.4 GB, from luke",
            "> /download aaaaaaaaaaaa is 7 bytes, from yoda"
        ]
    );
    assert_eq!(chat.typed("/download aaaaaaaaaaaa"), [format!("< searchfile {}", "aa".repeat(32))]);
}

#[test]
fn one_question_is_asked_after_the_other() {
    let mut chat = announced(config(true));
    chat.typed("download film.mkv");
    chat.typed("download other");
    chat.heard(&found());
    let other = format!("273-{} 7 255 yoda other", "aa".repeat(32));
    assert_eq!(chat.heard(&format!("{other}\n273 Available")).len(), 1, "listed, and not asked");
    let told = "> other, 7 bytes, from yoda; it goes to ~/Downloads";
    assert_eq!(chat.answered(false), ["~ film.mkv is not loaded", told, "(Ask(Download))"]);
}

#[test]
fn progress_is_shown_and_the_end_is_a_line_of_its_own() {
    let mut chat = announced(config(true));
    chat.begin_download();
    let told = "> film.mkv: 43 % of 1.4 GB, 12.3 MB/s from 2, 64 s left";
    assert_eq!(chat.transferred(progress(602_000_000)), [told]);
    assert!(chat.transferred(progress(602_000_001)).is_empty());
    let stalled = TransferEvent::Stalled { id: FILM, since: Duration::from_secs(20) };
    assert_eq!(
        chat.transferred(stalled),
        [
            "> film.mkv: 43 % of 1.4 GB, nothing came for 20 s; waiting".to_owned(),
            format!("< searchfile {}", id())
        ]
    );
    let heard = chat.transferred(finished());
    assert_eq!(heard[0], "> film.mkv: 100 % of 1.4 GB, 14 MB/s");
    assert_eq!(
        heard[1],
        "> film.mkv is here: ~/Downloads/film.mkv (1.4 GB in 100 s, 75 % from luke, 25 % from yoda)"
    );
    assert_eq!(heard[2], format!("< offer {} {SIZE} film.mkv", id()), "it is given on");
    chat.heard("574 Not available\n271 known already, you are one of its sources now: film.mkv");
}

#[test]
fn what_is_here_already_is_looked_at_before_it_is_said_to_be() {
    let mut chat = announced(config(true));
    chat.begin_download();
    chat.transferred(finished());
    chat.heard("271 known already, you are one of its sources now: film.mkv");
    for is_there in [true, false] {
        chat.typed("download film.mkv");
        found().lines().for_each(|line| chat.session.handle_line(chat.now, line));
        let path = "/home/h/Downloads/film.mkv".into();
        assert_eq!(chat.commands(), [TransferCommand::Look { id: FILM, path }]);
        let told = match is_there {
            true => {
                let text = "! you have it already: ~/Downloads/film.mkv; to load it again, first";
                vec![format!("{text} /unregister film.mkv")]
            }
            false => vec![TOLD.to_owned(), "(Ask(Download))".to_owned()],
        };
        assert_eq!(chat.transferred(TransferEvent::Looked { id: FILM, is_there }), told);
    }
}

#[test]
fn an_answer_without_a_question_is_read_by_nobody() {
    let mut chat = announced(config(true));
    let nobody = "! nothing is asked, so nobody reads this; begin with a space to say it";
    chat.typed("download film.mkv");
    assert_eq!(chat.typed("yes"), [nobody], "it was typed ahead");
    chat.heard("574 Not available");
    assert_eq!(chat.typed("y"), [nobody]);
    assert_eq!(chat.typed("y"), ["< broadcast y"], "once is enough");
    chat.typed("download film.mkv");
    chat.heard("574 Not available");
    assert_eq!(chat.typed(" yes"), ["< broadcast yes"]);
}

#[test]
fn a_download_that_lost_its_last_holder_says_so_once() {
    let mut chat = announced(config(true));
    chat.begin_download();
    chat.transferred(progress(602_000_000));
    chat.waited(1);
    assert_eq!(chat.heard("574 Not available").len(), 1, "links give it yet");
    let figures = Figures { done: 602_000_000, rate: 0, peers: 0, left: None };
    chat.transferred(TransferEvent::Progress { id: FILM, progress: figures });
    chat.waited(2);
    let told = [
        "~ nobody has film.mkv any more; it waits at 43 %",
        "> film.mkv: 43 % of 1.4 GB, nobody has it now; waiting",
    ];
    assert_eq!(chat.heard("574 Not available")[..2], told);
    let stalled = TransferEvent::Stalled { id: FILM, since: Duration::from_secs(20) };
    assert!(!chat.transferred(stalled).iter().any(|line| line.contains("nothing came")));
    assert_eq!(chat.heard("574 Not available").len(), 1, "once, and the holders are told");
    chat.typed("files");
    let told = "> you load film.mkv: 43 % of 1.4 GB, nobody has it now; /stopdownload ends it";
    assert_eq!(chat.heard("272 0 files")[1..], [told]);
}

#[test]
fn when_nothing_comes_any_more_holders_are_asked_for_within_a_second() {
    let mut chat = announced(config(true));
    chat.begin_download();
    for seconds in [1, 2, 4] {
        assert_eq!(chat.waited(seconds).len(), 1);
        chat.heard(&found());
    }
    chat.transferred(progress(602_000_000));
    let figures = Figures { done: 602_000_000, rate: 0, peers: 0, left: None };
    chat.transferred(TransferEvent::Progress { id: FILM, progress: figures });
    assert_eq!(chat.waited(1), [format!("< searchfile {}", id())]);
}

#[test]
fn holders_are_told_while_it_lasts() {
    let mut chat = announced(config(true));
    chat.begin_download();
    assert_eq!(chat.waited(1), [format!("< searchfile {}", id())]);
    let answer = format!("{}\n{}\n273 Available", held("luke", 255), held("yoda", 3));
    answer.lines().for_each(|line| chat.session.handle_line(chat.now, line));
    let holders = vec![luke(), Holder { user: "yoda".into(), share: 3 }];
    assert_eq!(chat.commands(), [TransferCommand::Holders { id: FILM, holders }]);
    assert!(chat.waited(1).is_empty());
    assert_eq!(chat.waited(1).len(), 1);
    chat.session.handle_line(chat.now, "574 Not available");
    let none = TransferCommand::Holders { id: FILM, holders: Vec::new() };
    assert_eq!(chat.commands(), [none], "it waits");
}

#[test]
fn a_growing_share_is_told_and_told_again_after_a_lost_connection() {
    let mut chat = announced(config(true));
    chat.begin_download();
    let share = |share| TransferEvent::Share { id: FILM, share };
    let hold = |share| format!("< hold {} {SIZE} {share} film.mkv", id());
    assert_eq!(chat.transferred(share(1)), [hold(1)]);
    assert!(chat.transferred(share(64)).is_empty(), "one at a time");
    assert_eq!(chat.heard("274 your share is noted"), [hold(64)]);
    assert!(chat.heard("575 nobody offers such a file now").is_empty());
    chat.session.handle_disconnect(chat.now);
    chat.done();
    assert!(chat.transferred(share(128)).is_empty());
    chat.waited(1);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    let heard = chat.heard(ENTRY);
    assert!(heard.contains(&hold(128)), "{heard:?}");
    assert!(heard.contains(&format!("< searchfile {}", id())), "holders are asked for at once");
}

#[test]
fn a_download_is_stopped_and_what_is_here_stays() {
    let mut chat = announced(config(true));
    let told = "! no file film.mkv is being loaded; /files lists yours";
    assert_eq!(chat.typed("stopdownload film.mkv"), [told]);
    chat.begin_download();
    chat.transferred(progress(602_000_000));
    chat.transferred(TransferEvent::Share { id: FILM, share: 109 });
    chat.heard("274 your share is noted");
    chat.session.handle_typed(chat.now, Ok("stopdownload film.mkv"));
    assert_eq!(chat.commands(), [TransferCommand::Stop { id: FILM }]);
    assert_eq!(
        chat.transferred(TransferEvent::Stopped { id: FILM }),
        [
            "> film.mkv is loaded no more; its 43 % stay for /download".to_owned(),
            format!("< withdraw {}", id())
        ]
    );
    assert!(chat.heard("275 you are none of its sources any more").is_empty());
    assert!(chat.waited(60).is_empty(), "nobody asks for holders any more");
}

#[test]
fn what_goes_wrong_is_told() {
    let mut chat = announced(config(true));
    chat.begin_download();
    let wrong = TransferEvent::WrongChunk { id: FILM, user: "vader".into() };
    let told = "! vader sent wrong bytes for film.mkv, and is asked no more";
    assert_eq!(chat.transferred(wrong), [told]);
    let failed = TransferEvent::Failed { id: FILM, why: "the disk is full".into() };
    assert_eq!(chat.transferred(failed.clone()), ["! film.mkv is not loaded: the disk is full"]);
    assert!(chat.transferred(failed).is_empty() && chat.transferred(finished()).is_empty());
}

#[test]
fn files_tells_what_this_client_does_with_files() {
    let mut chat = announced(config(true));
    chat.begin_download();
    let giving =
        TransferEvent::Giving { id: FILM, user: "leia".into(), given: 7_000_000, is_over: false };
    chat.transferred(giving.clone());
    chat.transferred(progress(602_000_000));
    chat.typed("files");
    assert_eq!(
        chat.heard("272 0 files")[1..],
        [
            "> you load film.mkv: 43 % of 1.4 GB, 12.3 MB/s from 2 users; /stopdownload ends it",
            "> leia loads film.mkv from you, 7 MB so far"
        ]
    );
    // What is given to leia is told while she asks for more.
    let is_told = |chat: &mut Conversation| {
        chat.typed("files");
        chat.heard("272 0 files").iter().any(|line| line.contains("leia"))
    };
    chat.waited(5);
    chat.heard("574 Not available");
    assert!(!is_told(&mut chat));
    chat.transferred(giving.clone());
    assert!(is_told(&mut chat));
    let TransferEvent::Giving { id, user, given, .. } = giving else { unreachable!() };
    chat.transferred(TransferEvent::Giving { id, user, given, is_over: true });
    assert!(!is_told(&mut chat));
}

#[test]
fn one_chunk_comes_from_one_user() {
    let mut chat = announced(config(true));
    chat.typed("private luke download film.mkv 3");
    found().lines().for_each(|line| chat.session.handle_line(chat.now, line));
    let (offer, folder, user) = (film(), "/home/h/Downloads".into(), "luke".to_owned());
    assert_eq!(chat.commands(), [TransferCommand::Chunk { offer, folder, user, index: 2 }]);
    let chunk = TransferEvent::Chunk { id: FILM, user: "luke".into(), index: 2, held: (1, 2671) };
    let told = "> chunk 3 of film.mkv is here, from luke; 1 of 2671";
    assert_eq!(chat.transferred(chunk.clone()), [told]);
    assert!(chat.transferred(chunk).is_empty());
    chat.typed("private luke download film.mkv 3");
    chat.heard(&found());
    let last = TransferEvent::Chunk { id: FILM, user: "luke".into(), index: 2, held: (2671, 2671) };
    let told = "> chunk 3 of film.mkv is here, from luke; 2671 of 2671; /download film.mkv makes it \
                a file";
    assert_eq!(chat.transferred(last), [told]);
    for (line, told) in [
        ("private yoda download film.mkv 3", "! yoda does not have film.mkv; available: luke"),
        ("private luke download film.mkv 2672", "! film.mkv has 2671 chunks"),
    ] {
        chat.typed(line);
        assert_eq!(chat.heard(&found())[1..], [told]);
    }
    assert_eq!(chat.typed("private hans download film.mkv 1"), ["! that is you"]);
    assert_eq!(
        chat.typed("private luke download the film"),
        ["! Have not built connection with luke; /startprivate luke begins it"]
    );
}

#[test]
fn a_script_that_has_said_all_waits_for_its_files() {
    let mut chat = announced(config(false));
    chat.typed("download! film.mkv");
    chat.session.handle_end_of_input(chat.now);
    assert!(chat.done().is_empty(), "the search is not answered");
    chat.heard(&found());
    assert!(chat.session.poll_at().is_none_or(|at| at > chat.now), "no loop without a rest");
    for _ in 0..10 {
        chat.waited(60);
        chat.heard("574 Not available");
    }
    let heard = chat.transferred(finished());
    assert!(heard.last().unwrap().starts_with("< offer "), "{heard:?}");
    assert_eq!(chat.heard("270 Ok, others find it now: film.mkv"), ["< logout"], "it is over");
}

#[test]
fn a_script_that_says_logout_leaves_at_once() {
    let mut chat = announced(config(false));
    chat.begin_download();
    chat.transferred(progress(602_000_000));
    let told = "~ film.mkv stays at 43 %; download goes on with it next time";
    assert_eq!(chat.typed("logout"), [told, "< logout"]);
}
