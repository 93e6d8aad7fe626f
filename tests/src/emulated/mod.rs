//! An image in the emulator as a server: on a TAP device, or behind the emulator's address
//! translator.

mod console;

use std::fmt;
use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::Sender;

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use smolchat_core::store::Durability;
use smolchat_emulator::{
    Board, LM3S6965EVB, LM3S6965EVB_SSH, Log, Network, RESTART_KEY, SSH_BOARDS, command, console_at,
};
use tempfile::TempDir;

use crate::folder;
use crate::killed::Mortal;
use crate::namespace::Namespace;
use crate::program::Program;
use crate::real::{Place, SERVER_ADDRESS, Server};
use crate::setting::Setting;

pub use console::Console;

/// How an image is connected to the clients in its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// A TAP device.
    Tap,
    /// The emulator's address translator. It takes the clients' bytes as fast as they come and
    /// keeps the server's until they are read. So a server behind it does not notice a client that
    /// reads nothing.
    User,
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Wire::Tap => "tap",
            Wire::User => "user",
        })
    }
}

const TAP: &str = "smolchat0";
const STORE: &str = "store";
const CONSOLE: &str = "console";
/// The clients' address on the TAP device, and its network.
const CLIENTS: &str = "192.168.69.2/24";

/// A running image, which ends with the thread that started it.
#[derive(Debug)]
pub struct Emulated {
    address: SocketAddr,
    program: Program,
    board: Board,
    network: Network,
    setting: Setting,
    /// Arguments beside those of the setting.
    more: Vec<String>,
    /// Holds the board's store.
    directory: TempDir,
}

impl Emulated {
    /// Starts the board's image with the setting, as far as the board has room for it, and `more`
    /// arguments, which outrank the setting's. Waits until it listens. To be called on a thread
    /// inside the namespace.
    ///
    /// # Errors
    /// What is missing, or what it said.
    pub fn start(
        namespace: &Namespace,
        board: &Board,
        wire: Wire,
        setting: Setting,
        more: &[&str],
    ) -> Result<Self, String> {
        let directory = folder::in_memory().map_err(|error| error.to_string())?;
        let mut own = vec![format!("store={}", directory.path().join(STORE).display())];
        let (address, network) = match wire {
            Wire::Tap => {
                namespace.add_tap(TAP, CLIENTS)?;
                own.push(format!("ip={}/24", SERVER_ADDRESS.ip()));
                ((SERVER_ADDRESS.ip(), board.port).into(), Network::Tap { name: TAP.to_owned() })
            }
            Wire::User => {
                let address = (Ipv4Addr::LOCALHOST, board.port).into();
                (address, Network::User { port: board.port })
            }
        };
        let more: Vec<String> =
            own.into_iter().chain(more.iter().map(|word| (*word).to_owned())).collect();
        let program = listening(board, &network, setting, &more, &directory)?;
        let board = *board;
        Ok(Emulated { address, program, board, network, setting, more, directory })
    }

    /// Starts the image again, with what its store holds.
    ///
    /// # Errors
    /// What it said instead.
    pub fn start_again(&mut self) -> Result<(), String> {
        self.program =
            listening(&self.board, &self.network, self.setting, &self.more, &self.directory)?;
        Ok(())
    }

    /// Ends the emulator at once, in the middle of whatever it writes.
    ///
    /// # Errors
    /// The machine's word.
    pub fn kill(&mut self) -> Result<(), String> {
        self.program.kill().map_err(|error| error.to_string())?;
        self.program.wait().map(|_| ())
    }

    /// The file that is the board's flash.
    pub fn store(&self) -> PathBuf {
        self.directory.path().join(STORE)
    }

    /// Sits down at the image's console. Whoever sat there before must have left.
    ///
    /// # Errors
    /// The emulator is gone.
    pub fn console(&self) -> io::Result<Console> {
        Console::open(&self.directory.path().join(CONSOLE))
    }

    /// Reads the image's log up to a line that holds `text`.
    ///
    /// # Errors
    /// What it said instead.
    pub fn wait_for(&mut self, text: &str) -> Result<String, String> {
        self.program.wait_for(text)
    }

    /// Whether one of the last lines of the log that were read holds `text`.
    pub fn has_said(&self, text: &str) -> bool {
        self.program.has_said(text)
    }

    /// The emulator's process.
    pub fn pid(&self) -> Option<Pid> {
        self.program.pid()
    }
}

