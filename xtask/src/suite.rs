//! The tests of the workspace: built at once, and run program by program, those that wait apart
//! from those that compute.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use cargo_metadata::Message;

use crate::programs::FEATURES;
use crate::step::{self, Failure, command};
use crate::{dist, firmware, programs};

/// A change is tried with these in less than three minutes.
const QUICK: &str = "--lib --test simulated --test capacity --test protocol_document";
/// Within this, a program ends even on a busy machine.
const LONGEST: &str = "15m";
/// The same with the tests that take minutes.
const LONGEST_WITH_IGNORED: &str = "90m";

/// Programs whose names begin so talk to real clocks, kernels and emulators: they wait for most of
/// their time.
const WAITING: [&str; 3] = ["real_", "emulated", "raw_bytes"];

/// The program that tries seeds, in the tests' package.
const SIMULATOR: &str = "simulate";

/// A test program that cargo has built.
#[derive(Clone, Debug)]
struct Program {
    name: String,
    path: PathBuf,
    /// Its package's folder: cargo runs it there.
    folder: PathBuf,
}

/// What one build of the tests makes.
#[derive(Debug, Default)]
pub(crate) struct Built {
    programs: Vec<Program>,
    simulator: PathBuf,
}

impl Built {
    /// Runs the programs that wait for most of their time.
    pub(crate) fn run_waiting(&self, driven: &Driven, long: bool) -> Result<(), Failure> {
        run_each(self.programs.iter().filter(|program| program.waits()), driven, long)
    }

    /// Runs all other programs, at a lower priority, and the examples in the documentation.
    pub(crate) fn run_computing(&self, driven: &Driven, long: bool) -> Result<(), Failure> {
        run_each(self.programs.iter().filter(|program| !program.waits()), driven, long)?;
        step::run("examples", command("cargo test --workspace --doc").args(FEATURES))
    }

    /// The simulator's program.
    pub(crate) fn simulator(&self) -> &Path {
        &self.simulator
    }
}

/// Runs all programs, also after one has failed; the first that failed is returned.
fn run_each<'a>(
    programs: impl Iterator<Item = &'a Program>,
    driven: &Driven,
    long: bool,
) -> Result<(), Failure> {
    let outcomes: Vec<_> = programs.map(|program| program.run(long, driven)).collect();
    outcomes.into_iter().collect()
}

/// Runs the tests whose names contain one of the words of `filter`, their output on this terminal.
pub(crate) fn run_some(filter: &[String], long: bool) -> Result<(), Failure> {
    let mut test = command("cargo test --workspace");
    test.args(FEATURES).envs(drive()?);
    // Packing takes longer than most tests, and the tests of it name what they test.
    if filter.iter().any(|word| word.contains("package")) {
        test.envs(dist::for_tests(long)?);
    }
    test.arg("--").args(filter);
    if long {
        test.arg("--include-ignored");
    }
    step::run("test", &mut test)
}

/// Runs the tests that need neither root nor an image.
pub(crate) fn run_quick() -> Result<(), Failure> {
    step::run("test", command(&format!("cargo test --workspace {QUICK}")).args(FEATURES))
}

/// The variables that tell tests where the programs and images are that they drive.
pub(crate) type Driven = Vec<(String, PathBuf)>;

/// Builds the programs that tests drive. The images are built apart.
pub(crate) fn drive() -> Result<Driven, Failure> {
    let programs = programs::build()?.into_iter();
    let programs = programs.map(|(variable, path)| (variable.to_owned(), path));
    Ok(programs.chain(firmware::images()).collect())
}

/// Builds all test programs, and the simulator with them.
pub(crate) fn build() -> Result<Built, Failure> {
    let mut build =
        command("cargo test --workspace --no-run --message-format=json-render-diagnostics");
    let output = step::output("build the tests", build.args(FEATURES))?;
    let mut built = Built::default();
    for message in Message::parse_stream(output.as_slice()) {
        let message =
            message.map_err(|error| Failure::new("build the tests", error.to_string()))?;
        let Message::CompilerArtifact(artifact) = message else { continue };
        let Some(path) = artifact.executable.map(PathBuf::from) else { continue };
        let (name, folder) = (artifact.target.name, artifact.manifest_path.parent());
        if artifact.profile.test {
            let folder = folder.map(PathBuf::from).unwrap_or_default();
            built.programs.push(Program { name, path, folder });
        } else if name == SIMULATOR {
            built.simulator = path;
        }
    }
    Ok(built)
}

impl Program {
    fn waits(&self) -> bool {
        WAITING.iter().any(|begin| self.name.starts_with(begin))
    }

    /// Runs it. The output of one that fails is printed; of the others, their last word.
    fn run(&self, long: bool, driven: &Driven) -> Result<(), Failure> {
        let failure = |told: String| Failure::new(&self.name, told);
        let start = Instant::now();
        let output = self.command(long).envs(driven.iter().cloned()).output();
        let output = output.map_err(|error| failure(error.to_string()))?;
        let (seconds, told) = (start.elapsed().as_secs_f32(), text(&output));
        if output.status.success() {
            println!("xtask: {}: {} ({seconds:.1} s)", self.name, last_word(&told));
            return Ok(());
        }
        println!("{told}\nxtask: {}: FAILED ({seconds:.1} s)", self.name);
        Err(failure(format!("failed: {} ({})", self.path.display(), output.status)))
    }

    /// A program that computes gives way to one that must be on time. One that hangs is ended, and
    /// its output names the test.
    fn command(&self, long: bool) -> Command {
        let mut command = Command::new("timeout");
        command.arg(if long { LONGEST_WITH_IGNORED } else { LONGEST });
        command.args((!self.waits()).then_some("nice")).arg(&self.path);
        if long {
            command.arg("--include-ignored");
        }
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        command
    }
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

/// The count of the tests that ran, as the test program tells it.
fn last_word(told: &str) -> &str {
    let mut results = told.lines().rev().filter_map(|line| line.strip_prefix("test result: "));
    results.next().unwrap_or("it told no result")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(name: &str) -> Program {
        Program { name: name.to_owned(), path: "/bin/false".into(), folder: "/".into() }
    }

    #[test]
    fn programs_that_drive_the_real_thing_wait() {
        let waiting = ["real_server", "emulated", "emulated_board", "raw_bytes"];
        assert!(waiting.iter().all(|name| program(name).waits()));
        assert!(!["smolchat_core", "model", "simulator"].iter().any(|name| program(name).waits()));
    }

    #[test]
    fn a_program_that_fails_is_named() {
        for name in ["model", "real_server"] {
            let failure = program(name).run(false, &Driven::new()).unwrap_err().to_string();
            assert!(failure.starts_with(&format!("{name}: failed: /bin/false")), "{failure}");
        }
    }

    #[test]
    fn the_last_result_is_told() {
        let told =
            "test result: ok. 1 passed\nlm3s: 5 bytes\ntest result: ok. 2 passed; 0 failed\n";
        assert_eq!(last_word(told), "ok. 2 passed; 0 failed");
        assert_eq!(last_word("Killed"), "it told no result");
    }
}
