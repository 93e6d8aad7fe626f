//! Sessions as conversations: what the server says and the user types on one side, what is sent and
//! shown on the other. There is no network, and no clock but the one that the test turns.

mod private;
mod receipts;
mod reconnecting;
mod silence;
mod staying;
mod typing;

use smolchat_core::dialect::lines::LineError;

use super::sending::WINDOW;
use super::*;
use crate::client::peer::{LinkId, PeerEvent};
use crate::client::receipts::Style;

/// A session and the time.
struct Conversation {
    session: Session,
    now: Instant,
    /// Whether what was typed and sent is among what is shown.
    has_echo: bool,
}

fn config(is_interactive: bool) -> SessionConfig {
    let listening = Listening { port: 5000, addresses: vec!["10.0.0.2".parse().unwrap()] };
    SessionConfig {
        hides_presence: false,
        user: "hans".into(),
        password: "falcon*solo".into(),
        place: "home".into(),
        bare_commands: true,
        is_sending: false,
        register: false,
        is_interactive,
        reconnect: Some(Duration::from_secs(60)),
        receipts: Style::Off,
        seed: 1,
        listening: Some(listening),
    }
}

fn begin(config: SessionConfig) -> Conversation {
    let now = Instant::now();
    let mut chat = Conversation { session: Session::new(now, config), now, has_echo: false };
    assert_eq!(chat.done(), ["(Connect)"]);
    chat.session.handle_connected(now, vec!["10.0.0.2".parse().unwrap()]);
    chat
}

/// What the server answers to everything that a client says by itself.
const ENTRY: &str = "200 acknowledgements on
203 7 receipts on
230 Welcome to this message application
261 5000 announced to peers";

/// Past the login, its actions done.
fn online() -> Conversation {
    online_from(config(false))
}

fn online_from(config: SessionConfig) -> Conversation {
    let mut chat = begin(config);
    chat.heard("220 ready");
    let is_person = chat.session.config.is_interactive;
    chat.heard(ENTRY);
    if is_person {
        chat.heard("218 0 broadcasts\n210 Users current online: ");
    }
    chat
}

impl Conversation {
    /// A burst of lines comes from the server.
    fn heard(&mut self, lines: &str) -> Vec<String> {
        lines.lines().for_each(|line| self.session.handle_line(self.now, line));
        while let Some(id) = self.session.poll_shown() {
            self.session.handle_shown(id);
        }
        self.session.handle_timeout(self.now);
        self.done()
    }

    fn typed(&mut self, line: &str) -> Vec<String> {
        self.session.handle_typed(self.now, Ok(line));
        self.done()
    }

    fn waited(&mut self, seconds: u64) -> Vec<String> {
        self.now += Duration::from_secs(seconds);
        self.session.handle_timeout(self.now);
        self.done()
    }

    fn peer(&mut self, event: PeerEvent) -> Vec<String> {
        self.session.handle_peer(&event);
        self.session.handle_timeout(self.now);
        self.done()
    }

    /// Every action since the last time: `< ` goes to the server, `> ` is shown, `~ ` is of lesser
    /// weight, `! ` is a refusal, `: ` is what was typed, all else in parentheses.
    fn done(&mut self) -> Vec<String> {
        let mut done = Vec::new();
        while let Some(action) = self.session.poll_action() {
            done.push(match action {
                Action::Send(line) => format!("< {line}"),
                Action::Show(Shown::Note(text) | Shown::Ticks { text, .. }) => format!("~ {text}"),
                Action::Show(shown @ Shown::Receipt(_)) => format!("~ {}", shown.text()),
                Action::Show(shown) if shown.is_refusal() => format!("! {}", shown.text()),
                // Tests of what a person types look at these.
                Action::Show(Shown::Typed(_) | Shown::Sent { .. }) if !self.has_echo => continue,
                Action::Show(Shown::Typed(text)) => format!(": {text}"),
                Action::Show(shown) => format!("> {}", shown.text()),
                Action::Connect(_) => "(Connect)".to_owned(),
                Action::Exit(ending) => format!("(exit {})", ending.code()),
                Action::Expect(user, _) => format!("(expect {user})"),
                Action::Dial(user, _, addresses) => format!("(dial {user} {addresses:?})"),
                other => format!("({other:?})"),
            });
        }
        done
    }
}

