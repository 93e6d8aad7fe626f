//! Ten thousand random sequences of operations: the real server and a naive model of std
//! collections say the same, line by line. `model.regressions` has every sequence that ever failed;
//! they are tried first.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{FileFailurePersistence, TestRunner};
use smolchat_core::dialect::lines::EVENTS;
use smolchat_core::protocol::{CloseReason, REPLIES};
use smolchat_tests::model::{Action, Ask, Operation, Shape, run};

/// Sequences; `PROPTEST_CASES` asks for another number.
const CASES: u32 = 10_000;
/// Sequences that are searched for everything the server can say but the rarest reply, 255.
const SEARCHED: u32 = 4 * CASES;

fn sequence() -> impl Strategy<Value = (Shape, Vec<Operation>)> {
    let operation = any::<[u8; 4]>().prop_map(Operation::decode);
    (prop::sample::select(&Shape::ALL[..]), prop::collection::vec(operation, 1..250))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(CASES),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_server_says_what_the_naive_model_says((shape, operations) in sequence()) {
        run(shape, &operations);
    }
}

/// What the naive model does not know: `top`, which `capacity/operators.rs` tries.
const NOT_ASKED: &str = "289";

#[test]
fn random_sequences_make_the_server_say_everything_it_can_say() {
    let mut unheard: BTreeSet<String> = REPLIES.iter().map(|form| form.code.to_string()).collect();
    unheard.extend(EVENTS.iter().map(|form| form.split(" <").next().unwrap().to_owned()));
    unheard.remove("* bye");
    unheard.extend(
        CloseReason::ALL.iter().map(|close_reason| format!("* bye {}", close_reason.form().0)),
    );
    unheard.remove(NOT_ASKED);
    for heard in run(Shape::SMALL, &blocked_here_and_full_there()) {
        unheard.remove(&heard);
    }
    assert!(!unheard.contains("255"), "{unheard:?}");
    let mut runner = TestRunner::deterministic();
    for _ in 0..SEARCHED {
        let (shape, operations) = sequence().new_tree(&mut runner).unwrap().current();
        for heard in run(shape, &operations) {
            unheard.remove(&heard);
        }
        if unheard.is_empty() {
            return;
        }
    }
    panic!("never heard: {unheard:?}");
}

/// A client over a transport of the least room, logged in and known to listen.
fn arrival(client: usize, name: &str) -> [Operation; 2] {
    let arrive = Action::Arrive { name: name.into() };
    [Operation::Connect { room: 513, from: 0 }, Operation::Client { client, action: arrive }]
}

fn ask(client: usize, ask: Ask) -> Operation {
    Operation::Client { client, action: Action::Ask(ask) }
}

/// One user blocks the sender of a broadcast, and another one's mailbox has no room for it.
fn blocked_here_and_full_there() -> Vec<Operation> {
    let mut operations = [arrival(0, "hans"), arrival(1, "yoda"), arrival(2, "luke")].concat();
    operations.extend([
        ask(1, Ask::Block { name: "hans".into() }),
        Operation::Client { client: 2, action: Action::Stall },
    ]);
    for _ in 0..20 {
        operations.push(ask(0, Ask::Message { to: "luke".into(), length: 3 }));
        operations.push(Operation::Wait { millis: 400 });
    }
    operations.push(ask(0, Ask::Broadcast { length: 3 }));
    operations
}

#[test]
fn a_logout_exactly_so_many_seconds_ago_is_told_and_one_a_moment_earlier_is_not() {
    let mut operations = [arrival(0, "hans"), arrival(1, "yoda")].concat();
    operations.extend([
        Operation::Client { client: 1, action: Action::Drop },
        // Every operation takes a millisecond before it.
        Operation::Wait { millis: 998 },
        ask(0, Ask::WhoElseSince { seconds: 1 }),
        ask(0, Ask::WhoElseSince { seconds: 1 }),
    ]);
    run(Shape::SMALL, &operations);
}

#[test]
fn whoever_called_somebody_who_left_may_call_again() {
    let call = |caller| ask(caller, Ask::StartPrivate { name: "luke".into() });
    let mut operations = [arrival(0, "hans"), arrival(1, "yoda"), arrival(2, "luke")].concat();
    operations.extend([
        Operation::Client { client: 2, action: Action::Stall },
        ask(0, Ask::Message { to: "luke".into(), length: 432 }),
        call(0),
        call(1),
        Operation::Client { client: 2, action: Action::Drop },
    ]);
    operations.extend(arrival(2, "luke"));
    operations.extend([call(0), call(1)]);
    run(Shape::SMALL, &operations);
}

#[test]
fn after_a_lock_the_wrong_passwords_are_counted_anew() {
    let guess = |times| Action::Guess { name: "yoda".into(), times };
    run(
        Shape::SMALL,
        &[
            Operation::Connect { room: 4_096, from: 0 },
            Operation::Client { client: 0, action: guess(3) },
            Operation::Wait { millis: 10_000 },
            Operation::Client { client: 0, action: guess(3) },
        ],
    );
}

#[test]
fn a_request_that_waited_for_a_long_answer_is_read_once_there_is_room() {
    run(
        Shape::SMALL,
        &[
            Operation::Connect { room: 1_100, from: 0 },
            Operation::Client { client: 0, action: Action::Stall },
            ask(0, Ask::Help),
            ask(0, Ask::Help),
            ask(0, Ask::Ping),
            Operation::Client { client: 0, action: Action::Sip { bytes: 900 } },
            Operation::Client { client: 0, action: Action::Sip { bytes: 900 } },
            Operation::Client { client: 0, action: Action::Sip { bytes: 900 } },
        ],
    );
}
