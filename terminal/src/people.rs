//! The users heard of: who wrote to this person, the last one first, and behind them the others.
//! They are offered for completion, and hints are made of them. Knows no line and no screen.

use smolchat_core::protocol::{UserName, check_user_name};
use smolchat_words::{meant_name, near_name};

/// A user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    name: UserName,
    /// To this person alone.
    has_written: bool,
}

/// Users, as many as the memory holds. Whoever was heard of last takes the place of somebody who
/// wrote nothing.
#[derive(Debug, Default)]
pub(crate) struct People<'s> {
    rows: &'s mut [Person],
    len: usize,
}

impl<'s> People<'s> {
    /// Nobody yet.
    pub(crate) fn new(rows: &'s mut [Person]) -> Self {
        People { rows, len: 0 }
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.rows.fill(Person::default());
        self.len = 0;
    }

    /// Somebody has this name. What cannot be a name is not offered.
    pub(crate) fn learn(&mut self, name: &str) {
        let writers = self.writers().count();
        match self.place(name) {
            Some(at) if at >= writers => self.rows[writers..=at].rotate_right(1),
            Some(_) => {}
            None if writers < self.rows.len() => self.insert(writers, name, false),
            None => {}
        }
    }

    /// Somebody of this name wrote to this person.
    pub(crate) fn note_writer(&mut self, name: &str) {
        match self.place(name) {
            Some(at) => {
                self.rows[at].has_written = true;
                self.rows[..=at].rotate_right(1);
            }
            None => self.insert(0, name, true),
        }
    }

    /// Puts somebody at a place. The last one gives way if all are taken.
    fn insert(&mut self, at: usize, name: &str, has_written: bool) {
        let (Ok(name), true) = (UserName::try_from(name), check_user_name(name).is_ok()) else {
            return;
        };
        self.len = (self.len + 1).min(self.rows.len());
        if let Some(moved @ [_, ..]) = self.rows[..self.len].get_mut(at..) {
            moved.rotate_right(1);
            moved[0] = Person { name, has_written };
        }
    }

    /// Everybody, the last writer first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.rows[..self.len].iter().map(|person| person.name.as_str())
    }

    fn writers(&self) -> impl Iterator<Item = &str> {
        let writers = self.rows[..self.len].iter().take_while(|person| person.has_written);
        writers.map(|person| person.name.as_str())
    }

    /// Whether somebody of this name was heard of.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.iter().position(|known| known == name)
    }

    /// Whoever wrote last.
    pub(crate) fn last_writer(&self) -> Option<&str> {
        self.writers().next()
    }

    /// Whoever wrote before `user`, and behind the first one the last one again.
    pub(crate) fn writer_before(&self, user: &str) -> Option<&str> {
        let at = self.writers().position(|writer| writer == user)?;
        self.writers().nth(at + 1).or(self.last_writer())
    }

    /// The name that may be meant by `typed`, which nobody has.
    pub(crate) fn near(&self, typed: &str) -> Option<&str> {
        near_name(typed, self.iter())
    }

    /// The name that a word of a text is, if it is one.
    pub(crate) fn meant(&self, word: &str) -> Option<&str> {
        meant_name(word, self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(people: &People<'_>) -> Vec<String> {
        people.iter().map(str::to_owned).collect()
    }

    #[test]
    fn writers_stand_first_and_only_they_outlast_the_others() {
        let mut rows = vec![Person::default(); 3];
        let mut people = People::new(&mut rows);
        for name in ["yoda", "luke", "yoda", "va\u{200b}", ""] {
            people.learn(name);
        }
        assert_eq!(names(&people), ["yoda", "luke"]);
        people.note_writer("leia");
        people.note_writer("luke");
        assert_eq!(names(&people), ["luke", "leia", "yoda"]);
        people.learn("chewie");
        assert_eq!(names(&people), ["luke", "leia", "chewie"]);
        people.note_writer("han");
        people.learn("yoda");
        people.note_writer("luke");
        assert_eq!(names(&people), ["luke", "han", "leia"]);
        assert_eq!(
            (people.last_writer(), people.writer_before("luke")),
            (Some("luke"), Some("han"))
        );
        assert_eq!((people.writer_before("leia"), people.writer_before("x")), (Some("luke"), None));
        people.clear();
        assert!(names(&people).is_empty() && people.last_writer().is_none());
    }

    #[test]
    fn without_memory_nobody_is_known() {
        let mut people = People::new(&mut []);
        people.learn("yoda");
        people.note_writer("luke");
        assert!(names(&people).is_empty());
    }
}
