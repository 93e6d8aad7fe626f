//! Two real clients on one machine: one offers a file, the other loads it, and they talk.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use smolchat_tests::real::{Person, Place, client};
use smolchat_tests::stage::password_of;

use super::LINES;

/// The time between two lines of talk: a person, and not a load.
const PAUSE: Duration = Duration::from_millis(5);

/// Two users who are linked.
pub(crate) struct Pair {
    luke: Person,
    leia: Person,
    downloads: PathBuf,
    line: usize,
    /// The file that was being loaded is whole.
    is_here: bool,
}

impl Pair {
    /// Both are here, talk in private, and luke offers the file.
    pub(crate) fn arrive(place: &Place<'_>, folder: &Path, film: &Path) -> Self {
        let [mut luke, mut leia] = ["luke", "leia"].map(|user| arrive(place, folder, user));
        luke.say(&format!("register {}", film.display()));
        luke.hears_soon("Ok, {any}");
        luke.say("startprivate leia");
        luke.hears_soon("Connect to leia successfully.");
        leia.hears_soon("luke started a private conversation");
        let downloads = folder.join("leia").join("Downloads");
        Pair { luke, leia, downloads, line: 0, is_here: false }
    }

    /// How long the file takes.
    pub(crate) fn load(&mut self) -> Duration {
        let begun = Instant::now();
        self.leia.say("download! film");
        self.leia.hears_soon("film is here: {any}");
        let took = begun.elapsed();
        self.forget();
        took
    }

    /// The file is to be loaded anew.
    fn forget(&mut self) {
        self.leia.say("unregister film");
        self.leia.hears_soon("film is offered no more");
        for entry in fs::read_dir(&self.downloads).into_iter().flatten().flatten() {
            let _ = fs::remove_file(entry.path());
        }
    }

    /// How long each of so many lines is under way.
    pub(crate) fn talk(&mut self, lines: usize) -> Vec<Duration> {
        (0..lines).map(|_| self.line()).collect()
    }

    /// The same beside a file.
    pub(crate) fn talk_beside_a_file(&mut self) -> Vec<Duration> {
        self.leia.say("download! film");
        self.leia.hears_soon("film: {any}");
        self.is_here = false;
        let mut times = Vec::new();
        while !self.is_here && times.len() < LINES {
            times.push(self.line());
        }
        if !self.is_here {
            self.leia.hears_soon("film is here: {any}");
        }
        self.forget();
        times
    }

    fn line(&mut self) -> Duration {
        thread::sleep(PAUSE);
        self.line += 1;
        let text = format!("line {}", self.line);
        let begun = Instant::now();
        self.luke.say(&format!("private leia {text}"));
        let expected = format!("luke (private): {text}");
        loop {
            let line = self.leia.hear("{any}").line;
            if line == expected {
                return begun.elapsed();
            }
            self.is_here |= line.starts_with("film is here");
        }
    }
}

fn arrive(place: &Place<'_>, folder: &Path, user: &str) -> Person {
    let home = folder.join(user);
    let made = fs::create_dir_all(home.join("Downloads"));
    made.unwrap_or_else(|error| panic!("no folder for {user}: {error}"));
    let mut command = client(place.namespace, password_of(user));
    command.env("HOME", home).env_remove("XDG_DATA_HOME").env_remove("XDG_DOWNLOAD_DIR");
    command.arg(format!("{user}@{}", place.server.ip()));
    let mut person = Person::run(user, command);
    person.hears_soon("Welcome to this message application");
    person
}
