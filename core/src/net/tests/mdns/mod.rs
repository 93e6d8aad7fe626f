//! The responder behind a driver, on a link where the test is every other host.

mod budgets;
mod conflicts;
mod course;
mod garbage;
mod link;
mod questions;
