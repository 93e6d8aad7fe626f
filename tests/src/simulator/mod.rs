//! The simulator: the real server, its real network driver and its real store, in a world that
//! breaks things. One thread, one virtual clock, one seed: what happened happens again. Knows
//! nothing of the machine.
//!
//! | file | holds |
//! |---|---|
//! | `plan` | what a seed decides before anything happens |
//! | `cable`, `link` | a device in memory; the way between a person and the server, on which frames are lost |
//! | `door` | the server's sessions of SSH, and the calls of those who come by it |
//! | `person`, `talk`, `replies`, `presence`, `speech` | somebody with a stack of their own; what is heard; what is answered; who comes and goes; what is said |
//! | `records`, `blocks`, `secrets`, `keys`, `files` | what was promised to whom, who blocks whom, who has which password, which keys and which files: what is checked when something is heard |
//! | `operator` | whoever throws people out, and keeps some out |
//! | `expiry` | whether mail that is told to have expired was old enough |
//! | `round` | whether what was refused could not have been accepted |
//! | `life`, `environment` | the server from a start to the loss of its power; what it needs of the world |
//! | `attack`, `segment` | a host on the segment that means harm; segments taken apart and made by hand |
//! | `siege`, `harvest`, `waits` | what must hold whatever it does: sessions and secrets, accounts, how long others wait |
//! | `sabotage`, `edge` | bugs that are planted on purpose |
//! | `world`, `turns`, `faults` | the clock and the order of events; one person's turn; what breaks |
//! | `diary`, `summary` | what happened last, told of a violation; what happened in numbers |
//!
//! After the time that was asked for everything heals: nobody fails any more, everybody comes,
//! reads, and takes back every block. Then all that was promised must have arrived, and the server
//! must hold nothing; and whatever anybody says now must be accepted and arrive.

mod attack;
mod blocks;
mod cable;
mod diary;
mod door;
mod edge;
mod environment;
mod expiry;
mod faults;
mod files;
mod harvest;
mod history;
mod keys;
mod life;
mod link;
mod operator;
mod person;
mod plan;
mod presence;
mod records;
mod replies;
mod round;
mod sabotage;
mod secrets;
mod segment;
mod siege;
mod speech;
mod summary;
mod talk;
mod turns;
mod waits;
mod world;

pub use sabotage::Sabotage;
pub use summary::Summary;
pub use waits::ROUNDS;
pub use world::simulate;
