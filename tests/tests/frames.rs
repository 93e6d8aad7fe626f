//! Random frames at the driver while people chat. They cut off, move or answer nobody who is not
//! concerned.

use proptest::prelude::*;
use smolchat_tests::frames::run;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_frames_come_people_go_on_chatting(
        bytes in proptest::collection::vec(any::<u8>(), 0..1_000),
    ) {
        run(&bytes);
    }
}
