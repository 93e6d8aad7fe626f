//! Ten thousand users of the real server at once. All log in without a reset, the next client hears
//! that the server is full, and a broadcast arrives at each user once. Needs root and `smolchatd`
//! built for release.

use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Read, Write as _};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::time::Instant;

use rustix::event::{Timespec, epoll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, socket_with};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS};
use tempfile::TempDir;

const USERS: usize = 10_000;
/// Connections that are opened and have not been greeted yet.
const AT_ONCE: usize = 512;
const NEWS: &str = "ten thousand are a crowd";

/// Everybody, on one thread.
struct Crowd {
    poll: OwnedFd,
    members: Vec<Member>,
}

/// One user's connection.
struct Member {
    stream: TcpStream,
    /// The beginning of a line whose end has not come yet.
    unfinished: Vec<u8>,
    /// How often each of the replies and the news came.
    greeted: usize,
    welcomed: usize,
    news: usize,
    /// It has asked whether the server is there, and heard that it is.
    answered: bool,
}

#[test]
fn ten_thousand_log_in_without_a_reset_and_hear_what_one_says_to_all() {
    allow_files(USERS as u64 + 1000);
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let folder = TempDir::new().unwrap();
    let accounts = folder.path().join("accounts");
    let lines = (0..USERS).fold(String::new(), |mut lines, user| {
        writeln!(lines, "u{user} p").unwrap();
        lines
    });
    fs::write(&accounts, lines).unwrap();
    namespace.run(|| {
        let mut command = namespace.command(find("smolchatd").unwrap());
        command.args(["--durability", "off", "--connections", &USERS.to_string()]);
        let mut server = Program::start(command.arg("--credentials").arg(&accounts)).unwrap();
        server.wait_for("listening").unwrap();
        let begin = Instant::now();
        let mut crowd = Crowd::arrive();
        println!("{USERS} logins took {:?}", begin.elapsed());

        let mut over = Connection::open(SERVER_ADDRESS).unwrap();
        over.hear("421 server full, try again later");

        crowd.say(0, &format!("broadcast {NEWS}"));
        crowd.until(|member| member.news > 0, 1..USERS);
        (0..USERS).for_each(|user| crowd.say(user, "ping"));
        crowd.until(|member| member.answered, 0..USERS);
        assert!(crowd.members[1..].iter().all(|member| member.news == 1), "nobody hears it twice");
        assert_eq!(crowd.members[0].news, 0, "nor does who said it");

        server.terminate();
        assert!(server.wait().unwrap().success());
    });
}

/// Lets this program and its children have this many open files.
fn allow_files(count: u64) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < count) {
        let maximum = maximum.map(|maximum| maximum.max(count));
        setrlimit(Resource::Nofile, Rlimit { current: Some(count), maximum }).unwrap();
    }
}

impl Crowd {
    /// All connect and log in; never too many at the same moment.
    fn arrive() -> Self {
        let poll = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
        let mut crowd = Crowd { poll, members: Vec::with_capacity(USERS) };
        let end = Instant::now() + PATIENCE * 6;
        loop {
            let greeted = crowd.members.iter().filter(|member| member.greeted > 0).count();
            let more = (greeted + AT_ONCE).min(USERS) - crowd.members.len();
            (0..more).for_each(|_| crowd.join());
            if crowd.members.iter().filter(|member| member.welcomed > 0).count() == USERS {
                return crowd;
            }
            assert!(Instant::now() < end, "{greeted} of {USERS} were greeted");
            crowd.listen();
        }
    }

    /// One more begins to connect.
    fn join(&mut self) {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None).unwrap();
        match connect(&socket, &SERVER_ADDRESS) {
            Ok(()) | Err(Errno::INPROGRESS) => {}
            Err(error) => panic!("no connection: {error}"),
        }
        let data = epoll::EventData::new_u64(self.members.len() as u64);
        epoll::add(&self.poll, &socket, data, epoll::EventFlags::IN).unwrap();
        let stream = TcpStream::from(socket);
        let unfinished = Vec::new();
        self.members.push(Member {
            stream,
            unfinished,
            greeted: 0,
            welcomed: 0,
            news: 0,
            answered: false,
        });
    }

    /// Waits for something, and takes it.
    fn listen(&mut self) {
        let mut events = Vec::with_capacity(1024);
        let patience = Timespec { tv_sec: PATIENCE.as_secs() as i64, tv_nsec: 0 };
        let waited =
            epoll::wait(&self.poll, rustix::buffer::spare_capacity(&mut events), Some(&patience));
        assert!(waited.unwrap() > 0, "the server is silent");
        for event in events {
            let user = event.data.u64() as usize;
            self.members[user].take(user);
        }
    }

    fn say(&mut self, user: usize, line: &str) {
        self.members[user].stream.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Listens until all of them are content.
    fn until(&mut self, is_content: impl Fn(&Member) -> bool, who: std::ops::Range<usize>) {
        let end = Instant::now() + PATIENCE;
        while !self.members[who.clone()].iter().all(&is_content) {
            assert!(Instant::now() < end, "some have not heard it");
            self.listen();
        }
    }
}

impl Member {
    /// Reads what there is. A reset, or an end, is a failure.
    fn take(&mut self, user: usize) {
        let mut bytes = [0; 1 << 14];
        match self.stream.read(&mut bytes) {
            Ok(0) => panic!("u{user} was disconnected"),
            Ok(count) => self.unfinished.extend_from_slice(&bytes[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => panic!("u{user}'s connection broke: {error}"),
        }
        let end = self.unfinished.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        for line in self.unfinished[..end].split(|&byte| byte == b'\n') {
            self.greeted += usize::from(line.starts_with(b"220 "));
            self.welcomed += usize::from(line.starts_with(b"230 "));
            self.answered |= line == b"202 pong";
            self.news += usize::from(line.ends_with(NEWS.as_bytes()));
            if line.starts_with(b"220 ") {
                self.stream.write_all(format!("login u{user} p\n").as_bytes()).unwrap();
            }
        }
        self.unfinished.drain(..end);
    }
}
