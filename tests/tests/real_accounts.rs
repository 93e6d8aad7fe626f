//! The credentials file of the real server. Accounts survive a kill whole or not at all, on any
//! disk and in any place. Who may register follows from who can reach the server. Needs root and
//! `smolchatd` built for release.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::{Resource, Rlimit, prlimit};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS};
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

const WELCOME: &str = "230 {any}";

/// What is in the folder that a server is started in.
struct Place {
    namespace: Namespace,
    folder: TempDir,
}

/// Does `work` at a new place, on a thread inside its namespace.
fn at_a_place(work: impl FnOnce(&Place) + Send) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let place = Place { namespace, folder: TempDir::new().unwrap() };
    fs::write(place.accounts(), CREDENTIALS).unwrap();
    place.namespace.run(|| work(&place));
}

impl Place {
    fn accounts(&self) -> PathBuf {
        self.folder.path().join("accounts")
    }

    fn content(&self) -> String {
        fs::read_to_string(self.accounts()).unwrap()
    }

    /// What is in the file, with `HASH` in the place of each hash.
    fn masked(&self) -> String {
        let mask = |line: &str| match line.split_once(" $argon2id$v=19$m=19456,t=2,p=1$") {
            Some((name, _)) => format!("{name} HASH\n"),
            None => line.to_owned(),
        };
        self.content().split_inclusive('\n').map(mask).collect()
    }

    /// Starts a server after `preparation`, lines of a shell in which `$accounts` is the file.
    fn launch(&self, preparation: &str, arguments: &[&str]) -> Program {
        let accounts = self.accounts();
        let mut command = self.namespace.command("sh");
        command.env("accounts", &accounts).env("folder", self.folder.path());
        command.arg("-c").arg(format!("set -e\n{preparation}\nexec \"$@\"")).arg("sh");
        command.arg(find("smolchatd").unwrap()).args(["--users", "512", "--messages", "64"]);
        command.arg("--credentials").arg(accounts).args(arguments);
        Program::start(&mut command).unwrap()
    }

    fn start(&self, preparation: &str) -> Program {
        let mut program = self.launch(preparation, &[]);
        program.wait_for("listening").unwrap();
        program
    }
}

fn stop(mut program: Program) {
    program.terminate();
    assert!(program.wait().unwrap().success());
}

fn stranger() -> Connection {
    let mut stranger = Connection::open(SERVER_ADDRESS).unwrap();
    stranger.hear("220 {any}");
    stranger
}

