//! The real server when nobody reads its log, when that stream is stopped or gone, and when the
//! machine asks it to end. Others chat on without waiting, and hear goodbye. Needs root and
//! `smolchatd` built for release.

use std::fs::{self, File};
use std::ops::RangeInclusive;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use rustix::process::{Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Action, tcflow};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS, arguments};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

/// More than a full pipe, which takes no line, may make anybody wait for.
const LOGINS: usize = 1500;
/// So many accounts take more memory than the test gives.
const ACCOUNTS: usize = 60_000;
/// KiB of address space: from too few to be loaded to not enough to listen.
const MEMORY: RangeInclusive<usize> = 4_000..=16_000;
/// What the system's loader says of a program that it has no room for.
const NOT_LOADED: &str = "error while loading shared libraries";
/// The longest that a chatting user may wait. Much more than it takes, and much less than for ever.
const AT_MOST: Duration = Duration::from_secs(1);

/// Does `work` on a thread inside a namespace, with a folder that holds accounts.
fn at_a_place(work: impl FnOnce(&Namespace, &Path) + Send) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("accounts"), CREDENTIALS).unwrap();
    namespace.run(|| work(&namespace, folder.path()));
}

/// Starts a verbose server by a shell line in which `"$@"` is the server, and waits until it
/// listens.
fn start(namespace: &Namespace, folder: &Path, line: &str) -> Program {
    let mut command = namespace.command("sh");
    command.args(["-c", line, "sh"]).arg(find("smolchatd").unwrap());
    command.args(arguments(Setting::roomy().unlimited(), &folder.join("accounts"))).arg("-vv");
    command.env("NOTIFY_SOCKET", folder.join("notify")).env("WATCHDOG_USEC", "200000");
    command.env_remove("WATCHDOG_PID");
    let mut server = Program::start(&mut command).unwrap();
    server.wait_for("listening").unwrap();
    server
}

/// A full named pipe, which this test holds open and does not read.
fn full_pipe(path: &Path) -> File {
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let pipe = File::options().read(true).write(true).custom_flags(flags).open(path).unwrap();
    while rustix::io::write(&pipe, &[b'\n'; 4096]).is_ok() {}
    pipe
}

/// A terminal that is stopped, as by Ctrl-S: its master, its other side, and that one's name.
fn stopped_terminal() -> (OwnedFd, File, String) {
    // A server that had it, too, would keep its own terminal.
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = openpt(flags).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let terminal = File::options().read(true).write(true).open(&name).unwrap();
    tcflow(terminal.as_fd(), Action::OOff).unwrap();
    (master, terminal, name)
}

fn logged_in(user: &str) -> Connection {
    Connection::open(SERVER_ADDRESS).unwrap().logged_in(user)
}

/// Many logins, each a line of the log; `hans` is answered all the time.
fn chat(hans: &mut Connection) {
    for _ in 0..LOGINS {
        let mut yoda = logged_in("yoda");
        yoda.ask("logout", "221 {any}");
        hans.hear("* login yoda");
        hans.hear("* logout yoda");
        let asked = Instant::now();
        hans.ask("ping", "202 pong");
        assert!(asked.elapsed() < AT_MOST, "an answer took {:?}", asked.elapsed());
    }
}

/// The server says goodbye to a user and ends in good order.
fn says_goodbye(mut server: Program, mut there: Connection) {
    there.hear("* bye 425 the server is stopping");
    drop(there);
    assert!(server.wait().unwrap().success());
}

/// How often the supervisor was told since it was asked last that the server lives.
fn signs_of_life(supervisor: &UnixDatagram) -> usize {
    let mut bytes = [0; 256];
    let told =
        std::iter::from_fn(|| supervisor.recv(&mut bytes).ok().map(|len| bytes[..len].to_vec()));
    told.filter(|told| told == b"WATCHDOG=1").count()
}

#[test]
fn a_log_that_nobody_reads_keeps_nobody_waiting_and_no_supervisor() {
    at_a_place(|namespace, folder| {
        let supervisor = UnixDatagram::bind(folder.join("notify")).unwrap();
        supervisor.set_nonblocking(true).unwrap();
        let unread = folder.join("unread");
        let _pipe = full_pipe(&unread);
        let server = start(namespace, folder, &format!("exec \"$@\" 2>{}", unread.display()));
        let mut hans = logged_in("hans");
        chat(&mut hans);
        assert!(signs_of_life(&supervisor) > 0);
        server.terminate();
        says_goodbye(server, hans);
    });
}

#[test]
fn a_terminal_that_is_stopped_keeps_nobody_waiting() {
    at_a_place(|namespace, folder| {
        let (_master, _terminal, name) = stopped_terminal();
        let server = start(namespace, folder, &format!("exec \"$@\" 2>{name}"));
        let mut hans = logged_in("hans");
        chat(&mut hans);
        server.terminate();
        says_goodbye(server, hans);
    });
}

#[test]
fn an_announcement_that_nobody_reads_does_not_keep_the_server_from_listening() {
    at_a_place(|namespace, folder| {
        let supervisor = UnixDatagram::bind(folder.join("notify")).unwrap();
        supervisor.set_read_timeout(Some(PATIENCE)).unwrap();
        let unread = folder.join("unread");
        let _pipe = full_pipe(&unread);
        let unread = unread.display();
        let mut server = start(
            namespace,
            folder,
            &format!("echo the shell is listening; exec \"$@\" >{unread} 2>{unread}"),
        );
        let mut told = [0; 256];
        let len = supervisor.recv(&mut told).unwrap();
        assert!(told[..len].starts_with(b"READY=1"));
        logged_in("hans").ask("logout", "221 {any}");
        server.terminate();
        assert!(server.wait().unwrap().success());
    });
}

