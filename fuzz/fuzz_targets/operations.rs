//! Sequences of operations decoded from bytes, to the real server and to the naive model, as
//! `tests/tests/model.rs` does it.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/src/model/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use more of it than this target does")]
mod model;

use model::{Operation, Shape, run};

/// More operations tell nothing new, and take longer.
const MOST: usize = 500;

fuzz_target!(|input: (u8, Vec<[u8; 4]>)| {
    let (shape, bytes) = input;
    let shape = Shape::ALL[usize::from(shape) % Shape::ALL.len()];
    let operations: Vec<Operation> = bytes.into_iter().take(MOST).map(Operation::decode).collect();
    run(shape, &operations);
});
