//! One user of the server that is killed: a connection, the requests on it, and the lines that it
//! hears.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

use smolchat_core::store::Durability;

use crate::chance::Chance;
use crate::ledger::{Fate, Ledger, Sent, words};
use crate::pattern;
use crate::real::Connection;
use crate::stage::password_of;

/// Requests under way at most.
const WINDOW: usize = 24;

/// The request that a reply will answer, by the code that it must have.
#[derive(Clone, Copy, Debug)]
enum Asked {
    /// This code, and no other.
    Plain(u16),
    /// A message's.
    Message(Sent),
}

/// Somebody who chats, online or not.
#[derive(Debug)]
pub(super) struct User {
    number: usize,
    connection: Option<Connection>,
    asked: VecDeque<Asked>,
    /// It has said goodbye.
    leaving: bool,
    /// Its messages by the numbers that the server gave them. Receipts may come in a later
    /// connection.
    numbered: HashMap<u64, Sent>,
    /// The last message that was heard and not acknowledged.
    heard: Option<u64>,
    /// It acknowledges after every this many messages; 0 means never.
    pub(super) acknowledges: usize,
    durability: Durability,
}

/// Who the users are.
pub(super) const NAMES: [&str; 6] = ["hans", "yoda", "luke", "leia", "chewbacca", "lando"];

impl User {
    pub(super) fn new(number: usize) -> Self {
        User {
            number,
            connection: None,
            asked: VecDeque::new(),
            leaving: false,
            numbered: HashMap::new(),
            heard: None,
            acknowledges: 1,
            durability: Durability::Strict,
        }
    }

    /// Connects and logs in. Nothing that came may go unacknowledged, so that is said first.
    pub(super) fn log_in(
        &mut self,
        server: SocketAddr,
        durability: Durability,
    ) -> Result<(), String> {
        let connection = Connection::open(server).map_err(|error| error.to_string())?;
        self.connection = Some(connection);
        self.durability = durability;
        self.asked = [Asked::Plain(220)].into();
        self.ask("acks on", 200)?;
        self.ask("receipts on", 203)?;
        let name = NAMES[self.number];
        self.ask(&format!("login {name} {}", password_of(name)), 230)
    }

    /// The connection is gone. The fate of unanswered requests is unknown.
    pub(super) fn vanish(&mut self) {
        self.connection = None;
        self.asked.clear();
        self.leaving = false;
        self.heard = None;
    }

    pub(super) fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// Whether every request has its reply.
    pub(super) fn is_quiet(&self) -> bool {
        self.asked.is_empty()
    }

    /// Says goodbye.
    pub(super) fn leave(&mut self) -> Result<(), String> {
        self.leaving = true;
        self.ask("logout", 221)
    }

    /// Sends a request whose reply must have this code.
    pub(super) fn ask(&mut self, line: &str, code: u16) -> Result<(), String> {
        self.say(line, Asked::Plain(code))
    }

    fn say(&mut self, line: &str, asked: Asked) -> Result<(), String> {
        let Some(connection) = &mut self.connection else { return Ok(()) };
        self.asked.push_back(asked);
        connection.say(line).map_err(|error| format!("{}: {error}", NAMES[self.number]))
    }

    /// Sends messages to anybody, up to what may be under way.
    pub(super) fn chat(&mut self, ledger: &mut Ledger, chance: &mut Chance) -> Result<(), String> {
        let wanted = 1 + chance.below(WINDOW);
        while self.connection.is_some() && self.asked.len() < wanted {
            let others = (0..NAMES.len()).filter(|&to| to != self.number);
            let to = others.clone().nth(chance.below(NAMES.len() - 1));
            let sent = ledger.send(self.number, to.unwrap_or_default());
            self.say(&format!("message {} {}", NAMES[sent.to], words(sent)), Asked::Message(sent))?;
        }
        Ok(())
    }

    /// Takes what was said to it; how many lines.
    pub(super) fn listen(&mut self, ledger: &mut Ledger) -> Result<usize, String> {
        let Some(connection) = &mut self.connection else { return Ok(0) };
        let lines = connection.lines_there().map_err(|error| error.to_string())?;
        let ended = connection.ended && !self.leaving;
        for line in &lines {
            self.hear(line, ledger)
                .map_err(|error| format!("{} heard {line}: {error}", NAMES[self.number]))?;
        }
        match ended {
            true => Err(format!("the connection of {} has ended", NAMES[self.number])),
            false => Ok(lines.len()),
        }
    }

    fn hear(&mut self, line: &str, ledger: &mut Ledger) -> Result<(), String> {
        match line.strip_prefix("* ") {
            Some(event) => self.hear_event(event, ledger),
            None => self.hear_reply(line, ledger),
        }
    }

    fn hear_event(&mut self, event: &str, ledger: &mut Ledger) -> Result<(), String> {
        let mut words = event.splitn(5, ' ');
        let mut word = || words.next().ok_or("a word is missing");
        match word()? {
            "message" => {
                let id = number(word()?)?;
                let from = word()?;
                let from = NAMES.iter().position(|&name| name == from).ok_or("from nobody")?;
                word()?;
                ledger.arrive(self.number, id, from, word()?)?;
                self.acknowledge(id, ledger)
            }
            "stored" => {
                self.settle(number(word()?)?, |sent, _| ledger.answer(sent, Fate::Promised))
            }
            "delivered" => self.settle(number(word()?)?, |sent, id| ledger.delivered(sent, id)),
            "login" | "logout" | "missed" => Ok(()),
            _ => Err("nothing of that kind was expected".to_owned()),
        }
    }

    /// A receipt came: of a message whose number is known, unless its OK was lost with an earlier
    /// connection.
    fn settle(
        &self,
        id: u64,
        receipt: impl FnOnce(Sent, u64) -> Result<(), String>,
    ) -> Result<(), String> {
        self.numbered.get(&id).map_or(Ok(()), |&sent| receipt(sent, id))
    }

    fn acknowledge(&mut self, id: u64, ledger: &mut Ledger) -> Result<(), String> {
        self.heard = Some(id);
        match self.acknowledges > 0 && id.is_multiple_of(self.acknowledges as u64) {
            true => self.acknowledge_all(ledger),
            false => Ok(()),
        }
    }

    /// Acknowledges what was heard.
    pub(super) fn acknowledge_all(&mut self, ledger: &mut Ledger) -> Result<(), String> {
        let Some(id) = self.heard.take() else { return Ok(()) };
        ledger.acknowledged(self.number, id);
        self.ask(&format!("ack {id}"), 201)
    }

    fn hear_reply(&mut self, line: &str, ledger: &mut Ledger) -> Result<(), String> {
        let code: u16 = line.get(..3).and_then(|code| code.parse().ok()).ok_or("no code")?;
        match self.asked.pop_front().ok_or("an answer that nobody asked for")? {
            Asked::Plain(expected) if code == expected => Ok(()),
            Asked::Plain(expected) => Err(format!("{expected} was expected")),
            Asked::Message(sent) => {
                let id =
                    || pattern::read("{code} {id} {any}", line).map(|heard| heard.number("id"));
                let fate = match code {
                    251 => Fate::Promised,
                    250 if self.durability == Durability::Strict => Fate::Promised,
                    250 => Fate::Open,
                    450..=453 => Fate::Refused,
                    _ => return Err("no answer to a message".to_owned()),
                };
                if fate != Fate::Refused {
                    self.numbered.insert(id().ok_or("no number")?, sent);
                }
                ledger.answer(sent, fate)
            }
        }
    }
}

fn number(word: &str) -> Result<u64, String> {
    word.parse().map_err(|_| format!("{word} is no number"))
}
