//! What is no request: each is answered with an error that says what is wrong, and the connection
//! goes on at the next line.

use crate::stage::{KEY, Stage};

conversations! {
    an_unknown_command_is_answered_with_an_error;
    wrong_arguments_are_answered_with_the_right_form;
    a_line_may_have_512_bytes_and_not_one_more;
    what_is_not_utf8_is_refused_and_the_next_line_is_heard;
    control_characters_are_refused_and_reach_nobody;
    private_and_stopprivate_never_reach_the_server;
    before_a_login_only_a_few_requests_are_heard;
    lines_may_end_either_way_and_come_in_pieces;
    every_request_in_one_breath_gets_its_reply_in_order;
    who_asks_without_reading_gets_every_answer_once_reading;
}

const UNKNOWN: &str = "500 unknown command, try help";

fn an_unknown_command_is_answered_with_an_error(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for line in
        ["dance", "", " ", " whoelse", "WHOELSE", "GET / HTTP/1.1", "whoelse,", "*", "220 hi"]
    {
        stage.ask(hans, line, UNKNOWN);
    }
    stage.ask(hans, "whoelse", "210 Users current online: ");
    stage.hear_nothing();
}

fn wrong_arguments_are_answered_with_the_right_form(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for (line, form) in [
        ("message", "message <user> <text>"),
        ("message yoda", "message <user> <text>"),
        ("message yoda ", "message <user> <text>"),
        ("broadcast", "broadcast <text>"),
        ("whoelse yoda", "whoelse"),
        ("block", "block <user>"),
        ("block yoda luke", "block <user>"),
        ("unblock", "unblock <user>"),
        ("logout now", "logout"),
        ("startprivate", "startprivate <user>"),
        ("ack", "ack <id>"),
        ("ack all", "ack <id>"),
        ("acks", "acks on"),
        ("acks off", "acks on"),
        ("login hans", "login <user> <password>"),
        ("register hans", "register <user> <password>"),
        ("ping pong", "ping"),
        ("status all", "status"),
        ("help me", "help [command]"),
    ] {
        stage.ask(hans, line, &format!("501 wrong arguments, the form is: {form}"));
    }
    stage.hear_nothing();
}

fn a_line_may_have_512_bytes_and_not_one_more(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let longest = format!("{:512}", "whoelse");
    stage.ask(hans, &longest, "210 Users current online: ");
    stage.ask(hans, &format!("{longest} "), "502 line longer than 512 bytes");
    stage.ask(hans, &"x".repeat(5000), "502 line longer than 512 bytes");
    stage.ask(hans, &"x".repeat(512), UNKNOWN);
    stage.ask(hans, "ping", "202 pong");
    stage.hear_nothing();
}

fn what_is_not_utf8_is_refused_and_the_next_line_is_heard(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    for text in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x9a"] {
        let line = [&b"message yoda "[..], text, b"\nmessage yoda hi\n"].concat();
        stage.send(hans, &line);
        stage.hear(hans, "504 line is not UTF-8");
        stage.hear(hans, "250 {id} accepted");
        stage.hear(yoda, "* message {id} hans {age} hi");
    }
    stage.hear_nothing();
}

fn control_characters_are_refused_and_reach_nobody(stage: &mut dyn Stage) {
    let [hans, _yoda] = stage.company(["hans", "yoda"]);
    for text in ["\x07", "\x1b[2J", "a\tb", "a\rb", "\0", "\u{7f}", "\u{9b}2J"] {
        stage.ask(hans, &format!("message yoda {text}"), "505 line holds a control character");
    }
    stage.ask(hans, "\r", "500 unknown command, try help");
    stage.hear_nothing();
}

fn private_and_stopprivate_never_reach_the_server(stage: &mut dyn Stage) {
    let [hans, _yoda] = stage.company(["hans", "yoda"]);
    for line in ["private yoda hi", "stopprivate yoda", "private", "stopprivate"] {
        let told = "506 private and stopprivate go straight between clients, use smolchat";
        stage.ask(hans, line, told);
    }
    stage.hear_nothing();
}

