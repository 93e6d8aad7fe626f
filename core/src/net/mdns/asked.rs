//! What a question asks for, and what its sender knows already. A message is read with bounds: its
//! first questions and the first records of each section count.

use domain::base::iana::{Class, Rtype};
use domain::base::message::RecordSection;
use domain::base::name::{ParsedName, ToName};
use domain::base::{Message, ParsedRecord, Question, UnknownRecordData};
use domain::rdata::{Ptr, Srv};

use super::LOOKS;
use super::data::Bytes;
use super::records::{Names, Records};
use super::set::{Owner, Record, Set};

/// The highest bit of a class: in a question, that one host is to hear the answer; in a record,
/// that no other host has one of its name and type (RFC 6762, 5.4 and 10.2).
const TOP_BIT: u16 = 0x8000;

/// A message that was received.
pub(super) type Received<'m> = Message<&'m [u8]>;

/// What the questions of a message ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Records that everybody may hear.
    pub(super) by_all: Set,
    /// Records that the asker alone wants to hear.
    pub(super) by_one: Set,
}

impl Asked {
    /// What a message asks for.
    pub(super) fn of(message: &Received<'_>, records: Records<'_>, names: &Names) -> Self {
        let mut asked = Asked::default();
        for question in message.question().take(LOOKS) {
            // What follows a broken question cannot be read.
            let Ok(question) = question else { break };
            let class = question.qclass().to_int();
            let wanted = records.wanted(names, &question, class & !TOP_BIT);
            match class & TOP_BIT {
                0 => asked.by_all |= wanted,
                _ => asked.by_one |= wanted,
            }
        }
        asked
    }
}

impl Records<'_> {
    /// Our records that a question asks for. Where the host has none of a type, that is said.
    fn wanted(&self, names: &Names, question: &Question<ParsedName<&[u8]>>, class: u16) -> Set {
        if class != Class::IN.to_int() && class != Class::ANY.to_int() {
            return Set::EMPTY;
        }
        let Some(owner) = names.owner_of(question.qname()) else { return Set::EMPTY };
        let rtype = question.qtype();
        let is_wanted = |record: &Record| {
            record.owner() == owner && (rtype == Rtype::ANY || self.rtype(*record) == rtype)
        };
        let wanted: Set = self.all().iter().filter(is_wanted).collect();
        match owner {
            Owner::Host if wanted.is_empty() => Set::of(Record::Types),
            _ => wanted,
        }
    }

    /// Our records that the sender of a question has, and has not soon to ask for again (RFC 6762,
    /// 7.1).
    pub(super) fn known(&self, message: &Received<'_>, names: &Names) -> Set {
        let mut known = Set::EMPTY;
        let Ok(answers) = message.answer() else { return known };
        for_each(answers, |record| {
            let Some(owner) = names.owner_of(&record.owner()) else { return };
            let Some(data) = data(record) else { return };
            let is_same = |own: &Record| {
                own.owner() == owner
                    && self.rtype(*own) == record.rtype()
                    && record.ttl().as_secs() >= ttl(*own) / 2
                    && self.bytes(*own) == data
            };
            known |= self.all().iter().filter(is_same).collect();
        });
        known
    }
}

/// How many seconds others may keep a record (RFC 6762, 10): two minutes if it names the host, and
/// otherwise 75.
pub(super) fn ttl(record: Record) -> u32 {
    match record {
        Record::Address(_) | Record::Types | Record::Place(_) => 120,
        Record::Kind(_) | Record::Service(_) | Record::Text(_) => 75 * 60,
    }
}

/// Looks at the first records of a section.
pub(super) fn for_each<'m>(
    section: RecordSection<'m, &'m [u8]>,
    mut look: impl FnMut(&ParsedRecord<'m, &'m [u8]>),
) {
    for record in section.take(LOOKS) {
        // What follows a broken record cannot be read.
        let Ok(record) = record else { return };
        if record.class().to_int() & !TOP_BIT == Class::IN.to_int() {
            look(&record);
        }
    }
}

/// A record's data without compression. None if it is broken, or longer than any of ours.
pub(super) fn data(record: &ParsedRecord<'_, &[u8]>) -> Option<Bytes> {
    let mut bytes = Bytes::new();
    match record.rtype() {
        Rtype::PTR => {
            let record = record.to_record::<Ptr<ParsedName<&[u8]>>>().ok()??;
            record.data().ptrdname().compose(&mut bytes).ok()?;
        }
        Rtype::SRV => {
            let record = record.to_record::<Srv<ParsedName<&[u8]>>>().ok()??;
            let place = record.data();
            for number in [place.priority(), place.weight(), place.port()] {
                bytes.extend_from_slice(&number.to_be_bytes()).ok()?;
            }
            place.target().compose(&mut bytes).ok()?;
        }
        _ => {
            let record = record.to_record::<UnknownRecordData<&[u8]>>().ok()??;
            bytes.extend_from_slice(record.data().data()).ok()?;
        }
    }
    Some(bytes)
}
