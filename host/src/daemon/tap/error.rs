//! Why there is no TAP device, in words for whoever starts the server.

use std::fmt;

use rustix::io::Errno;

/// What every TAP device is opened by.
pub(super) const CLONE_DEVICE: &str = "/dev/net/tun";

/// Why there is no TAP device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TapError {
    /// The kernel has no TAP devices.
    NoDriver,
    /// This user may not open /dev/net/tun.
    DriverDenied,
    /// This user may not open the file of a macvtap device.
    FileDenied,
    /// A macvtap device without a file, as in a container that was not given it.
    NoFile,
    /// This user may neither create the device nor attach to it.
    Denied,
    /// Another program is attached to it.
    Busy,
    /// There is an interface of that name, and it is no plain TAP device.
    OtherKind,
    /// The kernel does not let it be said who cuts and sums, and an earlier program may have said
    /// so.
    Offload(Errno),
    /// Anything else.
    System(Errno),
}

impl fmt::Display for TapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TapError::NoDriver => write!(
                f,
                "there is no {CLONE_DEVICE}: load the driver by  sudo modprobe tun  (in a container, pass --device {CLONE_DEVICE})"
            ),
            TapError::DriverDenied => write!(f, "this user may not open {CLONE_DEVICE}"),
            TapError::FileDenied => write!(
                f,
                "this user may not open its file, /dev/tapNUMBER (the number is that of ip link)"
            ),
            TapError::NoFile => write!(
                f,
                "its file, /dev/tapNUMBER, is not here (the number is that of ip link; pass it to a container by --device)"
            ),
            TapError::Denied => write!(f, "this user may not create or use it"),
            TapError::Busy => write!(f, "another program uses it, perhaps another smolchatd"),
            TapError::OtherKind => write!(f, "an interface of that name is no plain TAP device"),
            TapError::Offload(error) => write!(
                f,
                "cannot switch off what an earlier program left to its end: {error}: remove the device, or name another with --tap"
            ),
            TapError::System(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for TapError {}