const INTRODUCTION: &str =
    "* private yoda 000102030405060708090a0b0c0d0e0f 10.0.0.3:6000 10.1.0.3:6000";

#[test]
fn a_login_asks_for_acknowledgements_first_and_announces_the_client_behind() {
    let mut chat = begin(config(false));
    assert!(chat.done().is_empty());
    assert_eq!(chat.heard("220 ready"), ["< acks on", "< receipts on", "< login hans falcon*solo"]);
    assert_eq!(
        chat.heard(
            "200 acknowledgements on\n203 7 receipts on\n230 Welcome to this message application"
        ),
        ["> Welcome to this message application", "< p2p 5000 10.0.0.2", "(ReadCommands)"]
    );
    assert!(chat.heard("261 5000 announced to peers").is_empty());
    assert!(chat.session.is_ready_for_input());
}

#[test]
fn an_account_is_registered_before_the_login() {
    let mut chat = begin(SessionConfig { register: true, ..config(false) });
    assert_eq!(
        chat.heard("220 ready"),
        ["< acks on", "< receipts on", "< register hans falcon*solo"]
    );
    assert_eq!(
        chat.heard("200 on\n203 7 on\n231 hans registered, now log in"),
        ["> hans registered, now log in", "< login hans falcon*solo"]
    );
}

#[test]
fn each_refusal_of_a_login_has_its_own_ending() {
    for (reply, code) in [
        ("430 You are blocked to login, try again later!", 12),
        ("431 hans is online already, the earlier session stays", 13),
        ("532 Invalid username, try again!", 11),
        ("533 Invalid credentials, try again!", 11),
        ("* bye 423 no login in time", 14),
        ("* bye 424 server full, others were waiting and you had not logged in", 15),
    ] {
        let mut chat = begin(config(false));
        chat.heard("220 ready");
        let text = reply.trim_start_matches("* bye ").split_once(' ').unwrap().1;
        let heard = chat.heard(&format!("200 on\n203 7 on\n{reply}"));
        assert_eq!(heard, [format!("! {text}"), format!("(exit {code})")]);
        assert!(chat.heard("* login luke").is_empty());
    }
}

#[test]
fn a_person_is_asked_again_on_the_same_connection() {
    let mut chat = begin(config(true));
    chat.heard("220 ready");
    assert_eq!(
        chat.heard("200 on\n203 7 on\n533 Invalid credentials, try again!"),
        ["! Invalid credentials, try again!", "(Ask(Password))"]
    );
    chat.session.handle_credentials(chat.now, Some(("hans".into(), "second".into())));
    assert_eq!(chat.done(), ["< login hans second"]);
    assert_eq!(
        chat.heard("532 Invalid username, try again!"),
        ["! Invalid username, try again!", "(Ask(Credentials))"]
    );
    chat.session.handle_credentials(chat.now, Some(("yoda".into(), "wise@!man".into())));
    assert_eq!(chat.done(), ["< login yoda wise@!man"]);
    assert_eq!(
        chat.heard("430 You are blocked to login, try again later!"),
        ["! You are blocked to login, try again later!", "(exit 12)"]
    );
}

#[test]
fn what_greets_otherwise_is_no_server_and_a_full_one_says_so() {
    assert_eq!(
        begin(config(false)).heard("SSH-2.0-OpenSSH_9"),
        ["! what answers is not a smolchat server", "(exit 17)"]
    );
    assert_eq!(
        begin(config(false)).heard("421 server full, try again later"),
        ["! server full, try again later", "(exit 15)"]
    );
    assert_eq!(begin(config(false)).waited(15), ["! the server does not answer", "(exit 10)"]);
}