fn before_a_login_only_a_few_requests_are_heard(stage: &mut dyn Stage) {
    stage.arrive("yoda");
    let stranger = stage.stranger();
    for line in [
        "message yoda hi",
        "broadcast hi",
        "whoelse",
        "whoelsesince 5",
        "block yoda",
        "unblock yoda",
        "startprivate yoda",
        &format!("p2p 5000 {KEY}"),
        "files",
        "searchfile film.mkv",
        &format!("offer {KEY} 1 film.mkv"),
        &format!("hold {KEY} 1 255 film.mkv"),
        &format!("withdraw {KEY}"),
        "ack 1",
        "status",
    ] {
        stage.ask(stranger, line, "530 log in first: login <user> <password>");
    }
    stage.ask(stranger, "dance", UNKNOWN);
    stage.ask(stranger, "ping", "202 pong");
    stage.ask(stranger, "help ping", "214 ping: hear that the server is there");
    stage.ask(stranger, "acks on", "200 acknowledgements on");
    stage.hear_nothing();
}

fn lines_may_end_either_way_and_come_in_pieces(stage: &mut dyn Stage) {
    let hans = stage.stranger();
    for piece in [&b"log"[..], b"in hans falcon*s", b"olo\r", b"\npi", b"ng\nping\r\n", b"whoelse"]
    {
        stage.send(hans, piece);
    }
    stage.hear(hans, "230 Welcome to this message application");
    stage.hear(hans, "202 pong");
    stage.hear(hans, "202 pong");
    stage.send(hans, b"\n");
    stage.hear(hans, "210 Users current online: ");
    stage.hear_nothing();
}

fn every_request_in_one_breath_gets_its_reply_in_order(stage: &mut dyn Stage) {
    let [yoda, hans] = stage.company(["yoda", "hans"]);
    let breath = "message yoda a\nbroadcast b\nwhoelse\nwhoelsesince 9\nblock yoda\nunblock yoda\n\
        startprivate yoda\np2p 1 KEY\nack 0\nacks on\nhelp ping\nping\ndance\nprivate yoda x\nlogout\n";
    stage.send(hans, breath.replace("KEY", KEY).as_bytes());
    for reply in [
        "250 {id} accepted",
        "252 {id} 1 recipients",
        "210 Users current online: yoda",
        "211 Users that logged in: yoda",
        "240 yoda is blocked",
        "242 yoda is unblocked",
        "461 yoda takes no private connections now",
        "261 1 announced to peers",
        "201 0 acknowledged",
        "200 acknowledgements on",
        "214 ping: hear that the server is there",
        "202 pong",
        UNKNOWN,
        "506 private and stopprivate go straight between clients, use smolchat",
        "221 You just logged out",
    ] {
        stage.hear(hans, reply);
    }
    stage.closed(hans);
    stage.hear(yoda, "* message {id} hans {age} a");
    stage.hear(yoda, "* broadcast {id} hans {age} b");
    stage.hear(yoda, "* logout hans");
    stage.hear_nothing();
}

fn who_asks_without_reading_gets_every_answer_once_reading(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.stall(yoda);
    // More answers than the buffers of both sides hold together, of one line and of several.
    stage.send(yoda, "block yoda\nhelp ping\n".repeat(500).as_bytes());
    stage.ask(hans, "message yoda hi", "250 {id} accepted");
    stage.ask(hans, "whoelse", "210 Users current online: yoda");
    stage.resume(yoda);
    let lines: Vec<String> = (0..1001).map(|_| stage.hear(yoda, "{any}").line).collect();
    let (events, answers): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.starts_with('*'));
    assert!(events.len() == 1 && events[0].ends_with(" hi"), "{events:?}");
    for pair in answers.chunks(2) {
        assert_eq!(pair, ["540 Invalid user to block", "214 ping: hear that the server is there"]);
    }
    stage.hear_nothing();
}
