//! A lost connection: how the client connects again, what of the chat survives, and when the client
//! gives up.

mod ending;
mod late;
mod password;

use super::*;

const LOST: &str = "~ the connection to the server is lost, connecting again";
const REENTRY: [&str; 3] = ["< acks on", "< receipts on", "< login hans falcon*solo"];

fn person() -> Conversation {
    online_from(SessionConfig { reconnect: None, ..config(true) })
}

impl Conversation {
    /// The connection is cut.
    fn cut(&mut self) -> Vec<String> {
        self.session.handle_disconnect(self.now);
        self.done()
    }

    /// Time passes until the next try.
    fn tries(&mut self) -> Vec<String> {
        self.now = self.session.poll_at().expect("a deadline");
        self.session.handle_timeout(self.now);
        self.done()
    }

    /// The next try finds the server, which greets.
    fn finds_the_server(&mut self) {
        assert_eq!(self.tries(), ["(Connect)"]);
        self.session.handle_connected(self.now, vec!["10.0.0.9".parse().unwrap()]);
        assert_eq!(self.heard("220 smolchat ready"), REENTRY);
    }

    /// The next try succeeds. What happens behind `connected again`.
    fn returns(&mut self) -> Vec<String> {
        self.finds_the_server();
        let mut done = self.heard(ENTRY);
        assert_eq!(done.remove(0), "~ connected again");
        assert_eq!(done.remove(0), "< blocks");
        assert_eq!(done.remove(0), "< p2p 5000 KEY 10.0.0.9");
        if self.session.config.is_interactive {
            assert_eq!(done.remove(0), "< history 20");
            done.extend(self.heard("218 0 broadcasts"));
        }
        done
    }

    fn ended_input(&mut self) -> Vec<String> {
        self.session.handle_end_of_input(self.now);
        self.done()
    }
}

#[test]
fn a_lost_connection_is_had_again_and_the_login_repeated() {
    let mut chat = online();
    assert_eq!(chat.cut(), [LOST, "(Disconnect)"]);
    assert!(chat.returns().is_empty());
    assert_eq!(chat.heard("* message 1 yoda 0 hi"), ["> yoda: hi", "< ack 1"]);
    assert!(chat.session.is_ready_for_input());
}

#[test]
fn a_server_that_stops_is_waited_for() {
    let mut chat = online();
    assert_eq!(
        chat.heard("* bye 425 the server is stopping"),
        ["~ the server is stopping, connecting again", "(Disconnect)"]
    );
    assert!(chat.cut().is_empty(), "the rest of the goodbye");
    assert!(chat.returns().is_empty());
}

#[test]
fn tries_go_on_with_longer_pauses_for_as_long_as_a_person_is_there() {
    let mut chat = person();
    chat.cut();
    let (begun, mut pauses, mut late) = (chat.now, Vec::new(), Vec::new());
    for _ in 0..2000 {
        let before = chat.now;
        assert_eq!(chat.tries(), ["(Connect)"]);
        let is_late = before > begun + Duration::from_secs(700);
        if is_late { &mut late } else { &mut pauses }.push(chat.now - before);
        chat.session.handle_unreachable(chat.now, "no route");
        assert_eq!(chat.done(), ["(Disconnect)"]);
    }
    assert!(pauses[0] <= Duration::from_millis(500), "{:?}", pauses[0]);
    assert!(pauses[..600].iter().all(|pause| pause.as_secs() <= 1));
    assert!(late.len() > 900 && late.iter().all(|pause| (15..=30).contains(&pause.as_secs())));
    assert!(chat.returns().is_empty());
}

#[test]
fn a_script_gives_up_after_its_time_with_the_exit_code_of_the_loss() {
    for (lost, code) in [(None, 10), (Some("* bye 425 the server is stopping"), 10)] {
        let mut chat = online();
        chat.typed("message yoda hi");
        match lost {
            Some(line) => chat.heard(line),
            None => chat.cut(),
        };
        chat.session.handle_timeout(chat.now);
        assert!(chat.waited(59).contains(&"(Connect)".to_owned()));
        assert_eq!(
            chat.waited(1),
            [
                "! the server did not come back",
                "! unanswered: message yoda hi",
                &format!("(exit {code})")
            ]
        );
        assert_eq!(chat.session.poll_at(), None);
    }
}

