//! `status` over the driver: the chat's figures, then the driver's, then the product's.

use super::world::{Client, World};

fn status(world: &mut World, client: Client) -> Vec<String> {
    world.read(client);
    world.write(client, "status\n");
    world.settle();
    world.read(client).lines().map(str::to_owned).collect()
}

#[test]
fn the_drivers_figures_the_products_and_its_key_follow_the_chats() {
    let mut world = World::new(4);
    let host = world.host();
    let client = world.log_in(host, 0);
    let lines = status(&mut world, client);
    let names: Vec<_> = lines[25..].iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(
        names,
        [
            "213-registration",
            "213-durability-off",
            "213-frames-in",
            "213-frames-out",
            "213-fragments",
            "213-reassembled",
            "213-strays",
            "213-strays-ignored",
            "213-refused",
            "213-challenged",
            "213-cookies",
            "213-cookies-honoured",
            "213-syns-dropped",
            "213-evicted",
            "213-half-open-peak",
            "213-frames-for-others",
            "213-frames-tagged",
            "213-frames-unanswered",
            "213-address-conflicts",
            "213-too-big",
            "213-shortened",
            "213-inquiries",
            "213-peers-moved",
            "213-device-exhausted",
            "213-logins",
            "213-logouts",
            "213",
        ]
    );
    let last = ["213-logins 1", "213-logouts 0 of 9", "213 ssh-key SHA256:key"];
    assert_eq!(lines[49..], last);
    assert!(lines.contains(&"213-half-open-peak 1".to_owned()), "{lines:?}");
}

#[test]
fn frames_are_told_as_they_were_counted() {
    let mut world = World::new(4);
    let host = world.host();
    let client = world.log_in(host, 0);
    world.pass(100);
    let before = world.driver.counters();
    let lines = status(&mut world, client);
    // The request itself is in, and nothing has answered it yet.
    assert_eq!(lines[27], format!("213-frames-in {}", before.frames_in + 1));
    assert_eq!(lines[28], format!("213-frames-out {}", before.frames_out));
    assert!(world.driver.counters().frames_out > before.frames_out);
}
