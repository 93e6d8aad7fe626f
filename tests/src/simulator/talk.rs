//! What a person says and hears: lines of the wire, and what each reply means for the records.
//! Touches the person, the records, and core's `wire`.

use smolchat_core::wire::{Event, LineWriter, MessageId, ReplyLine, Request};

use super::person::{Person, Phase};
use super::records::Records;
use crate::chance::Chance;
use crate::ledger::{Sent, words};

/// Requests under way at most.
const WINDOW: usize = 6;

/// What a reply will answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked {
    Plain,
    Login,
    Message(Sent),
    Broadcast(usize),
    Block(usize),
}

/// What the world is like for those who talk in it.
pub(super) struct Scene<'w> {
    pub(super) now: u64,
    pub(super) people: usize,
    pub(super) records: &'w mut Records,
    pub(super) chance: &'w mut Chance,
    /// How often the server has lost its power.
    pub(super) life: u64,
    /// The number that the server's next message has; none while there is no server.
    pub(super) next_id: Option<u64>,
    /// Everything is healed: nothing new is said.
    pub(super) is_calm: bool,
    /// Acknowledgements are said as something else.
    pub(super) without_acknowledgements: bool,
}

/// The name of a user, and the password.
pub(super) fn name(number: usize) -> String {
    format!("u{number}")
}

fn number(name: &str) -> Result<usize, String> {
    let number = name.strip_prefix('u').and_then(|number| number.parse().ok());
    number.ok_or_else(|| format!("there is no user {name}"))
}

impl Person {
    fn ask(&mut self, request: &Request<'_>, asked: Asked) {
        let mut line = LineWriter::new();
        request.emit(&mut line);
        self.outbox.extend(line.as_str().bytes());
        self.outbox.push_back(b'\n');
        self.asked.push_back(asked);
    }

    /// Everything that has arrived is heard.
    pub(super) fn hear_all(&mut self, scene: &mut Scene<'_>) -> Result<(), String> {
        if scene.now < self.stalls_until && !scene.is_calm {
            return Ok(());
        }
        while let Some(line) = self.next_line() {
            match self.phase {
                Phase::Away(_) => {}
                Phase::Connecting => self.hear_greeting(scene, &line),
                _ if line.starts_with("* ") => self.hear_event(scene, &line)?,
                _ => self.hear_reply(scene, &line)?,
            }
        }
        // Some acknowledge at once, some after a while, some never before they leave.
        if scene.is_calm || scene.chance.below(3) > self.number % 3 {
            self.acknowledge(scene);
        }
        Ok(())
    }

    fn acknowledge(&mut self, scene: &mut Scene<'_>) {
        if self.phase != Phase::Online {
            return;
        }
        if let Some(id) = self.heard.take() {
            scene.records.ledger.acknowledged(self.number, id);
            match scene.without_acknowledgements {
                true => self.ask(&Request::Ping, Asked::Plain),
                false => self.ask(&Request::Acknowledge { id: MessageId(id) }, Asked::Plain),
            }
        }
    }

    fn hear_greeting(&mut self, scene: &mut Scene<'_>, line: &str) {
        if !line.starts_with("220 ") {
            return self.come_back_later(scene);
        }
        self.phase = Phase::Entering;
        self.ask(&Request::AcknowledgementsOn, Asked::Plain);
        self.ask(&Request::ReceiptsOn, Asked::Plain);
        let user = name(self.number);
        self.ask(&Request::Login { user: &user, password: &user }, Asked::Login);
    }

    fn come_back_later(&mut self, scene: &mut Scene<'_>) {
        let pause = if scene.is_calm { 2_000 } else { 30_000 };
        let back = scene.now + 500 + scene.chance.below(pause) as u64;
        self.hang_up(scene.now, back, false);
    }

    fn hear_event(&mut self, scene: &mut Scene<'_>, line: &str) -> Result<(), String> {
        let event = Event::parse(line).map_err(|_| format!("no event: {line}"))?;
        match event {
            Event::Message { id, from, text, .. } => {
                self.heard = self.heard.max(Some(id.0));
                scene.records.message(self.number, id.0, number(from)?, text)
            }
            Event::Broadcast { id, from, text, .. } => {
                self.heard = self.heard.max(Some(id.0));
                scene.records.broadcast(self.number, id.0, number(from)?, text)
            }
            Event::Stored { id } => {
                scene.records.stored(id.0);
                Ok(())
            }
            Event::Delivered { id } => scene.records.delivered(id.0),
            Event::Bye { .. } => {
                self.phase = Phase::Leaving;
                Ok(())
            }
            Event::Login { .. } | Event::Logout { .. } | Event::Missed { .. } => Ok(()),
            Event::Private { .. } => Err(format!("nobody asked for {line}")),
        }
    }

