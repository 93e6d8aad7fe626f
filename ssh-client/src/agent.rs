//! What is asked of an agent that keeps a user's keys, and what it answers, as bytes
//! (draft-miller-ssh-agent). One request at a time, and ed25519 keys alone. Knows no socket.

use std::fmt;

use smolchat_core::protocol::KEY_KIND;

use crate::wire::{push, string};

/// Requests and answers, by their first byte (draft-miller-ssh-agent, "Message numbers").
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
/// Bytes of an answer. No agent of OpenSSH's answers with more.
const ANSWER_MAX: usize = 256 * 1024;
/// The length that stands before an answer.
const LENGTH: usize = 4;

/// What an agent answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentAnswer {
    /// Its ed25519 keys, in its order.
    Keys(Vec<[u8; 32]>),
    /// A signature of what was asked for.
    Signature([u8; 64]),
    /// It does not do what was asked for: it lacks the key, or its owner said no.
    Refused,
}

/// What an agent says is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what answers is not an agent for ssh keys")
    }
}

impl std::error::Error for NoAnswer {}

/// The bytes between a user and an agent.
#[derive(Debug, Default)]
pub struct Agent {
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

impl Agent {
    /// Asks which keys it has.
    pub fn ask_keys(&mut self) {
        self.ask(&[REQUEST_IDENTITIES]);
    }

    /// Asks for a signature of `message` by this key.
    pub fn ask_signature(&mut self, key: &[u8; 32], message: &[u8]) {
        let mut request = vec![SIGN_REQUEST];
        push(&mut request, &blob(key));
        push(&mut request, message);
        // No flags: they choose among hashes of RSA.
        request.extend([0; 4]);
        self.ask(&request);
    }

    /// Bytes for the agent. [`sent`](Self::sent) tells how many it took.
    pub fn outgoing(&self) -> &[u8] {
        &self.outgoing
    }

    /// The agent took so many of the outgoing bytes.
    pub fn sent(&mut self, count: usize) {
        self.outgoing.drain(..count.min(self.outgoing.len()));
    }

    /// Takes bytes from the agent. The answer, once it is whole.
    ///
    /// # Errors
    /// These bytes are no answer, or one that is too long. Nothing more is to be asked.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<Option<AgentAnswer>, NoAnswer> {
        self.incoming.extend(bytes);
        let Some((length, rest)) = self.incoming.split_first_chunk::<LENGTH>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*length) as usize;
        if length == 0 || length > ANSWER_MAX {
            return Err(NoAnswer);
        }
        let Some(answer) = rest.get(..length) else { return Ok(None) };
        let answer = read(answer).ok_or(NoAnswer);
        self.incoming.drain(..LENGTH + length);
        answer.map(Some)
    }

    fn ask(&mut self, request: &[u8]) {
        push(&mut self.outgoing, request);
    }
}

/// A key as agents have it (RFC 8709, 4).
fn blob(key: &[u8; 32]) -> Vec<u8> {
    let mut blob = Vec::new();
    push(&mut blob, KEY_KIND.as_bytes());
    push(&mut blob, key);
    blob
}

fn read(answer: &[u8]) -> Option<AgentAnswer> {
    let (kind, mut rest) = answer.split_first()?;
    match *kind {
        IDENTITIES_ANSWER => keys(rest).map(AgentAnswer::Keys),
        SIGN_RESPONSE => {
            let mut signature = string(&mut rest)?;
            let is_ours = string(&mut signature)? == KEY_KIND.as_bytes();
            let bytes = string(&mut signature)?.try_into().ok().filter(|_| is_ours)?;
            Some(AgentAnswer::Signature(bytes))
        }
        // An older agent or one with extensions has several numbers for a failure.
        _ => Some(AgentAnswer::Refused),
    }
}

