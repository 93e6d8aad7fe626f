//! Questions to the person at the terminal: a name, a password. One at a time, until each answer
//! could be one. Knows no terminal.

use crate::client::possible::{possible_password, possible_user};

/// How a fingerprint begins.
const SHA256: &str = "SHA256:";

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
    /// Whether the server's key is to be trusted, which has this fingerprint.
    Trust {
        /// `SHA256:` and the rest.
        fingerprint: String,
    },
    /// The passphrase of the user's key.
    Passphrase,
    /// Whether a file is to be loaded, which was told above.
    Download,
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
    Trust(Trust),
    /// The passphrase; empty to go on without the key.
    Passphrase(String),
    /// Whether the file is to be loaded.
    Download(bool),
}

/// What a person says of a server's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It is the server's.
    Yes,
    /// It is not to be trusted.
    No,
    /// The person knows the fingerprint of another key.
    OtherFingerprint,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    User { is_new: bool },
    Password,
    OldPassword,
    NewPassword,
    Again { password: String },
    Trust { fingerprint: String },
    Passphrase,
    Download,
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
            Question::Trust { fingerprint } => (String::new(), Step::Trust { fingerprint }),
            Question::Passphrase => (String::new(), Step::Passphrase),
            Question::Download => (String::new(), Step::Download),
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
            Step::Trust { .. } => "Trust it? yes, no, or the fingerprint: ",
            Step::Passphrase => "Passphrase, or Enter to go on without the key: ",
            Step::Download => "Download it? yes or no: ",
        }
    }

    /// Whether nobody shall see what is typed.
    pub(super) fn is_hidden(&self) -> bool {
        !matches!(self.step, Step::User { .. } | Step::Trust { .. } | Step::Download)
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
                possible_user(user)?;
                user.clone_into(&mut self.user);
                self.step = if *is_new { Step::NewPassword } else { Step::Password };
            }
            Step::Password | Step::OldPassword => {
                possible_password(&typed)?;
                return Ok(Some(self.with(typed)));
            }
            Step::NewPassword => {
                possible_password(&typed)?;
                self.step = Step::Again { password: typed };
            }
            Step::Again { password } if *password == typed => {
                return Ok(Some(self.with(typed)));
            }
            Step::Trust { fingerprint } => {
                return trust(typed.trim(), fingerprint).map(|trust| Some(Answer::Trust(trust)));
            }
            Step::Passphrase => return Ok(Some(Answer::Passphrase(typed))),
            Step::Download => return download(typed.trim()).map(Some),
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

/// A fingerprint that was copied from the server says yes to its own key alone, as with `ssh`.
fn trust(typed: &str, fingerprint: &str) -> Result<Trust, String> {
    let bare = |text: &'_ str| text.strip_prefix(SHA256).unwrap_or(text).to_owned();
    match typed.to_lowercase().as_str() {
        "yes" => Ok(Trust::Yes),
        "no" => Ok(Trust::No),
        _ if bare(typed) == bare(fingerprint) => Ok(Trust::Yes),
        _ if typed.starts_with(SHA256) || typed.len() == bare(fingerprint).len() => {
            Ok(Trust::OtherFingerprint)
        }
        _ => Err("yes or no, in full, or the fingerprint that the server printed".to_owned()),
    }
}

/// A single letter is enough: nothing is lost by a wrong one.
fn download(typed: &str) -> Result<Answer, String> {
    match typed.to_lowercase().as_str() {
        "yes" | "y" => Ok(Answer::Download(true)),
        "no" | "n" => Ok(Answer::Download(false)),
        _ => Err("yes or no; Ctrl-C is no, too".to_owned()),
    }
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
        let allowed = "a password has 1 to 64 bytes, and no space";
        assert_eq!(told[3], format!("not a possible password: it has a space; {allowed}"));
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
    fn a_key_is_trusted_by_a_whole_word_or_its_fingerprint_that_anybody_may_see() {
        let own = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
        let other = "SHA256:57DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
        let question = || Question::Trust { fingerprint: own.to_owned() };
        for (typed, trust, told) in [
            (&[" Yes "][..], Trust::Yes, 0),
            (&["no"], Trust::No, 0),
            (&["y", "", "yes please", "yes"], Trust::Yes, 3),
            (&["md5", own], Trust::Yes, 1),
            (&[own.strip_prefix(SHA256).unwrap()], Trust::Yes, 0),
            (&[other], Trust::OtherFingerprint, 0),
            (&[other.strip_prefix(SHA256).unwrap()], Trust::OtherFingerprint, 0),
            (&[&own[..20]], Trust::OtherFingerprint, 0),
        ] {
            let (answer, words) = answers(question(), typed);
            assert_eq!((answer, words.len()), (Some(Answer::Trust(trust)), told), "{typed:?}");
        }
        assert_eq!(Asking::new(question()).shown("yes"), "yes");
    }

    #[test]
    fn a_download_is_agreed_to_in_a_word_that_anybody_may_see() {
        for (typed, is_wanted, told) in
            [(&["", "Y"][..], true, 1), (&["perhaps", " No "], false, 1), (&["yes"], true, 0)]
        {
            let (answer, words) = answers(Question::Download, typed);
            assert_eq!((answer, words.len()), (Some(Answer::Download(is_wanted)), told));
        }
        assert!(!Asking::new(Question::Download).is_hidden());
    }

    #[test]
    fn only_a_name_is_seen() {
        let mut asking = Asking::new(Question::Credentials { is_new: false });
        assert_eq!((asking.prompt(), asking.shown("hans")), ("User: ", "hans"));
        asking.answer("hans".into()).unwrap();
        assert_eq!((asking.prompt(), asking.shown("secret")), ("Password: ", ""));
    }
}
