//! QEMU's command line for an image.
//! Runs nothing itself.

use std::path::Path;
use std::process::Command;

use crate::board::Board;
use crate::network::Network;
use crate::quoted::quoted;

/// The console key that asks an image to say goodbye to everybody and start again.
pub const RESTART_KEY: u8 = b'r';

/// A command that runs `image` with words of the form `key=value` as its arguments. The image's log
/// goes to the standard output, and its console's keys come from the standard input. Messages of
/// QEMU or of a stopped image go to the standard error.
///
/// The program ends with the thread that starts it, however that ends.
pub fn command(board: &Board, image: &Path, network: &Network, arguments: &[String]) -> Command {
    // setpriv becomes QEMU, so the process id is the same.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "qemu-system-arm", "-M", board.machine]);
    command.arg("-kernel").arg(image);
    command.args(["-display", "none", "-monitor", "none"]);
    command.args(["-chardev", "stdio,id=console,signal=on", "-serial", "chardev:console"]);
    command.args(["-semihosting-config", &semihosting(arguments)]);
    command.args(network.arguments(board.port));
    command
}

/// Has QEMU listen at `socket`, which it makes, for whoever sits at the image's console: its second
/// serial port. The emulator takes one at a time.
pub fn console_at(command: &mut Command, socket: &Path) {
    let socket = format!("socket,id=orders,path={},server=on,wait=off", quoted(socket));
    command.args(["-chardev", &socket, "-serial", "chardev:orders"]);
}

fn semihosting(arguments: &[String]) -> String {
    let mut words = String::from("enable=on,target=native,arg=smolchat");
    for argument in arguments {
        words.push_str(",arg=");
        words.push_str(&quoted(argument));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{LM3S6965EVB, LM3S6965EVB_SSH};

    #[test]
    fn a_command_has_the_board_the_image_its_arguments_and_the_network() {
        let network = Network::User { port: 17000 };
        let arguments = ["ip=dhcp".to_owned(), "store=/tmp/a,b".to_owned()];
        let command = command(&LM3S6965EVB, Path::new("/image"), &network, &arguments);
        let words: Vec<&str> = command.get_args().filter_map(|word| word.to_str()).collect();
        let pairs = [
            ["-M", "lm3s6965evb"],
            ["-kernel", "/image"],
            [
                "-semihosting-config",
                "enable=on,target=native,arg=smolchat,arg=ip=dhcp,arg=store=/tmp/a,,b",
            ],
            ["-nic", "user,restrict=on,hostfwd=tcp:127.0.0.1:17000-10.0.2.15:4000"],
        ];
        for pair in pairs {
            assert!(words.windows(2).any(|words| words == pair), "{pair:?} in {words:?}");
        }
    }

    #[test]
    fn an_image_with_ssh_runs_on_the_same_machine_and_is_reached_at_its_own_port() {
        let network = Network::User { port: 17000 };
        let command = command(&LM3S6965EVB_SSH, Path::new("/image"), &network, &[]);
        let words: Vec<&str> = command.get_args().filter_map(|word| word.to_str()).collect();
        assert!(words.contains(&"lm3s6965evb"), "{words:?}");
        let forwards = "user,restrict=on,hostfwd=tcp:127.0.0.1:17000-10.0.2.15:2222";
        assert!(words.contains(&forwards), "{words:?}");
    }

    #[test]
    fn the_console_is_the_second_serial_port() {
        let network = Network::User { port: 17000 };
        let mut command = command(&LM3S6965EVB, Path::new("/image"), &network, &[]);
        console_at(&mut command, Path::new("/tmp/a,b"));
        let words: Vec<&str> = command.get_args().filter_map(|word| word.to_str()).collect();
        let ports = words.windows(2).filter(|words| words[0] == "-serial").map(|words| words[1]);
        assert!(ports.eq(["chardev:console", "chardev:orders"]), "{words:?}");
        assert!(words.contains(&"socket,id=orders,path=/tmp/a,,b,server=on,wait=off"));
    }

    #[test]
    fn a_tap_is_named() {
        let network = Network::Tap { name: "tap7".to_owned() };
        assert_eq!(network.arguments(4000), ["-nic", "tap,ifname=tap7,script=no,downscript=no"]);
    }

    #[test]
    fn datagram_sockets_are_named_and_commas_in_their_paths_doubled() {
        let network = Network::Datagrams { guest: "/tmp/a,b".into(), other: "/tmp/c".into() };
        let wire = "dgram,id=wire,local.type=unix,local.path=/tmp/a,,b,remote.type=unix,remote.path=/tmp/c";
        assert_eq!(network.arguments(4000), ["-netdev", wire, "-net", "nic,netdev=wire"]);
    }
}
