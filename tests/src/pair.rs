//! Two people who chat beside whatever else happens, and how long each of their messages takes.
//! Knows nothing of what the server runs on.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use crate::pattern;
use crate::real::Connection;

/// `hans`, who writes, and `yoda`, who reads. Every method panics where the server says something
/// else.
#[derive(Debug)]
pub struct Pair {
    hans: Connection,
    yoda: Connection,
    said: usize,
}

impl Pair {
    /// Both connect and log in.
    pub fn arrive(server: SocketAddr) -> Self {
        let open = || Connection::open(server).unwrap_or_else(|error| panic!("{error}"));
        let mut hans = open().logged_in("hans");
        let yoda = open().logged_in("yoda");
        hans.hear("* login yoda");
        Pair { hans, yoda, said: 0 }
    }

    /// Where hans connects from.
    pub fn address(&self) -> SocketAddr {
        self.hans.address()
    }

    /// So many messages, a moment apart; for each the time until yoda has it, in rising order.
    pub fn chat(&mut self, messages: usize) -> Vec<Duration> {
        let mut times: Vec<Duration> = (0..messages).map(|_| self.exchange()).collect();
        times.sort_unstable();
        times
    }

    fn exchange(&mut self) -> Duration {
        thread::sleep(Duration::from_millis(2));
        self.said += 1;
        let begin = Instant::now();
        let said = self.hans.say(&format!("message yoda number {}", self.said));
        said.unwrap_or_else(|error| panic!("{error}"));
        hear(&mut self.yoda, &format!("* message {{id}} hans {{age}} number {}", self.said));
        let time = begin.elapsed();
        hear(&mut self.hans, "250 {any}");
        time
    }

    /// What `status` says of `name`.
    pub fn figure(&mut self, name: &str) -> u64 {
        self.hans.say("status").unwrap_or_else(|error| panic!("{error}"));
        let mut found = None;
        loop {
            let line = self.hans.next_line().unwrap_or_else(|| panic!("status ends early"));
            if let Some((_, value)) = line.split_once(&format!("{name} ")) {
                found = value.split(' ').next().and_then(|value| value.parse().ok());
            }
            if line.starts_with("213 ") {
                return found.unwrap_or_else(|| panic!("status does not tell of {name}"));
            }
        }
    }
}

/// The next line is as `pattern` says, behind those on others who come and go.
fn hear(user: &mut Connection, pattern: &str) {
    loop {
        let line = user.next_line();
        match line.as_deref() {
            Some(line) if pattern::read(pattern, line).is_some() => return,
            Some(line) if line.starts_with("* login ") || line.starts_with("* logout ") => {}
            _ => panic!("told {line:?} instead of {pattern}"),
        }
    }
}

/// The time that so many of a hundred messages did not exceed; the times rise.
pub fn percentile(times: &[Duration], of_hundred: usize) -> Duration {
    let position = (times.len() * of_hundred).div_ceil(100).saturating_sub(1);
    times.get(position).copied().unwrap_or_default()
}
