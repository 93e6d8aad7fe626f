//! `cargo xtask run BOARD`: an image in the emulator, without privileges, its log on the terminal.

use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{ChildStdin, Stdio};
use std::thread;

use clap::Args;
use smolchat_emulator::{Log, Network, SSH_BOARDS, command, console_at};

use crate::boards::{self, Runs};
use crate::step::Failure;
use crate::{firmware, tools};

/// Build a board's image and run it in the emulator
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// lm3s6965evb or mps2-an386, or one of them with -ssh behind it
    board: String,
    /// The port on 127.0.0.1; by default the image's own
    #[arg(long)]
    port: Option<u16>,
    /// Where the image's console is to be: a socket in the file system, which the emulator makes
    #[arg(long)]
    console: Option<PathBuf>,
    /// The image's arguments, behind --: timeout=60, registration=on, store=FILE, ...
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Builds, starts, and shows the log until the emulator ends.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options { board, port, console, arguments } = options;
    let board = boards::find(board)?;
    let Runs::Emulated(machine) = board.runs else {
        let told = format!("no emulator knows it: cargo xtask flash {}", board.name);
        return Err(Failure::new(board.name, told));
    };
    let port = port.unwrap_or(machine.port);
    tools::install_for_emulation(board.target)?;
    firmware::build(board)?;
    let failure = |error: &dyn ToString| Failure::new(board.name, error.to_string());
    let log = Log::of(&board.image()).map_err(|error| failure(&error))?;
    let mut command = command(&machine, &board.image(), &Network::User { port }, arguments);
    if let Some(socket) = console {
        console_at(&mut command, socket);
    }
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| failure(&error))?;
    pass_keys_on(child.stdin.take());
    println!(
        "join with: {}; r and Enter restart the board, Ctrl-C ends it",
        joining(&machine, port)
    );
    if let Some(output) = child.stdout.take() {
        log.read(output, |line| {
            match line {
                Ok(line) => println!("{line}"),
                Err(broken) => println!("{broken}"),
            }
            ControlFlow::Continue(())
        });
    }
    let status = child.wait().map_err(|error| failure(&error))?;
    status.success().then_some(()).ok_or_else(|| failure(&format!("the emulator ended: {status}")))
}

/// Gives what is typed to the image's console. The emulator would read a terminal itself, but in a
/// way that leaves it changed where Ctrl-C ends both programs, and that has writes to it fail while
/// it is slow.
fn pass_keys_on(console: Option<ChildStdin>) {
    thread::spawn(move || {
        // It fails when the emulator has ended, which is told elsewhere.
        let _ = console.map(|mut console| io::copy(&mut io::stdin(), &mut console));
    });
}

/// How an example user joins.
fn joining(machine: &smolchat_emulator::Board, port: u16) -> String {
    match port {
        _ if SSH_BOARDS.contains(machine) => format!("ssh hans@127.0.0.1 -p {port}"),
        4000 => "smolchat --ssh off hans@127.0.0.1".to_owned(),
        _ => format!("smolchat --ssh off hans@127.0.0.1 {port}"),
    }
}
