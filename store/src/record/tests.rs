//! Records as bytes: each comes back as it was written, and anything else is no record.

use super::*;

const ID: MessageId = MessageId(u64::MAX);

fn every_kind<'a>(name: &'a str, text: &'a str) -> Vec<Record<'a>> {
    let (user, at, since) = (name, Instant::from_millis(u64::MAX), MessageId(0));
    let header = Header { format: FORMAT, epoch: 7, sequence: u32::MAX, segments: 9 };
    let account = |change, is_given| {
        Record::Entry(Entry::Account { user, secret: text.into(), change, is_given, since })
    };
    let secret = Secret::Hash(text.as_bytes());
    let later = |secret| {
        Record::Entry(Entry::Account { user, secret, change: 7, is_given: false, since: ID })
    };
    #[allow(unused_mut)]
    let mut records = vec![
        later(secret),
        later(text.into()),
        Record::Header(header),
        Record::Freed { oldest: u32::MAX },
        account(0, false),
        account(u16::MAX, false),
        account(1, true),
        Record::Entry(Entry::Account { user, secret, change: 0, is_given: false, since }),
        Record::Entry(Entry::Block { blocker: user, blocked: text, number: 7 }),
        Record::Entry(Entry::Unblock { blocker: user, blocked: text }),
        Record::Entry(Entry::Key { user, key: &[9; 32], number: u32::MAX }),
        Record::Entry(Entry::KeyRemoved { user, key: &[9; 32] }),
        Record::Entry(Entry::Delivery {
            id: ID,
            kind: Kind::Broadcast,
            from: name,
            to: name,
            at,
            text,
        }),
        Record::Entry(Entry::Broadcast { id: ID, from: name, at, text }),
        Record::Entry(Entry::Released { to: text, id: ID }),
        Record::Entry(Entry::Reserved { next: ID }),
        Record::BackReference { to: name },
        Record::Closed,
        Record::Seed(&[9; SEED_BYTES]),
        Record::Continued,
    ];
    #[cfg(feature = "operator")]
    records.extend(of_operators(name).map(Record::Entry));
    records
}

#[cfg(feature = "operator")]
fn of_operators(user: &str) -> [Entry<'_>; 6] {
    use smolchat_core::operator::Whom;
    let network = |text| Whom::parse(text).unwrap();
    let (until, at) = (Instant::from_millis(u64::MAX), Instant::START);
    [
        Entry::AccountRemoved { user, before: ID, block: 7, key: u32::MAX, is_given: true },
        Entry::Ban { whom: Whom::User(user), until, number: ID },
        Entry::Ban { whom: network("10.0.0.0/8"), until, number: ID },
        Entry::Unban { whom: network("fd00::/64") },
        Entry::Unban { whom: Whom::User(user) },
        Entry::Delivery { id: ID, kind: Kind::Say, from: "", to: user, at, text: "hi" },
    ]
}

#[test]
fn every_record_is_read_as_it_was_written_at_its_longest_and_its_shortest() {
    let (name, text) = ("n".repeat(NAME_MAX), "t".repeat(TEXT_MAX));
    for (name, text) in [(&*name, &*text), ("", ""), ("a", "ä")] {
        for (number, record) in (0..).zip(every_kind(name, text)) {
            for (is_first, is_copy) in [(false, true), (true, false)] {
                let numbered = Numbered { number, is_first, is_copy, record };
                let mut buffer = [0xaa; RECORD_MAX];
                let bytes = numbered.encode(&mut buffer).expect("it is within the limits");
                assert_eq!(Numbered::decode(bytes), Some(numbered));
            }
        }
    }
}

#[test]
fn a_record_that_was_cut_off_is_none_or_another_and_never_a_panic() {
    for record in every_kind("name", "text") {
        let mut buffer = [0; RECORD_MAX];
        let numbered = Numbered { number: 1, is_first: false, is_copy: false, record };
        let len = numbered.encode(&mut buffer).expect("it is within the limits").len();
        for cut in 0..len {
            assert_ne!(Numbered::decode(&buffer[..cut]), Some(numbered));
        }
    }
    assert_eq!(Numbered::decode(&[0x3f, 0, 0, 0, 0]), None);
}

#[test]
fn what_is_longer_than_the_limits_is_refused_and_not_cut() {
    let (name, text) = ("n".repeat(NAME_MAX + 1), "t".repeat(RECORD_MAX));
    let mut refused = 0;
    for (name, text) in [(&*name, ""), ("", &*text), (&*text, "")] {
        for record in every_kind(name, text) {
            let mut buffer = [0; RECORD_MAX];
            let numbered = Numbered { number: 1, is_first: false, is_copy: false, record };
            match numbered.encode(&mut buffer) {
                None => refused += 1,
                Some(bytes) => assert_eq!(Numbered::decode(bytes), Some(numbered)),
            }
        }
    }
    // Six accounts, block, unblock, two of a key, delivery, broadcast and a further receiver by a
    // name; all but those of a key and the last, and a release, by a text.
    // What operators did: a removal, a ban, its end and a word for somebody, by a name.
    let by_name = 13 + if cfg!(feature = "operator") { 4 } else { 0 };
    assert_eq!(refused, by_name + 11 + by_name);
}

#[test]
fn a_header_of_another_format_tells_its_version() {
    let mut buffer = [0; RECORD_MAX];
    let header = Header { format: FORMAT, epoch: 1, sequence: 2, segments: 3 };
    let record = Record::Header(header);
    let numbered = Numbered { number: 0, is_first: true, is_copy: false, record };
    let len = numbered.encode(&mut buffer).expect("it is within the limits").len();
    buffer[RECORD_HEADER + MAGIC.len()] = 200;
    let read = Numbered::decode(&buffer[..len + 10]).map(|read| read.record);
    assert!(matches!(read, Some(Record::Header(Header { format: 200, .. }))));
}
