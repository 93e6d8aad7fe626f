//! A program that runs, and what the kernel tells of a process in /proc.

use std::fs;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Pid;

/// Between two looks at a program that ends.
pub(super) const PAUSE: Duration = Duration::from_millis(5);

/// A program, killed when it goes out of scope.
#[derive(Debug)]
pub(super) struct Running(Child);

impl Running {
    /// Starts it.
    pub(super) fn start(command: &mut Command) -> Self {
        Running(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    pub(super) fn pid(&self) -> Pid {
        Pid::from_child(&self.0)
    }

    /// It ends by itself within `longest`; its exit code, `None` if a signal ended it.
    pub(super) fn ends_within(&mut self, longest: Duration) -> Option<i32> {
        let end = Instant::now() + longest;
        loop {
            if let Some(code) = self.exit_code() {
                return code;
            }
            assert!(Instant::now() < end, "it does not end within {longest:?}");
            thread::sleep(PAUSE);
        }
    }

    /// `None` while it runs. The code is `None` if a signal ended it.
    pub(super) fn exit_code(&mut self) -> Option<Option<i32>> {
        let status = self.0.try_wait().unwrap_or_else(|error| panic!("{error}"))?;
        Some(status.code())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Errors mean that it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What stands behind the process's name in /proc/PID/stat: the state, the parent, and so on.
fn stat(pid: Pid) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    let (_, behind) = stat.rsplit_once(')')?;
    Some(behind.split_whitespace().map(str::to_owned).collect())
}

/// Whether it was stopped and not continued.
pub fn is_stopped(pid: Pid) -> bool {
    stat(pid).is_some_and(|stat| stat.first().is_some_and(|state| state == "T"))
}

/// The processor time that it has taken, to a hundredth of a second.
pub fn processor_time(pid: Pid) -> Duration {
    let stat = stat(pid).unwrap_or_default();
    let ticks = stat.iter().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Duration::from_millis(10 * ticks.sum::<u64>())
}

/// The most memory that it has held at once, in KiB.
pub fn memory_peak(pid: Pid) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero()));
    let status = status.unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(u64::MAX)
}

/// A process of this name that the process `parent` has started.
pub fn with_parent(parent: Pid, name: &str) -> Option<Pid> {
    let path = format!("/proc/{0}/task/{0}/children", parent.as_raw_nonzero());
    let children = fs::read_to_string(path).ok()?;
    let is_named = |pid: &&str| {
        fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim_end() == name)
    };
    children.split_whitespace().find(is_named).and_then(|pid| Pid::from_raw(pid.parse().ok()?))
}