#[test]
fn a_log_whose_reader_is_gone_is_no_reason_to_end() {
    at_a_place(|namespace, folder| {
        let unread = folder.join("unread");
        let pipe = full_pipe(&unread);
        let server = start(namespace, folder, &format!("exec \"$@\" 2>{}", unread.display()));
        drop(pipe);
        goes_on(server);
        let (master, terminal, name) = stopped_terminal();
        let server = start(namespace, folder, &format!("exec \"$@\" 2>{name}"));
        drop((master, terminal));
        goes_on(server);
    });
}

/// The server serves, and ends when it is asked to.
fn goes_on(server: Program) {
    let mut hans = logged_in("hans");
    for _ in 0..20 {
        logged_in("yoda").ask("logout", "221 {any}");
        hans.hear("* login yoda");
        hans.hear("* logout yoda");
    }
    server.terminate();
    says_goodbye(server, hans);
}

#[test]
fn an_interrupt_ends_the_server_as_sigterm_does() {
    for signal in [Signal::INT, Signal::TERM] {
        at_a_place(|namespace, folder| {
            let server = start(namespace, folder, "exec \"$@\"");
            let hans = logged_in("hans");
            kill_process(server.pid().unwrap(), signal).unwrap();
            says_goodbye(server, hans);
        });
    }
}

#[test]
fn a_quit_and_signals_of_users_do_nothing_and_a_hangup_reads_the_accounts_again() {
    at_a_place(|namespace, folder| {
        let mut server = start(namespace, folder, "exec \"$@\"");
        let mut hans = logged_in("hans");
        let pid = server.pid().unwrap();
        for signal in [Signal::QUIT, Signal::USR1, Signal::USR2, Signal::HUP] {
            kill_process(pid, signal).unwrap();
            hans.ask("ping", "202 pong");
        }
        server.wait_for("SIGHUP: reloaded: 0 added, 0 changed, 0 removed").unwrap();
        fs::write(folder.join("accounts"), format!("{CREDENTIALS}lando\n")).unwrap();
        kill_process(pid, Signal::HUP).unwrap();
        let line = CREDENTIALS.lines().count() + 1;
        server.wait_for(&format!("accounts, line {line}: ")).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        says_goodbye(server, hans);
    });
}

#[test]
fn a_hangup_of_the_terminal_that_is_gone_ends_the_server() {
    at_a_place(|namespace, folder| {
        let (master, terminal, name) = stopped_terminal();
        tcflow(terminal.as_fd(), Action::OOn).unwrap();
        drop(terminal);
        let line = format!("exec setsid --ctty \"$@\" <{name}");
        let server = start(namespace, folder, &line);
        let hans = logged_in("hans");
        drop(master);
        says_goodbye(server, hans);
    });
}

#[test]
fn a_hangup_from_which_the_server_is_shielded_is_none() {
    at_a_place(|namespace, folder| {
        let server = start(namespace, folder, "trap '' HUP; exec \"$@\"");
        let mut hans = logged_in("hans");
        let pid = server.pid().unwrap();
        kill_process(pid, Signal::HUP).unwrap();
        kill_process(pid, Signal::PIPE).unwrap();
        kill_process(pid, Signal::XFSZ).unwrap();
        hans.ask("ping", "202 pong");
        hans.ask("ping", "202 pong");
        kill_process(pid, Signal::TERM).unwrap();
        says_goodbye(server, hans);
    });
}

/// Too little memory at every point of the start at which the server takes some: a line says so,
/// and the server ends. `RUST_BACKTRACE` asks for more, which a process without memory cannot give.
#[test]
fn a_lack_of_memory_is_told_and_ends_the_server_whatever_the_environment_asks_for() {
    at_a_place(|namespace, folder| {
        let accounts = folder.join("accounts");
        let line = |user| format!("user{user} password{user}\n");
        fs::write(&accounts, (0..ACCOUNTS).map(line).collect::<String>()).unwrap();
        let mut is_loaded = false;
        for kib in MEMORY.step_by(500) {
            let mut command = namespace.command("sh");
            command.args(["-c", &format!("ulimit -c 0; ulimit -v {kib}; exec \"$@\""), "sh"]);
            command.arg(find("smolchatd").unwrap()).arg("--credentials").arg(&accounts);
            let mut server = Program::start(command.env("RUST_BACKTRACE", "1")).unwrap();
            let told = server.next_line().unwrap_or_else(|| panic!("silent with {kib} KiB"));
            if !is_loaded && told.contains(NOT_LOADED) {
                // Our program has not begun.
                continue;
            }
            is_loaded = true;
            assert!(told.contains("memory"), "{told:?} with {kib} KiB");
            while let Some(line) = server.next_line() {
                assert!(!line.contains("stack backtrace"), "with {kib} KiB");
            }
            assert!(!server.wait().unwrap().success(), "it started with {kib} KiB");
        }
        assert!(is_loaded, "it was never loaded");
    });
}
