//! Accounts files of every kind: good lines, bad lines, and what is said of them.

use std::collections::HashMap;

use super::*;

type Line<'a> = Result<(&'a str, &'a str), (usize, LineFault)>;

fn parse(file: &[u8]) -> Vec<Line<'_>> {
    let mut seen = HashMap::new();
    let remember = |name, line| {
        let first = seen.get(name).copied();
        first.or_else(|| seen.insert(name, line))
    };
    Accounts::new(file, remember)
        .map(|line| match line {
            Ok(Account { name, secret, .. }) => Ok((name, secret)),
            Err(BadLine { line, fault }) => Err((line, fault)),
        })
        .collect()
}

#[test]
fn a_remark_that_would_be_an_account_is_found_by_its_line() {
    let file = "\u{feff}#hans a\r\n# crew\nyoda b\n##luke c\n#\n#one\n# half a line: lando c\n#a b c\n#x y";
    let found: Vec<_> = remarks_like_accounts(file.as_bytes()).collect();
    assert_eq!(found, [1, 4, 9]);
    assert_eq!(remarks_like_accounts(b"").count(), 0);
}

#[test]
fn a_mark_either_line_ending_empty_lines_and_remarks_change_no_account() {
    for file in [
        "hans falcon*solo\nyoda wise@!man",
        "hans falcon*solo\r\nyoda wise@!man\r\n\n",
        "\u{feff}hans falcon*solo\n\n\r\nyoda wise@!man\n",
        "# the crew\nhans falcon*solo\n#lando old one\r\nyoda wise@!man\n#",
    ] {
        let accounts = parse(file.as_bytes());
        assert_eq!(accounts, [Ok(("hans", "falcon*solo")), Ok(("yoda", "wise@!man"))], "{file}");
    }
    for empty in [&b""[..], b"\n", b"\r\n", "\u{feff}".as_bytes(), b"#"] {
        assert_eq!(parse(empty), [], "{}", empty.escape_ascii());
    }
}

#[test]
fn a_line_that_is_no_account_is_named_and_those_behind_it_still_come() {
    for (line, fault) in [
        (&b"hans"[..], LineFault::Form),
        (b"hans  b", LineFault::Form),
        (b"hans a b", LineFault::Form),
        (b"hans a ", LineFault::Form),
        (b" ", LineFault::Name(NameError::Empty)),
        (b" hans", LineFault::Name(NameError::Empty)),
        (b"hans ", LineFault::Password(NameError::Empty)),
        (b"hans a\tb", LineFault::Password(NameError::Character('\t'))),
        (b"hans a\rb", LineFault::Password(NameError::Character('\r'))),
        (b"hans a\0", LineFault::Password(NameError::Character('\0'))),
        (b"hans \xff", LineFault::NotUtf8),
        (b"yoda c", LineFault::Duplicate { first: 2 }),
    ] {
        let file = [b"# crew\nyoda b\n", line, b"\nluke d\n"].concat();
        let found = parse(&file);
        let expected = [Ok(("yoda", "b")), Err((3, fault)), Ok(("luke", "d"))];
        assert_eq!(found, expected, "{}", line.escape_ascii());
    }
}

#[test]
fn a_changed_password_is_no_duplicate_and_only_right_behind_its_remark() {
    let changes = |file: &str| {
        let lines = Accounts::new(file.as_bytes(), |_, line| (line > 1).then_some(1));
        lines.map(|line| line.map(|account| account.is_change)).collect::<Vec<_>>()
    };
    let duplicate = |line| Err(BadLine { line, fault: LineFault::Duplicate { first: 1 } });
    for (file, second) in [
        (format!("hans a\n{CHANGED}\nhans b\n"), Ok(true)),
        (format!("hans a\r\n{CHANGED}\r\nhans b"), Ok(true)),
        (format!("hans a\n{CHANGED_BEFORE}\nhans b\n"), Ok(true)),
        (format!("hans a\n{CHANGED}\n\nhans b"), duplicate(4)),
        (format!("hans a\n{CHANGED}\n# b\nhans b"), duplicate(4)),
        (format!("hans a\n{CHANGED} yoda\nhans b"), duplicate(3)),
        ("hans a\nhans b".to_owned(), duplicate(2)),
    ] {
        assert_eq!(changes(&file), [Ok(false), second], "{file}");
    }
    let twice = format!("hans a\n{CHANGED}\nhans b\nhans c\n");
    assert_eq!(changes(&twice), [Ok(false), Ok(true), duplicate(4)]);
    assert_eq!(remarks_like_accounts(twice.as_bytes()).count(), 0);
}