    fn hear_reply(&mut self, scene: &mut Scene<'_>, line: &str) -> Result<(), String> {
        let reply = ReplyLine::parse(line).ok_or_else(|| format!("no reply: {line}"))?;
        if !reply.last {
            return Ok(());
        }
        let Some(asked) = self.asked.pop_front() else {
            return Err(format!("{} never asked for: {line}", self.number));
        };
        let id = || reply.text.split(' ').next().and_then(|id| id.parse().ok());
        match (asked, reply.code) {
            (Asked::Login, 230) => self.phase = Phase::Online,
            (Asked::Login, _) => self.come_back_later(scene),
            (Asked::Message(sent), 250 | 251) => {
                let id = id().ok_or_else(|| format!("no number: {line}"))?;
                let lives = self.life == scene.life;
                scene.records.accepted(sent, id, reply.code == 250, lives)?;
            }
            (Asked::Message(sent), 450..=454 | 551) => scene.records.refused(sent)?,
            (Asked::Broadcast(name), 252..=255) => {
                let recipients = reply.text.split(' ').nth(1).and_then(|count| count.parse().ok());
                let recipients = recipients.ok_or_else(|| format!("no count: {line}"))?;
                let lives = self.life == scene.life;
                scene.records.broadcast_accepted(name, recipients, lives);
            }
            (Asked::Broadcast(name), 450..=454) => {
                scene.records.broadcast_accepted(name, 0, true);
            }
            (Asked::Block(whom), 240 | 241) => {
                if let Some(next) = scene.next_id {
                    scene.records.blocked(self.number, whom, next);
                }
            }
            (Asked::Block(_), 440 | 441 | 453 | 454) | (Asked::Plain, _) => {}
            (asked, _) => return Err(format!("{asked:?} was answered by {line}")),
        }
        Ok(())
    }

    /// Does something, as people do.
    pub(super) fn act(&mut self, scene: &mut Scene<'_>) {
        if self.phase != Phase::Online {
            return;
        }
        if scene.is_calm {
            // Whoever waits outside comes in only when others leave.
            return self.leave();
        }
        self.acknowledge(scene);
        if self.asked.len() >= WINDOW {
            return;
        }
        let other = (self.number + 1 + scene.chance.below(scene.people - 1)) % scene.people;
        let user = name(other);
        match scene.chance.below(100) {
            0..70 => {
                for _ in 0..=scene.chance.below(3) {
                    let sent = scene.records.ledger.send(self.number, other);
                    let text = words(sent);
                    self.ask(&Request::Message { to: &user, text: &text }, Asked::Message(sent));
                }
            }
            70..76 => {
                let name = scene.records.broadcasting();
                let text = format!("to all {name}");
                self.ask(&Request::Broadcast { text: &text }, Asked::Broadcast(name));
            }
            76..80 => self.ask(&Request::Block { user: &user }, Asked::Block(other)),
            80..84 => {
                scene.records.unblocking(self.number, other);
                // A block whose reply is still to come is as good as over.
                for asked in &mut self.asked {
                    if matches!(asked, Asked::Block(whom) if *whom == other) {
                        *asked = Asked::Plain;
                    }
                }
                self.ask(&Request::Unblock { user: &user }, Asked::Plain);
            }
            84..88 => self.ask(&Request::WhoElse, Asked::Plain),
            88..90 => self.ask(&Request::Status, Asked::Plain),
            90..94 => self.stalls_until = scene.now + scene.chance.below(20_000) as u64,
            94..97 => self.leave(),
            _ => {
                let back = scene.now + scene.chance.below(60_000) as u64;
                let silently = scene.chance.once_in(2);
                self.hang_up(scene.now, back, silently);
            }
        }
    }

    fn leave(&mut self) {
        self.ask(&Request::Logout, Asked::Plain);
        self.phase = Phase::Leaving;
    }
}
