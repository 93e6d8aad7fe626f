//! What the session wants, carried out: lines to the server and to peers, what is shown and asked,
//! and what is kept at home. Waits for nothing.

use std::io;
use std::time::Instant;

use jiff::ZonedDateTime;

use super::Driver;
use crate::client::exit::Ending;
use crate::client::finder;
use crate::client::front::Question;
use crate::client::home::{History, SeenFile};
use crate::client::session::{Action, Ask};
use crate::client::shown::Shown;

impl Driver {
    /// Carries one out. The ending, if it was the last one.
    pub(super) fn perform(&mut self, action: Action) -> io::Result<Option<Ending>> {
        match action {
            Action::Send(line) => {
                if let Some(server) = &mut self.server {
                    server.send(&line);
                }
            }
            Action::Show(shown) => self.show(&shown),
            Action::Ask(ask) => self.front.ask(self.question(ask))?,
            Action::ReadCommands => self.read_commands()?,
            Action::Prompt(prompt) => self.front.set_prompt(&prompt),
            Action::FallBack(prompt) => self.front.fall_back(Instant::now(), &prompt),
            Action::Recall => {
                let seen = self.seen_file().map_or(Ok(None), |file| file.read());
                self.session.handle_recalled(seen.clone().unwrap_or_default());
                self.tell_unkept(seen.err());
            }
            Action::Keep(seen) => {
                let kept = self.seen_file().map_or(Ok(()), |file| file.write(seen));
                self.tell_unkept(kept.err());
            }
            Action::Transfer(command) => {
                if let Some(transfers) = &self.transfers {
                    transfers.command(command);
                }
            }
            Action::Judge(_)
            | Action::Remember(..)
            | Action::Fingerprint(_)
            | Action::Trust(..)
            | Action::Expect(..)
            | Action::Dial(..)
            | Action::Refuse(_)
            | Action::Admit(_)
            | Action::Say(..)
            | Action::Finish(_)
            | Action::Close(_) => self.perform_for_peers(action),
            Action::Disconnect => (self.server, self.held) = (None, None),
            Action::Connect(longest) => {
                self.open_agent(Instant::now());
                finder::find(&self.target, longest, self.events.clone())?;
            }
            Action::Exit(ending) => return Ok(Some(ending)),
        }
        Ok(None)
    }

    fn show(&mut self, shown: &Shown) {
        self.front.show(shown);
        if let Some(log) = &mut self.log
            && let Some(failure) = log.take(shown, &ZonedDateTime::now())
        {
            self.front.show(&Shown::Refused(failure));
        }
    }

    /// Tells once that what was seen cannot be kept.
    pub(super) fn tell_unkept(&mut self, failure: Option<String>) {
        if let Some(failure) = failure
            && !std::mem::replace(&mut self.is_unkept_told, true)
        {
            self.show(&Shown::Note(failure));
        }
    }

    fn seen_file(&self) -> Option<SeenFile> {
        let variable = |name: &str| std::env::var_os(name);
        self.keeps_history.then(|| SeenFile::of(variable, &self.user, &self.target))?
    }

    fn question(&self, ask: Ask) -> Question {
        let user = self.user.clone();
        match ask {
            Ask::Credentials => Question::Credentials { is_new: false },
            Ask::NewCredentials => Question::Credentials { is_new: true },
            Ask::Password => Question::Password { user },
            Ask::NewPassword => Question::NewPassword { user },
            Ask::OldPassword => Question::OldPassword { user },
            Ask::Trust => Question::Trust { fingerprint: self.asked_fingerprint() },
            Ask::Passphrase => Question::Passphrase,
            Ask::Download => Question::Download,
        }
    }

    fn read_commands(&mut self) -> io::Result<()> {
        if let Some(listener) = self.listener.take() {
            self.peers.listen(listener)?;
        }
        if !self.session.is_sending() {
            self.transfers = Some(self.begin_transfers());
        }
        if self.keeps_history {
            let variable = |name: &str| std::env::var_os(name);
            self.front.keep_history(History::of(variable, &self.user, &self.target.host));
        }
        self.front.begin()
    }
}