fn files_in(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn of_a_flood_of_registrations_a_kill_leaves_every_one_that_was_confirmed_and_no_half_one() {
    at_a_place(|place| {
        let password = "p".repeat(64);
        let mut confirmed: Vec<String> = Vec::new();
        for round in 0..3 {
            let mut server = place.start("");
            let mut askers: Vec<Connection> = (0..4).map(|_| stranger()).collect();
            for (index, asker) in askers.iter_mut().enumerate() {
                for number in 0..8 {
                    let name = format!("round{round}-{index}-{number}");
                    asker.say(&format!("register {name} {password}")).unwrap();
                }
            }
            // The first to be answered says when enough is under way.
            for _ in 0..1 + 2 * round {
                askers[round].hear("231 {any}");
            }
            server.kill().unwrap();
            server.wait().unwrap();
            for number in 0..1 + 2 * round {
                confirmed.push(format!("round{round}-{round}-{number}"));
            }
            let content = place.content();
            for name in &confirmed {
                assert!(content.contains(&format!("\n{name} $argon2id$")), "{name}: {content}");
            }
        }
        let server = place.start("");
        for line in place.content().lines().filter(|line| line.starts_with("round")) {
            assert!(line.len() > 97 && !line.contains(&password), "{line}");
        }
        for name in confirmed.iter().rev().take(3) {
            stranger().ask(&format!("login {name} {password}"), WELCOME);
        }
        stop(server);
        assert_eq!(files_in(place.folder.path()), 3, "accounts, store and key");
    });
}

#[test]
fn half_a_line_that_a_killed_server_left_is_told_and_is_no_account() {
    at_a_place(|place| {
        let mut server = place.start("");
        stranger().ask("register bossk carbonite", "231 {any}");
        server.kill().unwrap();
        server.wait().unwrap();
        let whole = place.content();
        fs::write(place.accounts(), format!("{whole}boba fe")).unwrap();
        let mut server = place.launch("", &[]);
        server.wait_for(": half written when a server ended; it is no account").unwrap();
        server.wait_for("listening").unwrap();
        let mut asker = stranger();
        asker.ask("login boba fe", "532 {any}");
        asker.ask("register boba fett", "231 {any}");
        stop(server);
        assert!(place.content().starts_with(&format!("{whole}# half a line: boba fe\nboba $")));
    });
}

#[test]
fn a_file_that_may_not_grow_is_a_refusal_and_the_server_lives() {
    at_a_place(|place| {
        let server = place.start("");
        let before = place.content();
        // Room for a part of the line.
        let most = before.len() as u64 + 5;
        let (limit, none) = (
            Rlimit { current: Some(most), maximum: None },
            Rlimit { current: None, maximum: None },
        );
        prlimit(server.pid(), Resource::Fsize, limit).unwrap();
        let mut asker = stranger();
        asker.ask("register bossk carbonite", "433 {any}");
        assert_eq!(place.content(), before);
        prlimit(server.pid(), Resource::Fsize, none).unwrap();
        asker.ask("register bossk carbonite", "231 {any}");
        assert_eq!(place.masked(), format!("{before}bossk HASH\n"));
        stop(server);
    });
}

#[test]
fn a_full_disk_is_a_refusal_and_leaves_no_half_line() {
    at_a_place(|place| {
        let fill = "mkdir $folder/disk; mount -t tmpfs -o size=8k smolchat $folder/disk
            cp $accounts $folder/disk/accounts; head -c $((4060 - $(stat -c %s $accounts))) /dev/zero | tr '\\0' '\\n' >> $folder/disk/accounts
            set -- \"$@\" --store $folder/store";
        // The file's last page has room for half a line, the disk for no other page than the
        // mark's.
        let path = place.folder.path().join("disk/accounts");
        let mut server = place.launch(
            &format!("{fill}\nset -- $(echo \"$@\" | sed s,$accounts,$folder/disk/accounts,)"),
            &[],
        );
        server.wait_for("listening").unwrap();
        let seen =
            format!("/proc/{}/root{}", server.pid().unwrap().as_raw_nonzero(), path.display());
        let before = fs::read_to_string(&seen).unwrap();
        let (mut asker, mut refused) = (stranger(), false);
        for number in 0..3 {
            asker.say(&format!("register bossk{number} {}", "c".repeat(60))).unwrap();
            let line = asker.next_line().unwrap();
            refused |= line.starts_with("433 ");
            assert!(refused || line.starts_with("231 "), "{line}");
        }
        assert!(refused);
        let after = fs::read_to_string(&seen).unwrap();
        assert!(after.starts_with(&before) && after.ends_with('\n'), "{after:?}");
        stop(server);
    });
}

#[test]
fn a_mounted_file_takes_accounts_and_one_in_a_folder_that_takes_nothing_is_told() {
    at_a_place(|place| {
        let inside = "mkdir -p $folder/inside; touch $folder/inside/accounts
            mount --bind $folder/inside $folder/inside; READ_ONLY
            mount --bind $accounts $folder/inside/accounts
            set -- $(echo \"$@\" | sed s,$accounts,$folder/inside/accounts,) --store $folder/store";
        let server = place.start(&inside.replace("READ_ONLY", ""));
        stranger().ask("register bossk c", "231 {any}");
        stop(server);
        assert_eq!(place.masked(), format!("{CREDENTIALS}bossk HASH\n"));
        let read_only = "mount -o remount,ro,bind $folder/inside";
        let mut server = place.launch(&inside.replace("READ_ONLY", read_only), &[]);
        server.wait_for("registration on, but every one will be refused").unwrap();
        server.wait_for("listening").unwrap();
        stranger().ask("register boba d", "433 {any}");
        stop(server);
        assert_eq!(place.masked(), format!("{CREDENTIALS}bossk HASH\n"));
    });
}

#[test]
fn a_pipe_in_the_place_of_the_accounts_is_an_error_at_once() {
    at_a_place(|place| {
        let mut server = place.launch("rm $accounts; mkfifo $accounts", &[]);
        let line = server.wait_for("smolchatd: ").unwrap();
        assert!(line.contains("accounts is a pipe"), "{line}");
        assert_eq!(server.wait().unwrap().code(), Some(1));
    });
}

#[test]
fn every_line_that_is_no_account_is_told_and_the_server_does_not_start() {
    at_a_place(|place| {
        fs::write(place.accounts(), "\u{feff}# crew\r\nhans a\r\nbossk\r\nhans b\r\n").unwrap();
        let mut server = place.launch("", &[]);
        server.wait_for("accounts, line 3: not \"username password\"").unwrap();
        server.wait_for("accounts, line 4: the username stands in line 2 already").unwrap();
        assert_eq!(server.wait().unwrap().code(), Some(1));
    });
}

#[test]
fn a_remark_that_looks_like_an_account_is_told_once_with_its_line() {
    at_a_place(|place| {
        fs::write(place.accounts(), "# crew\nhans a\n#yoda b\n").unwrap();
        let mut server = place.launch("", &[]);
        server.wait_for("accounts, line 3: begins with #, so it is a remark, no account").unwrap();
        server.wait_for("listening").unwrap();
        stranger().ask("login #yoda b", "532 {any}");
        stop(server);
        fs::write(place.accounts(), "#x y\n".repeat(7)).unwrap();
        let mut server = place.launch("", &[]);
        server.wait_for("accounts, lines 1, 2, 3, 4, 5 and 2 more: begin with #").unwrap();
        stop(server);
    });
}

#[test]
fn the_first_account_of_an_empty_file_never_stops_the_next_start() {
    at_a_place(|place| {
        fs::write(place.accounts(), "").unwrap();
        let server = place.start("");
        let mut asker = stranger();
        for name in ["\u{feff}", "\u{feff}hans", "#hans"] {
            asker.say(&format!("register {name} pw")).unwrap();
            let line = asker.next_line().unwrap();
            assert!(line.starts_with("433 ") || line.starts_with("536 "), "{name:?}: {line}");
        }
        stop(server);
        let server = place.start("");
        stranger().ask("register hans pw", "231 {any}");
        stop(server);
        assert_eq!(place.masked(), "hans HASH\n");
    });
}

#[test]
fn strangers_register_only_where_nobody_else_reaches_the_server_unless_it_is_asked_for() {
    at_a_place(|place| {
        let bridge = "ip tuntap add mode tap name smolchat0; ip link add br0 type bridge
            ip link set smolchat0 master br0";
        let forward = "ip link add outer0 type veth peer name outer1; ip link set outer0 up
            echo 1 > /proc/sys/net/ipv4/conf/outer0/forwarding";
        let end = "ip link del br0 2>/dev/null || true; ip link del outer0 2>/dev/null || true
            ip link del smolchat0 2>/dev/null || true";
        for (preparation, arguments, told, answer) in [
            ("", &[][..], "registration on, only this machine can reach the server", "231 {any}"),
            (bridge, &[], "registration off, others can reach the server over br0", "534 {any}"),
            (bridge, &["--registration", "on"], "registration on, as asked", "231 {any}"),
            (forward, &[], "this machine forwards what comes in on outer0", "534 {any}"),
            ("", &["--registration", "off"], "registration off, as asked", "534 {any}"),
        ] {
            fs::write(place.accounts(), CREDENTIALS).unwrap();
            let mut server = place.launch(&format!("{end}\n{preparation}"), arguments);
            server.wait_for(told).unwrap();
            server.wait_for("listening").unwrap();
            if preparation != bridge {
                stranger().ask("register bossk c", answer);
            }
            stop(server);
        }
    });
}
