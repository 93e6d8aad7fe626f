//! The CPU time and memory of a process, from /proc.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::io::Errno;

/// A running process.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    folder: PathBuf,
}

impl Process {
    /// The process of that number.
    pub(crate) fn new(id: i32) -> Self {
        Process { folder: Path::new("/proc").join(id.to_string()) }
    }

    /// This process.
    pub(crate) fn own() -> Self {
        Process { folder: "/proc/self".into() }
    }

    /// Nanoseconds of CPU time that all its threads have had. The kernel's work for it within
    /// interrupts counts as well.
    pub(crate) fn cpu(&self) -> io::Result<u64> {
        let mut sum = 0;
        for task in fs::read_dir(self.folder.join("task"))? {
            match fs::read_to_string(task?.path().join("schedstat")) {
                Ok(told) => {
                    sum += run_time(&told).ok_or_else(|| io::Error::other("no time told"))?;
                }
                // A thread that ends while it is looked at: none of those that work does.
                Err(error) if has_ended(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(sum)
    }

    /// Bytes of its memory that are in the machine's.
    pub(crate) fn memory(&self) -> io::Result<u64> {
        let told = fs::read_to_string(self.folder.join("status"))?;
        kibibytes(&told, "VmRSS:").ok_or_else(|| io::Error::other("no VmRSS"))
    }
}

/// Nanoseconds of CPU time of the kernel's own threads that do network work outside of any program.
pub(crate) fn network_threads() -> io::Result<u64> {
    let mut sum = 0;
    for folder in network_thread_folders() {
        let told = fs::read_to_string(folder.join("schedstat"))?;
        sum += run_time(&told).ok_or_else(|| io::Error::other("schedstat without a time"))?;
    }
    Ok(sum)
}

/// They are there from the machine's start to its end, so they are looked for once.
fn network_thread_folders() -> &'static [PathBuf] {
    static FOLDERS: OnceLock<Vec<PathBuf>> = OnceLock::new();
    FOLDERS.get_or_init(|| {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let is_one = |folder: &PathBuf| {
            let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
            name.starts_with("ksoftirqd/")
        };
        processes.map(|process| process.path()).filter(is_one).collect()
    })
}

/// Bytes that the kernel uses of its slabs, in pieces smaller than a page. Sockets are made of
/// them. All programs' together.
pub(crate) fn slab() -> io::Result<u64> {
    Ok(slab_in_use(&fs::read_to_string("/proc/slabinfo")?))
}

/// Frames that the devices of this thread's network namespace dropped, with the devices' names.
pub(crate) fn dropped_frames() -> io::Result<BTreeMap<String, u64>> {
    Ok(dropped(&fs::read_to_string("/proc/thread-self/net/dev")?))
}

fn has_ended(error: &io::Error) -> bool {
    error.kind() == ErrorKind::NotFound || error.raw_os_error() == Some(Errno::SRCH.raw_os_error())
}

fn run_time(schedstat: &str) -> Option<u64> {
    schedstat.split_whitespace().next()?.parse().ok()
}

fn kibibytes(told: &str, name: &str) -> Option<u64> {
    let line = told.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Every line is a cache's name, how many of its objects are in use, how many there are, and the
/// size of one.
fn slab_in_use(told: &str) -> u64 {
    let bytes = |line: &str| {
        let figure = |at| line.split_whitespace().nth(at)?.parse::<u64>().ok();
        Some(figure(1)? * figure(3)?)
    };
    told.lines().filter_map(bytes).sum()
}

/// The fourth and the twelfth figure of every device: dropped when received, dropped when sent.
fn dropped(told: &str) -> BTreeMap<String, u64> {
    let of_device = |line: &str| {
        let (name, figures) = line.split_once(':')?;
        let figures: Vec<&str> = figures.split_whitespace().collect();
        let counts = [3, 11].map(|at| figures.get(at)?.parse::<u64>().ok());
        Some((name.trim().to_owned(), counts.into_iter().flatten().sum()))
    };
    told.lines().filter_map(of_device).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_what_the_kernel_tells() {
        assert_eq!(run_time("123456 78 9\n"), Some(123_456));
        assert_eq!(run_time("\n"), None);
        assert_eq!(kibibytes("VmPeak: 9 kB\nVmRSS:\t  12 kB\n", "VmRSS:"), Some(12_288));
        assert_eq!(kibibytes("VmPeak: 9 kB\n", "VmRSS:"), None);
        let told = "Inter-| Receive\n face |bytes packets\n lo: 1 2 3 4 5 6 7 8 9 10 11 12 13\n v0:1 2 3 40 5 6 7 8 9 10 11 120 13\n";
        let devices = [("lo".to_owned(), 4 + 12), ("v0".to_owned(), 40 + 120)];
        assert_eq!(dropped(told), devices.into());
        let told = "slabinfo - version: 2.1\n# name <active_objs> <num_objs> <objsize>\nTCP 10 12 2000 8 8\nfilp 3 9 256 8 8\n";
        assert_eq!(slab_in_use(told), 20_768);
    }

    #[test]
    fn work_costs_this_process_time_and_memory() {
        let own = Process::own();
        let before = own.cpu().unwrap();
        let mut sum = 0_u64;
        while own.cpu().unwrap() < before + 1_000_000 {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(own.memory().unwrap() > 0);
        assert!(slab().unwrap() > 0);
        assert!(dropped_frames().unwrap().contains_key("lo"));
        network_threads().unwrap();
    }
}
