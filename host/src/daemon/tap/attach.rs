//! Attaching to a TAP device, and asking the kernel for offload. All `ioctl` calls of the package
//! stand here (linux/if_tun.h).

use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::ioctl::{Getter, IntegerSetter, Opcode, Updater, ioctl, opcode};

use super::error::{CLONE_DEVICE, TapError};
use super::macvtap;

const TUNSETIFF: Opcode = opcode::write::<i32>(b'T', 202);
const TUNGETFEATURES: Opcode = opcode::read::<u32>(b'T', 207);
const TUNSETOFFLOAD: Opcode = opcode::write::<u32>(b'T', 208);
const TUNGETIFF: Opcode = opcode::read::<u32>(b'T', 210);
const IFF_TAP: u16 = 0x0002;
const IFF_PERSIST: u16 = 0x0800;
const IFF_NO_PI: u16 = 0x1000;
const IFF_VNET_HDR: u16 = 0x4000;
/// Frames may come without a checksum.
const TUN_F_CSUM: u32 = 0x01;
/// TCP over IPv4, and over IPv6, may come in pieces longer than the MTU.
const TUN_F_TSO: u32 = 0x02 | 0x04;

/// `struct ifreq` as TUNSETIFF reads and writes it.
#[repr(C)]
struct InterfaceRequest {
    name: [u8; 16],
    flags: u16,
    padding: [u8; 22],
}

/// Attaches to the TAP or macvtap device `name`. If there is none, a TAP device is created and goes
/// with this program. With offload, if that is wanted and the kernel offers it; then true, and a
/// `struct virtio_net_hdr` precedes every frame.
pub(super) fn open(name: &str, offload: bool) -> Result<(OwnedFd, bool), TapError> {
    let file = open_file(name)?;
    // A kernel that does not tell its features has none that are new.
    let offload = offload && features(&file).is_ok_and(|all| all & u32::from(IFF_VNET_HDR) != 0);
    let header = if offload { IFF_VNET_HDR } else { 0 };
    attach(&file, name, IFF_TAP | IFF_NO_PI | header).map_err(|error| match error {
        Errno::PERM | Errno::ACCESS => TapError::Denied,
        Errno::BUSY => TapError::Busy,
        Errno::INVAL => TapError::OtherKind,
        other => TapError::System(other),
    })?;
    // A device that outlives its programs also keeps what the last of them asked for, so it is told
    // in either case.
    let wanted = if offload { TUN_F_CSUM | TUN_F_TSO } else { 0 };
    match after_telling(set_offload(&file, wanted), offload, || is_persistent(&file))? {
        After::Attached => Ok((file, offload)),
        After::WithoutOffload => {
            // The header goes with the attachment. A device that nothing else holds goes too, and
            // is created again.
            drop(file);
            open(name, false)
        }
    }
}

/// The file to attach by: the driver's, or that of a macvtap device of this name.
fn open_file(name: &str) -> Result<OwnedFd, TapError> {
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
    if let Some(path) = macvtap::file_of(name) {
        let file = rustix::fs::open(&path, flags, Mode::empty()).map_err(|error| match error {
            Errno::ACCESS | Errno::PERM => TapError::FileDenied,
            Errno::NOENT | Errno::NODEV | Errno::NXIO => TapError::NoFile,
            other => TapError::System(other),
        })?;
        return macvtap::take(&file).map(|()| file);
    }
    rustix::fs::open(CLONE_DEVICE, flags, Mode::empty()).map_err(|error| match error {
        Errno::NOENT | Errno::NODEV | Errno::NXIO => TapError::NoDriver,
        Errno::ACCESS | Errno::PERM => TapError::DriverDenied,
        other => TapError::System(other),
    })
}

/// The consequence of the kernel's answer to the request for offload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// The device can be used.
    Attached,
    /// It may be usable without offload.
    WithoutOffload,
}

