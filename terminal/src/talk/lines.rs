//! Lines that were typed: what each asks for, and what its sender sees of it. Knows no key.

use smolchat_core::protocol::{Reply, Request, Text, UserName, check_user_name};
use smolchat_words::{is_secret, without_password};

use super::Talk;
use crate::asking::{Answer, Purpose};
use crate::commands::{FIRST_HELP, GUEST_HELP, HELP};
use crate::errands::{Errand, Kind};
use crate::meaning::{self, Hint, Meaning};
use crate::style::{DIM, PLAIN};
use crate::words::{self, write_hint, write_own};

/// Bytes of a command that are shown again. A longer one is no command.
const ECHO: usize = 512;

impl<'s> Talk<'s> {
    /// Takes a line of a person's. Returns whether it may be kept for the arrow keys.
    pub(crate) fn handle_line(&mut self, line: &str) -> bool {
        if self.asking.is_active() {
            self.handle_answer(line);
            return false;
        }
        let meaning = meaning::of_person(line, |word| self.people.meant(word).is_some());
        // A text is shown as what is sent.
        let is_said = match &meaning {
            Meaning::Nothing | Meaning::Text(_) => true,
            Meaning::Addressed { user, .. } => !self.asks_about(user),
            Meaning::Say { to, .. } => receiver(*to).is_some(),
            Meaning::Answer { text } => !text.is_empty() && self.people.last_writer().is_some(),
            _ => false,
        };
        let is_text = matches!(meaning, Meaning::Text(_) | Meaning::Addressed { .. });
        if is_text && self.is_doubtful() {
            self.refuse_doubtful(line);
            return true;
        }
        if !is_said {
            self.echo(without_password(line));
        }
        self.act(line, meaning);
        !is_secret(line)
    }

    /// Takes a line of a script's, which is given up if it is none.
    pub(crate) fn handle_script_line(&mut self, line: &str) {
        match meaning::of_script(line) {
            Meaning::Say { to, text } => match (Text::new(text), receiver(to)) {
                (Ok(text), Some(to)) => self.say(to.as_ref(), text),
                (Ok(_), None) => self.refuse_receiver(to.unwrap_or_default()),
                (Err(_), _) => self.refuse(|page| write_own(page, &Reply::TextTooLong)),
            },
            meaning => self.act(line, meaning),
        }
    }

    fn act(&mut self, line: &str, meaning: Meaning<'_>) {
        match meaning {
            Meaning::Nothing => {}
            Meaning::Addressed { user, .. } if self.asks_about(user) => self.ask_about(user),
            Meaning::Text(text) | Meaning::Addressed { text, .. } => {
                self.begin_saying(self.to.clone(), line, text);
            }
            Meaning::Say { to, text } => match receiver(to) {
                Some(to) => self.begin_saying(to, line, text),
                None => self.refuse_receiver(to.unwrap_or_default()),
            },
            Meaning::Answer { text } => self.answer(line, text),
            Meaning::Turn { to } => match receiver(to) {
                Some(to) => self.turn_to(to),
                None => self.refuse_receiver(to.unwrap_or_default()),
            },
            Meaning::Presence { is_shown } => self.hides_presence = !is_shown,
            Meaning::Help(None) if !self.is_online => self.help = GUEST_HELP..HELP.len(),
            Meaning::Help(None) => self.help = 0..FIRST_HELP,
            Meaning::MoreHelp if !self.is_online => self.help = 0..GUEST_HELP,
            Meaning::MoreHelp => self.help = FIRST_HELP..GUEST_HELP,
            Meaning::Help(Some(form)) => {
                self.screen.line(PLAIN, |page| words::write_form(page, form));
            }
            Meaning::AskLogin { user } => self.ask(Purpose::Login, user),
            Meaning::AskRegister { user } => self.ask(Purpose::Register, user),
            Meaning::AskPasswd => self.ask(Purpose::Change, ""),
            Meaning::RemoveKey { which } => self.remove_key(which),
            Meaning::Request(request) => {
                if matches!(request, Request::Keys) {
                    self.keys.clear();
                }
                let errand = errand_of(&request);
                self.send(&request, errand);
            }
            Meaning::Unclear { word, hint } => {
                let is_person = self.screen.is_person();
                self.refuse(|page| write_hint(page, cut(word), hint, is_person));
            }
        }
    }

