//! Messages to a supervisor by the `sd_notify` protocol: the server listens, lives, stops. Its
//! socket is connected at the start, so that nothing allocates later. A supervisor that does not
//! listen is no reason to stop, and none is waited for.

use std::ffi::{OsStr, OsString};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::{env, io, process};

use smolchat_core::time::{Duration, Instant};

/// The supervisor that started this server and wants to hear of it, if there is one.
#[derive(Debug)]
pub(super) struct Supervisor {
    socket: Option<UnixDatagram>,
    /// How often it wants to hear that the server lives, if at all.
    every: Option<Duration>,
    /// When it hears so next.
    due: Instant,
}

/// What the environment says of a supervisor, as systemd's manual describes it.
#[derive(Debug, Default)]
struct Variables {
    notify_socket: Option<OsString>,
    watchdog_usec: Option<OsString>,
    watchdog_pid: Option<OsString>,
}

impl Supervisor {
    /// The one that this process's environment names.
    pub(super) fn from_environment() -> Self {
        Self::named_by(&Variables {
            notify_socket: env::var_os("NOTIFY_SOCKET"),
            watchdog_usec: env::var_os("WATCHDOG_USEC"),
            watchdog_pid: env::var_os("WATCHDOG_PID"),
        })
    }

    fn named_by(variables: &Variables) -> Self {
        let socket = variables.notify_socket.as_deref().and_then(|name| connect(name).ok());
        let every = watchdog_micros(variables)
            .map(|watchdog_micros| Duration::from_millis((watchdog_micros / 2).max(1)));
        Supervisor { socket, every, due: Instant::START }
    }

    /// Clients may come; `status` says so to people.
    pub(super) fn tell_ready(&self, status: &str) {
        self.tell(format!("READY=1\nSTATUS={status}").as_bytes());
    }

    /// The server is on its way out.
    pub(super) fn tell_stopping(&self) {
        self.tell(b"STOPPING=1\nSTATUS=saying goodbye");
    }

    /// To be called where the loop comes to rest: tells that it does, when the time has come.
    /// Answers when to come back.
    pub(super) fn tell_alive(&mut self, now: Instant) -> Option<Instant> {
        let every = self.every?;
        if now >= self.due {
            self.tell(b"WATCHDOG=1");
            self.due = now + every;
        }
        Some(self.due)
    }

    fn tell(&self, state: &[u8]) {
        if let Some(socket) = &self.socket {
            // One that has not read what it was told before hears of it later, or not at all.
            let _ = socket.send(state);
        }
    }
}

/// A socket to where `name` says: a path, or a name behind an `@` that stands in no folder.
fn connect(name: &OsStr) -> io::Result<UnixDatagram> {
    let address = match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(name),
    }?;
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    socket.connect_addr(&address)?;
    Ok(socket)
}

/// For how many milliseconds the supervisor hears nothing before it gives this process up, if it
/// does.
fn watchdog_micros(variables: &Variables) -> Option<u64> {
    let ours = |pid: &OsString| pid.to_str() == Some(&process::id().to_string());
    let meant = variables.watchdog_pid.as_ref().is_none_or(ours);
    let micros: u64 = variables.watchdog_usec.as_ref()?.to_str()?.parse().ok()?;
    (meant && micros > 0).then_some(micros / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(socket: &UnixDatagram) -> Option<String> {
        let mut bytes = [0; 256];
        let count = socket.recv(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..count]).into_owned())
    }

    fn listener(address: &SocketAddr) -> UnixDatagram {
        let socket = UnixDatagram::bind_addr(address).unwrap();
        socket.set_nonblocking(true).unwrap();
        socket
    }

    #[test]
    fn a_supervisor_in_a_folder_or_in_none_hears_each_stage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let name = format!("smolchat-test-{}", process::id());
        for (address, variable) in [
            (SocketAddr::from_pathname(&path), path.clone().into_os_string()),
            (SocketAddr::from_abstract_name(&name), format!("@{name}").into()),
        ] {
            let socket = listener(&address.unwrap());
            let variables = Variables { notify_socket: Some(variable), ..Default::default() };
            let mut supervisor = Supervisor::named_by(&variables);
            supervisor.tell_ready("listening");
            assert_eq!(hear(&socket).as_deref(), Some("READY=1\nSTATUS=listening"));
            assert_eq!(supervisor.tell_alive(Instant::START), None, "nobody asked");
            assert_eq!(hear(&socket), None);
            supervisor.tell_stopping();
            assert_eq!(hear(&socket).as_deref(), Some("STOPPING=1\nSTATUS=saying goodbye"));
        }
    }

    #[test]
    fn a_watchdog_hears_twice_in_the_time_it_gives_and_no_oftener() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = listener(&SocketAddr::from_pathname(&path).unwrap());
        let mut supervisor = Supervisor::named_by(&Variables {
            notify_socket: Some(path.into_os_string()),
            watchdog_usec: Some("2000000".into()),
            watchdog_pid: Some(process::id().to_string().into()),
        });
        let mut heard = 0;
        for now in 0..10_000 {
            let due = supervisor.tell_alive(Instant::from_millis(now)).unwrap();
            assert!(due > Instant::from_millis(now));
            heard += u32::from(hear(&socket).is_some_and(|state| state == "WATCHDOG=1"));
        }
        assert_eq!(heard, 10);
    }

    #[test]
    fn a_watchdog_for_another_process_or_with_no_time_is_none() {
        for (micros, pid) in [("2000000", Some("1")), ("0", None), ("soon", None)] {
            let variables = Variables {
                watchdog_usec: Some(micros.into()),
                watchdog_pid: pid.map(Into::into),
                ..Default::default()
            };
            let mut supervisor = Supervisor::named_by(&variables);
            assert_eq!(supervisor.tell_alive(Instant::from_millis(5)), None, "{micros} {pid:?}");
        }
    }

    #[test]
    fn without_a_supervisor_nothing_is_told_and_nothing_fails() {
        let variables = Variables { notify_socket: Some("/none".into()), ..Default::default() };
        let mut supervisor = Supervisor::named_by(&variables);
        supervisor.tell_ready("listening");
        supervisor.tell_alive(Instant::START);
        supervisor.tell_stopping();
    }
}
