//! What a person hears: lines of the wire, and what each means for the records. What it says is in
//! `speech`.

use smolchat_core::dialect::lines::{ReplyLine, parse_event, parse_reply};
use smolchat_core::protocol::{Event, Reply};

use super::attack::is_attackers;
use super::diary::Diary;
use super::files;
use super::history::Past;
use super::keys::Change;
use super::person::{Person, Phase};
use super::records::Records;
use crate::chance::Chance;
use crate::ledger::Sent;

/// What a reply will answer, and what the sender knew when it asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked {
    Plain,
    Register,
    ChangePassword,
    Login {
        /// There is certain to be an account.
        is_known: bool,
    },
    Message {
        sent: Sent,
        /// When it was said.
        at: u64,
        /// There is certain to be such a user.
        is_known: bool,
        /// Said to a healed server, which has no reason to refuse it.
        is_trial: bool,
    },
    Broadcast(usize),
    Block {
        whom: usize,
        /// It was taken back before its reply came: it stands between the two, and nobody can say
        /// when.
        is_taken_back: bool,
    },
    Unblock(usize),
    /// A change of a key.
    Key(Change),
    /// The keys that were told so far.
    Keys([bool; 3]),
    /// What was told so far.
    History(Past),
    /// A change of what it holds.
    File(files::Change),
    /// A question about files.
    Files(files::Question),
}

/// What kind of time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Season {
    /// Everything breaks.
    Storm,
    /// Nothing breaks any more: everybody comes, reads, and takes back every block.
    Healing,
    /// The server holds nothing: everybody says one thing more, which must be accepted.
    Trial,
}

/// What the world is like for those who talk in it.
pub(super) struct Scene<'w> {
    pub(super) now: u64,
    pub(super) people: usize,
    /// How long people pause at most, in milliseconds.
    pub(super) pause: usize,
    pub(super) records: &'w mut Records,
    pub(super) chance: &'w mut Chance,
    /// Which of the server's lives it is.
    pub(super) life: u64,
    /// The number that the server's next message has; none while there is no server.
    pub(super) next_id: Option<u64>,
    pub(super) season: Season,
    /// Nothing is owed to anybody, and nobody is trying.
    pub(super) may_try: bool,
    pub(super) diary: &'w mut Diary,
    /// Acknowledgements are said as something else.
    pub(super) without_acknowledgements: bool,
    /// What a client holds no more is not taken back.
    pub(super) without_withdrawals: bool,
    /// Whoever asks for the history takes back every block for that moment.
    pub(super) opens_history: bool,
}

impl Scene<'_> {
    pub(super) fn is_calm(&self) -> bool {
        self.season != Season::Storm
    }
}

/// The name of a user, and its first password.
pub(super) fn name(number: usize) -> String {
    format!("u{number}")
}

pub(super) fn number(name: &str) -> Result<usize, String> {
    let number = name.strip_prefix('u').and_then(|number| number.parse().ok());
    number.ok_or_else(|| format!("there is no user {name}"))
}

impl Person {
    /// Everything that has arrived is heard.
    pub(super) fn hear_all(&mut self, scene: &mut Scene<'_>) -> Result<(), String> {
        if scene.now < self.stalls_until && !scene.is_calm() {
            return Ok(());
        }
        self.read_out(scene)?;
        // Some acknowledge at once, some after a while, some never before they leave.
        if scene.is_calm() || scene.chance.below(3) > self.number % 3 {
            self.acknowledge(scene);
        }
        Ok(())
    }

    /// Reads to the end of what its stack has.
    pub(super) fn read_out(&mut self, scene: &mut Scene<'_>) -> Result<(), String> {
        while let Some(line) = self.next_line() {
            scene.diary.note(scene.now, format!("u{} < {line}", self.number));
            let is_event = line.starts_with("* ");
            match self.phase {
                Phase::Away(_) => {}
                Phase::Connecting => self.hear_greeting(scene, &line),
                _ if self.habits.is_stranger => {
                    if is_event && !line.starts_with("* bye ") {
                        return Err(format!("a stranger hears {line}"));
                    }
                }
                _ if is_event => self.hear_event(scene, &line)?,
                _ => self.hear_reply(scene, &line)?,
            }
        }
        Ok(())
    }

    /// Leaves without asking. What only its TCP has acknowledged is read first: for the server it
    /// has arrived.
    pub(super) fn quit(
        &mut self,
        scene: &mut Scene<'_>,
        back: u64,
        silently: bool,
    ) -> Result<(), String> {
        if !self.habits.acknowledges {
            self.read_out(scene)?;
        }
        if !matches!(self.phase, Phase::Away(_)) {
            self.hang_up(scene.now, back, silently);
        }
        Ok(())
    }

