//! Promised messages and arrived ones: every message from each to each, and the checks at its
//! arrival. Users are numbers.

use std::collections::HashMap;

use smolchat_core::protocol::TEXT_MAX;

/// A message's place in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sent {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Its position among the messages from this sender to this receiver.
    number: usize,
}

/// What a sender knows of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing that counts: it may come, or not.
    Open,
    /// It was promised: it must come.
    Promised,
    /// It was refused: it must not come.
    Refused,
}

/// What goes from one user to another.
#[derive(Debug, Default)]
struct Way {
    fates: Vec<Fate>,
    /// Which of them have arrived.
    arrived: Vec<bool>,
    /// All before this number have arrived or will not.
    next: usize,
    /// Promised ones from `next` on.
    owed: usize,
}

/// What a receiver's application keeps.
#[derive(Debug, Default)]
struct Inbox {
    /// The last number of the server's that it has seen.
    last: u64,
    /// The message that it has seen under this number, to know it again.
    seen: HashMap<u64, Sent>,
    /// Up to where it has acknowledged.
    acknowledged: u64,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Ledger {
    users: usize,
    ways: Vec<Way>,
    inboxes: Vec<Inbox>,
    /// Messages that arrived once more and were known.
    pub(crate) repeated: usize,
    /// Messages that arrived.
    pub(crate) arrived: usize,
}

impl Ledger {
    pub(crate) fn new(users: usize) -> Self {
        Ledger {
            users,
            ways: (0..users * users).map(|_| Way::default()).collect(),
            inboxes: (0..users).map(|_| Inbox::default()).collect(),
            repeated: 0,
            arrived: 0,
        }
    }

    fn way(&mut self, from: usize, to: usize) -> &mut Way {
        &mut self.ways[from * self.users + to]
    }

    /// Another message, about to be sent.
    pub(crate) fn send(&mut self, from: usize, to: usize) -> Sent {
        let way = self.way(from, to);
        way.fates.push(Fate::Open);
        way.arrived.push(false);
        Sent { from, to, number: way.fates.len() - 1 }
    }

    /// The sender has heard what became of it.
    pub(crate) fn answer(&mut self, sent: Sent, fate: Fate) -> Result<(), String> {
        let way = self.way(sent.from, sent.to);
        let (arrived, passed) = (way.arrived[sent.number], sent.number < way.next);
        let before = std::mem::replace(&mut way.fates[sent.number], fate);
        match fate {
            Fate::Refused if arrived => {
                return Err(format!("{sent:?} was refused, and has arrived"));
            }
            Fate::Promised if passed && !arrived => {
                return Err(format!("{sent:?} was promised, and a later one came before it"));
            }
            Fate::Promised if before != Fate::Promised && !arrived => way.owed += 1,
            _ => {}
        }
        Ok(())
    }

    /// The server says that the receiver has acknowledged it.
    pub(crate) fn delivered(&mut self, sent: Sent, id: u64) -> Result<(), String> {
        match self.inboxes[sent.to].acknowledged >= id {
            true => self.answer(sent, Fate::Promised),
            false => Err(format!("{sent:?} is called delivered, and was not acknowledged")),
        }
    }

    /// The receiver has acknowledged everything up to this number. A server that forgot that with
    /// its power sends what stands before it again, and hears a lower number. What was acknowledged
    /// stays so: the older server may have told of it, and be heard late.
    pub(crate) fn acknowledged(&mut self, to: usize, id: u64) {
        let acknowledged = &mut self.inboxes[to].acknowledged;
        *acknowledged = id.max(*acknowledged);
    }

    /// A message came. The application drops it by its number where it has seen it, and otherwise
    /// it must be the next in turn.
    pub(crate) fn arrive(
        &mut self,
        to: usize,
        id: u64,
        from: usize,
        text: &str,
    ) -> Result<(), String> {
        let told = || format!("{text:.40} from {from} to {to} with number {id}");
        let number = text.split(' ').next().and_then(|number| number.parse().ok());
        let number: usize = number.ok_or_else(|| format!("nobody sent {}", told()))?;
        let sent = Sent { from, to, number };
        if self.way(from, to).fates.len() <= number || text != words(sent) {
            return Err(format!("nobody sent {}", told()));
        }
        let inbox = &mut self.inboxes[to];
        if id <= inbox.last {
            self.repeated += 1;
            return match inbox.seen.get(&id) == Some(&sent) {
                true => Ok(()),
                false => Err(format!("a number was given twice: {}", told())),
            };
        }
        inbox.last = id;
        inbox.seen.insert(id, sent);
        self.arrived += 1;
        self.take_turn(sent).map_err(|error| format!("{error}: {}", told()))
    }

