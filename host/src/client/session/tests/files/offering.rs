//! Files of this user: offered, told to each server anew, and taken back.

use super::*;

fn offered(is_kept: bool) -> TransferEvent {
    TransferEvent::Offered { offer: film(), path: "/home/hans/film.mkv".into(), is_kept }
}

fn offer_line() -> String {
    format!("< offer {} {SIZE} film.mkv", id())
}

#[test]
fn a_registered_file_is_read_offered_and_confirmed() {
    let mut chat = announced(config(true));
    chat.session.handle_typed(chat.now, Ok("register film.mkv"));
    let path = || "/home/hans/film.mkv".into();
    assert_eq!(chat.commands(), [TransferCommand::Offer { path: path() }]);
    let told = "! /home/hans/film.mkv is being read already";
    for path in ["./film.mkv", "/home/hans/film.mkv", "'film.mkv'"] {
        assert_eq!(chat.typed(&format!("/register {path}")), [told]);
    }
    let hashing = |done| TransferEvent::Hashing { path: path(), done, size: SIZE };
    assert_eq!(chat.transferred(hashing(0)), ["> film.mkv: reading it, 0 % of 1.4 GB"]);
    assert!(chat.transferred(hashing(1)).is_empty(), "no more than four a second");
    assert_eq!(
        chat.transferred(offered(false)),
        ["> film.mkv: reading it, 100 % of 1.4 GB".to_owned(), offer_line()]
    );
    let reply = "270 Ok, others find it now: film.mkv";
    assert_eq!(chat.heard(reply), ["> Ok, others can find film.mkv now"]);
    chat.typed("files");
    assert_eq!(
        chat.heard("272 0 files")[1..],
        ["> you offer film.mkv, 1.4 GB: /home/hans/film.mkv"]
    );
}

#[test]
fn refusals_say_what_to_do() {
    for (reply, told) in [
        (
            "271 known already, you are one of its sources now: film.mkv",
            "> Ok, film.mkv is known already, you are a source of it now",
        ),
        (
            "470 the table of files is full, try again later",
            "! film.mkv is not offered: the server has no room for more files; try again later",
        ),
        (
            "472 1 files are all one user may hold now, withdraw one first",
            "! film.mkv is not offered: 1 file is all that one user may offer now; /unregister one \
             first",
        ),
        ("572 this server keeps no files", "! film.mkv is not offered: this server takes no files"),
        (
            "500 unknown command, try help",
            "! film.mkv is not offered: this server is older and takes no files",
        ),
    ] {
        let mut chat = announced(config(true));
        chat.typed("register film.mkv");
        chat.transferred(offered(false));
        assert_eq!(chat.heard(reply), [told], "{reply}");
    }
    let mut chat = announced(config(true));
    chat.typed("register x");
    let event = TransferEvent::NotOffered {
        path: "/home/hans/x".into(),
        why: "there is no such file".into(),
    };
    assert_eq!(chat.transferred(event), ["! /home/hans/x is not offered: there is no such file"]);
    let event = TransferEvent::NotOffered { path: "/home/hans/y".into(), why: "it is gone".into() };
    assert_eq!(
        chat.transferred(event),
        ["~ /home/hans/y is not offered: it is gone"],
        "of earlier"
    );
}

