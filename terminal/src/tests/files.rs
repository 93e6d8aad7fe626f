//! Files that others hold, in the words of people, and commands that take a client.

use super::World;

/// The rows between what was typed and the prompt, once the server has answered.
fn answered(typed: &str, request: &str, answer: &[String]) -> Vec<String> {
    let mut world = World::online(80);
    world.press(&format!("{typed}\r"));
    assert_eq!(world.requests(), [request]);
    answer.iter().for_each(|line| world.tell(line));
    let rows = world.rows();
    rows[1..rows.len() - 1].to_vec()
}

#[test]
fn files_are_told_with_sizes_that_people_read() {
    let id = "ab".repeat(32);
    let sizes = [
        (0_u64, "0 bytes"),
        (999, "999 bytes"),
        (1_024, "1 kB"),
        (1_500_000_000, "1.5 GB"),
        (20_u64 << 30, "21.4 GB"),
        ((1_u64 << 48) - 1, "281 TB"),
    ];
    for (size, told) in sizes {
        let answer = [format!("272-{id} {size} 1 a film.mkv"), "272 1 files".to_owned()];
        let told = [&*format!("a film.mkv ({told}): 1 user has it"), "1 file"];
        assert_eq!(answered("/files", "files", &answer), told);
    }
    let answer = [format!("272-{id} 5 2 film.mkv"), "272 2 files".to_owned()];
    assert_eq!(answered("files", "files", &answer)[0], "film.mkv (5 bytes): 2 users have it");
    assert_eq!(answered("files", "files", &["272 0 files".to_owned()]), ["no files"]);
}

#[test]
fn who_has_a_file_is_told_with_how_much() {
    let id = "ab".repeat(32);
    let holder = |share: u8, user: &str| format!("273-{id} 2048 {share} {user} a film.mkv");
    let answer = [
        holder(255, "luke"),
        holder(128, "yoda"),
        holder(64, "leia"),
        holder(1, "lando"),
        "273 Available".to_owned(),
    ];
    let told = [
        "luke has a film.mkv (2 kB)",
        "yoda has half of a film.mkv (2 kB)",
        "leia has 25 % of a film.mkv (2 kB)",
        "lando has 1 % of a film.mkv (2 kB)",
        "Available: the program smolchat fetches it",
    ];
    for typed in ["/searchFile a film.mkv", "searchfile a film.mkv", "SEARCHFILE  a film.mkv "] {
        assert_eq!(answered(typed, "searchfile a film.mkv", &answer), told, "{typed}");
    }
    let answer = ["574 Not available".to_owned()];
    assert_eq!(answered("searchFile x", "searchfile x", &answer), ["Not available"]);
}

#[test]
fn what_takes_a_client_says_so_and_is_never_said() {
    for (line, told) in [
        ("/download film.mkv", "download: that goes straight between clients, "),
        ("/fingerprint", "fingerprint: that goes straight between clients, "),
        ("/trust yoda", "trust: that goes straight between clients, "),
        ("/stopdownload film.mkv", "stopdownload: that goes straight between clients, "),
        ("unregister film.mkv", "unregister: that goes straight between clients, "),
        ("searchChunk film.mkv 3", "searchChunk: that goes straight between clients, "),
        (
            "/register film.mkv",
            "you are logged in, log out first; to offer a file takes the program smolchat",
        ),
        ("offer 00 1 film.mkv", "offer: only programs send this."),
        ("searchFile", "wrong arguments, the form is: /searchFile <name>"),
    ] {
        let mut world = World::online(120);
        world.press(&format!("{line}\r"));
        assert!(world.rows()[1].starts_with(told), "{line}: {:?}", world.rows());
        assert_eq!(world.requests(), [""; 0], "{line}");
    }
}