impl Server for Emulated {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn figures(&self) -> &'static [&'static str] {
        const FIGURES: &[&str] = &[
            "stack-peak-bytes {number} of {number}",
            "store-appended {number}",
            "store-bytes {number}",
            "store-erased {number}",
            "ssh-key SHA256:{any}",
        ];
        // A board with the port for lines alone has no key.
        if SSH_BOARDS.contains(&self.board) { FIGURES } else { &FIGURES[..FIGURES.len() - 1] }
    }

    fn takes_orders(&self) -> bool {
        ![LM3S6965EVB, LM3S6965EVB_SSH].contains(&self.board)
    }

    /// The emulator may write nothing more to its files, as on a disk that is full; or it may
    /// again.
    fn set_store_works(&mut self, works: bool) -> io::Result<()> {
        let current = if works { None } else { Some(0) };
        prlimit(self.program.pid(), Resource::Fsize, Rlimit { current, maximum: None })?;
        Ok(())
    }

    fn restart(&mut self) -> Result<(), String> {
        self.program.write(&[RESTART_KEY]).map_err(|error| error.to_string())?;
        self.program.wait_for("stopped")?;
        self.program.wait_for("listening")?;
        Ok(())
    }
}

impl Mortal for Emulated {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn start(&mut self, durability: Durability) -> Result<(), String> {
        self.setting = self.setting.durability(durability);
        self.start_again()
    }

    fn kill(&mut self) -> Result<(), String> {
        Emulated::kill(self)
    }

    /// It says goodbye to everybody and starts anew.
    fn stop(&mut self) -> Result<(), String> {
        self.restart()
    }
}

/// Does `work` on a thread inside a new namespace, where an image runs: see [`Emulated::start`].
///
/// # Panics
/// Something is missing.
pub fn beside_an_image(
    board: &Board,
    wire: Wire,
    setting: Setting,
    more: &[&str],
    work: impl FnOnce(&Place<'_>, Emulated) + Send,
) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    namespace.run(|| {
        let server = Emulated::start(&namespace, board, wire, setting, more);
        let server = server.unwrap_or_else(|said| panic!("{said}"));
        work(&Place { namespace: &namespace, server: Server::address(&server) }, server);
    });
}

/// Runs the image, and waits until it listens.
fn listening(
    board: &Board,
    network: &Network,
    setting: Setting,
    more: &[String],
    directory: &TempDir,
) -> Result<Program, String> {
    let mut arguments = arguments(setting);
    arguments.extend_from_slice(more);
    let mut emulator = command(board, &board.image()?, network, &arguments);
    console_at(&mut emulator, &directory.path().join(CONSOLE));
    launch(board, &emulator)
}

/// Runs the board's image by the emulator's command, in the calling thread's namespace, and waits
/// until it listens; its log comes as lines.
pub(crate) fn launch(board: &Board, emulator: &Command) -> Result<Program, String> {
    let image = board.image()?;
    let log = Log::of(&image).map_err(|error| format!("{} {error}", image.display()))?;
    // So that a file at its limit is an error to the emulator, and not its end.
    let mut command = Command::new("env");
    command.arg("--ignore-signal=XFSZ").arg(emulator.get_program()).args(emulator.get_args());
    let read = move |output, lines| read(&log, output, &lines);
    let mut program = Program::start_reading(&mut command, read)?;
    program.wait_for("listening")?;
    Ok(program)
}

fn read(log: &Log, output: impl Read, lines: &Sender<String>) {
    log.read(output, |line| {
        let line = line.map_or_else(|broken| broken.to_string(), |line| line.to_string());
        match lines.send(line) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
}

fn arguments(setting: Setting) -> Vec<String> {
    let Setting { block_duration, timeout, login_deadline, registration, .. } = setting;
    vec![
        format!("block-duration={block_duration}"),
        format!("timeout={timeout}"),
        format!("login-deadline={login_deadline}"),
        format!("mail-expires={}", setting.mail_expires),
        format!("registration={}", if registration { "on" } else { "off" }),
        format!("durability={}", word(setting.durability)),
        format!("guesses={}", setting.guesses),
        format!("registrations-per-hour={}", setting.registrations),
        format!("changes-per-minute={}", setting.changes),
        format!("users={}", setting.users),
        format!("connections={}", setting.connections),
        format!("messages={}", setting.messages),
        format!("blocks={}", setting.blocks),
        format!("keys={}", setting.keys),
        format!("files={}", setting.files),
        format!("holders={}", setting.holders),
        format!("history={}", setting.history),
    ]
}

fn word(durability: Durability) -> &'static str {
    match durability {
        Durability::Strict => "strict",
        Durability::Relaxed => "relaxed",
        Durability::Off => "off",
    }
}
