//! A user of the plain protocol, beside those at terminals: remembers every line.

use crate::real::{Connection, Place};

/// A connection that is logged in, and what it was told.
#[derive(Debug)]
pub struct LineUser {
    connection: Connection,
    heard: Vec<String>,
}

impl LineUser {
    /// `user`, an example account, logs in, and asks for receipts.
    ///
    /// # Panics
    /// The server says something else.
    pub fn arrive(place: &Place<'_>, user: &str) -> Self {
        let connection = Connection::open(place.server);
        let connection = connection.unwrap_or_else(|error| panic!("no connection: {error}"));
        let connection = connection.logged_in(user);
        let mut user = LineUser { connection, heard: Vec::new() };
        user.says("receipts on");
        user.hears("203 ");
        user
    }

    /// Sends a line.
    ///
    /// # Panics
    /// The connection is broken.
    pub fn says(&mut self, line: &str) {
        self.connection.say(line).unwrap_or_else(|error| panic!("cannot say {line}: {error}"));
    }

    /// The next line that begins so. Others before it are remembered.
    ///
    /// # Panics
    /// There is none.
    pub fn hears(&mut self, beginning: &str) -> String {
        loop {
            let line = self.next_line().unwrap_or_else(|| {
                let last = &self.heard[self.heard.len().saturating_sub(6)..];
                panic!("no line begins with {beginning:?}, the last ones are {last:#?}")
            });
            if line.starts_with(beginning) {
                return line;
            }
        }
    }

    /// The next line; `None` if none comes.
    pub fn next_line(&mut self) -> Option<String> {
        let line = self.connection.next_line()?;
        self.heard.push(line.clone());
        Some(line)
    }

    /// Sends a message, and hears that it is accepted; its number.
    ///
    /// # Panics
    /// It is not.
    pub fn tells(&mut self, user: &str, text: &str) -> String {
        self.says(&format!("message {user} {text}"));
        self.hears_accepted()
    }

    /// Hears that a message was accepted; its number.
    ///
    /// # Panics
    /// It was not.
    pub fn hears_accepted(&mut self) -> String {
        let line = self.hears("25");
        line.split(' ').nth(1).unwrap_or_default().to_owned()
    }

    /// Hears that the message of this number was delivered, if it has not heard of it before.
    ///
    /// # Panics
    /// It was not.
    pub fn hears_delivered(&mut self, id: &str) {
        let delivered = format!("* delivered {id}");
        if !self.heard.contains(&delivered) {
            self.hears(&delivered);
        }
    }

    /// How many of its messages were delivered, up to now.
    ///
    /// # Panics
    /// The connection is broken.
    pub fn deliveries(&mut self) -> usize {
        self.says("ping");
        self.hears("202 ");
        self.heard.iter().filter(|line| line.starts_with("* delivered ")).count()
    }

    /// Every message that was told so far.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let messages = self.heard.iter().filter(|line| line.starts_with("* message "));
        messages.filter_map(|line| line.splitn(6, ' ').nth(5))
    }

    /// Waits until there are so many messages; all of them.
    ///
    /// # Panics
    /// They do not come.
    pub fn hears_texts(&mut self, count: usize) -> Vec<String> {
        while self.texts().count() < count {
            self.hears("* message ");
        }
        self.texts().map(str::to_owned).collect()
    }

    /// Acknowledges every message up to now, for a user who asked to.
    ///
    /// # Panics
    /// The connection is broken.
    pub fn acknowledges(&mut self) {
        let last = self.heard.iter().rev().find_map(|line| line.strip_prefix("* message "));
        let number = last.and_then(|line| line.split(' ').next()).unwrap_or_default().to_owned();
        self.says(&format!("ack {number}"));
    }

    /// All messages up to now: a round trip brings whatever is on its way.
    ///
    /// # Panics
    /// The connection is broken.
    pub fn all_texts(&mut self) -> Vec<String> {
        self.says("ping");
        self.hears("202 ");
        self.texts().map(str::to_owned).collect()
    }
}