#[test]
fn commands_go_out_and_each_answer_is_read_against_its_own() {
    let mut chat = online();
    assert_eq!(chat.typed("message yoda hi"), ["< message yoda hi"]);
    assert_eq!(chat.typed("message luke hi"), ["< message luke hi"]);
    assert_eq!(chat.typed("whoelse"), ["< whoelse"]);
    assert_eq!(
        chat.heard(
            "250 1 accepted\n251 2 stored until luke logs in\n210-Users current online: a, b\n210 c"
        ),
        ["> luke is offline, the message is stored", "> Users current online: a, b, c"]
    );
    assert_eq!(chat.typed("broadcast hi"), ["< broadcast hi"]);
    assert!(chat.heard("252 3 1 recipients").is_empty());
    chat.typed("broadcast hi");
    let text = "Your broadcast cannot be received by all online users because someone blocked you";
    assert_eq!(chat.heard(&format!("253 4 1 {text}")), [format!("> {text}")]);
    chat.typed("message hans hi");
    assert_eq!(chat.heard("550 Invalid receiver!"), ["! Invalid receiver!"]);
    assert!(chat.waited(3600).is_empty());
}

#[test]
fn answers_of_blocks_and_seen_are_shown_whole() {
    let mut chat = online();
    assert_eq!(chat.typed("blocks"), ["< blocks"]);
    assert_eq!(chat.heard("212-Users you block: a, b\n212 c"), ["> Users you block: a, b, c"]);
    assert_eq!(chat.typed("seen yoda"), ["< seen yoda"]);
    let answer = "yoda was last here 60 seconds ago";
    assert_eq!(chat.heard(&format!("216 {answer}")), [format!("> {answer}")]);
}

#[test]
fn what_the_client_can_see_to_be_wrong_is_not_sent() {
    let mut chat = online();
    assert_eq!(
        chat.typed("message yoda"),
        ["! wrong arguments, the form is: message <user> <text>"]
    );
    assert_eq!(chat.typed("dance"), ["! unknown command, try help"]);
    assert_eq!(chat.typed("private yoda hi"), ["! Have not built connection with yoda"]);
    assert!(chat.typed("").is_empty());
    chat.session.handle_typed(chat.now, Err(LineError::TooLong));
    assert_eq!(chat.done(), ["! a line of a script holds at most 16 KiB"]);
    assert!(
        chat.typed("help").contains(
            &"> startprivate <user>: be introduced to a user's client for a direct connection"
                .to_owned()
        )
    );
}

#[test]
fn answers_of_the_client_wait_for_their_turn() {
    let mut chat = online();
    chat.typed("message yoda hi");
    assert!(chat.typed("dance").is_empty());
    assert!(chat.typed("private yoda hi").is_empty());
    assert_eq!(chat.typed("ping"), ["< ping"]);
    assert_eq!(
        chat.heard("550 Invalid receiver!"),
        [
            "! Invalid receiver!",
            "! unknown command, try help",
            "! Have not built connection with yoda"
        ]
    );
    assert_eq!(chat.heard("202 pong"), ["> pong"]);
}

#[test]
fn messages_are_shown_then_acknowledged_once_a_burst() {
    let mut chat = online();
    assert_eq!(
        chat.heard("* message 5 yoda 0 hi\n* broadcast 6 luke 0 all\n* message 7 yoda 600 late"),
        ["> yoda: hi", "> luke (to all): all", "> [10 minutes ago] yoda: late", "< ack 7"]
    );
    assert_eq!(chat.heard("* message 8 yoda 0 more"), ["> yoda: more"]);
    assert_eq!(chat.heard("201 7 acknowledged"), ["< ack 8"]);
    assert!(chat.heard("201 8 acknowledged").is_empty());
}

#[test]
fn a_message_that_comes_again_is_acknowledged_and_not_shown() {
    let mut chat = online();
    chat.heard("* message 5 yoda 0 hi");
    assert_eq!(chat.heard("201 5 acknowledged\n* message 5 yoda 9 hi"), ["< ack 5"]);
}

#[test]
fn comings_and_goings_are_shown() {
    let mut chat = online();
    assert_eq!(
        chat.heard("* login yoda\n* logout yoda\n* missed 3\n* something new"),
        [
            "> yoda logged in",
            "> yoda just logged out",
            "~ 3 logins and logouts were not told, this client was too slow"
        ]
    );
}

