//! To whom plain text goes: by a command, or as an answer to whoever wrote last. The server is
//! asked about a name that was not heard of. If nobody has it, the prompt turns back.

use std::time::Instant;

use smolchat_core::protocol::{Reply, Request};
use smolchat_words::near_name;

use super::{Action, Phase, Session};
use crate::client::recipient::Recipient;
use crate::client::requests::Pending;
use crate::client::said::Channel;
use crate::client::sanitize::name;
use crate::client::shown::Shown;
use crate::client::words;

impl Session {
    /// Plain text goes there from now on.
    pub(super) fn turn_to(&mut self, recipient: Recipient) {
        match &recipient {
            Recipient::User(user) | Recipient::Private(user) if *user == self.config.user => {
                self.answer(Shown::Refused("that is you".to_owned()));
            }
            Recipient::Private(user) if !self.conversations.peers().any(|peer| peer == user) => {
                let refusal = self.without_conversation(user);
                self.answer(Shown::Refused(refusal));
            }
            Recipient::User(user) if !self.names.contains(user) => {
                self.turn_to_stranger(user.clone());
            }
            _ => {
                self.show(Shown::Note(recipient.told()));
                self.actions.push_back(Action::Prompt(recipient.prompt()));
                self.confirmed.clone_from(&recipient);
                self.recipient = recipient;
            }
        }
    }

    /// The prompt names this user at once: what is typed before the answer reaches nobody else.
    fn turn_to_stranger(&mut self, user: String) {
        self.recipient = Recipient::User(user.clone());
        let is_told = self.phase != Phase::Online;
        if is_told {
            self.note(self.recipient.told());
        }
        self.actions.push_back(Action::Prompt(self.recipient.prompt()));
        let request = Request::Seen { user: &user };
        self.request_in_turn(&request, Pending::Turn { user: user.clone(), is_told });
    }

    /// Whether anybody has the name that plain text was turned to.
    pub(super) fn handle_turn_answer(
        &mut self,
        user: String,
        is_told: bool,
        reply: Option<Reply<'_>>,
    ) {
        let recipient = Recipient::User(user);
        let (Recipient::User(user), is_still) = (&recipient, self.recipient == recipient) else {
            return;
        };
        match reply {
            Some(Reply::InvalidUserToSee) => {
                let near = near_name(user, self.names.iter());
                let hint = match words::hint_at_all(user, self.to_all()) {
                    "" => words::hint(near),
                    at_all => at_all.to_owned(),
                };
                self.refuse(words::not_seen(user) + &hint);
                if is_still {
                    self.turn_back();
                }
                return;
            }
            Some(Reply::SeenNow { .. } | Reply::SeenBefore { .. } | Reply::NotSeen { .. }) => {
                self.names.learn(user);
            }
            // An older server does not know.
            _ => {}
        }
        if is_still && !is_told {
            self.note(recipient.told());
        }
        if is_still {
            self.confirmed = recipient;
        }
    }

    /// To whom plain text went before. A line that was begun meanwhile was not meant for them.
    fn turn_back(&mut self) {
        self.recipient = self.confirmed.clone();
        let prompt = self.leave_ended_conversation().unwrap_or_else(|| {
            self.note(self.recipient.told());
            self.recipient.prompt()
        });
        self.actions.push_back(Action::FallBack(prompt));
    }

    /// Whether a line that names this user first would be read by others, and the person was not
    /// told so yet. Most such lines are for all, so each run tells it once.
    pub(super) fn asks_about(&self, user: &str) -> bool {
        let user = self.names.meant(user).unwrap_or(user);
        let is_alone = match &self.recipient {
            Recipient::All => false,
            Recipient::User(to) | Recipient::Private(to) => to == user,
        };
        !is_alone && !self.has_told_of_receivers
    }

    pub(super) fn ask_about_receiver(&mut self, user: &str) {
        self.has_told_of_receivers = true;
        let user = name(self.names.meant(user).unwrap_or(user)).into_owned();
        let to = self.recipient.behind_arrow();
        let alone = format!("/to {user} and the text says it to {user} alone");
        let text = format!("not said: {to} would read this. {alone}; Up and Enter says it to {to}");
        self.answer(Shown::Refused(text));
    }

    pub(super) fn answer_last(&mut self, now: Instant, text: &str) {
        let Some(to) = self.last_writer() else {
            // What was typed for nobody is not lost without a trace.
            self.show(Shown::Typed(format!("/r {text}")));
            let text = "nobody has written to you yet".to_owned();
            return self.answer(Shown::Refused(text));
        };
        if text.trim().is_empty() {
            return self.turn_to(to);
        }
        self.say_to(now, &to, text, text);
    }

    /// Whoever wrote to this user last.
    fn last_writer(&self) -> Option<Recipient> {
        let (user, channel) = self.writers.first()?;
        let is_connected = self.conversations.peers().any(|peer| peer == user);
        Some(match channel {
            Channel::Private if is_connected => Recipient::Private(user.clone()),
            _ => Recipient::User(user.clone()),
        })
    }

    /// What `/r ` becomes as soon as it is typed, so that the user sees whom it answers.
    pub(crate) fn expansion(&self, row: &str) -> Option<String> {
        if row != "/r " {
            return None;
        }
        Some(match self.last_writer()? {
            Recipient::Private(user) => format!("/private {user} "),
            Recipient::User(user) => format!("/to {user} "),
            Recipient::All => return None,
        })
    }
}
