//! Sessions as conversations: what the server says and the user types on one side, what is sent and
//! shown on the other. There is no network, and no clock but the one that the test turns.

mod arrival;
mod calling;
mod entering;
mod files;
mod history;
mod leaving;
mod pressure;
mod private;
mod receipts;
mod reconnecting;
mod silence;
mod staying;
mod turning;
mod typing;

use std::collections::BTreeMap;

use smolchat_core::dialect::lines::LineError;
use smolchat_core::protocol::MessageId;
use smolchat_peer::Kind;

use super::sending::{SSH_BYTES, WINDOW};
use super::*;
use crate::client::addresses::Here;
use crate::client::files::Folders;
use crate::client::past::Seen;
use crate::client::peer::{LinkId, PeerEvent};
use crate::client::receipts::Style;
use crate::client::transfer::command::TransferCommand;
use crate::client::transfer::event::Survey;

/// A session and the time.
struct Conversation {
    session: Session,
    now: Instant,
    /// Whether what was typed and sent is among what is shown.
    has_echo: bool,
    /// What this run and those before it have seen of the room.
    kept: Option<Seen>,
    /// The keys of peers that are kept.
    known: BTreeMap<String, [u8; 32]>,
    here: Here,
    /// What every folder is like where a file is to be; by default an empty one.
    folder: Option<Result<Survey, String>>,
}

/// The key of every peer here.
const THEIR_KEY: [u8; 32] = [9; 32];

fn config(is_interactive: bool) -> SessionConfig {
    SessionConfig {
        adds_key: false,
        asks_late: false,
        hides_presence: false,
        user: "hans".into(),
        password: "falcon*solo".into(),
        place: "home".into(),
        bare_commands: true,
        is_sending: false,
        register: false,
        can_ask: is_interactive,
        is_interactive,
        reconnect: Some(Duration::from_secs(60)),
        receipts: Style::Off,
        request_bytes: usize::MAX,
        folders: Folders {
            home: Some("/home/h".into()),
            current: "/work".into(),
            downloads: "/home/h/Downloads".into(),
        },
        seed: 1,
        peer_port: Some(5000),
        peer_key: Some([7; 32]),
        peers_off: None,
    }
}

fn begin(config: SessionConfig) -> Conversation {
    let now = Instant::now();
    let mut chat = Conversation::of(Session::new(now, config), now);
    assert_eq!(chat.done(), ["(Connect)"]);
    chat.session.handle_connected(now, vec!["10.0.0.2".parse().unwrap()]);
    chat
}

/// What the server answers to everything that a client says by itself.
const ENTRY: &str = "200 acknowledgements on\n203 7 receipts on\n\
    230 Welcome to this message application\n212 Users you block: \n\
    261 5000 announced to peers";

/// The same to a client that only says something.
const ENTRY_TO_SAY: &str = "200 acknowledgements on\n203 7 receipts on\n\
    230 Welcome to this message application\n261 5000 announced to peers";

/// Past the login, its actions done.
fn online() -> Conversation {
    online_from(config(false))
}

fn online_from(config: SessionConfig) -> Conversation {
    let mut chat = begin(config);
    chat.heard("220 smolchat ready");
    let is_person = chat.session.config.is_interactive;
    chat.heard(ENTRY);
    if is_person {
        chat.heard("218 0 broadcasts\n210 Users current online: ");
    }
    chat
}

impl Conversation {
    fn of(session: Session, now: Instant) -> Self {
        let own = vec!["10.0.0.2".parse().unwrap()];
        let here = Here { own, server: Some("10.0.0.1".parse().unwrap()) };
        let known = BTreeMap::new();
        Conversation { session, now, has_echo: false, kept: None, known, here, folder: None }
    }

    /// A link for talk with this user stands.
    fn connected(&mut self, link: u64, user: &str, by_us: bool) -> Vec<String> {
        let (link, user, key) = (LinkId(link), user.to_owned(), THEIR_KEY);
        self.peer(PeerEvent::Connected { link, user, key, by_us })
    }

    /// A peer says something on a link.
    fn peer_says(&mut self, link: u64, lines: &[&str]) -> Vec<String> {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        self.peer(PeerEvent::Lines { link: LinkId(link), lines })
    }

    /// The server answers what somebody asks who has seen something of the room.
    fn heard_of_gap(&mut self, before: u64) {
        let figures = format!("213-uptime-seconds 5\n213-history-gap-before {before}\n213 keys 0");
        assert!(self.heard(&figures).is_empty());
    }

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

    /// The server takes one message after the other, until none waits. What went out meanwhile.
    fn taken(&mut self) -> Vec<String> {
        let mut sent = Vec::new();
        for id in 1000.. {
            if self.session.requests.messages().next().is_none() {
                break;
            }
            sent.extend(self.heard(&format!("250 {id} accepted")));
        }
        sent.retain(|line| line.starts_with("< "));
        sent
    }

    fn waited(&mut self, seconds: u64) -> Vec<String> {
        self.now += Duration::from_secs(seconds);
        self.session.handle_timeout(self.now);
        self.done()
    }

    fn peer(&mut self, event: PeerEvent) -> Vec<String> {
        self.session.handle_peer(self.now, &event);
        self.session.handle_timeout(self.now);
        self.done()
    }

