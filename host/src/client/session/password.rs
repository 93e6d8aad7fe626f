//! The user's password becomes another one. The session keeps the one that opens the account, since
//! every login after a lost connection takes it.

use smolchat_core::protocol::{Reply, Request};

use super::hearing::Answer;
use super::{Action, Ask, Phase, Session};
use crate::client::render;
use crate::client::requests::{Pending, Sent};
use crate::client::shown::Shown;

/// So often the old password may be given wrong at one question.
const TRIES: usize = 3;

/// A change of the password, while the user is asked.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// The password until now, once it was given.
    old: Option<String>,
    /// What was given instead.
    guesses: Vec<String>,
}

impl Session {
    /// Asks for the old password and for the new one.
    pub(super) fn ask_for_password(&mut self) {
        self.ask_for_change(Change::default(), Ask::OldPassword);
    }

    fn ask_for_change(&mut self, change: Change, ask: Ask) {
        self.change = Some(change);
        self.actions.push_back(Action::Ask(ask));
    }

    /// The user answered such a question, or does not want to. A wrong old password is told before
    /// the new one is asked for: this client knows the right one, unless a key let the user in. The
    /// server hears of it, too. So nobody guesses without end at a terminal that was left open.
    pub(super) fn handle_change(&mut self, mut change: Change, given: Option<String>) {
        let Some(given) = given else { return self.keep_password() };
        if let Some(old) = change.old {
            let pending = Pending::ChangePassword { new: given.clone() };
            let request = Request::ChangePassword { old: &old, new: &given };
            return self.request_in_turn(&request, pending);
        }
        let known = [Some(&self.config.password), self.other_password.as_ref()];
        if self.config.password.is_empty() || known.contains(&Some(&given)) {
            change.old = Some(given);
            return self.ask_for_change(change, Ask::NewPassword);
        }
        self.refuse(render::WRONG_PASSWORD);
        if self.phase == Phase::Online && !change.guesses.contains(&given) {
            let pending = Pending::Guess { password: given.clone() };
            self.request(&Request::ChangePassword { old: &given, new: &given }, pending);
        }
        change.guesses.push(given);
        if change.guesses.len() >= TRIES {
            return self.keep_password();
        }
        self.ask_for_change(change, Ask::OldPassword);
    }

    /// The reply to a wrong old password. The user knows that it is wrong, unless it is not.
    pub(super) fn handle_guess_answer(&mut self, password: String, answer: Answer<'_>) {
        match answer.reply {
            Some(Reply::InvalidCredentials) => {}
            Some(Reply::PasswordChanged) => self.config.password = password,
            _ => self.show_reply(("", false), answer),
        }
    }

    /// The user does not want to answer.
    pub(super) fn keep_password(&mut self) {
        self.answer(Shown::Note("the password stays as it is".to_owned()));
    }

    /// The reply to `passwd`.
    pub(super) fn handle_password_answer(&mut self, sent: Option<Sent>, answer: Answer<'_>) {
        if let (Some(Reply::PasswordChanged), Some(Pending::ChangePassword { new })) =
            (answer.reply, sent.as_ref().map(|sent| &sent.pending))
        {
            self.config.password.clone_from(new);
        }
        self.handle_command_answer(sent, answer);
    }

    /// No reply will come. Either password may be the right one.
    pub(super) fn lose_password_answer(&mut self, new: String) {
        self.other_password = Some(new);
    }

    /// The password was wrong: whether there is another one to try.
    pub(super) fn take_other_password(&mut self) -> bool {
        match self.other_password.take() {
            Some(other) => {
                self.config.password = other;
                true
            }
            None => false,
        }
    }
}
