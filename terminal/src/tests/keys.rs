//! The keys of an account: told with numbers, and taken back by them.

use super::World;

const SEVEN: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
const FINGERPRINT: &str = "SHA256:gNSIRW+2Iyiuvsdp/bgjy38bvWHw6wQm3tuoXrl3WjQ";

#[test]
fn a_key_is_told_in_a_row_and_taken_back_by_its_number_or_fingerprint() {
    let mut world = World::online(80);
    world.press("/keys\r");
    assert_eq!(world.requests(), ["keys"]);
    world.tell(&format!("219-{SEVEN}"));
    world.tell("219 1 keys");
    assert_eq!(world.rows(), ["all> /keys", &format!("1 {FINGERPRINT}"), "1 key", "all>"]);
    for which in ["1", FINGERPRINT, SEVEN] {
        world.press(&format!("/removekey {which}\r"));
        assert_eq!(world.requests(), [format!("removekey {SEVEN}")], "{which}");
        world.tell("245 key removed");
    }
    world.press("\x0c/removekey 2\r");
    let told = "there is no such key in a list above; /keys lists yours, with numbers";
    assert_eq!((&*world.rows()[1], world.requests()), (told, vec![]));
}

#[test]
fn whoever_gives_no_key_hears_where_it_is() {
    for line in ["/addkey ~/.ssh/id_ed25519.pub", "/addkey ssh-rsa AAAA", "/addkey"] {
        let mut world = World::online(200);
        world.press(&format!("{line}\r"));
        let told = "wrong arguments, the form is: addkey <key>; a key is a line that begins with \
                    ssh-ed25519, and cat ~/.ssh/id_ed25519.pub shows yours";
        assert_eq!((&*world.rows()[1], world.requests()), (told, vec![]), "{line}");
    }
}
