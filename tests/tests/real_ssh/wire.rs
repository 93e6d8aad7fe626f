//! What a listener on the wire learns.

use smolchat_tests::real::beside_a_server;
use smolchat_tests::setting::Setting;
use smolchat_tests::sniffer::Sniffer;
use smolchat_tests::ssh::{Machine, SUBSYSTEM};
use smolchat_tests::stage::password_of;

use super::line_user;

#[test]
fn no_frame_holds_a_password_or_a_word_of_those_who_come_by_ssh() {
    beside_a_server(Setting::roomy(), |place, _| {
        let mut sniffer = Sniffer::start().unwrap();
        let machine = Machine::new(place.namespace);
        let mut hans = machine.arrive("hans", &[]);
        let mut luke = machine.arrive("luke", &[]);
        hans.hear("* login luke");
        hans.ask("message luke meet-me-at-mos-eisley", "250 {any}");
        luke.hear("* message {number} hans 0 meet-me-at-mos-eisley");
        let mut new = machine.start("new", &[], &[], SUBSYSTEM);
        new.hear("220 {any}");
        new.ask("register chewie roar-and-roar", "231 {any}");
        let once = ["-o", "NumberOfPasswordPrompts=1"];
        let wrong = machine.start("yoda", &["nearly-right"], &once, SUBSYSTEM);
        wrong.ends_saying("Permission denied");
        for secret in [
            password_of("hans"),
            password_of("luke"),
            "meet-me-at-mos-eisley",
            "roar-and-roar",
            "nearly-right",
            "chewie",
            "smolchat ready",
        ] {
            assert_eq!(sniffer.count(secret.as_bytes()).unwrap(), 0, "{secret}");
        }
        assert!(sniffer.count(b"SSH-2.0-").unwrap() > 2, "it heard the beginnings");
        // The same listener hears everything of the port for lines.
        line_user("yoda");
        assert!(sniffer.count(password_of("yoda").as_bytes()).unwrap() > 0);
    });
}