    fn take_turn(&mut self, sent: Sent) -> Result<(), &'static str> {
        let way = self.way(sent.from, sent.to);
        if sent.number < way.next {
            return Err("it came twice, or after a later one");
        }
        let before = &way.fates[way.next..sent.number];
        if before.contains(&Fate::Promised) {
            return Err("an earlier one was promised and has not come");
        }
        match way.fates[sent.number] {
            Fate::Refused => return Err("it was refused"),
            Fate::Promised => way.owed -= 1,
            Fate::Open => {}
        }
        way.next = sent.number + 1;
        way.arrived[sent.number] = true;
        Ok(())
    }

    /// Forgets promises that hold only as long as the power stays.
    pub(crate) fn withdraw(&mut self, sent: Sent) {
        let way = self.way(sent.from, sent.to);
        if way.fates[sent.number] == Fate::Promised && sent.number >= way.next {
            way.fates[sent.number] = Fate::Open;
            way.owed -= 1;
        }
    }

    /// Whether its receiver has seen it.
    pub(crate) fn has_arrived(&self, sent: Sent) -> bool {
        self.ways[sent.from * self.users + sent.to].arrived[sent.number]
    }

    /// How many messages `to` must still get.
    pub(crate) fn owed(&self, to: usize) -> usize {
        (0..self.users).map(|from| self.ways[from * self.users + to].owed).sum()
    }

    /// How many messages were promised, over all.
    pub(crate) fn promised(&self) -> usize {
        let fates = self.ways.iter().flat_map(|way| &way.fates);
        fates.filter(|&&fate| fate == Fate::Promised).count()
    }
}

/// The text of a message: its number, and letters whose count follows from the message's place.
pub(crate) fn words(sent: Sent) -> String {
    let Sent { from, to, number } = sent;
    let length = (number * 37 + from * 11 + to * 101) % (TEXT_MAX - 20);
    // Mostly short ones, as people write.
    let length = if number % 3 == 0 { length } else { length % 40 };
    let letters = (0..length).map(|at| char::from(b'a' + ((at * 7 + number) % 26) as u8));
    format!("{number} {}", letters.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two users, and this many promised messages from 0 to 1.
    fn promised(count: usize) -> (Ledger, Vec<String>) {
        let mut ledger = Ledger::new(2);
        let texts = (0..count).map(|_| {
            let sent = ledger.send(0, 1);
            ledger.answer(sent, Fate::Promised).unwrap();
            words(sent)
        });
        let texts = texts.collect();
        (ledger, texts)
    }

    #[test]
    fn what_was_promised_is_owed_until_it_arrives() {
        let (mut ledger, texts) = promised(3);
        for (id, text) in texts.iter().enumerate() {
            assert_eq!(ledger.owed(1), 3 - id);
            ledger.arrive(1, id as u64 + 1, 0, text).unwrap();
        }
        assert_eq!((ledger.owed(1), ledger.owed(0), ledger.promised()), (0, 0, 3));
    }

    #[test]
    fn a_repetition_is_dropped_by_its_number_and_by_nothing_else() {
        let (mut ledger, texts) = promised(2);
        ledger.arrive(1, 5, 0, &texts[0]).unwrap();
        ledger.arrive(1, 5, 0, &texts[0]).unwrap();
        assert_eq!((ledger.repeated, ledger.arrived), (1, 1));
        assert!(ledger.arrive(1, 5, 0, &texts[1]).is_err(), "the number was another one's");
        assert!(ledger.arrive(1, 6, 0, &texts[0]).is_err(), "it comes twice");
    }

    #[test]
    fn one_that_overtakes_or_was_refused_or_never_sent_is_an_error() {
        let (mut ledger, texts) = promised(2);
        assert!(ledger.arrive(1, 1, 0, &texts[1]).is_err());
        let mut ledger = Ledger::new(2);
        let [first, second] = [(); 2].map(|()| ledger.send(0, 1));
        ledger.arrive(1, 1, 0, &words(second)).unwrap();
        assert!(ledger.answer(first, Fate::Promised).is_err(), "it was passed over");
        let mut ledger = Ledger::new(2);
        let sent = ledger.send(0, 1);
        ledger.answer(sent, Fate::Refused).unwrap();
        assert!(ledger.arrive(1, 1, 0, &words(sent)).is_err());
        assert!(ledger.arrive(1, 2, 0, "7 x").is_err());
        assert!(ledger.arrive(1, 2, 0, "hello").is_err());
    }

    #[test]
    fn delivered_means_that_the_receiver_said_so() {
        let mut ledger = Ledger::new(2);
        let sent = ledger.send(0, 1);
        ledger.arrive(1, 9, 0, &words(sent)).unwrap();
        assert!(ledger.delivered(sent, 9).is_err());
        ledger.acknowledged(1, 9);
        ledger.delivered(sent, 9).unwrap();
        assert_eq!(ledger.owed(1), 0, "it had arrived");
        ledger.acknowledged(1, 8);
        ledger.delivered(sent, 9).expect("it was acknowledged once");
    }
}
