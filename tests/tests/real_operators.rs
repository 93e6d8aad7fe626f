//! Operators of the real server: orders by commands and at the control socket, accounts that change
//! while people chat, and the accounts of a first start. Needs root and `smolchatd` built for
//! release.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS};
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

/// Operators at once, as docs/SERVER.md has it.
const VISITORS: usize = 8;
/// The longest that a chatting user may wait. Much more than it takes, and much less than for ever.
const AT_MOST: Duration = Duration::from_secs(1);
/// A user and a group of nobody.
const NOBODY: &str = "65534";
const WELCOME: &str = "230 {any}";

struct Place {
    namespace: Namespace,
    folder: TempDir,
}

fn at_a_place(work: impl FnOnce(&Place) + Send) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let place = Place { namespace, folder: folder::in_memory().unwrap() };
    place.write(CREDENTIALS);
    place.namespace.run(|| work(&place));
}

impl Place {
    fn accounts(&self) -> PathBuf {
        self.folder.path().join("accounts")
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("accounts.control")
    }

    fn write(&self, accounts: &str) {
        fs::write(self.accounts(), accounts).unwrap();
    }

    fn names(&self) -> Vec<String> {
        let content = fs::read_to_string(self.accounts()).unwrap();
        let lines = content.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    }

    fn start(&self) -> Program {
        let mut command = self.namespace.command(find("smolchatd").unwrap());
        command.args(["--users", "256", "--connections", "128", "--messages", "256"]);
        command.args(["--changes-per-minute", "0", "--credentials"]).arg(self.accounts());
        let mut server = Program::start(&mut command).unwrap();
        server.wait_for("listening").unwrap();
        server
    }

    /// Runs `smolchatd` with these words about the server here.
    fn run(&self, words: &str, password: &str) -> Output {
        run(Command::new(find("smolchatd").unwrap()), &self.accounts(), words, password)
    }

    /// What it says where it does as it is told.
    fn said(&self, words: &str) -> String {
        let Output { status, stdout, stderr } = self.run(words, "");
        let said = String::from_utf8(stdout).unwrap();
        assert!(status.success(), "{words}: {said}{}", String::from_utf8_lossy(&stderr));
        said.trim_end().to_owned()
    }

    /// The first line of what it says after a reload.
    fn reloaded(&self, words: &str) -> String {
        self.said(words).lines().next().unwrap().to_owned()
    }

    fn append(&self, lines: &str) {
        let mut file = fs::File::options().append(true).open(self.accounts()).unwrap();
        file.write_all(lines.as_bytes()).unwrap();
    }

    /// What it says where it refuses.
    fn refused(&self, words: &str) -> String {
        let Output { status, stderr, .. } = self.run(words, "");
        assert_eq!(status.code(), Some(1), "{words}");
        String::from_utf8(stderr).unwrap().trim_end().to_owned()
    }

    fn with_password(&self, words: &str, password: &str) -> bool {
        self.run(&format!("{words} --stdin"), password).status.success()
    }
}

fn run(mut command: Command, accounts: &Path, words: &str, password: &str) -> Output {
    command.args(words.split(' ')).arg("--credentials").arg(accounts);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Whoever asks for no password may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes());
    child.wait_with_output().unwrap()
}

fn stop(mut server: Program) {
    server.terminate();
    assert!(server.wait().unwrap().success());
}

fn stranger() -> Connection {
    let mut stranger = Connection::open(SERVER_ADDRESS).unwrap();
    stranger.hear("220 {any}");
    stranger
}

fn logged_in(user: &str) -> Connection {
    Connection::open(SERVER_ADDRESS).unwrap().logged_in(user)
}

/// An order at the socket; its answer's lines.
fn order(socket: &UnixStream, order: &str) -> Vec<String> {
    let mut writer = socket;
    writer.write_all(format!("{order}\n").as_bytes()).unwrap();
    answer(socket)
}

fn answer(socket: &UnixStream) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(socket).lines() {
        lines.push(line.unwrap());
        if lines.last().unwrap().as_bytes()[3] == b' ' {
            break;
        }
    }
    lines
}

