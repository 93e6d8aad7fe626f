//! What one message costs, counted in instructions: the same with 16 connections as with 4,000.
//! Touches the program `message_cost` under callgrind. Counts do not depend on how busy the machine is.

use std::path::Path;
use std::process::Command;

/// Instructions of the server for one message and its acknowledgement, replies included, with so many connections.
fn instructions_per_message(connections: usize) -> f64 {
    let [few, many] = [100, 600].map(|messages| instructions(connections, messages));
    (many - few) as f64 / 500.0
}

fn instructions(connections: usize, messages: usize) -> u64 {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--toggle-collect=*server_round*",
            "--callgrind-out-file=/dev/null",
        ])
        .arg(Path::new(env!("CARGO_BIN_EXE_message_cost")))
        .args([connections.to_string(), messages.to_string()])
        .output()
        .expect("valgrind is installed: cargo xtask test does that");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let collected = told
        .lines()
        .find_map(|line| line.split_once("Collected : "))
        .map(|(_, count)| count.trim());
    collected.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("no count in: {told}"))
}

#[test]
fn one_message_costs_the_same_with_16_connections_as_with_4000() {
    let counts =
        [16, 1000, 4000].map(|connections| (connections, instructions_per_message(connections)));
    for (connections, count) in counts {
        println!("{connections:5} connections: {count:8.0} instructions per message");
    }
    let ((_, few), (_, many)) = (counts[0], counts[2]);
    assert!(
        many <= 1.05 * few,
        "with 4,000 connections a message costs {many:.0} instructions, with 16 {few:.0}"
    );
}