    /// Answers whoever wrote last, or turns plain text there.
    fn answer(&mut self, line: &str, text: &str) {
        let last = self.people.last_writer().and_then(|last| UserName::try_from(last).ok());
        match last {
            None => self.refuse(|page| write_hint(page, "r", Hint::NobodyWrote, true)),
            last if text.trim_matches(' ').is_empty() => self.to = last,
            last => self.begin_saying(last, line, text),
        }
    }

    fn refuse_receiver(&mut self, name: &str) {
        self.refuse(|page| {
            write_own(page, &Reply::InvalidReceiver);
            page.text(" (there is no user \"");
            page.name(cut(name));
            page.text("\")");
        });
    }

    fn ask(&mut self, purpose: Purpose, user: &str) {
        match (purpose, self.is_online) {
            (Purpose::Change, false) => return self.refuse(|page| page.text(words::LOG_IN_FIRST)),
            (Purpose::Register, true) => {
                return self.refuse(|page| {
                    write_own(page, &Reply::LoggedInAlready);
                    page.text("; to offer a file takes the program smolchat");
                });
            }
            (Purpose::Login, true) => {
                return self.refuse(|page| write_own(page, &Reply::LoggedInAlready));
            }
            _ => {}
        }
        if check_user_name(user).is_err() && purpose != Purpose::Change {
            return self.refuse(|page| write_own(page, &Reply::BadName));
        }
        self.asking.begin(purpose, user);
    }

    /// Takes an answer to a question.
    fn handle_answer(&mut self, line: &str) {
        let (prompt, given_up) = (self.asking.prompt(), self.asking.given_up());
        self.note(|page| page.text(prompt));
        match self.asking.answer(line) {
            Answer::Next => {}
            Answer::Check => {
                let mut asking = core::mem::take(&mut self.asking);
                self.send(&asking.check(), Errand::new(Kind::Check, ""));
                core::mem::swap(&mut self.asking, &mut asking);
            }
            Answer::Differs => self.refuse(|page| page.text("the two were not the same")),
            Answer::Bad => self.refuse(|page| write_own(page, &Reply::BadPassword)),
            Answer::GivenUp => self.note(|page| page.text(given_up)),
            Answer::Done => {
                let mut asking = core::mem::take(&mut self.asking);
                let request = asking.request();
                let errand = errand_of(&request);
                self.send(&request, errand);
                if matches!(request, Request::Login { .. }) {
                    asking.wait();
                    self.asking = asking;
                } else {
                    asking.end();
                }
            }
        }
    }

    /// Gives up the questions.
    pub(crate) fn give_up_asking(&mut self) {
        let given_up = self.asking.given_up();
        self.asking.end();
        self.note(|page| page.text(given_up));
    }

    /// Shows what was typed where it was typed.
    pub(crate) fn echo(&mut self, line: &str) {
        let prompt = self.prompt();
        self.screen.own_line(DIM, |page| {
            page.text(&prompt);
            page.text(cut(line));
        });
    }
}

/// A user, or all; `None` if nobody can have this name.
fn receiver(to: Option<&str>) -> Option<Option<UserName>> {
    match to {
        None => Some(None),
        Some(name) => {
            let name = check_user_name(name).ok()?;
            UserName::try_from(name).ok().map(Some)
        }
    }
}

/// What is remembered of a request.
fn errand_of(request: &Request<'_>) -> Errand {
    match *request {
        Request::Login { user, .. } => Errand::new(Kind::Login, user),
        Request::Block { user } | Request::Unblock { user } | Request::Seen { user } => {
            Errand::new(Kind::Command, user)
        }
        _ => Errand::new(Kind::Command, ""),
    }
}

/// The beginning of what was typed, which has room on a page.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(ECHO);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
