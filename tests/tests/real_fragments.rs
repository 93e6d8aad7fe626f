//! A real client behind a hop that cuts what it sends: the kernel's fragments are put together, and
//! what is said arrives. Needs root and `smolchatd` built for release.

use std::fs;
use std::time::Instant;

use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS};
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

/// Messages of full length, said in one breath.
const MESSAGES: usize = 20;

/// Runs a line of shell inside.
fn shell(namespace: &Namespace, script: &str) {
    let status = namespace.command("sh").args(["-ec", script]).status().unwrap();
    assert!(status.success(), "{script}");
}

/// A client's network, a hop, and the server's machine. Between the last two packets of so many
/// bytes fit.
fn behind_a_hop(mtu: usize) -> [Namespace; 3] {
    let [client, hop, server] =
        [(); 3].map(|()| Namespace::new().unwrap_or_else(|missing| panic!("{missing}")));
    client.join(&hop, "10.71.0.2/24", "10.71.0.1/24").unwrap();
    hop.join(&server, "10.72.0.1/24", "10.72.0.2/24").unwrap();
    shell(
        &client,
        "ip route add default via 10.71.0.1; echo 1 > /proc/sys/net/ipv4/ip_no_pmtu_disc",
    );
    let route =
        "ip route add 192.168.69.0/24 via 10.72.0.2; echo 1 > /proc/sys/net/ipv4/ip_forward";
    shell(&hop, &format!("ip link set pair0 mtu {mtu}; {route}"));
    let route = "ip route add 10.71.0.0/24 via 10.72.0.1; echo 1 > /proc/sys/net/ipv4/ip_forward";
    shell(&server, &format!("ip link set pair1 mtu {mtu}; {route}"));
    [client, hop, server]
}

/// What `status` says of one figure.
fn figure(connection: &mut Connection, name: &str) -> u64 {
    connection.say("status").unwrap();
    let mut found = None;
    loop {
        let line = connection.next_line().expect("the server goes on");
        if let Some(value) = line[4..].strip_prefix(name) {
            found = value.trim().parse().ok();
        }
        if line.as_bytes()[3] == b' ' {
            return found.expect("a figure of that name");
        }
    }
}

#[test]
fn lines_that_a_hop_cuts_are_answered_without_a_wait() {
    let folder = TempDir::new().unwrap();
    let accounts = folder.path().join("accounts");
    fs::write(&accounts, CREDENTIALS).unwrap();
    for (mtu, rx) in [(700, "2048"), (1_200, "8192")] {
        let [client, _hop, server] = behind_a_hop(mtu);
        let mut command = server.command(find("smolchatd").unwrap());
        command.args(["--durability", "off", "--rx", rx, "--credentials"]).arg(&accounts);
        let mut program = Program::start(&mut command).unwrap();
        program.wait_for("listening").unwrap();
        client.run(|| {
            let mut yoda = Connection::open(SERVER_ADDRESS).unwrap().logged_in("yoda");
            let mut hans = Connection::open(SERVER_ADDRESS).unwrap().logged_in("hans");
            let begun = Instant::now();
            let line = |number| format!("message yoda {number:04}{}\n", "y".repeat(428));
            hans.send(String::from_iter((0..MESSAGES).map(line)).as_bytes()).unwrap();
            for _ in 0..MESSAGES {
                let answer = hans.next_line().expect("the server goes on");
                assert!(answer.starts_with("250"), "{answer}");
            }
            assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
            assert!(figure(&mut hans, "reassembled ") > 0);
            for number in 0..MESSAGES {
                let heard = std::iter::from_fn(|| yoda.next_line());
                let mut heard = heard.filter(|line| line.starts_with("* message"));
                let heard = heard.next().expect("every message comes");
                assert!(heard.contains(&format!(" {number:04}yyy")), "{heard}");
            }
        });
        program.terminate();
        assert!(program.wait().unwrap().success());
    }
}
