//! Questions for passwords: what was answered so far. Nobody sees the answers, and they are
//! overwritten when the last one is used. Knows no screen.

use core::fmt;

use smolchat_core::protocol::{PASSWORD_MAX, Request, UserName, check_password};

/// So often the password that there is may be given wrong at one question.
const TRIES: u8 = 3;

/// What the passwords are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Login,
    Register,
    Change,
}

/// What is asked now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    /// Nothing.
    #[default]
    Nothing,
    /// The password that there is.
    Old(Purpose),
    /// The one that is to be.
    New(Purpose),
    /// The same once more.
    Again(Purpose),
}

/// What an answer led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The next question.
    Next,
    /// The next question, if the server knows this to be the password: [`Asking::check`] asks it.
    Check,
    /// All is answered: [`Asking::request`] has it.
    Done,
    /// The two were not the same, and both are asked for again.
    Differs,
    /// It cannot be a password, and is asked for again.
    Bad,
    /// Nothing was answered, and nothing more is asked.
    GivenUp,
}

/// The questions, and the answers so far.
#[derive(Debug, Default)]
pub(crate) struct Asking {
    step: Step,
    /// How often the password that there is was given wrong.
    mistakes: u8,
    user: UserName,
    old: Secret,
    new: Secret,
}

impl Asking {
    /// Begins to ask. The user is whose password it is, if somebody else asks than that user.
    pub(crate) fn begin(&mut self, purpose: Purpose, user: &str) {
        self.end();
        self.user = UserName::try_from(user).unwrap_or_default();
        self.step = match purpose {
            Purpose::Register => Step::New(purpose),
            Purpose::Login | Purpose::Change => Step::Old(purpose),
        };
    }

    /// Asks nothing more, and overwrites what was answered.
    pub(crate) fn end(&mut self) {
        (self.step, self.mistakes) = (Step::Nothing, 0);
        self.old.wipe();
        self.new.wipe();
    }

    /// Whether something is asked.
    pub(crate) fn is_active(&self) -> bool {
        self.step != Step::Nothing
    }

    pub(crate) fn prompt(&self) -> &'static str {
        match self.step {
            Step::Old(Purpose::Change) => "old password: ",
            Step::New(Purpose::Change) => "new password: ",
            Step::Again(_) => "the same again: ",
            _ => "password: ",
        }
    }

    /// What is said if nothing more is asked.
    pub(crate) fn given_up(&self) -> &'static str {
        match self.step {
            Step::Old(Purpose::Login) => "you are not logged in",
            Step::New(Purpose::Register) | Step::Again(Purpose::Register) => "no account was made",
            _ => "nothing was changed",
        }
    }

    /// The login is on its way, and its password is not needed any more. The question stays, since
    /// whoever mistyped the password types it again.
    pub(crate) fn wait(&mut self) {
        self.old.wipe();
    }

    /// The user's login was refused. Returns whether its password is asked for again: so it is
    /// until it was wrong too often.
    pub(crate) fn ask_again(&mut self, user: &str, is_wrong: bool) -> bool {
        if self.step != Step::Old(Purpose::Login) {
            self.begin(Purpose::Login, user);
        }
        self.mistakes += u8::from(is_wrong);
        if self.mistakes >= TRIES {
            self.end();
        }
        self.is_active()
    }

    /// Takes what was typed.
    pub(crate) fn answer(&mut self, line: &str) -> Answer {
        if line.is_empty() {
            self.end();
            return Answer::GivenUp;
        }
        if check_password(line).is_err() {
            return Answer::Bad;
        }
        match self.step {
            Step::Nothing => return Answer::GivenUp,
            Step::Old(Purpose::Login) => {
                self.old.set(line);
                return Answer::Done;
            }
            Step::Old(_) => {
                self.old.set(line);
                return Answer::Check;
            }
            Step::New(purpose) => {
                self.new.set(line);
                self.step = Step::Again(purpose);
            }
            Step::Again(_) if self.new.text() == line => return Answer::Done,
            Step::Again(purpose) => {
                self.step = Step::New(purpose);
                return Answer::Differs;
            }
        }
        Answer::Next
    }

    /// The request that only checks a password, since it stays as it is.
    pub(crate) fn check(&self) -> Request<'_> {
        Request::ChangePassword { old: self.old.text(), new: self.old.text() }
    }

    /// The server has checked the password. Returns whether something more is asked: the new one,
    /// or the old one again if it was wrong.
    pub(crate) fn go_on(&mut self, is_right: bool) -> bool {
        let Step::Old(purpose) = self.step else { return false };
        if is_right {
            self.step = Step::New(purpose);
            return true;
        }
        self.mistakes += 1;
        if self.mistakes == TRIES {
            self.end();
        }
        self.is_active()
    }

    /// The request that the answers make.
    pub(crate) fn request(&self) -> Request<'_> {
        let user = self.user.as_str();
        match self.step {
            Step::Old(Purpose::Login) => Request::Login { user, password: self.old.text() },
            Step::Again(Purpose::Register) => Request::Register { user, password: self.new.text() },
            _ => Request::ChangePassword { old: self.old.text(), new: self.new.text() },
        }
    }
}