#[test]
fn accounts_come_change_and_go_while_the_server_runs() {
    at_a_place(|place| {
        let server = place.start();
        assert!(place.with_password("user add dooku", "darth*tyranus"));
        stranger().ask("login dooku darth*tyranus", WELCOME);
        assert!(!place.with_password("user add dooku", "another"), "the name is taken");
        assert!(place.refused("user add asajj --key x").contains("a key begins with"));
        let mut dooku = stranger();
        dooku.ask("login dooku darth*tyranus", WELCOME);
        assert!(place.with_password("user passwd dooku", "count"));
        dooku.ask("ping", "202 pong");
        stranger().ask("login dooku darth*tyranus", "533 {any}");
        assert!(place.said("user list doo").contains("dooku"));
        assert!(!place.said("user list doo").contains("hans"));
        place.said("user remove dooku");
        dooku.hear("* bye {any}");
        stranger().ask("login dooku count", "532 {any}");
        assert!(!place.names().contains(&"dooku".to_owned()));
        // Nobody is asked for a password in vain.
        assert!(place.refused("user add hans --stdin").contains("hans has an account already"));
        assert!(place.refused("user add 10.0.0.9 --stdin").contains("an address"));
        assert!(place.refused("ban hans 1w").contains("write 90s, 10m, 2h or 7d"));
        assert!(place.refused("user remove dooku").contains("nobody has that name"));
        assert!(place.refused("user passwd dooku --stdin").contains("a password has"));
        assert!(!place.with_password("user passwd dooku", "count"));
        stop(server);
        // Without a server the file is changed, and the next start has it.
        assert!(place.with_password("user add dooku", "again"));
        let server = place.start();
        stranger().ask("login dooku again", WELCOME);
        stop(server);
        assert_eq!(fs::read_dir(place.folder.path()).unwrap().count(), 3, "no socket, no mark");
    });
}

#[test]
fn every_order_is_done_or_refused_and_the_exit_code_says_which() {
    at_a_place(|place| {
        let server = place.start();
        let mut hans = logged_in("hans");
        let mut yoda = logged_in("yoda");
        hans.hear("* login yoda");
        place.said("say the server rests at nine");
        hans.hear("* say {number} {number} the server rests at nine");
        yoda.hear("* say {number} {number} the server rests at nine");
        // Whoever has not acknowledged it by then hears it again.
        yoda.ask("ping", "202 pong");
        place.said("kick yoda");
        yoda.hear("* bye {any}");
        hans.hear("* logout yoda");
        logged_in("yoda").ask("logout", "221 {any}");
        assert_eq!(place.said("ban yoda 2h"), "yoda is banned for 2 hours");
        let bans = place.said("bans");
        assert!(bans.starts_with("yoda ") && bans.ends_with(" left\n1 ban"), "{bans}");
        let mut barred = stranger();
        barred.say("login yoda wise@!man").unwrap();
        assert!(!barred.next_line().unwrap().starts_with("230"));
        assert_eq!(place.said("unban yoda"), "yoda is banned no more");
        logged_in("yoda").ask("logout", "221 {any}");
        let status = place.said("status");
        assert!(status.contains("\nonline ") && status.contains("\nframes-in "), "{status}");
        assert!(!status.contains("your-messages-waiting"), "the console has no mail: {status}");
        assert!(place.said("status --json").contains("\"users-limit\":256"));
        let metrics = place.said("status --metrics");
        assert!(metrics.contains("\nsmolchat_users_limit 256\n") && metrics.ends_with("# EOF"));
        assert!(metrics.contains("\nsmolchat_frames_in_total "), "{metrics}");
        assert!(!place.said("top").is_empty());
        for refused in [
            "kick dooku",
            "ban dooku",
            "unban yoda",
            "ban hans soon",
            "ban 1.2.3.4/33",
            "ban 0.0.0.0/0 10m",
            "say",
            "top x",
        ] {
            let Output { status, .. } = place.run(refused, "");
            assert!(!status.success(), "{refused}");
        }
        stop(server);
        for words in ["kick hans", "status", "reload"] {
            assert!(place.refused(words).contains("no smolchatd runs with "), "{words}");
        }
    });
}

#[test]
fn a_key_is_added_while_the_server_runs_and_stands_in_the_file() {
    at_a_place(|place| {
        let server = place.start();
        let key =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH home";
        for name in ["hans", "dooku"] {
            let mut command = Command::new(find("smolchatd").unwrap());
            command.args(["user", "add", name, "--key", key, "--credentials"]);
            let output = command.arg(place.accounts()).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let content = fs::read_to_string(place.accounts()).unwrap();
            assert!(content.contains(&format!("{name} {key}\n")), "{content}");
        }
        assert!(place.said("user list dooku").contains("dooku"));
        logged_in("hans");
        // What the server appends now goes into the new file.
        stranger().ask("register asajj ventress", "231 {any}");
        assert!(place.names().contains(&"asajj".to_owned()));
        stop(server);
    });
}