/// Keys of other kinds are passed over. Each has a comment behind it.
fn keys(mut rest: &[u8]) -> Option<Vec<[u8; 32]>> {
    let (count, behind) = rest.split_first_chunk()?;
    rest = behind;
    let mut keys = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let mut blob = string(&mut rest)?;
        string(&mut rest)?;
        if string(&mut blob) == Some(KEY_KIND.as_bytes()) {
            keys.extend(string(&mut blob).and_then(|key| <[u8; 32]>::try_from(key).ok()));
        }
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(parts: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        push(&mut out, &parts.concat());
        out
    }

    fn text(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        push(&mut out, bytes);
        out
    }

    fn answer(bytes: &[u8]) -> Result<Option<AgentAnswer>, NoAnswer> {
        Agent::default().receive(bytes)
    }

    #[test]
    fn requests_are_those_of_the_draft() {
        let mut agent = Agent::default();
        agent.ask_keys();
        assert_eq!(agent.outgoing(), [0, 0, 0, 1, 11]);
        agent.sent(5);
        agent.ask_signature(&[7; 32], b"message");
        let key = [&text(b"ssh-ed25519")[..], &text(&[7; 32])].concat();
        let expected = framed(&[&[13], &text(&key), &text(b"message"), &[0; 4]]);
        assert_eq!(agent.outgoing(), expected);
        agent.sent(3);
        assert_eq!(agent.outgoing(), &expected[3..]);
    }

    #[test]
    fn keys_of_other_kinds_are_passed_over() {
        let ours = |byte: u8| [&text(b"ssh-ed25519")[..], &text(&[byte; 32])].concat();
        let rsa = [&text(b"ssh-rsa")[..], &text(&[1, 0, 1])].concat();
        let short = [&text(b"ssh-ed25519")[..], &text(&[1; 31])].concat();
        let mut listed = vec![12, 0, 0, 0, 4];
        for blob in [&ours(1), &rsa, &short, &ours(2)] {
            listed.extend(text(blob));
            listed.extend(text(b"a comment"));
        }
        let listed = framed(&[&listed]);
        let expected = AgentAnswer::Keys(vec![[1; 32], [2; 32]]);
        assert_eq!(answer(&listed), Ok(Some(expected.clone())));
        let mut agent = Agent::default();
        for byte in &listed[..listed.len() - 1] {
            assert_eq!(agent.receive(&[*byte]), Ok(None));
        }
        assert_eq!(agent.receive(&listed[listed.len() - 1..]), Ok(Some(expected)));
    }

    #[test]
    fn a_signature_is_of_our_kind_and_a_refusal_is_told() {
        let signature = |kind: &[u8], bytes: &[u8]| {
            let inner = [text(kind), text(bytes)].concat();
            framed(&[&[14], &text(&inner)])
        };
        let right = signature(b"ssh-ed25519", &[9; 64]);
        assert_eq!(answer(&right), Ok(Some(AgentAnswer::Signature([9; 64]))));
        assert_eq!(answer(&signature(b"ssh-rsa", &[9; 64])), Err(NoAnswer));
        assert_eq!(answer(&signature(b"ssh-ed25519", &[9; 63])), Err(NoAnswer));
        for failure in [5, 30, 102] {
            assert_eq!(answer(&[0, 0, 0, 1, failure]), Ok(Some(AgentAnswer::Refused)));
        }
    }

    #[test]
    fn what_is_too_long_or_cut_is_no_answer_and_takes_no_memory() {
        assert_eq!(answer(&[0, 0, 0, 0]), Err(NoAnswer));
        let longest = (ANSWER_MAX as u32).to_be_bytes();
        assert_eq!(answer(&longest), Ok(None));
        assert_eq!(answer(&(ANSWER_MAX as u32 + 1).to_be_bytes()), Err(NoAnswer));
        assert_eq!(answer(b"SSH-2.0-OpenSSH\r\n"), Err(NoAnswer));
        for cut in [&[12][..], &[12, 0, 0], &[12, 0xff, 0xff, 0xff, 0xff], &[14, 0, 0, 0, 9, 1]] {
            assert_eq!(answer(&framed(&[cut])), Err(NoAnswer), "{cut:?}");
        }
    }
}
