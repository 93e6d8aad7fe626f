//! What an operation costs a board: its image runs in the emulator, over a wire of datagrams. The
//! emulator counts the instructions of the whole image: the loop, the driver of the network device,
//! interrupts. Time that the part sleeps is none of them.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::thread;
use std::time::Duration;

use smolchat_core::time::{Duration as Span, Instant};
use smolchat_cost::{Machine, Operation, SERVER, Wire, World, gather, gather_by_ssh, users_key};
use smolchat_emulator::{BOARDS, Board, Counter, Network, SSH_BOARDS, command, count_instructions};
use smoltcp::wire::EthernetAddress;
use tempfile::TempDir;

use crate::emulated::launch;
use crate::program::Program;
use crate::stage::accounts;

/// The series of each operation, and the operations in each series. The median of the series is the
/// figure. A call by SSH takes long, and as many instructions each time.
const SERIES: usize = 9;
const TIMES: usize = 50;
const CALLS: usize = 1;
/// A board that says nothing for so long sleeps.
const SILENCE: Duration = Duration::from_millis(10);
/// After this time no timer of the connecting is left.
const SETTLING: Duration = Duration::from_secs(2);
const FRAME_MAX: usize = 2048;

/// What an operation costs, in instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The median of all series.
    pub median: u64,
    /// The lowest.
    pub least: u64,
    /// The highest.
    pub most: u64,
}

/// The cost of an operation on a board, with this many of the example's users online and no other
/// connection.
///
/// # Errors
/// The emulator or the image does not start.
pub fn on_board(board: &Board, operation: Operation, online: usize) -> Result<Figure, String> {
    let example: Vec<(String, String)> =
        accounts().map(|(name, word)| (name.to_owned(), word.to_owned())).collect();
    let account = |place: usize| example[place].clone();
    let machine = Emulator::start(board, &example[0].0).map_err(|error| error.to_string())?;
    let mut world = World::new(machine, address(board)?, online.max(1));
    let users = if SSH_BOARDS.contains(board) {
        world.trust();
        gather_by_ssh(&mut world, &account, online)
    } else {
        gather(&mut world, &account, online)
    };
    let times = if matches!(operation, Operation::Call(_)) { CALLS } else { TIMES };
    operation.repeat(&mut world, &account, &users, times);
    let mut series = [0; SERIES];
    for figure in &mut series {
        let before = world.machine.instructions();
        operation.repeat(&mut world, &account, &users, times);
        *figure = (world.machine.instructions() - before) / times as u64;
    }
    series.sort_unstable();
    Ok(Figure { median: series[SERIES / 2], least: series[0], most: series[SERIES - 1] })
}

/// The address that the board's image gives its network device.
fn address(board: &Board) -> Result<EthernetAddress, String> {
    let boards = BOARDS.iter().zip(&SSH_BOARDS).position(|both| [both.0, both.1].contains(&board));
    let number = boards.ok_or_else(|| format!("{} has no address", board.name))? as u8 + 1;
    Ok(EthernetAddress([2, b's', b'm', b'o', b'l', number]))
}

struct Emulator {
    /// Ends with this.
    _program: Program,
    /// Holds the sockets.
    _directory: TempDir,
    cable: UnixDatagram,
    counter: Counter,
    now: Instant,
}

impl Emulator {
    /// `user` may come by the key of all users.
    fn start(board: &Board, user: &str) -> io::Result<Self> {
        let directory = TempDir::new()?;
        let path = |name: &str| directory.path().join(name);
        let cable = UnixDatagram::bind(path("hosts"))?;
        cable.set_read_timeout(Some(SILENCE))?;
        let network = Network::Datagrams { guest: path("guest"), other: path("hosts") };
        let mut arguments = vec![format!("ip={SERVER}"), "timeout=86400".to_owned()];
        if SSH_BOARDS.contains(board) {
            let key = users_key();
            let (_, encoded) = key.split_once(' ').unwrap_or_default();
            arguments.push(format!("key={user}:{encoded}"));
            arguments.push("changes-per-minute=10000".to_owned());
        }
        let image = board.image().map_err(io::Error::other)?;
        let mut emulator = command(board, &image, &network, &arguments);
        count_instructions(&mut emulator, &path("counter"));
        let program = launch(board, &emulator).map_err(io::Error::other)?;
        cable.connect(path("guest"))?;
        let counter = Counter::connect(&path("counter"))?;
        let now = Instant::START;
        Ok(Emulator { _program: program, _directory: directory, cable, counter, now })
    }

    /// The instructions so far, as soon as the image sleeps.
    fn instructions(&mut self) -> u64 {
        thread::sleep(SILENCE);
        self.counter.instructions().expect("the emulator counts")
    }

    /// The next frame of the board's; none where it is silent.
    fn receive(&self) -> Option<Vec<u8>> {
        let mut frame = vec![0; FRAME_MAX];
        match self.cable.recv(&mut frame) {
            Ok(length) => {
                frame.truncate(length);
                Some(frame)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(error) => panic!("the emulator's cable: {error}"),
        }
    }
}

/// For the hosts, time passes only while the board is silent, so their delays do not depend on the
/// emulator's speed.
impl Machine for Emulator {
    fn round(&mut self, wire: &mut Wire, _: bool) {
        for frame in wire.to_server.drain(..) {
            self.cable.send(&frame).expect("the emulator takes frames");
        }
        match self.receive() {
            Some(frame) => wire.to_hosts.push_back(frame),
            None => self.now = self.now + Span::from_millis(1),
        }
    }

    fn settle(&mut self, _: &mut Wire) {
        thread::sleep(SETTLING);
    }

    fn now(&self) -> Instant {
        self.now
    }
}
