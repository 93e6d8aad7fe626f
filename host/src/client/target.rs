//! Where the server is, and who connects: what `[USER@]HOST[:PORT]` names. Knows no options.

/// Where to connect, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The user, if told.
    pub(crate) user: Option<String>,
    /// A name or an address, without brackets.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
}

/// What a positional argument names.
#[derive(Debug)]
pub(crate) struct Named {
    /// The user, if named.
    pub(crate) user: Option<String>,
    /// The host.
    pub(crate) host: String,
    /// The port, if named.
    pub(crate) port: Option<u16>,
}

/// A user name may hold an `@`, a host may not.
pub(crate) fn named(text: &str, port: Option<u16>) -> Result<Named, String> {
    let (user, host) = match text.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, text),
    };
    let (host, own_port) = host_and_port(host)?;
    if host.is_empty() || user.is_some_and(str::is_empty) {
        return Err(format!("{text} is not of the form [USER@]HOST"));
    }
    if own_port.is_some() && port.is_some() {
        return Err("the port is given twice".to_owned());
    }
    let port = own_port.or(port);
    Ok(Named { user: user.map(str::to_owned), host: host.to_owned(), port })
}

/// Whether this is a host, without a user and without a port.
pub(crate) fn is_host(text: &str) -> bool {
    named(text, None).is_ok_and(|named| named.user.is_none() && named.port.is_none())
}

/// `host`, `host:port`, `::1`, `[::1]` or `[::1]:port`.
pub(crate) fn host_and_port(text: &str) -> Result<(&str, Option<u16>), String> {
    let (host, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((host, ""))) => (host, None),
        Some(Some((host, rest))) => (host, Some(rest.strip_prefix(':').unwrap_or(rest))),
        Some(None) => return Err(format!("{text} lacks its closing bracket")),
        None if text.matches(':').count() == 1 => {
            text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)))
        }
        None => (text, None),
    };
    let number = |port: &str| port.parse().map_err(|_| format!("{port} is not a port"));
    Ok((host, port.map(number).transpose()?))
}

#[cfg(test)]
mod tests {
    use smolchat_core::protocol::DEFAULT_PORT;

    use super::*;

    #[test]
    fn every_form_of_a_target_is_understood() {
        for (text, port, user, host, expected) in [
            ("chat.example", None, None, "chat.example", DEFAULT_PORT),
            ("yoda@192.168.69.1", Some(5000), Some("yoda"), "192.168.69.1", 5000),
            ("yoda@home@host:77", None, Some("yoda@home"), "host", 77),
            ("::1", None, None, "::1", DEFAULT_PORT),
            ("yoda@fe80::1%eth0", Some(1), Some("yoda"), "fe80::1%eth0", 1),
            ("[::1]", Some(9), None, "::1", 9),
            ("yoda@[::1]:4001", None, Some("yoda"), "::1", 4001),
        ] {
            let named = named(text, port).unwrap();
            let port = named.port.unwrap_or(DEFAULT_PORT);
            assert_eq!(
                (named.user.as_deref(), &*named.host, port),
                (user, host, expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for (text, port) in [
            ("", None),
            ("@host", None),
            ("yoda@", None),
            ("host:x", None),
            ("[::1", None),
            ("[::1]x", None),
            ("host:1", Some(2)),
        ] {
            assert!(named(text, port).is_err(), "{text}");
        }
    }
}
