//! The real server under a supervisor that speaks as systemd does. Needs root and `smolchatd` built
//! for release.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::time::Instant;

use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS, arguments};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

/// What the supervisor was told next.
fn told(supervisor: &UnixDatagram) -> String {
    let mut bytes = [0; 256];
    let count = supervisor.recv(&mut bytes).unwrap();
    String::from_utf8(bytes[..count].to_vec()).unwrap()
}

#[test]
fn a_supervisor_hears_that_the_server_listens_lives_and_stops() {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let folder = TempDir::new().unwrap();
    let (accounts, socket) = (folder.path().join("accounts"), folder.path().join("notify"));
    fs::write(&accounts, CREDENTIALS).unwrap();
    let supervisor = UnixDatagram::bind(&socket).unwrap();
    supervisor.set_read_timeout(Some(PATIENCE)).unwrap();
    namespace.run(|| {
        let mut command = namespace.command(find("smolchatd").unwrap());
        command.args(arguments(Setting::roomy(), &accounts));
        command.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "100000");
        command.env_remove("WATCHDOG_PID");
        let mut server = Program::start(&mut command).unwrap();
        assert_eq!(told(&supervisor), "READY=1\nSTATUS=listening on 192.168.69.1: port 2222 encrypted (SSH), port 4000 in clear");
        let mut hans = Connection::open(SERVER_ADDRESS).unwrap().logged_in("hans");
        let before = Instant::now();
        for _ in 0..5 {
            assert_eq!(told(&supervisor), "WATCHDOG=1");
        }
        assert!(before.elapsed().as_millis() >= 150, "twice in the time it gives");
        server.terminate();
        let stopping =
            std::iter::repeat_with(|| told(&supervisor)).find(|told| told != "WATCHDOG=1");
        assert_eq!(stopping.as_deref(), Some("STOPPING=1\nSTATUS=saying goodbye"));
        hans.hear("* bye 425 the server is stopping");
        // It waits a while for those who do not hang up.
        drop(hans);
        assert!(server.wait().unwrap().success());
    });
}