#[test]
fn only_root_and_the_servers_own_user_are_heard() {
    at_a_place(|place| {
        let server = place.start();
        let as_nobody = |words: &str| {
            let mut command = Command::new("setpriv");
            for option in ["--reuid", "--regid"] {
                command.arg(format!("{option}={NOBODY}"));
            }
            command.arg("--clear-groups").arg(find("smolchatd").unwrap());
            let output = run(command, &place.accounts(), words, "");
            assert!(!output.status.success(), "{words}");
            String::from_utf8(output.stderr).unwrap()
        };
        let open = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        open(place.folder.path(), 0o755);
        let mode = fs::metadata(place.socket()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let told = as_nobody("kick hans");
        assert!(told.contains("belongs to somebody else"), "{told}");
        // Even if somebody opened the socket for all.
        open(&place.socket(), 0o666);
        let told = as_nobody("kick hans");
        assert!(told.contains("only root and the server's own user may give orders"), "{told}");
        place.said("status");
        stop(server);
    });
}

#[test]
fn a_malformed_line_is_named_and_changes_nothing_and_another_file_is_noticed() {
    at_a_place(|place| {
        let server = place.start();
        let mut hans = logged_in("hans");
        place.write("hans falcon*solo\ndooku count\nlando\nluke\n");
        let told = place.refused("reload");
        assert!(
            told.contains("accounts, line 3: ") && told.contains("accounts, line 4: "),
            "{told}"
        );
        stranger().ask("login dooku count", "532 {any}");
        place.write("hans falcon*solo\ndooku count\n");
        let told = place.refused("reload");
        assert!(told.contains("the file lacks 7 of 8 users"), "{told}");
        logged_in("yoda");
        hans.hear("* login yoda");
        hans.hear("* logout yoda");
        assert_eq!(place.reloaded("reload --forget"), "reloaded: 1 added, 0 changed, 7 removed");
        stranger().ask("login yoda wise@!man", "532 {any}");
        let mut dooku = stranger();
        dooku.ask("login dooku count", WELCOME);
        hans.hear("* login dooku");
        place.write("hans solo\n# dooku count\nluke x\n");
        assert_eq!(place.reloaded("reload"), "reloaded: 1 added, 1 changed, 1 removed");
        dooku.hear("* bye {any}");
        hans.hear("* logout dooku");
        hans.ask("ping", "202 pong");
        stranger().ask("login hans falcon*solo", "533 {any}");
        // A person's last line needs no newline.
        let mut file = fs::File::options().append(true).open(place.accounts()).unwrap();
        file.write_all(b"boba fett").unwrap();
        assert_eq!(place.reloaded("reload"), "reloaded: 1 added, 0 changed, 0 removed");
        stranger().ask("login boba fett", WELCOME);
        stop(server);
    });
}

#[test]
fn admins_are_whom_the_file_calls_so_and_nobody_who_registers_such_a_name() {
    at_a_place(|place| {
        place.append("max $admin\nhans $admin\n");
        let server = place.start();
        let (mut hans, mut max) = (logged_in("hans"), stranger());
        hans.ask("admin kick yoda", "{number} {any}");
        assert_ne!(only(&mut hans, "admin kick dooku"), "580 only admins give orders");
        max.say("register max secret").unwrap();
        assert!(!max.next_line().unwrap().starts_with('2'), "the name is not to be had");
        let told = place.said("reload");
        assert!(told.contains("$admin counts only below the account"), "{told}");
        // The file has had the account for long, and the line stands above it.
        place.append("max secret\nyoda $admin\n");
        let told = place.said("reload");
        assert!(told.contains("\nyoda is an admin now\n"), "{told}");
        let mut max = stranger();
        max.ask("login max secret", WELCOME);
        assert_eq!(only(&mut max, "admin kick hans"), "580 only admins give orders");
        stop(server);
        let server = place.start();
        let (mut max, mut yoda) = (stranger(), logged_in("yoda"));
        max.ask("login max secret", WELCOME);
        yoda.hear("* login max");
        assert_eq!(only(&mut max, "admin kick hans"), "580 only admins give orders");
        yoda.say("admin kick max").unwrap();
        max.hear("* bye {any}");
        stop(server);
    });
}

#[test]
fn what_stands_in_the_file_and_was_not_read_is_named_and_can_be_taken_out() {
    at_a_place(|place| {
        let server = place.start();
        place.append("lea $admin\n");
        place.said("reload");
        let add = || String::from_utf8(place.run("user add lea --stdin", "x").stderr).unwrap();
        assert!(add().contains("the accounts file has lines of lea"), "{}", add());
        assert!(place.said("user remove lea").contains("lines are out of the accounts file: lea"));
        assert!(place.refused("user remove lea").contains("nobody has that name"));
        assert!(place.with_password("user add lea", "x"));
        stop(server);
    });
}

/// The answer to a line of somebody to whom nothing else is said.
fn only(connection: &mut Connection, line: &str) -> String {
    connection.say(line).unwrap();
    connection.next_line().unwrap()
}

#[test]
fn a_reload_takes_what_fits_and_names_what_does_not() {
    at_a_place(|place| {
        let server = place.start();
        let more: String = (0..256).map(|number| format!("user{number} p\n")).collect();
        place.write(&format!("{CREDENTIALS}{more}"));
        let told = place.refused("reload");
        assert!(
            told.starts_with("smolchatd: reloaded: 248 added, 0 changed, 0 removed; 8 not"),
            "{told}"
        );
        assert!(told.contains("user92 (there is no room"), "{told}");
        place.write(CREDENTIALS);
        assert_eq!(place.reloaded("reload --forget"), "reloaded: 0 added, 0 changed, 248 removed");
        stop(server);
    });
}

#[test]
fn a_thousand_reloads_throw_nobody_out_and_lose_nothing() {
    at_a_place(|place| {
        let line = |number: usize| format!("user{number} secret{number}\n");
        let people: String = (0..100).map(line).collect();
        place.write(&people);
        let server = place.start();
        let mut chatting: Vec<Connection> = Vec::new();
        for number in 0..100 {
            let mut one = stranger();
            one.ask(&format!("login user{number} secret{number}"), WELCOME);
            for other in &mut chatting {
                other.hear(&format!("* login user{number}"));
            }
            chatting.push(one);
        }
        let control = UnixStream::connect(place.socket()).unwrap();
        let mut slowest = Duration::ZERO;
        for round in 0..1000 {
            // Somebody comes, or goes, each time.
            let extra = if round % 2 == 0 { "guest password\n" } else { "" };
            place.write(&format!("{people}{extra}"));
            (&control).write_all(b"reload\n").unwrap();
            let (from, to) = (round % 100, (round + 1) % 100);
            let begun = Instant::now();
            chatting[from].say(&format!("message user{to} number {round}")).unwrap();
            chatting[to].hear(&format!("* message {{id}} user{from} {{age}} number {round}"));
            chatting[from].hear("250 {any}");
            slowest = slowest.max(begun.elapsed());
            let expected = if round % 2 == 0 {
                "290-reloaded: 1 added, 0 changed, 0 removed"
            } else {
                "290-reloaded: 0 added, 0 changed, 1 removed"
            };
            assert_eq!(answer(&control)[0], expected, "round {round}");
        }
        for one in &mut chatting {
            one.ask("ping", "202 pong");
        }
        println!("the slowest message took {slowest:?}");
        assert!(slowest < AT_MOST, "{slowest:?}");
        stop(server);
    });
}

#[test]
fn operators_who_do_not_read_or_say_nothing_keep_nobody_waiting() {
    at_a_place(|place| {
        let server = place.start();
        let mut hans = logged_in("hans");
        let mut flooding: Vec<UnixStream> = Vec::new();
        for _ in 0..VISITORS {
            let socket = UnixStream::connect(place.socket()).unwrap();
            socket.set_nonblocking(true).unwrap();
            // Orders without end, and nobody reads an answer.
            let orders = "status\n".repeat(10_000);
            let _ = (&socket).write(orders.as_bytes());
            flooding.push(socket);
        }
        for _ in 0..200 {
            let asked = Instant::now();
            hans.ask("ping", "202 pong");
            assert!(asked.elapsed() < AT_MOST, "an answer took {:?}", asked.elapsed());
        }
        // Whoever has moved nothing for a second makes room.
        let begun = Instant::now();
        loop {
            let Output { status, stderr, .. } = place.run("status", "");
            if status.success() {
                break;
            }
            let told = String::from_utf8(stderr).unwrap();
            assert!(told.contains("too many operators at once"), "{told}");
            assert!(begun.elapsed() < PATIENCE);
        }
        drop(flooding);
        // Half a line, a line that is too long, and bytes that are no text.
        let socket = UnixStream::connect(place.socket()).unwrap();
        (&socket).write_all(b"sta").unwrap();
        (&socket).write_all(b"tus\n").unwrap();
        let mut lines = BufReader::new(&socket).lines().map(Result::unwrap);
        assert!(lines.by_ref().any(|line| line.starts_with("213 ")));
        let long = [b'a'; 600];
        (&socket).write_all(&[&long[..], b"\n\xff\n\n"].concat()).unwrap();
        assert!(lines.next().unwrap().starts_with("502 "));
        assert!(!lines.next().unwrap().starts_with('2'));
        assert!(order(&socket, "dance")[0].starts_with("581 "));
        assert!(order(&socket, "user add dooku clear")[0].starts_with("590 "));
        stop(server);
    });
}

#[test]
fn a_kill_at_any_moment_of_a_change_leaves_every_account_that_was_confirmed() {
    at_a_place(|place| {
        for round in 0..6 {
            let mut server = place.start();
            let control = UnixStream::connect(place.socket()).unwrap();
            let hash = format!("$pbkdf2-sha256$i=2000${}${}", "c2FsdHNhbHQ", "A".repeat(43));
            let (mut confirmed, mut writer) = (Vec::new(), &control);
            for number in 0..40 {
                let orders = format!(
                    "user add keep{round}-{number} {hash}\nuser add gone{round}-{number} {hash}\nuser remove gone{round}-{number}\n"
                );
                writer.write_all(orders.as_bytes()).unwrap();
            }
            let mut lines = BufReader::new(&control).lines();
            for number in 0..=3 * round {
                for _ in 0..3 {
                    let line = lines.next().unwrap().unwrap();
                    assert!(line.starts_with("28"), "{line}");
                }
                confirmed.push(number);
            }
            server.kill().unwrap();
            server.wait().unwrap();
            let names = place.names();
            for number in confirmed {
                assert!(names.contains(&format!("keep{round}-{number}")), "{names:?}");
                assert!(!names.contains(&format!("gone{round}-{number}")), "{names:?}");
            }
        }
        stop(place.start());
    });
}

#[test]
fn the_first_start_makes_the_accounts_and_says_how_the_first_person_gets_in() {
    at_a_place(|place| {
        let state = place.folder.path().join("state");
        let start = |arguments: &[&str]| {
            let mut command = place.namespace.command(find("smolchatd").unwrap());
            command.args(arguments).env("STATE_DIRECTORY", &state).env("SUDO_USER", "hans");
            command.env_remove("CARGO");
            Program::start(&mut command).unwrap()
        };
        let accounts = state.join("credentials.txt");
        let mut server = start(&[]);
        server
            .wait_for(&format!("{} is new, and yours alone to read", accounts.display()))
            .unwrap();
        let told = server.wait_for("nobody has an account yet").unwrap();
        assert!(told.ends_with("  smolchatd user add NAME"), "{told}");
        let told = server.wait_for("listening").unwrap();
        assert!(told.ends_with("smolchat --register hans@192.168.69.1"), "{told}");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&state), mode(&accounts)), (0o700, 0o600));
        stranger().ask("register hans falcon*solo", "231 {any}");
        let mut command = Command::new(find("smolchatd").unwrap());
        command.args(["user", "list"]).env("STATE_DIRECTORY", &state);
        let listed = command.output().unwrap();
        assert!(String::from_utf8(listed.stdout).unwrap().contains("hans"));
        stop(server);
        let mut server = start(&["--registration", "off"]);
        let told = server.wait_for("listening").unwrap();
        assert!(told.ends_with("smolchat hans@192.168.69.1"), "{told}");
        assert!(!server.has_said("is new"));
        stop(server);
    });
}

