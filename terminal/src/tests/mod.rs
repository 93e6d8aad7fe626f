//! Terminals against a server that is played by hand, their screens read by `vt100`.

mod bounds;
mod completion;
mod files;
mod hostile;
mod keys;
mod lines;
mod past;
mod people;
mod random;
mod receipts;
mod refusals;
mod scripts;
mod secrets;
mod states;
mod turning;
mod widths;
mod world;

use world::World;

/// All widths at which screens are compared.
const WIDTHS: [u16; 5] = [20, 30, 80, 100, 200];
