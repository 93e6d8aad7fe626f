//! The threads of a link, and the calls that lead to one.

use std::sync::Arc;

use smolchat_files::exchange::LinkId;
use smolchat_peer::Link;

use super::input::Input;
use super::link_end::LinkEnd;
use super::reader::LinkReading;
use super::{CallError, Hub, writer, yielding};

/// Serves a link in this thread for as long as it stands.
pub(super) fn serve(hub: &Hub, link: Link) {
    yielding::give_way();
    let number = hub.new_link();
    let end = LinkEnd {
        user: link.user().to_owned(),
        outbox: Arc::default(),
        wanted: Arc::default(),
        backlog: Arc::default(),
        closer: link.closer(),
    };
    let (reader, mut writer) = link.split();
    let of_writer = end.clone();
    let has_writer = hub.spawn("files out", move |hub| {
        // Whoever reads the link tells its end.
        let _ = writer::write_all(hub, number, &of_writer.outbox, &mut writer);
        of_writer.close();
    });
    if has_writer {
        read(hub, number, &end, reader);
    }
}

fn read(hub: &Hub, link: LinkId, end: &LinkEnd, reader: smolchat_peer::LinkReader) {
    hub.put(Input::Linked { link, end: end.clone() });
    let reading = LinkReading { hub, link, wanted: &end.wanted, backlog: &end.backlog };
    // Whatever the reason is: the link is over, and its user may be called again.
    let _ = reading.read_all(reader);
    end.close();
    hub.put(Input::Lost { link });
}

/// Calls a user and serves the link in the same thread.
pub(super) fn call(hub: &Hub, user: String) {
    let callee = user.clone();
    let is_called = hub.spawn("files call", move |hub| match (hub.call)(&callee) {
        Ok(link) => serve(hub, link),
        Err(error) => hub.put(Input::NotCalled { user: callee, error }),
    });
    if !is_called {
        hub.put(Input::NotCalled { user, error: CallError::Unreachable });
    }
}