#[test]
fn accounts_that_others_may_read_are_warned_about_with_the_command_that_mends_it() {
    at_a_place(|place| {
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        set(place.folder.path(), 0o777);
        set(&place.accounts(), 0o644);
        let mut command = place.namespace.command(find("smolchatd").unwrap());
        command.arg("--credentials").arg(place.accounts());
        let mut server = Program::start(&mut command).unwrap();
        let file = place.accounts();
        let told = server.wait_for("may read it").unwrap();
        assert!(told.ends_with(&format!("(mode 644):  chmod 600 {}", file.display())), "{told}");
        let told = server.wait_for("may put another file").unwrap();
        let folder = place.folder.path().display().to_string();
        assert!(told.ends_with(&format!("chmod go-w {folder}")), "{told}");
        stop(server);
    });
}

#[test]
fn a_socket_that_a_killed_server_left_is_in_nobodys_way() {
    at_a_place(|place| {
        let mut server = place.start();
        server.kill().unwrap();
        server.wait().unwrap();
        assert!(place.socket().exists());
        assert!(place.refused("status").contains("no smolchatd runs with "));
        let server = place.start();
        place.said("status");
        let mut half = UnixStream::connect(place.socket()).unwrap();
        half.write_all(b"status").unwrap();
        half.shutdown(std::net::Shutdown::Write).unwrap();
        let mut whole = String::new();
        half.read_to_string(&mut whole).unwrap();
        assert!(whole.lines().last().unwrap().starts_with("213 "), "{whole}");
        stop(server);
    });
}
