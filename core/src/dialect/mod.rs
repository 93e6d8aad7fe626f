//! Dialects: text on one side, the values of `protocol` on the other. Each has a folder.
//! Knows `protocol` only: no table, no server, no socket.

pub mod lines;
