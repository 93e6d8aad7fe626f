//! `smolchat` without a server: the servers of the network are listed. Enter joins the only one.

use std::io::{self, BufRead, IsTerminal, Write};

use super::exit::Ending;
use super::found::Found;
use super::nearby;
use super::options::Options;

/// Lists the servers of the network. If there is one that the options would join, and the person
/// says so, answers the options for it.
///
/// # Errors
/// How the run ends, since there is none to join.
pub(crate) fn find(options: &Options) -> Result<Options, Ending> {
    say("looking for servers on this network...")?;
    let servers = nearby::servers().map_err(|error| {
        let _ = writeln!(io::stderr(), "smolchat: {error}");
        Ending::Local
    })?;
    if servers.is_empty() {
        say(
            "no server has answered. To join one, type its name or address behind smolchat, as in:",
        )?;
        say("  smolchat hans@192.168.69.1")?;
        return Err(Ending::Unreachable);
    }
    for server in &servers {
        say(&server.to_string())?;
    }
    let [server] = &servers[..] else { return Err(Ending::Usage) };
    let Some(port) = door(options, server) else { return Err(Ending::Usage) };
    if !io::stdout().is_terminal() {
        return Err(Ending::Usage);
    }
    say(&format!("Enter joins {}, Ctrl-C ends", server.host))?;
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(1..) if line.trim().is_empty() => Ok(options.towards(&server.host, port)),
        _ => Err(Ending::Usage),
    }
}

/// The port at which the options join the server. Nobody joins in clear who has not asked for that.
fn door(options: &Options, server: &Found) -> Option<u16> {
    if options.is_encrypted() { server.ssh } else { server.lines }
}

fn say(line: &str) -> Result<(), Ending> {
    writeln!(io::stdout(), "{line}").map_err(|_| Ending::Local)
}
