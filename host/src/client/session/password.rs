//! The user's password becomes another one. The session keeps the one that opens the account, since
//! every login after a lost connection takes it.

use std::time::Instant;

use smolchat_core::protocol::{Reply, Request};

use super::hearing::Answer;
use super::{Ask, Session};
use crate::client::requests::{Pending, Sent};
use crate::client::shown::Shown;

impl Session {
    /// Asks for the old password and for the new one.
    pub(super) fn ask_for_password(&mut self) {
        self.is_changing_password = true;
        self.ask(Ask::OtherPassword);
    }

    /// The user answered the question after the password until now and another one.
    pub(crate) fn handle_new_password(&mut self, now: Instant, old: &str, new: &str) {
        self.now = now;
        (self.is_asking, self.is_changing_password) = (false, false);
        let pending = Pending::ChangePassword { new: new.to_owned() };
        self.request_in_turn(&Request::ChangePassword { old, new }, pending);
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
