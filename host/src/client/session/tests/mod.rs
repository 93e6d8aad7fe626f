//! Sessions as conversations: what the server says and the user types on one side, what is sent and
//! shown on the other. There is no network, and no clock but the one that the test turns.

mod arrival;
mod calling;
mod commands;
mod entering;
mod files;
mod history;
mod keys;
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
            current: "/home/hans".into(),
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
            let Some(action) = self.attended(action) else { continue };
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
                // Tests of what a person types look at these.
                Action::Show(Shown::Typed(_) | Shown::Sent { .. }) if !self.has_echo => continue,
                Action::Show(Shown::Typed(text)) => format!(": {text}"),
                Action::Show(shown) => format!("> {}", shown.text()),
                Action::Connect(_) => "(Connect)".to_owned(),
                Action::Exit(ending) => format!("(exit {})", ending.code()),
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
                other => format!("({other:?})"),
            });
        }
        done
    }

    /// Does at once what a session is answered to, and of which nobody reads. The others come back.
    fn attended(&mut self, action: Action) -> Option<Action> {
        match action {
            Action::Recall => self.session.handle_recalled(self.kept),
            Action::Keep(seen) => self.kept = Some(seen),
            Action::Judge(meeting) => {
                let known = self.known.get(&meeting.peer.user).copied();
                self.session.handle_judged(meeting, Ok(known), &self.here);
            }
            Action::Transfer(TransferCommand::Survey { offer, folder }) => {
                self.surveyed(offer, folder);
            }
            Action::Fingerprint(user) => {
                let known = self.known.get(&user).copied();
                self.session.handle_fingerprint(&user, Ok(known));
            }
            Action::Trust(user, key) => {
                self.known.insert(user.clone(), key);
                self.session.handle_trusted_peer(&user, key, Ok(()));
            }
            other => return Some(other),
        }
        None
    }
}

const INTRODUCTION: &str = "* private yoda 000102030405060708090a0b0c0d0e0f \
    0909090909090909090909090909090909090909090909090909090909090909 \
    10.0.0.3:6000 10.1.0.3:6000";
