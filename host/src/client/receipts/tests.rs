//! What is told of own messages, step by step.

use super::*;

fn lines(receipts: &mut Receipts, now: Instant) -> Vec<String> {
    receipts.poll_lines(now).iter().map(Shown::text).collect()
}

fn receipts(style: Style) -> (Receipts, Instant) {
    let mut receipts = Receipts::new(style);
    receipts.handle_epoch(Some(7));
    (receipts, Instant::now())
}

fn own(to: &str, text: &str) -> OwnMessage {
    OwnMessage { to: Some(to.into()), text: text.into(), number: 0 }
}

#[test]
fn what_arrives_at_once_is_one_line() {
    let (mut receipts, now) = receipts(Style::Ticks);
    receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false, true);
    assert!(lines(&mut receipts, now).is_empty());
    receipts.handle_receipt(MessageId(1), Progress::Stored);
    assert!(lines(&mut receipts, now).is_empty());
    receipts.handle_receipt(MessageId(1), Progress::Delivered);
    assert_eq!(lines(&mut receipts, now), ["✓✓ yoda: hi"]);
    assert_eq!(receipts.poll_at(), None);
    receipts.handle_receipt(MessageId(1), Progress::Delivered);
    assert!(lines(&mut receipts, now + SETTLING).is_empty());
}

#[test]
fn what_takes_longer_is_told_in_steps() {
    let (mut receipts, now) = receipts(Style::Ticks);
    receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false, true);
    assert_eq!(receipts.poll_at(), Some(now + SETTLING));
    let later = now + SETTLING;
    assert_eq!(lines(&mut receipts, later), ["✓ yoda: hi"]);
    assert_eq!(receipts.poll_at(), None);
    receipts.handle_receipt(MessageId(1), Progress::Stored);
    assert_eq!(lines(&mut receipts, later), ["✓ yoda: hi (stored)"]);
    assert!(lines(&mut receipts, later).is_empty());
    receipts.handle_receipt(MessageId(1), Progress::Delivered);
    assert_eq!(lines(&mut receipts, later), ["✓✓ yoda: hi"]);
}

#[test]
fn what_was_not_fetched_in_time_is_told_at_once_and_no_more() {
    for (style, line) in
        [(Style::Ticks, "✗ yoda: hi (not fetched in time)"), (Style::Words, "expired for yoda: hi")]
    {
        let (mut receipts, now) = receipts(style);
        receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), true, true);
        receipts.handle_receipt(MessageId(1), Progress::Expired);
        assert_eq!(lines(&mut receipts, now), [line]);
        assert!(receipts.tracked.is_empty() && lines(&mut receipts, now).is_empty());
    }
}

#[test]
fn a_loss_is_told_of_an_unknown_message_too_unless_nothing_is_to_be_told() {
    for (style, is_told) in [(Style::Ticks, true), (Style::Words, true), (Style::Off, false)] {
        let (mut receipts, now) = receipts(style);
        receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), true, true);
        assert_eq!(receipts.handle_receipt(MessageId(2), Progress::Expired), is_told);
        assert!(!receipts.handle_receipt(MessageId(2), Progress::Delivered));
        let is_known = style != Style::Off;
        assert!(!receipts.handle_receipt(MessageId(1), Progress::Expired));
        assert_eq!(!lines(&mut receipts, now).is_empty(), is_known);
    }
}

#[test]
fn a_script_hears_every_step_but_the_one_that_the_reply_told() {
    let (mut receipts, now) = receipts(Style::Words);
    receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false, true);
    receipts.handle_accepted(now, MessageId(2), own("luke", "a  b"), true, true);
    let all = OwnMessage { to: None, text: "all".into(), number: 0 };
    receipts.handle_accepted(now, MessageId(3), all, false, true);
    assert!(lines(&mut receipts, now + SETTLING).is_empty());
    for id in 1..=3 {
        receipts.handle_receipt(MessageId(id), Progress::Stored);
    }
    assert_eq!(lines(&mut receipts, now), ["stored for yoda: hi", "stored (to all): all"]);
    for id in 1..=3 {
        receipts.handle_receipt(MessageId(id), Progress::Delivered);
    }
    assert_eq!(
        lines(&mut receipts, now),
        ["delivered to yoda: hi", "delivered to luke: a  b", "delivered (to all): all"]
    );
}

