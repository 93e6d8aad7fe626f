//! The files of the boards: whole, and their images without an account.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use smolchat_emulator::{LM3S6965EVB, Log, MPS2_AN386, Network, command, console_at};
use smolchat_tests::emulated::Console;
use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::Program;
use smolchat_tests::real::{Connection, SERVER_ADDRESS};

use super::root::said;

/// Names the folder with all that `cargo xtask dist` makes.
const VARIABLE: &str = "SMOLCHAT_DIST";

/// Where all files are.
pub(crate) fn folder() -> PathBuf {
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    named.unwrap_or_else(|| {
        let test = std::env::current_exe().unwrap();
        test.ancestors().nth(3).unwrap().join("dist")
    })
}

/// The file whose name ends so.
pub(crate) fn file(ending: &str) -> PathBuf {
    let folder = folder();
    let entries = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found = entries.filter(|path| path.to_string_lossy().ends_with(ending));
    let missing = || panic!("no {ending} in {}: cargo xtask dist", folder.display());
    found.next().unwrap_or_else(missing)
}

#[test]
#[ignore = "all boards' images take minutes"]
fn the_sums_of_the_packages_are_right_and_of_all_files() {
    let mut check = Command::new("sha256sum");
    let output = check.args(["--check", "--strict", "SHA256SUMS"]).current_dir(folder());
    let output = output.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let checked = said(&output).lines().filter(|line| line.ends_with(": OK")).count();
    assert_eq!(checked, fs::read_dir(folder()).unwrap().count() - 1, "but the sums themselves");
}

#[test]
#[ignore = "all boards' images take minutes"]
fn a_packaged_image_has_no_account_and_lets_people_register() {
    for board in [&LM3S6965EVB, &MPS2_AN386] {
        let image = file(&format!("-{}.elf", board.name));
        let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
        namespace.add_tap("smolchat0", "192.168.69.2/24").unwrap();
        let network = Network::Tap { name: "smolchat0".to_owned() };
        namespace.run(|| {
            let arguments = ["ip=192.168.69.1/24".to_owned()];
            let mut start = command(board, &image, &network, &arguments);
            let mut program = started(&image, &mut start);
            program.wait_for("accounts: 0 baked in").unwrap();
            program.wait_for("listening on port").unwrap();
            let mut hans = Connection::open(SERVER_ADDRESS).unwrap();
            hans.hear("220 {any}");
            hans.send(b"register hans long*enough\nlogin hans long*enough\n").unwrap();
            hans.hear("231 hans registered, now log in");
            hans.hear("230 Welcome to this message application");
        });
    }
}

#[test]
#[ignore = "all boards' images take minutes"]
fn a_packaged_image_becomes_a_household_at_its_console() {
    let (board, image) = (&MPS2_AN386, file("-mps2-an386.elf"));
    let kept = folder::in_memory().unwrap();
    let (store, socket) = (kept.path().join("store"), kept.path().join("console"));
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    namespace.add_tap("smolchat0", "192.168.69.2/24").unwrap();
    let network = Network::Tap { name: "smolchat0".to_owned() };
    namespace.run(|| {
        let arguments = [format!("store={}", store.display())];
        let mut start = command(board, &image, &network, &arguments);
        console_at(&mut start, &socket);
        let mut program = started(&image, &mut start);
        program.wait_for("accounts: 0 baked in").unwrap();
        program.wait_for("listening on port").unwrap();
        // The address of the emulator's user network leads nowhere here.
        let mut console = Console::open(&socket).unwrap();
        console.expect("set address 192.168.69.1/24", "290 kept");
        for line in typed_in_the_document() {
            let answer = console.ask(&line).concat();
            assert!(answer.starts_with("2"), "{line}: {answer}");
        }
        program.wait_for("stopped").unwrap();
        program.wait_for("listening on port").unwrap();
        let mut hans = Connection::open(SERVER_ADDRESS).unwrap().logged_in("hans");
        let mut yoda = Connection::open(SERVER_ADDRESS).unwrap().logged_in("yoda");
        hans.hear("* login yoda");
        hans.ask("message yoda hi", "250 {any}");
        yoda.hear("* message {id} hans {number} hi");
        let mut luke = Connection::open(SERVER_ADDRESS).unwrap();
        luke.hear("220 {any}");
        luke.ask("register luke long*enough", "5{any}");
    });
}

/// What the document has people type at the console of an image without accounts.
fn typed_in_the_document() -> Vec<String> {
    let document = include_str!("../../../docs/BOARDS.md");
    let (_, behind) = document.split_once("## Without building").unwrap();
    let block = behind.split("```\n").find(|block| block.starts_with("user add ")).unwrap();
    let lines: Vec<String> = block.lines().map(str::to_owned).collect();
    assert_eq!(lines.last().map(String::as_str), Some("restart"));
    lines
}

/// The program, its log as lines.
fn started(image: &Path, start: &mut Command) -> Program {
    let log = Log::of(image).unwrap();
    let read = move |output, sender: std::sync::mpsc::Sender<String>| {
        log.read(output, |line| {
            let line = line.map_or_else(|broken| broken.to_string(), |line| line.to_string());
            match sender.send(line) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
    };
    Program::start_reading(start, read).unwrap()
}

#[test]
#[ignore = "all boards' images take minutes"]
fn a_packaged_file_for_a_drive_begins_as_the_part_wants_it() {
    let word = |bytes: &[u8], at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let uf2 = fs::read(file("-w5500-evb-pico2.uf2")).unwrap();
    assert_eq!((uf2.len() % 512, word(&uf2, 12)), (0, 0x1000_0000));
    // The stack's top and the first instruction (ARMv7-M ARM, B1.5.3).
    for board in ["nucleo-h743zi", "nucleo-f767zi", "nucleo-h563zi"] {
        let image = fs::read(file(&format!("-{board}.bin"))).unwrap();
        let (stack, start) = (word(&image, 0), word(&image, 4));
        assert!((0x2000_0000..0x2100_0000).contains(&stack), "{board}: {stack:#x}");
        let flash = 0x0800_0000..0x0800_0000 + image.len() as u32;
        assert!(flash.contains(&start) && start % 2 == 1, "{board}: {start:#x}");
        let hex = fs::read_to_string(file(&format!("-{board}.hex"))).unwrap();
        assert!(hex.starts_with(":020000040800F2"), "{board}");
        assert!(hex.trim_end().ends_with(":00000001FF"), "{board}");
    }
}