#[test]
fn every_login_tells_all_files_again_one_after_the_other() {
    let mut chat = begin(config(true));
    chat.session.handle_transfer(chat.now, offered(true));
    let other = Offer { id: [8; 32], size: 1, name: "b".into() };
    let event = TransferEvent::Offered { offer: other, path: "/b".into(), is_kept: true };
    chat.session.handle_transfer(chat.now, event);
    chat.session.handle_transfer(chat.now, TransferEvent::KeptLooked);
    assert!(chat.done().is_empty());
    chat.heard("220 smolchat ready");
    assert!(chat.heard(ENTRY).contains(&offer_line()));
    let second = format!("< offer {} 1 b", "08".repeat(32));
    assert_eq!(chat.heard("270 Ok, others find it now: film.mkv"), std::slice::from_ref(&second));
    let heard = chat.heard("218 0 broadcasts\n210 Users current online: ");
    let told = "~ you offer 2 files, as last time; /files lists them";
    assert_eq!(heard.last().map(String::as_str), Some(told), "{heard:?}");
    assert!(chat.heard("270 Ok, others find it now: b").is_empty(), "nobody waits for it");
    // The address is announced again and again, and that tells no file.
    chat.session.handle_addresses(chat.now, vec!["10.0.0.7".parse().unwrap()]);
    assert_eq!(chat.done().len(), 1);
    assert!(chat.heard("261 5000 announced to peers").is_empty());
    chat.session.handle_disconnect(chat.now);
    chat.waited(1);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    assert!(chat.heard(ENTRY).contains(&offer_line()));
    chat.heard("218 0 broadcasts");
    assert_eq!(chat.heard("271 known already, you are one of its sources now: f")[..], [second]);
}

#[test]
fn files_that_are_looked_at_longer_than_the_greeting_takes_are_told_behind_it() {
    let mut chat = begin(config(true));
    chat.heard("220 smolchat ready");
    chat.heard(ENTRY);
    chat.session.handle_transfer(chat.now, offered(true));
    let greeting = chat.heard("218 0 broadcasts\n210 Users current online: ");
    assert!(!greeting.iter().any(|line| line.contains("as last time")), "{greeting:?}");
    let told = "~ you offer 1 file, as last time; /files lists them";
    assert_eq!(chat.transferred(TransferEvent::KeptLooked), [told]);
}

#[test]
fn what_is_registered_while_the_server_is_away_is_told_when_it_is_back() {
    let mut chat = announced(config(true));
    chat.session.handle_disconnect(chat.now);
    chat.done();
    chat.typed("register film.mkv");
    assert_eq!(chat.transferred(offered(false)), ["~ kept until connected again"]);
    chat.waited(1);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    assert!(chat.heard(ENTRY).contains(&offer_line()));
    chat.heard("218 0 broadcasts");
    let reply = "270 Ok, others find it now: film.mkv";
    assert_eq!(chat.heard(reply), ["> Ok, others can find film.mkv now"]);
}

#[test]
fn a_file_is_taken_back_by_its_path_or_name_and_when_it_changes() {
    let mut chat = announced(config(true));
    chat.typed("register film.mkv");
    chat.transferred(offered(false));
    chat.heard("270 Ok, others find it now: film.mkv");
    let told = "! you offer no file x; /files lists yours";
    assert_eq!(chat.typed("unregister x"), [told]);
    for word in ["film.mkv", "/home/hans/film.mkv"] {
        chat.session.handle_typed(chat.now, Ok(&format!("unregister {word}")));
        assert_eq!(chat.commands(), [TransferCommand::Withdraw { id: FILM }]);
    }
    let withdrawn = |why: Option<&str>| TransferEvent::Withdrawn {
        id: FILM,
        name: "film.mkv".into(),
        why: why.map(str::to_owned),
    };
    assert_eq!(
        chat.transferred(withdrawn(None)),
        ["> film.mkv is offered no more".to_owned(), format!("< withdraw {}", id())]
    );
    assert!(chat.heard("275 you are none of its sources any more").is_empty());
    chat.transferred(offered(false));
    chat.heard("270 Ok, others find it now: film.mkv");
    assert_eq!(
        chat.transferred(withdrawn(Some("it has changed"))),
        [
            "! film.mkv is offered no more: it has changed; /register offers it again".to_owned(),
            format!("< withdraw {}", id())
        ]
    );
}

#[test]
fn an_account_is_still_an_account_and_no_file() {
    let mut chat = announced(config(true));
    assert_eq!(chat.typed("register luke iamyour*father"), ["< register luke iamyour*father"]);
}