#[test]
fn a_connection_that_comes_to_nothing_is_tried_again() {
    for ending in ["", "SSH-2.0", "silence", "in the middle of the login"] {
        let mut chat = person();
        chat.cut();
        assert_eq!(chat.tries(), ["(Connect)"]);
        chat.session.handle_connected(chat.now, Vec::new());
        let done = match ending {
            "" => chat.cut(),
            "silence" => chat.waited(15),
            "SSH-2.0" => chat.heard(ending),
            _ => {
                chat.heard("220 smolchat ready\n200 on");
                chat.cut()
            }
        };
        let told =
            "~ not yet: what answers is SSH: leave out --ssh off; the client tries again by itself";
        let lines = [told, "(Disconnect)"];
        assert_eq!(done, lines[usize::from(ending != "SSH-2.0")..], "{ending}");
        assert!(chat.returns().is_empty(), "{ending}");
    }
}

#[test]
fn refusals_that_pass_are_told_once_and_tried_again() {
    let mut chat = person();
    chat.cut();
    let refusal = "200 on\n203 7 on\n431 hans is online already, the earlier session stays";
    chat.finds_the_server();
    assert_eq!(
        chat.heard(refusal),
        [
            "~ not yet: hans is online already, the earlier session stays; the client tries again by itself",
            "(Disconnect)"
        ]
    );
    chat.finds_the_server();
    assert_eq!(chat.heard(refusal), ["(Disconnect)"]);
    chat.finds_the_server();
    assert_eq!(
        chat.heard("* bye 424 server full, others were waiting and you had not logged in"),
        [
            "~ not yet: server full, others were waiting and you had not logged in; the client tries again by itself",
            "(Disconnect)"
        ]
    );
    for refusal in [
        "436 9 seconds until your address may try another password, after too many wrong ones",
        "437 9 seconds until you may log in again, after too many logins",
    ] {
        chat.finds_the_server();
        let heard = chat.heard(&format!("200 on\n203 7 on\n{refusal}"));
        let told = format!("~ not yet: {}; the client tries again by itself", &refusal[4..]);
        assert_eq!(heard, [told, "(Disconnect)".into()]);
    }
    chat.finds_the_server();
    assert_eq!(
        chat.heard("200 on\n203 7 on\n430 43 You are blocked to login, try again later!"),
        [
            "~ not yet: too many wrong passwords: hans is locked for 43 s; the client tries again by itself",
            "(Disconnect)"
        ]
    );
    chat.tries();
    chat.session.handle_connected(chat.now, Vec::new());
    assert_eq!(
        chat.heard("421 server full, try again later"),
        [
            "~ not yet: server full, try again later; the client tries again by itself",
            "(Disconnect)"
        ]
    );
    assert!(chat.returns().is_empty());
}

#[test]
fn refusals_that_do_not_pass_end_it() {
    for reply in ["532 Invalid username, try again!", "533 Invalid credentials, try again!"] {
        let mut chat = person();
        chat.cut();
        chat.finds_the_server();
        assert_eq!(
            chat.heard(&format!("200 on\n203 7 on\n{reply}")),
            [format!("! {}", &reply[4..]), "(exit 11)".to_owned()]
        );
    }
}

