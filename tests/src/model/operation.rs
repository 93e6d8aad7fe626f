//! What may happen to a server, decoded from four bytes, so that a fuzzer and proptest use the same
//! sequences.

use smolchat_core::store::StoreError;

use super::ask::{Ask, Garbage, Sought, Word};
use super::order::{NETWORKS, Order, Whom};

/// The names in operations. Some have an account from the start, some may be registered, and some
/// never may.
pub(super) const NAMES: [&str; 12] = [
    "hans",
    "yoda",
    "luke",
    "vader",
    "r2d2",
    "leia",
    "jabba",
    "a-name-that-is-longer-than-a-name-may-be",
    "Yoda",
    "JABBA",
    "-leia",
    "leïa",
];

/// What a store may answer.
const REFUSALS: [Option<StoreError>; 8] =
    [Some(StoreError::Failed), Some(StoreError::Full), None, None, None, None, None, None];
/// How long a wait may be, in milliseconds: around every deadline of [`Shape`](super::Shape).
const WAITS: [u64; 8] = [1, 400, 1_000, 4_999, 5_000, 10_000, 20_000, 60_000];

/// How many seconds a ban may last, and for good.
const BANS: [Option<u64>; 5] = [Some(1), Some(3), Some(20), Some(100), None];
/// Passwords that an operator may give.
const WORDS: [Word; 5] = [Word::First, Word::Second, Word::Wrong, Word::First, Word::Long];

/// How long a text may be, in bytes: around the pieces it is stored in, and around the limit.
const TEXTS: [usize; 8] = [3, 5, 36, 37, 73, 200, 432, 433];

/// Names of files. The last ones may be none's; the longest takes the room of three files.
const FILES: [&str; 6] = ["film", "film", "a song", LONG_NAME, "../film", "x."];
const LONG_NAME: &str = concat!(
    "a name of two hundred bytes, which takes six pieces of thirty-six bytes each, and so the room",
    " of three files with names that are short; nobody would type it, but many programs make such",
    " names all days",
);
const _: () = assert!(LONG_NAME.len() == 200);

/// How much of its output a connection's transport holds, in bytes: from the least there may be to
/// plenty.
const ROOMS: [usize; 4] = [513, 600, 1_100, 4_096];

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Somebody connects over a transport with this much room.
    Connect {
        /// Bytes.
        room: usize,
        /// From which of the addresses.
        from: usize,
    },
    /// A client does something; the number counts existing clients.
    Client {
        /// The client's number, taken modulo how many there are.
        client: usize,
        /// What it does.
        action: Action,
    },
    /// Somebody connects, logs in and is gone, several times.
    Visit {
        /// As whom.
        name: String,
        /// How often.
        times: usize,
    },
    /// Whoever runs the server gives an order.
    Order {
        /// Which.
        order: Order,
    },
    /// Whoever runs the server decides who may give orders.
    SetAdmin {
        /// Who.
        name: String,
        /// Whether that user may.
        is_admin: bool,
    },
    /// Time passes.
    Wait {
        /// So many milliseconds.
        millis: u64,
    },
    /// Whether the world has no entropy, what its store answers, and whether it checks and makes
    /// no hashes, from now on.
    Misfortune {
        /// No entropy.
        entropy: bool,
        /// The store's refusal, if it refuses.
        storage: Option<StoreError>,
        /// No hashes, for want of room.
        busy: bool,
    },
}

/// What a client does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Writes a line.
    Ask(Ask),
    /// Logs in with the right password and says where it listens, as a real client does.
    Arrive {
        /// As whom.
        name: String,
    },
    /// Logs in with wrong passwords, one after the other.
    Guess {
        /// As whom.
        name: String,
        /// How often.
        times: usize,
    },
    /// Acknowledges what it has read, except for the last few.
    Acknowledge {
        /// How many it keeps back.
        back: usize,
    },
    /// Is gone without a word.
    Drop,
    /// Writes nothing more, and reads on.
    End,
    /// Reads nothing more.
    Stall,
    /// Reads nothing more, and gives no sign of life.
    Vanish,
    /// Reads this many bytes while it is stalled.
    Sip {
        /// Bytes.
        bytes: usize,
    },
    /// Reads again.
    Unstall,
}

impl Operation {
    /// Every four bytes are an operation: its kind, its client, and its arguments.
    pub fn decode([what, client, first, second]: [u8; 4]) -> Self {
        let action = |action| Operation::Client { client: client.into(), action };
        let name = pick(&NAMES[..5], client).to_owned();
        match what % 60 {
            0 | 1 => Operation::Connect { room: pick(&ROOMS, first), from: second.into() },
            2 => Operation::Wait { millis: pick(&WAITS, first) },
            3 => Operation::Wait { millis: u64::from(first) * u64::from(second) },
            4 => {
                let (storage, busy) = (pick(&REFUSALS, second), first >= 248);
                Operation::Misfortune { entropy: first < 64, storage, busy }
            }
            5..=7 => Operation::Visit { name, times: (1 + first % 8).into() },
            8 => action(Action::Drop),
            9 => action(Action::End),
            10 | 11 => action(Action::Stall),
            12 => action(Action::Vanish),
            13 => action(Action::Sip { bytes: 4 * usize::from(first) }),
            14 | 15 => action(Action::Unstall),
            16 => {
                let name = pick(&NAMES[..5], first).to_owned();
                action(Action::Guess { name, times: (1 + second % 4).into() })
            }
            17 => action(Action::Acknowledge { back: (first % 4).into() }),
            18 | 19 => action(Action::Arrive { name: pick(&NAMES[..5], first).to_owned() }),
            54 | 55 => Operation::Order { order: decode_order(first, second) },
            56..=58 => action(Action::Ask(Ask::Admin { order: decode_order(first, second) })),
            59 => {
                let name = pick(&NAMES[..5], first).to_owned();
                Operation::SetAdmin { name, is_admin: !second.is_multiple_of(4) }
            }
            what => action(Action::Ask(decode_ask(what, first, second))),
        }
    }
}

