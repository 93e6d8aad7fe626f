//! A user with much to ask: what one turn hears of it.

use super::super::round::Round;
use super::world::World;

#[test]
fn a_user_has_64_requests_heard_before_others_have_their_turn() {
    for asked in 63..=65 {
        let mut world = World::new(2);
        let home = world.host();
        let user = world.log_in(home, 0);
        world.pass(100);
        drop(world.read(user));
        world.write(user, &"ping\n".repeat(asked));
        world.settle_hosts();
        let World { now, cable, driver, server, environment, .. } = &mut world;
        driver.drain(*now, cable);
        let id = driver.input.pop().expect("news of the user");
        driver.service(&mut Round { now: *now, server, environment }, id);
        let pongs = driver.slots[id].socket().send_queue() / "202 pong\n".len();
        assert_eq!(pongs, asked.min(64));
        world.settle();
        assert_eq!(world.read(user).lines().count(), asked);
    }
}
