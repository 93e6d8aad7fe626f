//! Typed lines: what they mean, and to whom they go.

use std::time::Instant;

use smolchat_core::dialect::lines::LineError;
use smolchat_core::protocol::{Reply, Request, RequestForm};
use smolchat_words::without_password;

use super::{Action, Phase, Session};
use crate::client::commands::{self, Command};
use crate::client::completion::Offers;
use crate::client::help;
use crate::client::meaning::{Meaning, meaning};
use crate::client::render;
use crate::client::requests::Pending;
use crate::client::shown::Shown;

impl Session {
    /// What Tab may make of the word before the cursor.
    pub(crate) fn completions(&self, before: &str) -> (usize, Vec<String>) {
        let offers = Offers {
            names: &self.names,
            writers: self.writers.iter().map(|(user, _)| user.as_str()).collect(),
            blocked: &self.blocked,
            peers: self.conversations.peers().collect(),
            files: self.files.names(),
            keys: self.fingerprints(),
        };
        offers.completions(before)
    }

    /// The user typed a line, or something that is none.
    pub(crate) fn handle_typed(&mut self, now: Instant, line: Result<&str, LineError>) {
        self.now = now;
        let is_taken = self.phase == Phase::Online || self.reconnecting.is_some();
        if !is_taken || self.phase == Phase::Over || self.leave_by.is_some() {
            return;
        }
        match line {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) if self.config.is_interactive => self.handle_line_of_person(now, line),
            Ok(line) => {
                let line = line.strip_prefix('/').unwrap_or(line);
                if self.say_long(now, line, line, commands::parse) {
                    return;
                }
                match commands::parse(line) {
                    Ok(command) => self.handle_command(now, command),
                    Err(wrong) => self.answer(Shown::Refused(wrong.of_script())),
                }
            }
            Err(error) => self.answer(Shown::Refused(line_error_text(error))),
        }
    }

    /// The user typed a line that was begun before [`Action::FallBack`]. Plain text in it was meant
    /// for somebody else, so nobody gets it: the user sees the new prompt and decides.
    pub(crate) fn handle_overtaken(&mut self, now: Instant, line: &str) {
        self.now = now;
        let is_user = |word: &str| self.names.meant(word).is_some();
        let is_for_prompt = match &meaning(line, self.config.bare_commands, is_user) {
            Meaning::Text(_) | Meaning::Addressed { .. } => true,
            Meaning::Command(command) => {
                matches!(commands::parse_of_person(command), Ok(Command::Say { .. }))
            }
            Meaning::Unclear(_) => false,
        };
        if !is_for_prompt || line.trim().is_empty() {
            return self.handle_typed(now, Ok(line));
        }
        self.show(Shown::Typed(without_password(line).to_owned()));
        let to = self.recipient.behind_arrow();
        let text = format!("not said, the prompt has changed; Up and Enter says it to {to}");
        self.answer(Shown::Refused(text));
    }

    fn handle_line_of_person(&mut self, now: Instant, line: &str) {
        if self.answers_nothing(line) {
            self.show(Shown::Typed(line.to_owned()));
            let text = "nothing is asked, so nobody reads this; begin with a space to say it";
            return self.answer(Shown::Refused(text.to_owned()));
        }
        let is_user = |word: &str| self.names.meant(word).is_some();
        match meaning(line, self.config.bare_commands, is_user) {
            Meaning::Addressed { user, .. } if self.asks_about(user) => {
                self.show(Shown::Typed(line.to_owned()));
                self.ask_about_receiver(user);
            }
            Meaning::Text(text) | Meaning::Addressed { text, .. } => {
                let to = self.recipient.clone();
                self.say_to(now, &to, text, line);
            }
            Meaning::Unclear(text) => {
                self.show(Shown::Typed(without_password(line).to_owned()));
                self.answer(Shown::Refused(text));
            }
            Meaning::Command(command)
                if self.say_long(now, &command, line, commands::parse_of_person) => {}
            Meaning::Command(command) => match commands::parse_of_person(&command) {
                Ok(command) => {
                    self.show_typed(line, &command);
                    self.handle_command(now, command);
                }
                Err(wrong) => {
                    let mut text = wrong.of_person(line.starts_with('/'));
                    // Without its slash it may be a sentence.
                    if !line.starts_with('/') {
                        text += ". Begin with a space to say it";
                    }
                    self.show(Shown::Typed(without_password(line).to_owned()));
                    self.answer(Shown::Refused(text));
                }
            },
        }
    }

    /// Shows what was typed, unless what is sent is shown itself.
    fn show_typed(&mut self, line: &str, command: &Command<'_>) {
        let is_said = matches!(
            command,
            Command::Request(Request::Message { .. } | Request::Broadcast { .. })
                | Command::Private { .. }
                | Command::Say { .. }
                | Command::Answer { .. }
        );
        if !is_said {
            self.show(Shown::Typed(without_password(line).to_owned()));
        }
    }

    pub(super) fn handle_command(&mut self, now: Instant, command: Command<'_>) {
        match command {
            Command::Nothing => {}
            Command::Request(request) => self.handle_typed_request(now, &request),
            Command::Private { to, text } if self.config.is_interactive => {
                self.say_private_as_person(now, to, text);
            }
            Command::Private { to, text } => self.say_private(now, to, text),
            Command::StopPrivate { user } => self.stop_private(now, user),
            Command::Fingerprint { user } => self.tell_fingerprint(user),
            Command::Trust { user } => self.trust(user),
            Command::Help { form: Some(form) } => self.help(form),
            Command::Help { form: None } if self.config.is_interactive => {
                self.show_help(help::lines());
            }
            Command::MoreHelp => self.show_help(help::more_lines()),
            Command::Help { form: None } => commands::bare().for_each(|form| self.help(form)),
            Command::Turn(recipient) => self.turn_to(recipient),
            Command::Say { text } => {
                let to = self.recipient.clone();
                self.say_to(now, &to, text, text);
            }
            Command::Answer { text } => self.answer_last(now, text),
            Command::RemoveKey { which } => self.remove_key(now, which),
            Command::AskForPassword => self.ask_for_password(),
            Command::File(command) => self.handle_file_command(command),
            Command::FilesHelp => self.show_help(help::files_lines()),
            Command::Presence { is_shown } => {
                self.is_presence_shown = is_shown;
                let state = if is_shown { "shown" } else { "not shown" };
                self.answer(Shown::Note(format!("comings and goings are {state}")));
            }
        }
    }

    fn show_help(&mut self, lines: Vec<String>) {
        self.actions.extend(lines.into_iter().map(Shown::Help).map(Action::Show));
    }

    fn help(&mut self, form: &'static RequestForm) {
        let is_person = self.config.is_interactive;
        let form = if is_person { commands::at_a_terminal(form) } else { form };
        let slash = if is_person && commands::needs_slash(form.name) { "/" } else { "" };
        self.answer(Shown::Answer(format!("{slash}{}: {}", form.form, form.help)));
    }

    pub(super) fn handle_typed_request(&mut self, now: Instant, request: &Request<'_>) {
        let pending = match *request {
            Request::Keys => {
                self.forget_keys();
                Pending::Repeatable
            }
            Request::Logout => return self.leave_in_turn(now, now),
            Request::StartPrivate { .. } if self.reconnecting.is_some() => {
                let text = "not connected to the server, try again later";
                return self.answer(Shown::Refused(text.to_owned()));
            }
            Request::StartPrivate { .. } if !self.has_peers() => {
                let why = self.peers_off();
                return self.answer(Shown::Refused(why));
            }
            Request::StartPrivate { user } => match self.conversations.start(now, user) {
                Ok(()) => Pending::StartPrivate(user.to_owned()),
                Err(text) => return self.answer(Shown::Refused(text)),
            },
            Request::ChangePassword { new, .. } => Pending::ChangePassword { new: new.to_owned() },
            Request::Message { to, text } => self.own_message(Some(to), text.as_str()),
            Request::Broadcast { text } => self.own_message(None, text.as_str()),
            _ if request.form().is_repeatable => Pending::Repeatable,
            _ => Pending::Other,
        };
        self.request_in_turn(request, pending);
    }
}

/// What is wrong with a typed line that is none, in the server's words.
fn line_error_text(error: LineError) -> String {
    match error {
        LineError::TooLong => "a line of a script holds at most 16 KiB".to_owned(),
        LineError::NotUtf8 => render::own(Reply::NotUtf8),
        LineError::ControlCharacter => render::own(Reply::ControlCharacter),
    }
}
