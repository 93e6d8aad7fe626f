//! Whether a name or a password could be an account's, and in words why not. Knows nobody who is
//! asked.

use smolchat_core::protocol::{NAME_MAX, NameError, PASSWORD_MAX, check_password, check_user_name};

/// Says what is wrong with a user name that no account can have.
pub(crate) fn possible_user(name: &str) -> Result<(), String> {
    let why = check_user_name(name).err().map(|error| reason(name, error));
    told("user name", "a name", NAME_MAX, why)
}

/// Says what is wrong with a password that no account can have. Nothing of it is told but its
/// length.
pub(crate) fn possible_password(password: &str) -> Result<(), String> {
    let why = check_password(password).err().map(|error| reason(password, error));
    told("password", "a password", PASSWORD_MAX, why)
}

fn told(what: &str, one: &str, longest: usize, why: Option<String>) -> Result<(), String> {
    let allowed = format!("{one} has 1 to {longest} bytes, and no space");
    why.map_or(Ok(()), |why| Err(format!("not a possible {what}: {why}; {allowed}")))
}

fn reason(typed: &str, error: NameError) -> String {
    match error {
        NameError::Empty => "it is empty".to_owned(),
        NameError::TooLong => format!("it has {} bytes", typed.len()),
        NameError::Character(c) if c.is_whitespace() => "it has a space".to_owned(),
        NameError::Character(_) => "it has a character that is not allowed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_what_is_allowed() {
        let (long, umlauts) = ("x".repeat(PASSWORD_MAX + 6), "ü".repeat(PASSWORD_MAX / 2 + 1));
        for (typed, why) in [
            ("", "it is empty"),
            ("a b", "it has a space"),
            ("a\tb", "it has a space"),
            ("a\u{7}b", "it has a character that is not allowed"),
            (&long, "it has 70 bytes"),
            (&umlauts, "it has 66 bytes"),
        ] {
            let allowed = "a password has 1 to 64 bytes, and no space";
            let told = format!("not a possible password: {why}; {allowed}");
            assert_eq!(possible_password(typed), Err(told));
        }
        let told = "not a possible user name: it has 33 bytes; a name has 1 to 32 bytes, and no \
                    space";
        assert_eq!(possible_user(&"x".repeat(NAME_MAX + 1)), Err(told.to_owned()));
        assert_eq!(possible_password(&"x".repeat(PASSWORD_MAX)), Ok(()));
        assert_eq!(possible_user("yoda"), Ok(()));
    }
}
