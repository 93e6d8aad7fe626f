//! A crowd of strangers beside users, and a user with much to ask: what one round hears of them.

use super::super::relay::STRANGERS_AT_ONCE;
use super::super::round::Round;
use super::world::{Client, World};

/// How many of them have an answer.
fn answered(world: &mut World, crowd: &[Client]) -> usize {
    crowd.iter().filter(|&&one| !world.read(one).is_empty()).count()
}

/// A world with two users, and strangers who were greeted.
fn crowd(strangers: usize) -> (World, [Client; 2], Vec<Client>) {
    let mut world = World::new(strangers + 2);
    let (home, elsewhere) = (world.host(), world.host());
    let users = [0, 1].map(|number| world.log_in(home, number));
    let crowd: Vec<Client> = (0..strangers).map(|_| world.connect(elsewhere)).collect();
    world.pass(100);
    assert_eq!(answered(&mut world, &crowd), strangers);
    users.iter().for_each(|&user| drop(world.read(user)));
    (world, users, crowd)
}

#[test]
fn a_user_behind_a_crowd_of_strangers_is_heard_in_the_first_round_and_four_of_them_in_each() {
    for strangers in [STRANGERS_AT_ONCE - 1, STRANGERS_AT_ONCE, STRANGERS_AT_ONCE + 1, 24] {
        let (mut world, users, crowd) = crowd(strangers);
        crowd.iter().for_each(|&one| world.write(one, "login user9 x\n"));
        world.settle_hosts();
        world.write(users[0], "message user1 hi\n");
        world.settle_hosts();
        let mut heard = 0;
        for round in 1.. {
            world.poll_driver();
            let busy = world.until.is_some_and(|until| until <= world.now);
            // The frames go over the cable, and the hosts take them.
            (0..2).for_each(|_| world.settle_hosts());
            let now = answered(&mut world, &crowd);
            heard += now;
            assert!(now <= STRANGERS_AT_ONCE, "{now} of {strangers} in round {round}");
            assert_eq!(world.read(users[1]).contains(" hi\n"), round == 1, "in round {round}");
            if heard == strangers {
                assert_eq!(round, strangers.div_ceil(STRANGERS_AT_ONCE));
                break;
            }
            assert!(busy, "the others wait, and the driver does not come back");
        }
    }
}

#[test]
fn a_user_has_64_requests_heard_before_others_have_their_turn() {
    for asked in 63..=65 {
        let (mut world, users, _) = crowd(0);
        world.write(users[0], &"ping\n".repeat(asked));
        world.settle_hosts();
        let World { now, cable, driver, server, environment, .. } = &mut world;
        driver.drain(*now, cable);
        let id = driver.input.pop().expect("news of the user");
        driver.service(&mut Round { now: *now, server, environment }, id);
        let pongs = driver.slots[id].socket().send_queue() / "202 pong\n".len();
        assert_eq!(pongs, asked.min(64));
        world.settle();
        assert_eq!(world.read(users[0]).lines().count(), asked);
    }
}
