//! The name that a product asks for, and the numbers behind it that are tried after conflicts.

use heapless::String;

use super::super::error::NetError;

/// The longest label of a name (RFC 1035, 2.3.4).
const LABEL_MAX: usize = 63;
/// Room for a number behind a name: a hyphen and two digits.
const NUMBER_MAX: usize = 3;
/// The highest number. Behind it they begin again.
const LAST: u8 = 99;

/// How hosts of the link find the server by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming<'a> {
    /// The name in front of `.local`: 1 to 60 of ASCII letters, digits and hyphens, a letter or
    /// digit first and last. If another host has it, a number is put behind it.
    pub name: &'a str,
    /// How many users fit, which others are told.
    pub users: usize,
}

impl Naming<'_> {
    /// Whether a server may ask for this name.
    pub fn is_name(name: &str) -> bool {
        Label::new(name).is_ok()
    }
}

/// One label of ours: the name as it was asked for, and a number from 2 on after conflicts.
#[derive(Clone, Debug)]
pub(super) struct Label {
    text: String<LABEL_MAX, u8>,
    /// How many bytes were asked for.
    asked: u8,
    /// The last number that was tried; 1 for none.
    number: u8,
}

impl Label {
    /// The label that was asked for.
    ///
    /// # Errors
    /// It is no name of a host.
    pub(super) fn new(name: &str) -> Result<Self, NetError> {
        let is_sound = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let bytes = name.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        let sound = bytes.iter().all(is_sound)
            && ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
            && bytes.len() <= LABEL_MAX - NUMBER_MAX;
        match (sound, String::try_from(name)) {
            (true, Ok(text)) => Ok(Label { text, asked: bytes.len() as u8, number: 1 }),
            _ => Err(NetError::BadName),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether there is a number that was not tried.
    pub(super) fn has_more(&self) -> bool {
        self.number < LAST
    }

    /// Takes the name that was asked for. The numbers go on behind the last one.
    pub(super) fn restart(&mut self) {
        self.text.truncate(self.asked.into());
    }

    /// Takes the next number; behind the last one the first.
    pub(super) fn advance(&mut self) {
        self.number = if self.has_more() { self.number + 1 } else { 2 };
        self.restart();
        let digits = [self.number / 10, self.number % 10].map(|digit| char::from(b'0' + digit));
        let digits = if self.number < 10 { &digits[1..] } else { &digits };
        // There is room: the name was short enough.
        let _ = self.text.push('-');
        digits.iter().for_each(|digit| _ = self.text.push(*digit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_a_host_and_has_room_for_a_number() {
        let longest = "a".repeat(60);
        for name in ["smolchat", "a", "0", "den-2", "Den", &longest] {
            assert_eq!(Label::new(name).unwrap().as_str(), name);
        }
        let too_long = "a".repeat(61);
        for name in ["", "-a", "a-", "a.b", "a b", "a_b", "zoë", "a\n", &too_long] {
            assert_eq!(Label::new(name).err(), Some(NetError::BadName), "{name}");
        }
    }

    #[test]
    fn after_a_conflict_the_name_gets_a_number_and_behind_the_last_they_begin_again() {
        let mut label = Label::new("den").unwrap();
        let mut names = vec![label.as_str().to_owned()];
        while label.has_more() {
            label.advance();
            names.push(label.as_str().to_owned());
        }
        assert_eq!(names.len(), 99);
        assert_eq!(
            (&*names[1], &*names[8], &*names[9], &*names[98]),
            ("den-2", "den-9", "den-10", "den-99")
        );
        label.restart();
        assert_eq!((label.as_str(), label.has_more()), ("den", false));
        label.advance();
        assert_eq!((label.as_str(), label.has_more()), ("den-2", true));
        label.restart();
        label.advance();
        assert_eq!(label.as_str(), "den-3", "the numbers go on");
    }
}
