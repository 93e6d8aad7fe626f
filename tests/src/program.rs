//! A real program as a child of a test: found, started, its lines read, ended by its process id.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long anything that a program does may take: longer than the third of a minute for which a
/// registration may wait on a slow disk.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The path of `program`: from the environment variable of its name in capitals, or else the
/// release build beside the test.
///
/// # Errors
/// What to do about it.
pub fn find(program: &str) -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os(program.to_uppercase()) {
        return Ok(path.into());
    }
    let test = std::env::current_exe().map_err(|error| error.to_string())?;
    let beside = test.ancestors().nth(3).map(|target| target.join("release").join(program));
    beside.filter(|path| path.exists()).ok_or_else(|| {
        let variable = program.to_uppercase();
        format!("{program} is not built: cargo build --release -p smolchat, or set {variable}")
    })
}

/// A running program. Killed when it goes out of scope.
#[derive(Debug)]
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    last: VecDeque<String>,
}

impl Program {
    /// Starts it; its output on both streams comes as lines, in the order in which it wrote them.
    ///
    /// # Errors
    /// The machine's word.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        let (reader, writer) = io::pipe().map_err(|error| error.to_string())?;
        let other = writer.try_clone().map_err(|error| error.to_string())?;
        command.stdin(Stdio::piped()).stdout(writer).stderr(other);
        let child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        // The command holds the pipe's end as long as it has streams of its own.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let (sender, lines) = channel();
        thread::spawn(move || read_lines(reader, sender));
        Ok(Program { child, lines, last: VecDeque::new() })
    }

    /// Starts it; `read` makes lines of its standard output, on a thread of its own.
    ///
    /// # Errors
    /// The machine's word.
    pub fn start_reading(
        command: &mut Command,
        read: impl FnOnce(ChildStdout, Sender<String>) + Send + 'static,
    ) -> Result<Self, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let (sender, lines) = channel();
        if let (Some(output), Some(errors)) = (child.stdout.take(), child.stderr.take()) {
            let other = sender.clone();
            thread::spawn(move || read(output, sender));
            thread::spawn(move || read_lines(errors, other));
        }
        Ok(Program { child, lines, last: VecDeque::new() })
    }

    /// Its process id.
    pub fn pid(&self) -> Option<Pid> {
        Pid::from_raw(self.child.id() as i32)
    }

    /// The next line it prints; `None` where it ends or is silent for too long.
    pub fn next_line(&mut self) -> Option<String> {
        let line = self.lines.recv_timeout(PATIENCE).ok()?;
        if self.last.len() == 20 {
            self.last.pop_front();
        }
        self.last.push_back(line.clone());
        Some(line)
    }

    /// A line that it has printed already.
    pub fn line_there(&mut self) -> Option<String> {
        self.lines.try_recv().ok()
    }

    /// The next line, if it comes within so long.
    pub fn line_within(&mut self, longest: Duration) -> Option<String> {
        self.lines.recv_timeout(longest).ok()
    }

    /// Reads lines up to one that holds `text`.
    ///
    /// # Errors
    /// What it said instead.
    pub fn wait_for(&mut self, text: &str) -> Result<String, String> {
        while let Some(line) = self.next_line() {
            if line.contains(text) {
                return Ok(line);
            }
        }
        Err(format!("no line with {text:?}; the last lines were {:#?}", self.last))
    }

    /// Whether one of the last lines that were read holds `text`.
    pub fn has_said(&self, text: &str) -> bool {
        self.last.iter().any(|line| line.contains(text))
    }

    /// Writes a line to its standard input.
    ///
    /// # Errors
    /// The machine's word.
    pub fn say(&mut self, line: &str) -> io::Result<()> {
        self.write(format!("{line}\n").as_bytes())
    }

    /// Writes bytes to its standard input.
    ///
    /// # Errors
    /// The machine's word.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let input = self.child.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        input.write_all(bytes)
    }

    /// Ends its standard input.
    pub fn end_input(&mut self) {
        self.child.stdin = None;
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        if let Some(pid) = self.pid() {
            // If it has ended by itself, there is nobody to ask.
            let _ = kill_process(pid, Signal::TERM);
        }
    }

    /// Ends it at once, without a chance to say anything.
    ///
    /// # Errors
    /// The machine's word.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It does not end.
    pub fn wait(&mut self) -> Result<ExitStatus, String> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match self.child.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Err(error) => return Err(error.to_string()),
            }
        }
        Err(format!("it does not end; the last lines were {:#?}", self.last))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Errors mean that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(stream: impl Read, sender: Sender<String>) {
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        if sender.send(line).is_err() {
            return;
        }
    }
}
