//! Private conversations as the two users see them, without a network.

mod acknowledging;
mod calling;
mod parting;

use std::time::Duration;

use super::words::{refused, told};
use super::*;
use crate::client::said::{Channel, Said};

const A: LinkId = LinkId(1);
const B: LinkId = LinkId(2);
/// This client's run, and another client's.
const RUN: &str = "begin 0000000000000007 ";
const THEIR_RUN: &str = "begin 00000000000000ff 1";

/// The conversations of a user, and the moment.
struct User {
    all: Conversations,
    now: Instant,
}

fn user() -> User {
    User { all: Conversations::new(7), now: Instant::now() }
}

fn show(text: &str) -> Effect {
    told(text.to_owned())
}

fn refuse(text: &str) -> Effect {
    refused(text.to_owned())
}

fn say(link: LinkId, line: &str) -> Effect {
    Effect::Say(link, line.to_owned())
}

/// A text from a peer is shown.
fn heard(from: &str, text: &str) -> Effect {
    let (from, text) = (from.to_owned(), text.to_owned());
    Effect::Show(Shown::Said(Said { from, channel: Channel::Private, text, age: 0 }))
}

fn message(text: &str) -> OwnMessage {
    OwnMessage { to: None, text: text.to_owned(), number: 0 }
}

/// The peer has shown these.
fn delivered(texts: &[&str]) -> Effect {
    Effect::Delivered(texts.iter().map(|text| message(text)).collect())
}

fn lost(user: &str, text: &str) -> Effect {
    refuse(&format!("{user} has not acknowledged this, it may be lost: {text}"))
}

impl User {
    fn starts(&mut self, peer: &str) -> Result<(), String> {
        self.all.start(self.now, peer)
    }

    fn answered(&mut self, peer: &str, is_introduced: bool) -> Vec<Effect> {
        self.all.handle_answer(self.now, peer, is_introduced)
    }

    fn connected(&mut self, link: LinkId, peer: &str, by_us: bool) -> Vec<Effect> {
        self.all.handle_connected(self.now, link, peer, by_us)
    }

    /// A peer has called, and is understood.
    fn called(&mut self, link: LinkId, peer: &str) {
        self.connected(link, peer, false);
        assert_eq!(self.hears(link, THEIR_RUN), []);
    }

    fn says(&mut self, peer: &str, text: &str) -> Vec<Effect> {
        self.all.say(self.now, peer, message(text))
    }

    fn stops(&mut self, peer: &str) -> Vec<Effect> {
        self.all.stop(self.now, peer)
    }

    fn hears(&mut self, link: LinkId, line: &str) -> Vec<Effect> {
        self.all.handle_line(self.now, link, line)
    }

    fn shown(&mut self, link: LinkId) -> Vec<Effect> {
        let heard = self.all.heard(link);
        self.all.handle_shown(link, heard)
    }

    fn closed(&mut self, link: LinkId) -> Vec<Effect> {
        self.all.handle_closed(self.now, link)
    }

    /// Time passes until something is due, and it is done.
    fn waits(&mut self) -> Vec<Effect> {
        self.now = self.all.poll_at().unwrap();
        self.all.handle_timeout(self.now)
    }
}

/// The caller's side, just connected.
fn caller() -> User {
    let mut us = user();
    us.starts("yoda").unwrap();
    assert_eq!(us.answered("yoda", true), []);
    assert!(us.all.handle_introduction("yoda"));
    assert_eq!(
        us.connected(A, "yoda", true),
        [show("Connect to yoda successfully."), say(A, &format!("{RUN}1"))]
    );
    assert_eq!(us.hears(A, THEIR_RUN), []);
    us
}
