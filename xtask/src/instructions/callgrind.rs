//! Instructions of a program under callgrind.

use std::path::Path;

use crate::step::{Failure, command};

/// The C library chooses how it copies and compares by the processor. Without this a count would be
/// another on another machine, by 2 %.
const SAME_LIBRARY: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-BMI2,-ERMS,-FSRM,-LZCNT,-RTM,-SSSE3",
);

/// The instructions that `program` executes with these arguments, within functions whose name holds
/// `function`.
pub(crate) fn count(program: &Path, function: &str, arguments: &[String]) -> Result<u64, Failure> {
    let step = format!("count {}", arguments.join(" "));
    let mut valgrind = command("valgrind --tool=callgrind --callgrind-out-file=/dev/null");
    valgrind.arg(format!("--toggle-collect=*{function}*")).arg(program).args(arguments);
    valgrind.env(SAME_LIBRARY.0, SAME_LIBRARY.1);
    let output = valgrind.output().map_err(|error| Failure::new(&*step, error.to_string()))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = output.status.success().then(|| collected(&told)).flatten();
    collected.ok_or_else(|| Failure::new(step, format!("valgrind said:\n{told}")))
}

/// The count in what callgrind says at its end; none where no such function was called.
fn collected(told: &str) -> Option<u64> {
    let count = told.lines().find_map(|line| line.split_once("Collected : "))?.1;
    count.trim().parse().ok().filter(|count| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_and_nothing_counted_is_none() {
        let told = "==7== Events    : Ir\n==7== Collected : 1757984\n==7== \n";
        assert_eq!(collected(told), Some(1_757_984));
        assert_eq!(collected("==7== Collected : 0\n"), None);
        assert_eq!(collected("==7== Events    : Ir\n"), None);
    }
}