#[test]
fn leaving_waits_for_the_answers_and_the_goodbye() {
    let mut chat = online();
    chat.typed("message yoda hi");
    chat.session.handle_end_of_input(chat.now);
    assert_eq!(chat.done(), ["< logout"]);
    assert!(!chat.session.is_ready_for_input());
    assert_eq!(
        chat.heard("550 Invalid receiver!\n221 You just logged out"),
        ["! Invalid receiver!", "> You just logged out", "(exit 18)"]
    );
}

#[test]
fn leaving_does_not_wait_for_ever() {
    let mut chat = online();
    chat.typed("logout");
    assert!(chat.waited(9).is_empty());
    assert_eq!(chat.waited(1), ["! the server does not answer", "(exit 10)"]);
}

#[test]
fn an_interrupt_logs_out_and_a_second_one_does_not_wait() {
    let mut chat = online();
    chat.session.handle_interrupt(chat.now, Ending::AsAsked);
    assert_eq!(chat.done(), ["< logout"]);
    chat.session.handle_interrupt(chat.now, Ending::AsAsked);
    assert_eq!(chat.done(), ["(exit 0)"]);
}

#[test]
fn the_servers_goodbye_and_a_lost_connection_are_told_apart() {
    assert_eq!(
        online().heard("* bye 422 you were inactive and are logged out"),
        ["! you were inactive and are logged out", "(exit 14)"]
    );
    let never = SessionConfig { reconnect: Some(Duration::ZERO), ..config(false) };
    let mut chat = online_from(never.clone());
    chat.session.handle_disconnect(chat.now);
    assert_eq!(chat.done(), ["! the connection to the server is lost", "(exit 10)"]);
    assert_eq!(
        online_from(never).heard("* bye 425 the server is stopping"),
        ["! the server is stopping", "(exit 10)"]
    );
}

#[test]
fn no_more_requests_are_under_way_than_the_window_holds() {
    let mut chat = online();
    for _ in 0..WINDOW {
        assert!(chat.session.is_ready_for_input());
        chat.typed("ping");
    }
    assert!(!chat.session.is_ready_for_input());
    assert_eq!(chat.heard("202 pong"), ["> pong"]);
    assert!(chat.session.is_ready_for_input());
}

#[test]
fn users_heard_of_are_remembered_for_completion() {
    let mut chat = online();
    chat.heard("* login luke\n* message 1 yoda 0 hi");
    chat.typed("whoelse");
    chat.heard("201 1 acknowledged\n210 Users current online: vader, r2d2");
    let names = ["luke ", "r2d2 ", "vader ", "yoda "].map(str::to_owned).to_vec();
    assert_eq!(chat.session.completions("message "), (8, names));
}

#[test]
fn who_only_sends_something_leaves_what_others_say_for_the_next_login() {
    let mut chat = begin(SessionConfig { is_sending: true, ..config(false) });
    chat.heard("220 ready");
    assert_eq!(chat.heard(ENTRY), ["< p2p 5000 10.0.0.2", "(ReadCommands)"]);
    assert!(chat.heard("* message 1 yoda 0 hi\n* broadcast 2 yoda 0 hi\n* login luke").is_empty());
    assert_eq!(chat.typed("message yoda hi"), ["< message yoda hi"]);
    chat.session.handle_end_of_input(chat.now);
    assert_eq!(chat.done(), ["< logout"]);
    assert_eq!(chat.heard("250 3 accepted\n221 You just logged out"), ["(exit 0)"]);
}

#[test]
fn a_script_that_asks_for_receipts_waits_for_them_before_it_leaves() {
    let mut chat = online_from(SessionConfig { receipts: Style::Words, ..config(false) });
    chat.typed("message yoda hi");
    chat.session.handle_end_of_input(chat.now);
    assert!(chat.done().is_empty());
    assert!(chat.heard("250 3 accepted").is_empty());
    assert!(chat.waited(5).is_empty());
    assert_eq!(chat.heard("* delivered 3"), ["~ delivered to yoda: hi", "< logout"]);
    let mut chat = online_from(SessionConfig { receipts: Style::Words, ..config(false) });
    chat.typed("message yoda hi");
    chat.session.handle_end_of_input(chat.now);
    chat.heard("250 3 accepted");
    assert_eq!(chat.waited(15), ["< logout"], "not for ever");
}
