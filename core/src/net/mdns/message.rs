//! Messages as bytes: a probe, an answer, a goodbye.

use domain::base::iana::{Class, Rtype};
use domain::base::message_builder::{MessageBuilder, StaticCompressor};
use domain::base::record::ComposeRecord;
use domain::base::{Question, Ttl};
use heapless::Vec;

use super::asked::{Received, ttl};
use super::data::Data;
use super::records::Records;
use super::set::{Owner, Record, Set};

/// The longest message. Ours have some 600 bytes.
pub(super) const MESSAGE_MAX: usize = 1024;
/// How long the cache of a plain resolver may keep an answer (RFC 6762, 6.7).
const PLAIN_TTL: u32 = 10;
/// IN, and that one host is to hear the answer.
const ASK_ONE: u16 = 0x8001;
/// IN, and that nobody else has records of this name and type.
const ONLY_OURS: u16 = 0x8001;

/// A message.
pub(super) type Text = Vec<u8, MESSAGE_MAX>;
type Builder = MessageBuilder<StaticCompressor<Text>>;

/// What an answer is to be.
#[derive(Clone, Copy)]
pub(super) enum Form<'m> {
    /// For caches of multicast DNS.
    Usual,
    /// The same, and that they be forgotten.
    Goodbye,
    /// To a resolver that knows nothing of multicast, and asked this (RFC 6762, 6.7).
    Plain(&'m Received<'m>),
}

impl Form<'_> {
    fn ttl(self, record: Record) -> Ttl {
        Ttl::from_secs(match self {
            Form::Usual => ttl(record),
            Form::Goodbye => 0,
            Form::Plain(_) => ttl(record).min(PLAIN_TTL),
        })
    }

    fn class(self, record: Record) -> Class {
        match self {
            Form::Usual | Form::Goodbye if record.owner().is_unique() => Class::from_int(ONLY_OURS),
            _ => Class::IN,
        }
    }
}

/// A probe: who has our names? With what we would say of them (RFC 6762, 8.1).
pub(super) fn probe(records: Records<'_>, longest: usize) -> Text {
    let Some(builder) = builder(longest) else { return Text::new() };
    let mut questions = builder.question();
    let mut ours = Set::EMPTY;
    for owner in Owner::ALL.into_iter().filter(|owner| owner.is_unique()) {
        let of_owner: Set = records.all().iter().filter(|record| record.owner() == owner).collect();
        if let (false, Some(name)) = (of_owner.is_empty(), records.name(owner)) {
            let _ = questions.push(Question::new(name, Rtype::ANY, Class::from_int(ASK_ONE)));
            ours |= of_owner;
        }
    }
    let mut authority = questions.authority();
    for record in ours.iter() {
        // A claim to a name that is not ours yet takes nothing out of caches.
        let _ = authority.push(Said {
            records,
            record,
            class: Class::IN,
            ttl: Form::Usual.ttl(record),
        });
    }
    authority.finish().into_target()
}

/// An answer with `answers`, and with `beside` as far as there is room. Answers which of `answers`
/// found room.
pub(super) fn answer(
    records: Records<'_>,
    (answers, beside): (Set, Set),
    form: Form<'_>,
    longest: usize,
) -> (Text, Set) {
    let Some(mut builder) = builder(longest) else { return (Text::new(), Set::EMPTY) };
    builder.header_mut().set_qr(true);
    builder.header_mut().set_aa(true);
    let mut questions = builder.question();
    if let Form::Plain(asked) = form {
        questions.header_mut().set_id(asked.header().id());
        if let Some(Ok(question)) = asked.question().next() {
            let _ = questions.push(question);
        }
    }
    let said = |record| Said { records, record, class: form.class(record), ttl: form.ttl(record) };
    let (mut section, mut told) = (questions.answer(), Set::EMPTY);
    for record in answers.iter() {
        if section.push(said(record)).is_ok() {
            told |= Set::of(record);
        }
    }
    let mut section = section.additional();
    for record in beside.iter() {
        let _ = section.push(said(record));
    }
    (section.finish().into_target(), told)
}

fn builder(longest: usize) -> Option<Builder> {
    let mut builder = MessageBuilder::from_target(StaticCompressor::new(Text::new())).ok()?;
    builder.set_push_limit(longest.min(MESSAGE_MAX));
    Some(builder)
}

/// One record of ours, as it is said.
struct Said<'a> {
    records: Records<'a>,
    record: Record,
    class: Class,
    ttl: Ttl,
}

impl ComposeRecord for Said<'_> {
    fn compose_record<T: domain::base::wire::Composer + ?Sized>(
        &self,
        target: &mut T,
    ) -> Result<(), T::AppendError> {
        let Said { records, record, class, ttl } = *self;
        let Some(name) = records.name(record.owner()) else { return Ok(()) };
        (name, class, ttl, Data { records, record }).compose_record(target)
    }
}
