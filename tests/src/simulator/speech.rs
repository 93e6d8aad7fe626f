//! What a person says, and when: as people do while everything breaks, and what is left to say once
//! all is healed. What is heard is in `talk`.

use smolchat_core::dialect::lines::{LineWriter, emit_request};
use smolchat_core::protocol::{MessageId, Request, Text};

use super::history::Past;
use super::person::{Person, Phase};
use super::secrets::word;
use super::talk::{Asked, Scene, Season, name};
use crate::ledger::words;

/// Requests under way at most.
const WINDOW: usize = 6;

impl Person {
    pub(super) fn ask(&mut self, scene: &mut Scene<'_>, request: &Request<'_>, asked: Asked) {
        let mut line = LineWriter::new();
        emit_request(request, &mut line);
        scene.diary.note(scene.now, format!("u{} > {}", self.number, line.as_str()));
        self.outbox.extend(line.as_str().bytes());
        self.outbox.push_back(b'\n');
        self.asked.push_back(asked);
    }

    /// What is said before anything else.
    pub(super) fn enter(&mut self, scene: &mut Scene<'_>) {
        if self.habits.acknowledges {
            self.ask(scene, &Request::AcknowledgementsOn, Asked::Plain);
        }
        if self.habits.wants_receipts {
            self.ask(scene, &Request::ReceiptsOn, Asked::Plain);
        }
        let user = name(self.number);
        let is_known = scene.records.registered[self.number];
        if !is_known {
            let register = Request::Register { user: &user, password: &user };
            self.ask(scene, &register, Asked::Register);
        }
        scene.records.entered[self.number] = Some(scene.life);
        let tests_old = !scene.is_calm() && scene.chance.once_in(20);
        let tried = scene.records.secrets[self.number].for_login(tests_old);
        let login = Request::Login { user: &user, password: &word(self.number, tried) };
        self.ask(scene, &login, Asked::Login { is_known });
        self.announce(scene);
    }

    pub(super) fn acknowledge(&mut self, scene: &mut Scene<'_>) {
        if self.phase != Phase::Online || !self.habits.acknowledges {
            return;
        }
        if let Some(id) = self.heard.take() {
            scene.records.ledger.acknowledged(self.number, id);
            match scene.without_acknowledgements {
                true => self.ask(scene, &Request::Ping, Asked::Plain),
                false => {
                    self.ask(scene, &Request::Acknowledge { id: MessageId(id) }, Asked::Plain);
                }
            }
        }
    }

    /// Does something, as people do.
    pub(super) fn act(&mut self, scene: &mut Scene<'_>) -> Result<(), String> {
        if self.habits.is_stranger {
            return self.act_as_stranger(scene);
        }
        if self.phase != Phase::Online {
            return Ok(());
        }
        if scene.is_calm() {
            self.finish(scene);
            return Ok(());
        }
        self.acknowledge(scene);
        if self.asked.len() >= WINDOW {
            return Ok(());
        }
        let other = (self.number + 1 + scene.chance.below(scene.people - 1)) % scene.people;
        match scene.chance.below(100) {
            0..66 => {
                for _ in 0..=scene.chance.below(3) {
                    self.say(scene, other, false);
                }
            }
            66..70 => self.deal_with_files(scene),
            70..76 => {
                let name = scene.records.broadcasting(self.number, scene.now);
                let text = format!("to all {name}");
                self.ask(scene, &Request::Broadcast { text: said(&text) }, Asked::Broadcast(name));
            }
            76..80 => {
                scene.records.blocking(self.number, other);
                let asked = Asked::Block { whom: other, is_taken_back: false };
                self.ask(scene, &Request::Block { user: &name(other) }, asked);
            }
            80..84 => self.unblock(scene, other),
            84 => self.ask(scene, &Request::WhoElse, Asked::Plain),
            85 => match scene.chance.once_in(3) {
                true => self.ask(scene, &Request::Keys, Asked::Keys([false; 3])),
                false => self.change_key(scene),
            },
            86..88 => self.ask_for_history(scene),
            88 => self.ask(scene, &Request::Status, Asked::Plain),
            89 => self.change_password(scene),
            90..94 => self.stalls_until = scene.now + scene.chance.below(20_000) as u64,
            94..97 => self.leave(scene),
            _ => {
                let back = scene.now + scene.chance.below(1_000 * self.habits.absence) as u64;
                let silently = scene.chance.once_in(2);
                return self.quit(scene, back, silently);
            }
        }
        Ok(())
    }

    fn say(&mut self, scene: &mut Scene<'_>, to: usize, is_trial: bool) {
        let sent = scene.records.ledger.send(self.number, to);
        let is_known = scene.records.registered[to];
        let asked = Asked::Message { sent, at: scene.now, is_known, is_trial };
        self.ask(scene, &Request::Message { to: &name(to), text: said(&words(sent)) }, asked);
    }