#[test]
fn messages_without_a_reply_are_sent_again_in_order_before_newer_ones() {
    let mut chat = online();
    chat.typed("message yoda one");
    chat.typed("broadcast two");
    chat.typed("block vader");
    assert!(chat.heard("250 1 accepted").is_empty());
    chat.cut();
    assert!(chat.session.is_ready_for_input());
    assert!(chat.typed("message yoda three").is_empty());
    assert_eq!(chat.returns(), ["< broadcast two", "< block vader", "< message yoda three"]);
    assert_eq!(
        chat.heard("252 2 1 recipients\n240 vader is blocked\n251 3 stored until yoda logs in"),
        [r#"(Refuse("vader"))"#, "> vader is blocked", "> yoda is offline, the message is stored"]
    );
}

#[test]
fn what_would_mislead_if_it_were_done_twice_is_told_as_lost() {
    let mut chat = online();
    chat.typed("startprivate yoda");
    chat.typed("private yoda hi");
    chat.typed("register jabba hutt");
    chat.typed("dance");
    assert_eq!(
        chat.cut(),
        [
            "! unanswered: startprivate yoda",
            "! Have not built connection with yoda (not sent: hi)",
            "! unanswered: register jabba",
            "! unknown command, try help (there is no command \"dance\")",
            LOST,
            "(Disconnect)"
        ]
    );
    assert!(chat.returns().is_empty());
}

#[test]
fn lines_typed_meanwhile_are_checked_at_once_kept_and_sent_later() {
    let mut chat = person();
    chat.cut();
    assert_eq!(chat.typed("whoelse"), ["~ kept until connected again"]);
    assert!(chat.typed("message yoda hi").is_empty());
    assert_eq!(chat.typed("/dance"), ["! /dance: unknown command, try /help"]);
    assert_eq!(chat.typed("startprivate yoda"), ["! not connected to the server, try again later"]);
    assert_eq!(chat.returns(), ["< whoelse", "< message yoda hi"]);
}

#[test]
fn what_is_kept_is_bounded_and_told_so() {
    let mut chat = person();
    chat.cut();
    let mut kept = 0;
    while chat.session.is_ready_for_input() {
        chat.typed("ping");
        kept += 1;
    }
    assert_eq!(kept, 100);
    assert_eq!(
        chat.typed("message yoda hi"),
        ["! too many lines wait for the server, this one is not kept: message yoda hi"]
    );
    assert_eq!(chat.returns().len(), WINDOW);
    assert_eq!(chat.heard("202 pong"), ["> pong", "< ping"]);
    let pongs = "202 pong\n".repeat(99);
    assert_eq!(chat.heard(&pongs).iter().filter(|line| *line == "> pong").count(), 99);
    assert!(chat.session.is_ready_for_input());
}

#[test]
fn a_message_is_shown_once_across_connections_of_one_epoch() {
    let mut chat = online();
    chat.heard("* message 5 yoda 0 hi");
    chat.cut();
    assert!(chat.returns().is_empty());
    assert_eq!(
        chat.heard("* message 5 yoda 9 hi\n* message 6 yoda 0 more"),
        ["> yoda: more", "< ack 6"]
    );
}

#[test]
fn a_server_of_another_epoch_or_of_none_counts_anew() {
    for entry in
        [ENTRY.replace("203 7 ", "203 8 "), ENTRY.replace("203 7 receipts on", "500 unknown")]
    {
        let mut chat = online();
        chat.heard("* message 5 yoda 0 hi");
        chat.cut();
        chat.finds_the_server();
        chat.heard(&entry);
        assert_eq!(chat.heard("* message 1 yoda 0 hi"), ["> yoda: hi", "< ack 1"]);
    }
}

#[test]
fn private_conversations_outlive_the_servers_connection() {
    let mut chat = online();
    chat.connected(1, "yoda", false);
    chat.cut();
    assert_eq!(chat.typed("private yoda hi"), [r#"(Say(LinkId(1), "text 1 hi"))"#]);
    let heard = chat.peer_says(1, &["begin 00000000000000ff 1", "text 1 hello"]);
    assert_eq!(heard, ["> yoda (private): hello"]);
}

#[test]
fn pauses_are_short_again_only_after_a_while_online() {
    let mut chat = person();
    let pause = |chat: &mut Conversation| {
        chat.cut();
        let pause = chat.session.poll_at().unwrap() - chat.now;
        chat.returns();
        pause
    };
    let pauses: Vec<_> = (0..8).map(|_| pause(&mut chat)).collect();
    assert!(pauses[7] > Duration::from_millis(500), "{pauses:?}");
    chat.waited(60);
    assert!(pause(&mut chat) <= Duration::from_millis(500));
}

#[test]
fn a_key_of_somebody_who_waits_for_the_server_is_a_try() {
    let mut chat = person();
    chat.cut();
    chat.session.handle_activity(chat.now);
    assert_eq!(chat.waited(0), ["(Connect)"]);
    chat.session.handle_activity(chat.now);
    assert!(chat.waited(0).is_empty(), "one try at a time");
}

#[test]
fn a_broadcast_typed_while_the_server_was_away_tells_how_many_were_back() {
    for (recipients, who) in [
        (0, "nobody else was online yet"),
        (1, "1 other user was online"),
        (2, "2 other users were online"),
    ] {
        let mut chat = person();
        chat.cut();
        chat.typed("hello");
        assert!(chat.returns().contains(&"< broadcast hello".to_owned()));
        let told = format!("~ to all: hello: {who}");
        assert_eq!(chat.heard(&format!("252 1 {recipients} recipients")), [told]);
        chat.typed("again");
        assert!(!chat.heard("252 2 2 recipients").iter().any(|line| line.contains("online")));
    }
}
