//! Threads for files give way: what is typed, and what people say, comes first on a busy machine.

use rustix::process::{getpriority_process, setpriority_process};

/// The nice value of threads for files. The event loop and talk keep that of the program. A higher
/// one would starve them beside other programs, and with them whoever waits for a lock of theirs.
const NICE: i32 = 5;

/// The calling thread gives way from now on, and so do the threads that it begins. Linux has a nice
/// value for each thread (sched(7)).
pub(super) fn give_way() {
    // Without it they only work at the cost of others.
    if getpriority_process(None).is_ok_and(|nice| nice < NICE) {
        let _ = setpriority_process(None, NICE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_and_those_that_it_begins_give_way_and_others_do_not() {
        let own = getpriority_process(None).unwrap();
        let nice = std::thread::spawn(|| {
            give_way();
            give_way();
            std::thread::spawn(|| getpriority_process(None).unwrap()).join().unwrap()
        });
        assert_eq!(nice.join().unwrap(), NICE.max(own));
        assert_eq!(getpriority_process(None).unwrap(), own);
    }
}