    fn ask_for_history(&mut self, scene: &mut Scene<'_>) {
        let blocked: Vec<_> = match scene.opens_history {
            true => scene.records.blocked_by(self.number).map(name).collect(),
            false => Vec::new(),
        };
        for user in &blocked {
            self.ask(scene, &Request::Unblock { user }, Asked::Plain);
        }
        let past = Past::new(scene.records.newest.remembered());
        self.ask(scene, &Request::History { count: None }, Asked::History(past));
        for user in &blocked {
            self.ask(scene, &Request::Block { user }, Asked::Plain);
        }
    }

    fn change_password(&mut self, scene: &mut Scene<'_>) {
        let secret = &mut scene.records.secrets[self.number];
        let Some((old, new)) = secret.begin_change() else { return };
        let (old, new) = (word(self.number, old), word(self.number, new));
        let request = Request::ChangePassword { old: &old, new: &new };
        self.ask(scene, &request, Asked::ChangePassword);
    }

    fn unblock(&mut self, scene: &mut Scene<'_>, whom: usize) {
        scene.records.unblocking(self.number, whom);
        for asked in &mut self.asked {
            match asked {
                Asked::Block { whom: other, is_taken_back } if *other == whom => {
                    *is_taken_back = true;
                }
                _ => {}
            }
        }
        self.ask(scene, &Request::Unblock { user: &name(whom) }, Asked::Unblock(whom));
    }

    fn leave(&mut self, scene: &mut Scene<'_>) {
        self.ask(scene, &Request::Logout, Asked::Plain);
        self.phase = Phase::Leaving;
    }

    /// What is left once everything is healed. Then it leaves: whoever waits outside comes in only
    /// when others do.
    fn finish(&mut self, scene: &mut Scene<'_>) {
        self.acknowledge(scene);
        let blocked: Vec<_> = scene.records.possibly_blocked_by(self.number).collect();
        if !blocked.is_empty() {
            for whom in blocked {
                self.unblock(scene, whom);
            }
            return;
        }
        if scene.records.keys[self.number].may_open() {
            return self.remove_keys(scene);
        }
        self.is_settled = true;
        if scene.season == Season::Trial && !self.has_tried && scene.may_try {
            self.say(scene, (self.number + 1) % scene.people, true);
            return;
        }
        if self.asked.is_empty() {
            self.leave(scene);
        }
    }

    /// How long it stays away, in milliseconds.
    pub(super) fn absence(&self, scene: &mut Scene<'_>) -> usize {
        match scene.season {
            Season::Storm => 1_000 * self.habits.absence,
            _ if self.has_finished(scene.season) => 60_000,
            _ => 10_000,
        }
    }

    /// Whether it has nothing more to say.
    pub(super) fn has_finished(&self, season: Season) -> bool {
        let is_done = match season {
            Season::Storm => false,
            Season::Healing => self.is_settled,
            Season::Trial => self.has_tried,
        };
        is_done || self.habits.is_stranger
    }

    /// Somebody who never logs in takes a place, and writes what nobody understands.
    fn act_as_stranger(&mut self, scene: &mut Scene<'_>) -> Result<(), String> {
        if matches!(self.phase, Phase::Away(_)) {
            return Ok(());
        }
        if scene.is_calm() {
            return self.quit(scene, u64::MAX, false);
        }
        let mut line = Vec::new();
        match scene.chance.below(10) {
            // Half a line.
            0..2 => line.extend((0..scene.chance.below(300)).map(|at| b'a' + (at % 26) as u8)),
            // A line that is too long.
            2..4 => {
                line.resize(500 + scene.chance.below(200), b'x');
                line.push(b'\n');
            }
            // Anything.
            4..6 => {
                let count = scene.chance.below(64);
                line.extend((0..count).map(|_| scene.chance.below(256) as u8));
                line.push(b'\n');
            }
            // A wrong password.
            6 => {
                let victim = name(scene.chance.below(scene.people));
                line.extend(format!("login {victim} guess\n").bytes());
            }
            7 => line.extend(b"message u0 hello\nwhoelse\nack 1\nlogin nobody x\n"),
            _ => {
                let back = scene.now + scene.chance.below(20_000) as u64;
                let silently = scene.chance.once_in(2);
                return self.quit(scene, back, silently);
            }
        }
        if self.outbox.len() < 4_096 {
            self.outbox.extend(line);
        }
        Ok(())
    }
}

/// A text that a message may hold.
fn said(text: &str) -> Text<'_> {
    Text::new(text).unwrap_or_else(|error| panic!("{text:?}: {error:?}"))
}
