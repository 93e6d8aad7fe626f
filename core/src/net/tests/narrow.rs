//! Ways that carry only short packets, and the limit that a product sets.

use super::world::{Client, World};

const TEXTS: usize = 6;

/// Texts wait for the first user, who then comes over a way that swallows longer packets.
fn fetch(world: &mut World, hop: usize) -> Client {
    let (a, b) = (world.host(), world.host());
    let talks = world.log_in(b, 1);
    for number in 0..TEXTS {
        world.write(talks, &format!("message user0 {number} {}\n", "x".repeat(400)));
        world.settle();
        assert!(world.read(talks).contains("25"));
    }
    world.hop = Some(hop);
    world.longest = 0;
    let reads = world.connect(a);
    world.settle();
    world.write(reads, "login user0 secret0\n");
    world.settle();
    reads
}

/// How many texts are there after so many seconds, without a gap in what came now.
fn arrives(world: &mut World, client: Client, seconds: u64) -> usize {
    let mut heard = world.read(client);
    for _ in 0..seconds {
        world.pass(1_000);
        heard += &world.read(client);
    }
    let texts = heard.lines().filter(|line| line.starts_with("* message "));
    let numbers: Vec<usize> =
        texts.map(|text| text.split(' ').nth(5).unwrap().parse().unwrap()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
    numbers.last().map_or(0, |last| last + 1)
}

#[test]
fn what_waits_arrives_over_a_way_that_swallows_long_packets() {
    for hop in [576, 1200, 1280, 1499] {
        let mut world = World::new(4);
        let reads = fetch(&mut world, hop);
        assert_eq!(world.longest, 1514);
        assert_eq!(arrives(&mut world, reads, 20), TEXTS, "{hop}");
        assert_eq!(world.server.chat().figures().texts.used, 0, "{hop}");
        assert_eq!(world.driver.counters().shortened, 1);
        // For all that follows on this connection, and on no other.
        world.longest = 0;
        let talks = world.host();
        let talks = world.log_in(talks, 2);
        world.write(talks, &format!("message user0 {}\n", "y".repeat(400)).repeat(4));
        world.pass(1_000);
        assert_eq!(world.read(reads).matches("* message").count(), 4);
        assert!(world.longest <= 576 + 14, "{}", world.longest);
    }
}

#[test]
fn a_product_says_how_long_packets_are_and_nothing_is_sent_again_for_that() {
    let mut world = World::with_mtu(4, 1200);
    let reads = fetch(&mut world, 1200);
    assert_eq!(arrives(&mut world, reads, 2), TEXTS);
    assert_eq!(world.server.chat().figures().texts.used, 0);
    assert_eq!((world.longest, world.driver.counters().shortened), (1214, 0));
}
