//! The pages about a program that are made of its options: completions for a shell, and a man page.
//! Knows no program.

use std::io::{self, Write};

use clap::{Args, Command};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

/// The pages that a program prints instead of running.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Pages {
    /// Print the completions for a shell, and end
    #[arg(long, value_name = "SHELL", exclusive = true)]
    completions: Option<Shell>,

    /// Print the man page, and end
    #[arg(long, exclusive = true)]
    man: bool,
}

impl Pages {
    /// Whether one is asked for.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.man || self.completions.is_some()
    }

    /// Prints the page that is asked for, if one is.
    pub(crate) fn print(&self, command: Command) -> Option<io::Result<()>> {
        self.is_asked_for().then(|| {
            let page = self.page(command)?;
            let mut output = io::stdout();
            output.write_all(&page).and_then(|()| output.flush())
        })
    }

    fn page(&self, mut command: Command) -> io::Result<Vec<u8>> {
        let (name, mut page) = (command.get_name().to_owned(), Vec::new());
        match self.completions {
            Some(shell) => generate(shell, &mut command, name, &mut page),
            None => man(command, &mut page)?,
        }
        Ok(page)
    }
}

/// The man page, with a section for each subcommand, and for each of its own.
fn man(mut command: Command, page: &mut Vec<u8>) -> io::Result<()> {
    command.build();
    let whole = Man::new(command.clone());
    whole.render_title(page)?;
    whole.render_name_section(page)?;
    whole.render_synopsis_section(page)?;
    whole.render_description_section(page)?;
    whole.render_options_section(page)?;
    let name = command.get_name().to_owned();
    sections(&command, &name, page)?;
    whole.render_extra_section(page)?;
    whole.render_version_section(page)
}

/// The sections of the subcommands of what is called `name`.
fn sections(command: &Command, name: &str, page: &mut Vec<u8>) -> io::Result<()> {
    for subcommand in command.get_subcommands() {
        let name = format!("{name} {}", subcommand.get_name());
        let mut section = Vec::new();
        let part = Man::new(subcommand.clone());
        part.render_synopsis_section(&mut section)?;
        part.render_description_section(&mut section)?;
        part.render_options_section(&mut section)?;
        // Its sections become parts of one.
        let section = String::from_utf8_lossy(&section).replace("\n.SH ", "\n.SS ");
        page.extend(format!(".SH \"{}\"\n{section}", name.to_uppercase()).bytes());
        sections(subcommand, &name, page)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn page(completions: Option<Shell>, command: Command) -> String {
        let pages = Pages { completions, man: completions.is_none() };
        String::from_utf8(pages.page(command).unwrap()).unwrap()
    }

    /// The command with all that are below it.
    fn forms(command: &Command) -> Vec<&Command> {
        let below = command.get_subcommands().flat_map(forms);
        std::iter::once(command).chain(below).collect()
    }

    #[test]
    fn pages_of_the_client_know_how_to_send_from_a_script() {
        let command = crate::client::command_tree;
        let man = page(None, command()).replace('\\', "");
        let (_, send) = man.split_once(".SH \"SMOLCHAT SEND\"").expect("a section");
        let (send, rest) = send.split_once(".SH ").expect("another one behind it");
        for part in
            [".SS OPTIONS", "--receipts", "--reconnect", "--password-file", "Without a text"]
        {
            assert!(send.contains(part), "{part} lacks in {send}");
        }
        assert!(!send.contains("--presence") && rest.contains("Exit codes"), "{man}");
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let page = page(Some(shell), command());
            assert!(page.contains("send") && page.contains("receipts"), "{shell:?}");
        }
    }

    #[test]
    fn a_subcommand_of_a_subcommand_has_a_section_with_its_options() {
        let option = clap::Arg::new("stdin").long("stdin").help("From there");
        let add = Command::new("add").arg(option.action(clap::ArgAction::SetTrue));
        let command =
            Command::new("server").version("1").subcommand(Command::new("user").subcommand(add));
        let man = page(None, command).replace('\\', "");
        let (_, add) = man.split_once(".SH \"SERVER USER ADD\"").expect("a section");
        assert!(add.contains("--stdin") && add.contains("From there"), "{man}");
    }

    #[test]
    fn pages_know_every_option_of_both_programs() {
        for command in [crate::client::command_tree(), crate::daemon::Options::command()] {
            for shell in [None, Some(Shell::Bash), Some(Shell::Zsh), Some(Shell::Fish)] {
                let page = page(shell, command.clone()).replace('\\', "");
                let options = forms(&command);
                let options = options.iter().flat_map(|form| form.get_arguments());
                for option in options.filter_map(|option| option.get_long()) {
                    assert!(page.contains(option), "{shell:?} of {command} lacks {option}");
                }
            }
        }
        assert!(page(Some(Shell::Bash), crate::client::command_tree()).contains("direct"));
    }
}
