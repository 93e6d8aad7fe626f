//! Which programs the machine runs first: server and people, and then those who flood and whatever
//! else there is. So the figures are those of a machine with nothing else to do, and with as many
//! cores; only the flood is smaller beside other programs.

use std::process::Command;

/// The calling thread, and all threads and programs that it starts from here on, run before the
/// machine's other programs, and take turns among each other (SCHED_RR in sched(7)).
///
/// # Errors
/// `chrt` of util-linux is missing, or the system does not let us.
pub(super) fn step_ahead() -> Result<(), String> {
    schedule(&["--rr", "--pid", "1"])
}

/// The calling thread, and those that it starts from here on, run as other programs do
/// (SCHED_OTHER): who floods has a machine of its own, and takes no time of server and people.
///
/// # Errors
/// As [`step_ahead`].
pub(super) fn step_back() -> Result<(), String> {
    schedule(&["--other", "--pid", "0"])
}

fn schedule(how: &[&str]) -> Result<(), String> {
    let thread = rustix::thread::gettid().as_raw_nonzero().to_string();
    let status = Command::new("chrt").args(how).arg(thread).status();
    match status.map_err(|error| format!("chrt: {error}"))?.success() {
        true => Ok(()),
        false => Err(format!("chrt {} does not work", how.join(" "))),
    }
}
