//! A program in tmux: a terminal that wraps its rows anew when the window gets another width.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::looks::in_hand;
use super::person::{ssh_command, without_settings};
use crate::program::{PATIENCE, find};
use crate::real::Place;
use crate::stage::password_of;

/// Between two looks at the screen: tmux tells nobody when it changes.
const PAUSE: Duration = Duration::from_millis(20);

/// A tmux of a test's own, ended when it goes out of scope. Every method panics where tmux or the
/// client does something else.
#[derive(Debug)]
pub struct Tmux<'p> {
    place: Place<'p>,
    /// Holds its socket.
    folder: TempDir,
}

impl<'p> Tmux<'p> {
    /// `user`, an example account, starts the client in a window of so many columns.
    pub fn start(place: &Place<'p>, user: &str, columns: u16) -> Self {
        let program = find("smolchat").unwrap_or_else(|missing| panic!("{missing}"));
        let client = format!("exec {} --ssh off {user}@{}", program.display(), place.server.ip());
        let password = format!("SMOLCHAT_PASSWORD={}", password_of(user));
        Tmux::run(place, columns, &password, &client)
    }

    /// `user`, an example account, comes by `ssh` alone, types the password, and is welcomed.
    pub fn start_ssh(place: &Place<'p>, user: &str, columns: u16) -> Self {
        let command = ssh_command(place, user);
        let words = command.get_args().skip_while(|word| *word != "ssh");
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        let mut tmux = Tmux::run(place, columns, "TZ=UTC", &format!("exec {}", words.join(" ")));
        tmux.sees("question for the password", |row| row.ends_with("password:"));
        tmux.types(password_of(user));
        tmux.enters();
        tmux.sees("welcome", |row| row.starts_with("Welcome"));
        tmux.sees("prompt", |row| in_hand(row) == Some(""));
        tmux
    }

    fn run(place: &Place<'p>, columns: u16, variable: &str, client: &str) -> Self {
        let folder = TempDir::new().unwrap_or_else(|error| panic!("{error}"));
        let mut tmux = Tmux { place: *place, folder };
        let columns = columns.to_string();
        tmux.asks(&["new-session", "-d", "-x", &columns, "-y", "24", "-e", variable, client]);
        tmux.asks(&["set-option", "-g", "window-size", "manual"]);
        tmux.asks(&["resize-window", "-x", &columns, "-y", "24"]);
        tmux
    }

    /// Types this text.
    pub fn types(&mut self, text: &str) {
        self.asks(&["send-keys", "-l", text]);
    }

    /// Presses Enter.
    pub fn enters(&mut self) {
        self.asks(&["send-keys", "Enter"]);
    }

    /// The window gets so many columns.
    pub fn resizes(&mut self, columns: u16) {
        self.asks(&["resize-window", "-x", &columns.to_string(), "-y", "24"]);
    }

    /// All rows. What tmux has wrapped is one row.
    pub fn rows(&mut self) -> Vec<String> {
        let rows = self.asks(&["capture-pane", "-p", "-J", "-S", "-"]);
        rows.lines().map(|row| row.trim_end().to_owned()).collect()
    }

    /// Some row is soon as `is_right` says; `what` names that.
    pub fn sees(&mut self, what: &str, is_right: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            let rows = self.rows();
            if rows.iter().any(|row| is_right(row)) {
                return;
            }
            assert!(Instant::now() < end, "no {what}: {rows:#?}");
            thread::sleep(PAUSE);
        }
    }

    fn asks(&mut self, words: &[&str]) -> String {
        let output = self.command(words).output().unwrap_or_else(|error| panic!("{error}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "tmux {words:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = without_settings(self.place.namespace.command("tmux"));
        command.arg("-S").arg(self.folder.path().join("socket"));
        command.args(["-f", "/dev/null"]).args(words);
        command
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.command(&["kill-server"]).output();
    }
}
