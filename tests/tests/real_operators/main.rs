//! Operators of the real server: orders by commands and at the control socket, accounts that change
//! while people chat, and the accounts of a first start. Needs root and `smolchatd` built for
//! release.

mod accounts;
mod orders;
mod place;
mod reload;
mod start;
