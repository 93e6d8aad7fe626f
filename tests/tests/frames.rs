//! Random frames at the driver while people chat. They cut off, move or answer nobody who is not
//! concerned.

use proptest::prelude::*;
use smolchat_tests::frames::run;

#[test]
fn pieces_of_which_one_was_changed_are_answered_by_where_the_connection_was() {
    // The server refuses what they make, and says so before it has the line.
    run(&[43, 14, 218, 154, 14, 218, 14, 54]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_frames_come_people_go_on_chatting(
        bytes in proptest::collection::vec(any::<u8>(), 0..1_000),
    ) {
        run(&bytes);
    }
}