    /// Every action since the last time: `< ` goes to the server, `> ` is shown, `~ ` is of lesser
    /// weight, `! ` is a refusal, `: ` is what was typed, all else in parentheses.
    fn done(&mut self) -> Vec<String> {
        let mut done = Vec::new();
        while let Some(action) = self.session.poll_action() {
            done.push(match action {
                Action::Send(line) => format!("< {}", line.replace(&"07".repeat(32), "KEY")),
                Action::Show(Shown::Note(text) | Shown::Ticks { text, .. }) => format!("~ {text}"),
                Action::Show(shown @ Shown::Receipt(_)) => format!("~ {}", shown.text()),
                Action::Show(shown) if shown.is_refusal() => format!("! {}", shown.text()),
                // A program's alone.
                Action::Show(Shown::Accepted(receipt)) if self.has_echo => {
                    format!("= {:?}: {}", receipt.progress, receipt.text)
                }
                Action::Show(Shown::Accepted(_)) => continue,
                Action::Recall => {
                    self.session.handle_recalled(self.kept);
                    continue;
                }
                Action::Keep(seen) => {
                    self.kept = Some(seen);
                    continue;
                }
                // Tests of what a person types look at these.
                Action::Show(Shown::Typed(_) | Shown::Sent { .. }) if !self.has_echo => continue,
                Action::Show(Shown::Typed(text)) => format!(": {text}"),
                Action::Show(shown) => format!("> {}", shown.text()),
                Action::Connect(_) => "(Connect)".to_owned(),
                Action::Exit(ending) => format!("(exit {})", ending.code()),
                Action::Judge(meeting) => {
                    let known = self.known.get(&meeting.peer.user).copied();
                    self.session.handle_judged(meeting, Ok(known), &self.here);
                    continue;
                }
                Action::Transfer(TransferCommand::Survey { offer, folder }) => {
                    self.surveyed(offer, folder);
                    continue;
                }
                Action::Expect(peer, _) => format!("(expect {})", peer.user),
                Action::Dial(Kind::Talk, peer, addresses) => {
                    format!("(dial {} {addresses:?})", peer.user)
                }
                Action::Dial(kind, peer, addresses) => {
                    format!("(dial {kind:?} {} {addresses:?})", peer.user)
                }
                Action::Remember(user, key) => {
                    self.known.insert(user.clone(), key);
                    format!("(remember {user})")
                }
                Action::Fingerprint(user) => {
                    let known = self.known.get(&user).copied();
                    self.session.handle_fingerprint(&user, Ok(known));
                    continue;
                }
                Action::Trust(user, key) => {
                    self.known.insert(user.clone(), key);
                    self.session.handle_trusted_peer(&user, key, Ok(()));
                    continue;
                }
                other => format!("({other:?})"),
            });
        }
        done
    }
}

const INTRODUCTION: &str = "* private yoda 000102030405060708090a0b0c0d0e0f \
    0909090909090909090909090909090909090909090909090909090909090909 \
    10.0.0.3:6000 10.1.0.3:6000";

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
    assert_eq!(chat.heard("550 Invalid receiver!"), ["! Invalid receiver! (that is you)"]);
    assert!(chat.waited(3600).is_empty());
}

#[test]
fn answers_of_blocks_and_seen_are_shown_whole() {
    let mut chat = online();
    assert_eq!(chat.typed("blocks"), ["< blocks"]);
    let told = chat.heard("212-Users you block: a, b\n212 c");
    assert_eq!(told[told.len() - 1..], ["> Users you block: a, b, c"]);
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
    assert_eq!(
        chat.typed("dance"),
        ["! unknown command, try help (there is no command \"dance\")"]
    );
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
            "! Invalid receiver! (there is no user \"yoda\")",
            "! unknown command, try help (there is no command \"dance\")",
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
fn over_ssh_no_more_bytes_are_under_way_than_a_small_server_keeps() {
    let long = "x".repeat(200);
    let mut chat = online_from(SessionConfig { request_bytes: SSH_BYTES, ..config(false) });
    let message = format!("message yoda {long}");
    assert_eq!(chat.typed(&message), [format!("< {message}")]);
    assert!(chat.typed(&message).is_empty() && chat.typed("ping").is_empty());
    // In their order: the short one does not overtake the long one.
    assert_eq!(chat.heard("250 1 accepted"), [format!("< {message}"), "< ping".to_owned()]);
    // A single one goes, however long it is.
    let longest = format!("message yoda {}", "x".repeat(430));
    chat.heard("250 2 accepted\n202 pong");
    assert_eq!(chat.typed(&longest), [format!("< {longest}")]);
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
    chat.heard("220 smolchat ready");
    assert_eq!(chat.heard(ENTRY_TO_SAY), ["< p2p 5000 KEY 10.0.0.2", "(ReadCommands)"]);
    assert!(chat.heard("* message 1 yoda 0 hi\n* broadcast 2 yoda 0 hi\n* login luke").is_empty());
    assert_eq!(chat.typed("message yoda hi"), ["< message yoda hi"]);
    chat.session.handle_end_of_input(chat.now);
    assert_eq!(chat.done(), ["< logout"]);
    assert_eq!(chat.heard("250 3 accepted\n221 You just logged out"), ["(exit 0)"]);
}
