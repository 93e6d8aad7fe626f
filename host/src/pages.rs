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
            None => Man::new(command).render(&mut page)?,
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn page(completions: Option<Shell>, command: Command) -> String {
        let pages = Pages { completions, man: completions.is_none() };
        String::from_utf8(pages.page(command).unwrap()).unwrap()
    }

    #[test]
    fn pages_know_every_option_of_both_programs() {
        for command in [crate::client::Options::command(), crate::daemon::Options::command()] {
            for shell in [None, Some(Shell::Bash), Some(Shell::Zsh), Some(Shell::Fish)] {
                let page = page(shell, command.clone()).replace('\\', "");
                for option in command.get_arguments().filter_map(|option| option.get_long()) {
                    assert!(page.contains(option), "{shell:?} of {command} lacks {option}");
                }
            }
        }
        assert!(page(Some(Shell::Bash), crate::client::Options::command()).contains("direct"));
    }
}