fn decode_ask(what: u8, first: u8, second: u8) -> Ask {
    // Mostly those who have an account.
    let name = pick(if first < 200 { &NAMES[..5] } else { &NAMES }, first).to_owned();
    match what {
        20..=23 => {
            let word = match second % 12 {
                0 | 1 => Word::Wrong,
                2 => Word::Second,
                _ => Word::First,
            };
            Ask::Login { name, word }
        }
        24 => Ask::Register { name, long: second.is_multiple_of(8) },
        25..=30 => Ask::Message { to: name, length: pick(&TEXTS, second) },
        31 | 32 => Ask::Broadcast { length: pick(&TEXTS, second) },
        33 | 34 => Ask::Block { name },
        35 if first < 90 => Ask::AddKey { key: 1 + second % 6 },
        35 if first < 130 => Ask::RemoveKey { key: 1 + second % 6 },
        35 => Ask::Unblock { name },
        36 => pick_ask(&[Ask::AcknowledgementsOn, Ask::ReceiptsOn], second),
        37..=39 => Ask::StartPrivate { name },
        40 | 41 => Ask::PeerToPeer { port: 1 + u16::from(first), addresses: (second % 5).into() },
        42 => {
            let history = |count| Ask::History { count };
            let questions =
                [Ask::WhoElse, Ask::Keys, Ask::Blocks, Ask::Seen { name }, history(None)];
            pick_ask(&[&questions[..], &[history(Some(first.into()))]].concat(), second)
        }
        43 if first < 100 => Ask::WhoElseSince { seconds: first.into() },
        43 => Ask::ChangePassword {
            old: pick(&[Word::First, Word::First, Word::Second, Word::Wrong], first),
            new: pick(&[Word::First, Word::First, Word::Second, Word::Long], second),
        },
        44 => Ask::Garbage(pick(&Garbage::ALL, first)),
        45 => pick_ask(&[Ask::Help, Ask::HelpOnBlock, Ask::Status, Ask::Ping], second),
        46 => pick_ask(&[Ask::Acknowledge { id: first.into() }, Ask::Ping, Ask::Active], second),
        47 => Ask::Logout,
        53 if first >= 128 => Ask::Register { name, long: false },
        _ => decode_file_ask(what, first, second),
    }
}

fn decode_file_ask(what: u8, first: u8, second: u8) -> Ask {
    let file = 1 + second % 5;
    match what {
        48..=50 => {
            let size = if first < 230 { 1 } else { 2 };
            Ask::Offer { file, size, name: pick(&FILES, first) }
        }
        51 if first < 150 => {
            let size = if first < 130 { 1 } else { 2 };
            Ask::Hold { file, size, share: 1 + first, name: pick(&FILES, first) }
        }
        51 => Ask::Withdraw { file },
        52 if first < 128 => Ask::SearchFile { sought: Sought::Name(pick(&FILES, second)) },
        52 => Ask::SearchFile { sought: Sought::Id(file) },
        _ => Ask::Files,
    }
}

fn decode_order(first: u8, second: u8) -> Order {
    let name = pick(if first < 220 { &NAMES[..5] } else { &NAMES }, first).to_owned();
    let network = || Whom::Network(usize::from(first) % NETWORKS.len());
    // A ban of a name that is none is no order.
    let user = || Whom::User(pick(&NAMES[..7], first).to_owned());
    let detail = second / 16;
    match second % 16 {
        0 | 1 => Order::Kick { name },
        2 | 3 => Order::Ban { whom: user(), seconds: pick(&BANS, detail) },
        4 => Order::Ban { whom: network(), seconds: pick(&BANS[..3], detail) },
        5 | 6 => Order::Unban { whom: user() },
        7 => Order::Unban { whom: network() },
        8 => pick(&[Order::Bans, Order::Unknown, Order::Arguments], detail),
        9 => Order::Users { prefix: pick(&["", "", "y", "none"], detail) },
        10 => Order::ChangePassword { name, word: pick(&WORDS, detail) },
        11 | 12 => Order::Add { name, word: pick(&WORDS, detail) },
        13 => Order::Remove { name },
        _ => Order::Say { length: pick(&TEXTS[..7], detail) },
    }
}

fn pick_ask(from: &[Ask], by: u8) -> Ask {
    from[usize::from(by) % from.len()].clone()
}

fn pick<T: Clone>(from: &[T], by: u8) -> T {
    from[usize::from(by) % from.len()].clone()
}
