//! Backtraces for panics alone. If memory runs out, std prints one too. That takes memory itself,
//! and may never end.
//! Knows nothing of the two programs.

use std::backtrace::Backtrace;
use std::io::{self, Write};
use std::{env, fs, panic};

/// The variable by which std prints backtraces.
const VARIABLE: &str = "RUST_BACKTRACE";

/// Has a panic print a backtrace if `RUST_BACKTRACE` asks for one, and a lack of memory none. A
/// program calls it first: once it has a second thread, the call changes nothing.
pub fn only_on_panic() {
    if env::var_os(VARIABLE).is_none_or(|value| value == "0") || !is_only_thread() {
        return;
    }
    // SAFETY: no other thread reads or writes the environment, since there is none.
    unsafe { env::remove_var(VARIABLE) };
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        default(panic);
        // If nobody reads it, there is nobody to tell.
        let _ = writeln!(io::stderr(), "{}", Backtrace::force_capture());
    }));
}

/// Whether this process has one thread, as the kernel knows it.
fn is_only_thread() -> bool {
    fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}