/// A password. It is never printed.
struct Secret {
    bytes: [u8; PASSWORD_MAX],
    len: usize,
}

impl Default for Secret {
    fn default() -> Self {
        Secret { bytes: [0; PASSWORD_MAX], len: 0 }
    }
}

impl Secret {
    fn set(&mut self, text: &str) {
        self.wipe();
        self.len = text.len().min(PASSWORD_MAX);
        self.bytes[..self.len].copy_from_slice(&text.as_bytes()[..self.len]);
    }

    fn text(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }

    fn wipe(&mut self) {
        self.bytes.fill(0);
        self.len = 0;
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_asks_once_and_an_account_twice() {
        let mut asking = Asking::default();
        asking.begin(Purpose::Login, "hans");
        assert_eq!((asking.prompt(), asking.answer("solo")), ("password: ", Answer::Done));
        assert_eq!(asking.request(), Request::Login { user: "hans", password: "solo" });
        asking.begin(Purpose::Register, "luke");
        assert_eq!((asking.prompt(), asking.answer("force")), ("password: ", Answer::Next));
        assert_eq!(
            (asking.prompt(), asking.answer("farce")),
            ("the same again: ", Answer::Differs)
        );
        assert_eq!((asking.answer("force"), asking.answer("force")), (Answer::Next, Answer::Done));
        assert_eq!(asking.request(), Request::Register { user: "luke", password: "force" });
    }

    #[test]
    fn a_change_asks_for_the_old_one_and_twice_for_the_new_one() {
        let mut asking = Asking::default();
        asking.begin(Purpose::Change, "");
        assert_eq!(asking.answer("with space"), Answer::Bad);
        assert_eq!(asking.answer(&"x".repeat(65)), Answer::Bad);
        assert_eq!((asking.answer("odl"), asking.prompt()), (Answer::Check, "old password: "));
        assert_eq!(asking.check(), Request::ChangePassword { old: "odl", new: "odl" });
        assert!(asking.go_on(false));
        assert_eq!((asking.answer("old"), asking.go_on(true)), (Answer::Check, true));
        assert_eq!(asking.prompt(), "new password: ");
        assert_eq!((asking.answer("new"), asking.answer("new")), (Answer::Next, Answer::Done));
        assert_eq!(asking.request(), Request::ChangePassword { old: "old", new: "new" });
        asking.end();
        assert!(!asking.is_active());
        assert_eq!((asking.old.bytes, asking.new.bytes), ([0; 64], [0; 64]));
        asking.begin(Purpose::Change, "");
        assert_eq!((asking.answer(""), asking.is_active()), (Answer::GivenUp, false));
        asking.begin(Purpose::Change, "");
        let tries = [(); 3].map(|()| (asking.answer("guess"), asking.go_on(false)).1);
        assert_eq!((tries, asking.is_active()), ([true, true, false], false));
    }
}