#[test]
fn a_client_that_nobody_reaches_says_so() {
    let without_port = SessionConfig { peer_port: None, ..config(true) };
    for config in [without_port, SessionConfig { peer_key: None, ..config(true) }] {
        let mut chat = online_from(config);
        chat.done();
        let begin = "! no other client can reach this one, so it neither gives nor loads files; \
                     private connections are off";
        let why = ": no port is free at which peers could call";
        let again = ", as was said";
        for (line, why) in [("register f", why), ("download f", again), ("searchChunk f 1", again)]
        {
            assert_eq!(chat.typed(line), [format!("{begin}{why}")], "{line}");
        }
        assert_eq!(chat.typed("searchFile film.mkv"), ["< searchfile film.mkv"]);
    }
}

#[test]
fn a_file_is_named_as_the_others_see_it() {
    let mut chat = announced(config(true));
    chat.typed("register film.mkv");
    chat.transferred(offered(false));
    chat.heard("271 known already, you are one of its sources now: movie");
    chat.typed("files");
    let told = "> you offer film.mkv, which others know as movie, 1.4 GB: /home/hans/film.mkv";
    assert_eq!(chat.heard("272 0 files")[1..], [told]);
    chat.session.handle_typed(chat.now, Ok("unregister movie"));
    assert_eq!(chat.commands(), [TransferCommand::Withdraw { id: FILM }]);
}

#[test]
fn a_file_that_is_being_read_can_be_taken_back() {
    for word in ["film.mkv", "./film.mkv"] {
        let mut chat = announced(config(true));
        chat.typed("register film.mkv");
        let path = || "/home/hans/film.mkv".into();
        chat.typed("files");
        let told = "> you offer soon, once it is read: /home/hans/film.mkv; /unregister ends that";
        assert_eq!(chat.heard("272 0 files")[1..], [told]);
        chat.session.handle_typed(chat.now, Ok(&format!("unregister {word}")));
        assert_eq!(chat.commands(), [TransferCommand::StopReading { path: path() }]);
        let stopped = TransferEvent::NotOffered { path: path(), why: "it was stopped".into() };
        assert_eq!(
            chat.transferred(stopped),
            ["> /home/hans/film.mkv is read no more, and not offered"]
        );
        assert_eq!(chat.typed("unregister film.mkv").len(), 1, "it is forgotten");
    }
    // It was read before it could be stopped.
    let mut chat = announced(config(true));
    chat.typed("register film.mkv");
    chat.typed("unregister film.mkv");
    chat.session.handle_transfer(chat.now, offered(false));
    assert_eq!(chat.commands(), [TransferCommand::Withdraw { id: FILM }]);
}

#[test]
fn a_client_without_a_key_does_not_claim_to_offer_files() {
    let (peer_key, peers_off) = (None, Some("its key is no key".to_owned()));
    let mut chat = begin(SessionConfig { peer_key, peers_off, ..config(true) });
    chat.session.handle_transfer(chat.now, offered(true));
    chat.session.handle_transfer(chat.now, TransferEvent::KeptLooked);
    chat.heard("220 smolchat ready");
    let entry = ENTRY.lines().take(3).collect::<Vec<_>>().join("\n");
    chat.heard(&entry);
    let heard = chat.heard("218 0 broadcasts\n210 Users current online: ");
    let told = "~ nobody finds the 1 file that you offer; private connections are off: its key is \
                no key";
    assert_eq!(heard.last().map(String::as_str), Some(told), "{heard:?}");
}

#[test]
fn a_script_hears_that_its_offer_ends_with_it() {
    let mut chat = announced(config(false));
    chat.typed("register film.mkv");
    chat.transferred(offered(false));
    let reply = "270 Ok, others find it now: film.mkv";
    assert_eq!(chat.heard(reply), ["> Ok, others can find film.mkv now, until you leave"]);
}
