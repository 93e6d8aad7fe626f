//! What a user says: a text in as many messages as it takes, and each of them shown as it goes out.

use std::time::Instant;

use smolchat_core::protocol::{Request, TEXT_MAX, Text};

use super::Session;
use crate::client::commands::{self, Command, Wrong};
use crate::client::parts::parts;
use crate::client::recipient::Recipient;
use crate::client::requests::Pending;
use crate::client::said::OwnMessage;
use crate::client::shown::Shown;

/// A longer text is sent only if the same line is typed again.
const PARTS_UNASKED: usize = 5;

impl Session {
    /// Carries a command out whose text takes several messages. False if it is no such command.
    pub(super) fn say_long(
        &mut self,
        now: Instant,
        command: &str,
        line: &str,
        parse: impl Fn(&str) -> Result<Command<'_>, Wrong>,
    ) -> bool {
        let Some((head, text)) = commands::long_text(command) else { return false };
        for text in self.parts_of(text, line) {
            match parse(&format!("{head}{}", text.as_str())) {
                Ok(command) => self.handle_command(now, command),
                Err(wrong) => {
                    self.answer(Shown::Refused(wrong.of_person(line.starts_with('/'))));
                    break;
                }
            }
        }
        true
    }

    /// A text in as many messages as it takes; none if it cannot be sent, or if the user, who typed
    /// `line`, is to decide first.
    fn parts_of<'t>(&mut self, text: &'t str, line: &str) -> Vec<Text<'t>> {
        let parts = match parts(text, TEXT_MAX) {
            Ok(parts) => parts,
            Err(error) => {
                self.answer(Shown::Refused(error.to_string()));
                return Vec::new();
            }
        };
        let is_asked = self.asked_about.take().is_some_and(|asked| asked == line);
        if self.config.is_interactive && parts.len() > PARTS_UNASKED && !is_asked {
            let count = parts.len();
            let text = format!("this is {count} messages; to send it, type it again (Up, Enter)");
            self.asked_about = Some(line.to_owned());
            self.answer(Shown::Refused(text));
            return Vec::new();
        }
        parts
    }

    /// Says a text, in as many messages as it takes. `line` is what was typed.
    pub(super) fn say_to(&mut self, now: Instant, to: &Recipient, text: &str, line: &str) {
        for text in self.parts_of(text, line) {
            match to {
                Recipient::All => self.handle_typed_request(now, &Request::Broadcast { text }),
                Recipient::User(to) => {
                    self.handle_typed_request(now, &Request::Message { to, text });
                }
                Recipient::Private(to) => self.say_private_as_person(now, to, text.as_str()),
            }
        }
    }

    /// A message on its way. A person sees it at once.
    pub(super) fn own_message(&mut self, to: Option<&str>, text: &str) -> Pending {
        let recipient = to.map_or(Recipient::All, |to| Recipient::User(to.to_owned()));
        let number = if self.config.is_interactive { self.show_sent(recipient, text) } else { 0 };
        Pending::Message(OwnMessage { to: to.map(str::to_owned), text: text.to_owned(), number })
    }

    pub(super) fn show_sent(&mut self, to: Recipient, text: &str) -> u64 {
        self.sent += 1;
        let (number, text) = (self.sent, text.to_owned());
        self.show(Shown::Sent { number, to, text });
        number
    }
}