/// A kernel that does not know the request has never left anything to anybody. A kernel that knows
/// the request and refuses it may still offload, if an earlier program asked for it on a device
/// that outlives programs.
fn after_telling(
    answer: Result<(), Errno>,
    offload: bool,
    is_persistent: impl FnOnce() -> bool,
) -> Result<After, TapError> {
    match answer {
        Ok(()) => Ok(After::Attached),
        Err(_) if offload => Ok(After::WithoutOffload),
        Err(Errno::NOTTY | Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(After::Attached),
        Err(_) if !is_persistent() => Ok(After::Attached),
        Err(error) => Err(TapError::Offload(error)),
    }
}

/// Whether the device outlives the programs that attach to it; yes if nobody knows.
fn is_persistent(file: &OwnedFd) -> bool {
    let mut request = InterfaceRequest { name: [0; 16], flags: 0, padding: [0; 22] };
    // SAFETY: TUNGETIFF writes one `struct ifreq`: 40 bytes at most, beginning with name and flags.
    // This is one.
    let updater = unsafe { Updater::<TUNGETIFF, InterfaceRequest>::new(&mut request) };
    // SAFETY: the request is right for its opcode, as said above, and the kernel keeps no pointer
    // to it.
    let asked = unsafe { ioctl(file, updater) };
    asked.is_err() || request.flags & IFF_PERSIST != 0
}

/// The flags that the kernel's driver knows.
fn features(file: &OwnedFd) -> Result<u32, Errno> {
    // SAFETY: TUNGETFEATURES writes one unsigned int.
    let request = unsafe { Getter::<TUNGETFEATURES, u32>::new() };
    // SAFETY: the request is right for its opcode, as said above.
    unsafe { ioctl(file, request) }
}

/// Makes `file` the TAP device `name`.
fn attach(file: &OwnedFd, name: &str, flags: u16) -> Result<(), Errno> {
    let mut request = InterfaceRequest { name: [0; 16], flags, padding: [0; 22] };
    // The last byte stays zero: the kernel reads a C string.
    let room = request.name.len() - 1;
    let name = name.as_bytes().get(..name.len().min(room)).unwrap_or_default();
    request.name[..name.len()].copy_from_slice(name);
    // SAFETY: TUNSETIFF reads and writes one `struct ifreq`: 40 bytes at most, beginning with name
    // and flags. This is one.
    let request = unsafe { Updater::<TUNSETIFF, InterfaceRequest>::new(&mut request) };
    // SAFETY: the request is right for its opcode, as said above, and the kernel keeps no pointer
    // to it.
    unsafe { ioctl(file, request) }
}

/// The work that the kernel may leave to this end of the device.
fn set_offload(file: &OwnedFd, what: u32) -> Result<(), Errno> {
    // SAFETY: TUNSETOFFLOAD takes its flags as a number, by value.
    let request = unsafe { IntegerSetter::<TUNSETOFFLOAD>::new_usize(what as usize) };
    // SAFETY: the request is right for its opcode, as said above.
    unsafe { ioctl(file, request) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_leaves_nothing_to_programs_is_used_without() {
        for error in [Errno::INVAL, Errno::NOTTY, Errno::PERM] {
            for persistent in [false, true] {
                let after = after_telling(Err(error), true, || persistent);
                assert_eq!(after, Ok(After::WithoutOffload));
            }
        }
        for error in [Errno::INVAL, Errno::NOTTY, Errno::NOSYS, Errno::OPNOTSUPP] {
            assert_eq!(after_telling(Err(error), false, || true), Ok(After::Attached));
        }
        assert_eq!(after_telling(Err(Errno::PERM), false, || false), Ok(After::Attached));
        let kept = after_telling(Err(Errno::PERM), false, || true);
        assert_eq!(kept, Err(TapError::Offload(Errno::PERM)));
        assert_eq!(after_telling(Ok(()), true, || true), Ok(After::Attached));
    }
}
