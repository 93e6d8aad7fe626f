//! Questions to the person at the terminal: a name, a password. One at a time, until each answer
//! could be one. Knows no terminal.

use smolchat_core::protocol::{check_password, check_user_name};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// The user's name, then the password; one that is new is asked for twice.
    Credentials {
        /// Whether the account is to be made.
        is_new: bool,
    },
    /// The password of this user.
    Password {
        /// The user.
        user: String,
    },
    /// A password that is new, twice, for this user.
    NewPassword {
        /// The user.
        user: String,
    },
    /// The password of this user until now.
    OldPassword {
        /// The user.
        user: String,
    },
    /// Whether the server's key is to be trusted.
    Trust,
    /// The passphrase of the user's key.
    Passphrase,
}

/// What a person answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A name and a password that an account could have.
    Credentials {
        /// The user.
        user: String,
        /// The password.
        password: String,
    },
    /// Whether the key is trusted.
    Trust(bool),
    /// The passphrase; empty to go on without the key.
    Passphrase(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    User { is_new: bool },
    Password,
    OldPassword,
    NewPassword,
    Again { password: String },
    Trust,
    Passphrase,
}

/// A question that is being asked.
#[derive(Debug)]
pub(super) struct Asking {
    user: String,
    step: Step,
}

impl Asking {
    /// Nothing answered yet.
    pub(super) fn new(question: Question) -> Self {
        let (user, step) = match question {
            Question::Credentials { is_new } => (String::new(), Step::User { is_new }),
            Question::Password { user } => (user, Step::Password),
            Question::NewPassword { user } => (user, Step::NewPassword),
            Question::OldPassword { user } => (user, Step::OldPassword),
            Question::Trust => (String::new(), Step::Trust),
            Question::Passphrase => (String::new(), Step::Passphrase),
        };
        Asking { user, step }
    }

    /// Stands before what is typed.
    pub(super) fn prompt(&self) -> &'static str {
        match self.step {
            Step::User { .. } => "User: ",
            Step::Password => "Password: ",
            Step::OldPassword => "Old password: ",
            Step::NewPassword => "New password: ",
            Step::Again { .. } => "The same again: ",
            Step::Trust => "Trust it? yes or no: ",
            Step::Passphrase => "Passphrase, or Enter to go on without the key: ",
        }
    }

    /// Whether nobody shall see what is typed.
    pub(super) fn is_hidden(&self) -> bool {
        !matches!(self.step, Step::User { .. } | Step::Trust)
    }

    /// What stays on the screen of an answer.
    pub(super) fn shown<'a>(&self, typed: &'a str) -> &'a str {
        if self.is_hidden() { "" } else { typed }
    }

    /// Takes an answer. `Ok` with everything once it is known. `Err` says why it is asked again.
    pub(super) fn answer(&mut self, typed: String) -> Result<Option<Answer>, String> {
        match &self.step {
            Step::User { is_new } => {
                let user = typed.trim();
                check_user_name(user).map_err(|_| impossible("user name"))?;
                user.clone_into(&mut self.user);
                self.step = if *is_new { Step::NewPassword } else { Step::Password };
            }
            Step::Password | Step::OldPassword => {
                check_password(&typed).map_err(|_| impossible("password"))?;
                return Ok(Some(self.with(typed)));
            }
            Step::NewPassword => {
                check_password(&typed).map_err(|_| impossible("password"))?;
                self.step = Step::Again { password: typed };
            }
            Step::Again { password } if *password == typed => {
                return Ok(Some(self.with(typed)));
            }
            Step::Trust => {
                return match typed.trim().to_lowercase().as_str() {
                    "yes" => Ok(Some(Answer::Trust(true))),
                    "no" => Ok(Some(Answer::Trust(false))),
                    _ => Err("yes or no, in full".to_owned()),
                };
            }
            Step::Passphrase => return Ok(Some(Answer::Passphrase(typed))),
            Step::Again { .. } => {
                self.step = Step::NewPassword;
                return Err("these were not the same".to_owned());
            }
        }
        Ok(None)
    }

    fn with(&mut self, password: String) -> Answer {
        Answer::Credentials { user: std::mem::take(&mut self.user), password }
    }
}

fn impossible(what: &str) -> String {
    format!("not a possible {what}: empty, too long, or with a space")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(question: Question, typed: &[&str]) -> (Option<Answer>, Vec<String>) {
        let (mut asking, mut told) = (Asking::new(question), Vec::new());
        for typed in typed {
            match asking.answer((*typed).to_owned()) {
                Ok(Some(answer)) => return (Some(answer), told),
                Ok(None) => {}
                Err(text) => told.push(text),
            }
        }
        (None, told)
    }

    fn hans() -> Option<Answer> {
        Some(Answer::Credentials { user: "hans".into(), password: "falcon*solo".into() })
    }

    #[test]
    fn what_cannot_be_is_told_and_asked_again() {
        let typed = ["", "ha ns", " hans ", "", "a b", "falcon*solo"];
        let (answer, told) = answers(Question::Credentials { is_new: false }, &typed);
        assert_eq!(answer, hans());
        assert_eq!(told.len(), 4);
        assert_eq!(told[3], "not a possible password: empty, too long, or with a space");
    }

    #[test]
    fn a_new_password_is_typed_twice() {
        let question = || Question::NewPassword { user: "hans".into() };
        assert_eq!(answers(question(), &["falcon*solo", "falcon*solo"]), (hans(), vec![]));
        let named = Question::Credentials { is_new: true };
        assert_eq!(answers(named, &["hans", "falcon*solo", "falcon*solo"]), (hans(), vec![]));
        let (answer, told) = answers(question(), &["a", "b", "falcon*solo", "falcon*solo"]);
        assert_eq!((answer, told.len()), (hans(), 1));
    }

    #[test]
    fn nobody_sees_a_password_that_is_typed() {
        let question = || Question::OldPassword { user: "hans".into() };
        let (answer, told) = answers(question(), &["a b", "falcon*solo"]);
        assert_eq!((answer, told.len()), (hans(), 1));
        assert_eq!(Asking::new(question()).prompt(), "Old password: ");
        let mut asking = Asking::new(Question::NewPassword { user: "hans".into() });
        for prompt in ["New password: ", "The same again: "] {
            assert_eq!((asking.prompt(), asking.shown("secret")), (prompt, ""));
            asking.answer("secret".into()).unwrap();
        }
    }

    #[test]
    fn a_key_is_trusted_by_a_whole_word_that_anybody_may_see() {
        for (typed, yes, told) in [
            (&[" Yes "][..], Some(true), 0),
            (&["no"], Some(false), 0),
            (&["y", "", "yes please", "yes"], Some(true), 3),
        ] {
            let (answer, words) = answers(Question::Trust, typed);
            assert_eq!((answer, words.len()), (yes.map(Answer::Trust), told), "{typed:?}");
        }
        assert_eq!(Asking::new(Question::Trust).shown("yes"), "yes");
    }

    #[test]
    fn only_a_name_is_seen() {
        let mut asking = Asking::new(Question::Credentials { is_new: false });
        assert_eq!((asking.prompt(), asking.shown("hans")), ("User: ", "hans"));
        asking.answer("hans".into()).unwrap();
        assert_eq!((asking.prompt(), asking.shown("secret")), ("Password: ", ""));
    }
}