    /// Connects where it is time to, and lets go of what is over.
    pub(super) fn come_or_go(&mut self, scene: &mut Scene<'_>) -> Result<(), String> {
        let now = scene.now;
        if let Some(fault) = self.fault() {
            return Err(format!("{}: {fault}", self.number));
        }
        if let Phase::Away(back) = self.phase {
            if back <= now && self.habits.is_stranger && scene.is_calm() {
                self.phase = Phase::Away(u64::MAX);
            } else if back <= now {
                self.connect(now, scene.life, scene.chance);
            }
        } else if self.is_disconnected() {
            let absence = self.absence(scene);
            let back = now + 200 + scene.chance.below(absence) as u64;
            self.quit(scene, back, false)?;
        } else if self.has_ended() {
            self.close(now);
        }
        Ok(())
    }

    fn hear_greeting(&mut self, scene: &mut Scene<'_>, line: &str) {
        if !line.starts_with("220 ") {
            return self.come_back_later(scene);
        }
        self.phase = Phase::Entering;
        if !self.habits.is_stranger {
            self.enter(scene);
        }
    }

    /// Nothing that was said to it counts yet: it has no session.
    pub(super) fn come_back_later(&mut self, scene: &mut Scene<'_>) {
        let pause = if scene.is_calm() { 2_000 } else { 30_000 };
        let back = scene.now + 500 + scene.chance.below(pause) as u64;
        self.hang_up(scene.now, back, false);
    }

    fn hear_event(&mut self, scene: &mut Scene<'_>, line: &str) -> Result<(), String> {
        let event = parse_event(line).map_err(|_| format!("no event: {line}"))?;
        match event {
            Event::Message { id, from, .. } | Event::Broadcast { id, from, .. }
                if is_attackers(from) =>
            {
                self.heard = self.heard.max(Some(id.0));
                Ok(())
            }
            Event::Message { id, from, text, .. } => {
                self.heard = self.heard.max(Some(id.0));
                scene.records.expiry.check_arrival(self.number, id.0, self.since)?;
                scene.records.message(self.number, id.0, number(from)?, text)
            }
            Event::Broadcast { id, from, text, .. } => {
                self.heard = self.heard.max(Some(id.0));
                scene.records.expiry.check_arrival(self.number, id.0, self.since)?;
                scene.records.broadcast(self.number, id.0, number(from)?, text)
            }
            Event::Stored { id } => {
                scene.records.stored(id.0);
                Ok(())
            }
            Event::Delivered { id } => scene.records.delivered(id.0, self.life == scene.life),
            Event::Bye { .. } => {
                self.phase = Phase::Leaving;
                Ok(())
            }
            Event::Expired { id } => scene.records.told_expired(id.0),
            Event::Login { user } | Event::Logout { user } => self.check_presence(scene, user),
            Event::Say { .. } => Ok(()),
            Event::Missed { .. } | Event::Attempt { .. } | Event::Idle { .. } => Ok(()),
            Event::Private { .. } => Err(format!("nobody asked for {line}")),
        }
    }

    fn hear_reply(&mut self, scene: &mut Scene<'_>, line: &str) -> Result<(), String> {
        let words = ReplyLine::parse(line).ok_or_else(|| format!("no reply: {line}"))?;
        if !words.last {
            return match self.asked.front_mut() {
                Some(Asked::Keys(told)) => Self::hear_of_key(told, words.text),
                Some(Asked::History(past)) => past.hear(self.number, words.text, scene),
                Some(Asked::Files(question)) => question.hear(self.number, words.text, scene),
                _ => Ok(()),
            };
        }
        let Some(asked) = self.asked.pop_front() else {
            return Err(format!("{} never asked for: {line}", self.number));
        };
        let reply = parse_reply(words).ok_or_else(|| format!("no reply: {line}"))?;
        match asked {
            Asked::Register => match reply {
                Reply::Registered { .. } | Reply::NameTaken => {
                    scene.records.registered[self.number] = true;
                    Ok(())
                }
                Reply::AccountsFull => Err(format!("there is room for all: {line}")),
                _ => Ok(()),
            },
            Asked::Login { is_known } => self.hear_login(scene, is_known, reply),
            Asked::ChangePassword => self.hear_changed(scene, &reply, line),
            Asked::Message { .. } => self.hear_accepted(scene, asked, reply, line),
            Asked::Broadcast(name) => self.hear_broadcast(scene, name, reply, line),
            Asked::Block { .. } | Asked::Unblock(_) => self.hear_blocked(scene, asked, reply, line),
            Asked::Key(change) => self.hear_key(scene, change, &reply, line),
            Asked::Keys(told) => self.check_keys(scene, told),
            Asked::History(past) => past.end(self.number, words.text, scene),
            Asked::File(change) => self.hear_file(scene, change, &reply, line),
            Asked::Files(question) => question.end(self.number, &reply, line),
            Asked::Plain => Ok(()),
        }
    }
}
