//! The Debian package, installed, used and purged on a machine of a test's own. Needs root, and the
//! package: `cargo xtask dist deb` makes it.

mod boards;
mod container;
mod installed;
mod machine;
mod package;
mod pages;
mod root;
