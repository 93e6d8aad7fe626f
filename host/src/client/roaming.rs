//! Whether this machine's addresses change, by the kernel's own word (rtnetlink(7)). Waits for
//! nothing, and knows no address.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};

/// `RTMGRP_IPV4_IFADDR` and `RTMGRP_IPV6_IFADDR` of linux/rtnetlink.h.
const ADDRESS_GROUPS: u32 = 0x10 | 0x100;

/// The kernel's word of changes.
#[derive(Debug)]
pub(crate) struct AddressWatch(OwnedFd);

impl AddressWatch {
    /// Listens from now on. `None` where the system lets nobody listen: then addresses are told at
    /// each login, and no more.
    pub(crate) fn open() -> Option<Self> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::NETLINK, SocketType::DGRAM, flags, None).ok()?;
        bind(&socket, &SocketAddrNetlink::new(0, ADDRESS_GROUPS)).ok()?;
        Some(AddressWatch(socket))
    }

    /// Whether addresses may have changed since the last time. What was lost for lack of room was a
    /// change, too.
    pub(crate) fn take(&self) -> bool {
        let (mut message, mut has_changed) = ([0; 4096], false);
        loop {
            match recv(&self.0, &mut message[..], RecvFlags::empty()) {
                Ok((0, _)) => return has_changed,
                Ok(_) | Err(Errno::NOBUFS) => has_changed = true,
                Err(Errno::INTR) => {}
                Err(_) => return has_changed,
            }
        }
    }
}

impl AsFd for AddressWatch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