#[test]
fn words_beyond_their_limit_are_named() {
    for more in [0, 1] {
        let name = format!("{} p", "n".repeat(NAME_MAX + more));
        let password = format!("n {}", "p".repeat(PASSWORD_MAX + more));
        let fault = |fault| if more == 0 { None } else { Some((1, fault)) };
        let too_long = NameError::TooLong;
        assert_eq!(parse(name.as_bytes())[0].err(), fault(LineFault::Name(too_long)));
        assert_eq!(parse(password.as_bytes())[0].err(), fault(LineFault::Password(too_long)));
    }
}

#[test]
fn a_name_that_lies_is_told_with_the_character_that_does() {
    for (name, fault) in [
        ("yoda\u{200b}", "U+200B"),
        ("yo\u{202e}da", "U+202E"),
        ("Zoe\u{308}", "U+0308"),
        ("\u{2800}", "U+2800"),
        ("\u{feff}yoda", "U+FEFF"),
    ] {
        let file = format!("hans a\n{name} b\n");
        let bad = Accounts::new(file.as_bytes(), |_, _| None).nth(1).unwrap().unwrap_err();
        let told = format!("line 2: the username holds {fault}, which may not stand there");
        assert_eq!(bad.to_string(), told);
    }
}

#[test]
fn a_user_may_have_several_keys_and_one_password_beside_them_in_any_order() {
    let key = "ssh-ed25519 AAAA hans at home";
    for file in [
        format!("hans {key}\nhans {key}\nhans a"),
        format!("hans a\nhans {key}\nhans {key}"),
        format!("hans {key}\nhans a\nhans {key}"),
    ] {
        let lines = Accounts::new(file.as_bytes(), |_, _| None);
        let mut keys = 0;
        for (number, account) in (1..).zip(lines) {
            let account = account.unwrap();
            keys += usize::from(account.is_key);
            assert_eq!((account.line, account.name), (number, "hans"));
            assert_eq!(account.secret, if account.is_key { key } else { "a" });
        }
        assert_eq!(keys, 2);
    }
    let twice = format!("hans {key}\nhans a\nhans b");
    assert_eq!(parse(twice.as_bytes())[2], Err((3, LineFault::Duplicate { first: 2 })));
    for (line, fault) in [
        ("hans ssh-rsa AAAA", LineFault::Form),
        ("hans ssh-ed25519 A\u{7}", LineFault::Password(NameError::Character('\u{7}'))),
    ] {
        assert_eq!(parse(line.as_bytes()), [Err((1, fault))]);
    }
}

#[test]
fn what_may_be_a_hash_may_be_longer_than_a_password() {
    for (first, length, fits) in [
        ('$', PASSWORD_MAX, true),
        ('$', SECRET_MAX, true),
        ('$', SECRET_MAX + 1, false),
        ('p', PASSWORD_MAX + 1, false),
    ] {
        let line = format!("hans {first}{}", "p".repeat(length - 1));
        let fault = LineFault::Password(NameError::TooLong);
        assert_eq!(parse(line.as_bytes())[0].err(), (!fits).then_some((1, fault)), "{length}");
    }
}

#[test]
fn names_are_case_sensitive() {
    assert_eq!(parse(b"hans a\nHans b\n"), [Ok(("hans", "a")), Ok(("Hans", "b"))]);
}

#[test]
fn a_bad_line_says_its_number_and_what_is_wrong() {
    let fault = LineFault::Password(NameError::TooLong);
    let said = BadLine { line: 7, fault }.to_string();
    assert_eq!(said, "line 7: the password is longer than 64 bytes");
}

#[test]
fn who_may_give_orders_is_told_beside_the_secrets_of_a_user() {
    let file = b"hans $admin\nhans falcon*solo\nyoda wise\nyoda $admin\nluke $administrator\n";
    let mut seen = HashMap::new();
    let remember = |name, line| seen.insert(name, line);
    let accounts: Result<Vec<_>, _> = Accounts::new(file, remember).collect();
    let admins: Vec<_> = accounts.unwrap().iter().map(|account| account.is_admin).collect();
    assert_eq!(admins, [true, false, false, true, false]);
}
