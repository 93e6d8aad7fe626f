//! The man pages and the completions of the package.

use std::path::Path;

use super::installed::install;
use super::package::given;
use super::root::Root;

/// What the help of the client tells in its text alone.
const UNLISTED: [&str; 2] = ["send", "copy-id"];

/// The program, and each form of it that has a help of its own.
fn forms(root: &Root, form: Vec<String>) -> Vec<Vec<String>> {
    let help = help(root, &form);
    let (_, commands) = help.split_once("\nCommands:\n").unwrap_or_default();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let names = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names =
        names.filter_map(|line| line.split_whitespace().next()).filter(|&name| name != "help");
    let below = names.flat_map(|name| forms(root, [&form[..], &[name.to_owned()]].concat()));
    std::iter::once(form.clone()).chain(below).collect()
}

fn help(root: &Root, form: &[String]) -> String {
    let words: Vec<&str> = form.iter().map(String::as_str).chain(["--help"]).collect();
    root.run(&words)
}

/// The long options that a help names at the begin of a line.
fn options(help: &str) -> Vec<&str> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let options =
        lines.filter_map(|line| line.split(", ").find_map(|word| word.strip_prefix("--")));
    options.filter_map(|option| option.split([' ', '=', '.', '[']).next()).collect()
}

#[test]
fn the_man_pages_of_the_package_tell_every_option_of_every_help() {
    let given = given();
    let root = Root::over(Path::new("/"), given.path());
    install(&root);
    for program in ["smolchatd", "smolchat"] {
        let page = root.run(&["zcat", &format!("/usr/share/man/man1/{program}.1.gz")]);
        let page = page.replace('\\', "");
        let mut forms = forms(&root, vec![program.to_owned()]);
        if program == "smolchat" {
            forms.extend(UNLISTED.map(|name| vec![program.to_owned(), name.to_owned()]));
        }
        assert!(forms.len() > 2, "{forms:?}");
        for form in forms {
            let help = help(&root, &form);
            let options = options(&help);
            assert!(options.contains(&"help"), "{help}");
            for option in options {
                assert!(page.contains(&format!("--{option}")), "{form:?} --{option}");
            }
            let heading = form.join(" ").to_uppercase();
            assert!(form.len() == 1 || page.contains(&format!(".SH \"{heading}\"")), "{heading}");
        }
    }
}

#[test]
fn a_shell_takes_the_completions_of_the_package() {
    let given = given();
    let root = Root::over(Path::new("/"), given.path());
    install(&root);
    for program in ["smolchatd", "smolchat"] {
        let file = format!("/usr/share/bash-completion/completions/{program}");
        let taken = root.run(&["bash", "-c", &format!(". {file}; complete -p {program}")]);
        assert!(taken.contains(&format!("-F _{program}")), "{taken}");
    }
}
