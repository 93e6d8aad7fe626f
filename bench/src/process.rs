//! What a process takes: CPU time and memory, as /proc tells. Touches /proc.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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

    /// Nanoseconds of CPU time that all its threads have had. What the kernel does for it within interrupts counts as well.
    pub(crate) fn cpu(&self) -> io::Result<u64> {
        let mut sum = 0;
        for task in fs::read_dir(self.folder.join("task"))? {
            let told = fs::read_to_string(task?.path().join("schedstat"))?;
            sum += run_time(&told).ok_or_else(|| io::Error::other("schedstat without a time"))?;
        }
        Ok(sum)
    }

    /// Bytes of its memory that are in the machine's.
    pub(crate) fn memory(&self) -> io::Result<u64> {
        let told = fs::read_to_string(self.folder.join("status"))?;
        kibibytes(&told, "VmRSS:").ok_or_else(|| io::Error::other("no VmRSS"))
    }
}

/// Bytes that the kernel has for itself, in pieces smaller than a page: what sockets are made of.
pub(crate) fn kernel_memory() -> io::Result<u64> {
    let told = fs::read_to_string("/proc/meminfo")?;
    kibibytes(&told, "Slab:").ok_or_else(|| io::Error::other("no Slab"))
}

/// Frames that the devices of this thread's network namespace dropped.
pub(crate) fn dropped_frames() -> io::Result<u64> {
    Ok(dropped(&fs::read_to_string("/proc/thread-self/net/dev")?))
}

fn run_time(schedstat: &str) -> Option<u64> {
    schedstat.split_whitespace().next()?.parse().ok()
}

fn kibibytes(told: &str, name: &str) -> Option<u64> {
    let line = told.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// The fourth and the twelfth figure of every device: dropped when received, dropped when sent.
fn dropped(told: &str) -> u64 {
    let devices = told.lines().filter_map(|line| Some(line.split_once(':')?.1));
    let figures = devices.map(|figures| figures.split_whitespace().collect::<Vec<_>>());
    let of_device = |figures: Vec<&str>| {
        [3, 11].iter().filter_map(|&at| figures.get(at)?.parse::<u64>().ok()).sum::<u64>()
    };
    figures.map(of_device).sum()
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
        assert_eq!(dropped(told), 4 + 12 + 40 + 120);
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
        assert!(kernel_memory().unwrap() > 0);
        dropped_frames().unwrap();
    }
}