#[test]
fn many_that_arrive_together_are_one_line_for_each_receiver() {
    let (mut receipts, now) = receipts(Style::Ticks);
    for (id, to) in [(1, "yoda"), (2, "yoda"), (3, "luke"), (4, "yoda")] {
        receipts.handle_accepted(now, MessageId(id), own(to, "hi"), true, true);
        receipts.handle_receipt(MessageId(id), Progress::Delivered);
    }
    assert_eq!(lines(&mut receipts, now), ["✓✓ yoda: 2 messages", "✓✓ luke: hi", "✓✓ yoda: hi"]);
}

#[test]
fn another_epoch_and_a_server_without_receipts_tell_of_other_messages() {
    let (mut receipts, now) = receipts(Style::Ticks);
    receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false, true);
    receipts.handle_epoch(Some(7));
    receipts.handle_receipt(MessageId(1), Progress::Delivered);
    assert_eq!(lines(&mut receipts, now), ["✓✓ yoda: hi"]);
    receipts.handle_accepted(now, MessageId(2), own("yoda", "hi"), false, true);
    receipts.handle_epoch(Some(8));
    receipts.handle_receipt(MessageId(2), Progress::Delivered);
    assert!(lines(&mut receipts, now + SETTLING).is_empty());
    receipts.handle_epoch(None);
    receipts.handle_accepted(now, MessageId(3), own("yoda", "hi"), false, true);
    assert!(lines(&mut receipts, now + SETTLING).is_empty());
}

#[test]
fn who_wants_no_receipts_hears_of_none() {
    let (mut receipts, now) = receipts(Style::Off);
    receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false, true);
    receipts.handle_receipt(MessageId(1), Progress::Delivered);
    assert!(lines(&mut receipts, now + SETTLING).is_empty());
    assert_eq!(receipts.poll_at(), None);
}

#[test]
fn what_is_waited_for_is_bounded_and_the_oldest_is_forgotten() {
    let (mut receipts, now) = receipts(Style::Words);
    for id in 0..=TRACKED_MAX as u64 {
        receipts.handle_accepted(now, MessageId(id), own("yoda", "hi"), true, true);
    }
    receipts.handle_receipt(MessageId(0), Progress::Delivered);
    assert!(lines(&mut receipts, now).is_empty());
    receipts.handle_receipt(MessageId(1), Progress::Delivered);
    receipts.handle_receipt(MessageId(TRACKED_MAX as u64), Progress::Delivered);
    assert_eq!(lines(&mut receipts, now), ["delivered to yoda: hi"; 2]);
}

#[test]
fn what_a_script_said_without_a_receipt_is_known_whatever_became_of_the_server() {
    let texts = |receipts: &Receipts| -> Vec<String> {
        receipts.unconfirmed().map(|message| message.text.clone()).collect()
    };
    let (mut receipts, now) = receipts(Style::Words);
    for (id, text) in [(1, "delivered"), (2, "lost"), (3, "stored")] {
        receipts.handle_accepted(now, MessageId(id), own("yoda", text), id == 3, true);
    }
    receipts.handle_receipt(MessageId(1), Progress::Delivered);
    assert_eq!(texts(&receipts), ["lost"]);
    receipts.handle_epoch(None);
    receipts.handle_accepted(now, MessageId(1), own("yoda", "an older server"), false, true);
    assert_eq!(texts(&receipts), ["lost", "an older server"]);
    assert!(!receipts.is_awaited(), "nothing will come");
    for id in 0..3 * TRACKED_MAX as u64 {
        receipts.handle_accepted(now, MessageId(id), own("yoda", "hi"), false, true);
    }
    assert_eq!(texts(&receipts).len(), TRACKED_MAX, "bounded");
    for style in [Style::Off, Style::Ticks] {
        let mut receipts = Receipts::new(style);
        receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false, true);
        assert!(texts(&receipts).is_empty(), "nobody asked");
    }
}
