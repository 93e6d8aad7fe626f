//! What an order tells, as lines: an account, a ban, a place in a table, and how many there are.

use super::LineWriter;
use super::address::emit_address;
use crate::operator::Whom;
use crate::protocol::Item;

/// Writes an item of an order.
#[inline(never)]
pub(super) fn emit_item(item: &Item<'_>, line: &mut LineWriter) {
    match *item {
        Item::Account { name, marks } => {
            line.push_str(name);
            for mark in marks.into_iter().filter(|mark| !mark.is_empty()) {
                line.push_space();
                line.push_str(mark);
            }
        }
        Item::Ban { whom, left } => {
            match whom {
                Whom::User(name) => line.push_str(name),
                Whom::Network(network) => {
                    emit_address(&network.address(), line);
                    line.push_str("/");
                    line.push_number(network.bits().into());
                }
            }
            line.push_space();
            match left {
                Some(seconds) => line.push_number(seconds.into()),
                None => line.push_str("for good"),
            }
        }
        Item::Tally(count, of) => {
            line.push_number(count.into());
            line.push_space();
            let one = of.strip_suffix('s').filter(|_| count == 1);
            line.push_str(one.unwrap_or(of));
        }
        Item::Place { table, user, count } => {
            line.push_str(table);
            line.push_space();
            line.push_str(user);
            line.push_space();
            line.push_number(count.into());
        }
        _ => {}
    }
}
