//! Orders: which are done, who may give them, and that nobody waits for whoever gives them.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use smolchat_tests::program::{PATIENCE, find};

use super::place::{
    AT_MOST, NOBODY, VISITORS, WELCOME, at_a_place, logged_in, only, order, run, stop, stranger,
};

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
        let banned = "420 {number} seconds until you may come back, you are banned";
        stranger().ask("login yoda wise@!man", banned);
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
fn admins_are_whom_the_file_calls_so_and_nobody_who_registers_such_a_name() {
    at_a_place(|place| {
        place.append("max $admin\nhans $admin\n");
        let server = place.start();
        let (mut hans, mut max) = (logged_in("hans"), stranger());
        hans.ask("admin kick yoda", "460 yoda is offline");
        hans.ask("admin kick dooku", "583 nobody has that name");
        max.ask("register max secret", "535 this name is taken, choose another");
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
fn operators_who_do_not_read_or_say_nothing_keep_nobody_waiting() {
    at_a_place(|place| {
        let server = place.start();
        let mut hans = logged_in("hans");
        let mut flooding: Vec<UnixStream> = Vec::new();
        for _ in 0..VISITORS {
            let socket = place.visit();
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
        let socket = place.visit();
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
