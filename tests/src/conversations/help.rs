//! `help` and `status`.

use smolchat_core::protocol::{REQUESTS, RequestForm};

use crate::stage::Stage;

conversations! {
    help_lists_every_request;
    help_on_a_command_is_its_line;
    status_tells_what_is_used_of_what_there_is: messages(18);
}

/// The requests that the stage's server knows.
fn requests(stage: &dyn Stage) -> Vec<&'static RequestForm> {
    let is_known = |form: &&RequestForm| form.name != "admin" || stage.takes_orders();
    REQUESTS.iter().filter(is_known).collect()
}

fn help_lists_every_request(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.say(stranger, "help");
    let requests = requests(stage);
    for (number, form) in requests.iter().enumerate() {
        let mark = if number + 1 == requests.len() { ' ' } else { '-' };
        stage.hear(stranger, &format!("214{mark}{}: {}", form.form, form.help));
    }
    stage.ask(stranger, "ping", "202 pong");
    stage.hear_nothing();
}

fn help_on_a_command_is_its_line(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for form in requests(stage) {
        let line = format!("214 {}: {}", form.form, form.help);
        stage.ask(hans, &format!("help {}", form.name), &line);
    }
    stage.hear_nothing();
}

fn status_tells_what_is_used_of_what_there_is(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(hans, "block yoda", "240 yoda is blocked");
    stage.ask(hans, "message luke hi", "251 1 stored until luke logs in");
    stage.say(yoda, "status");
    let chat = [
        "uptime-seconds {number}",
        "users 8 of 32",
        "online 2 of 16",
        "connections 2 of 16",
        "messages-waiting 1 of 72",
        "message-pieces 1 of 216",
        "deliveries 1 of {number}",
        "your-messages-waiting 0 of 17",
        "messages-accepted 1",
        "history 0 of 8",
        "history-gap-before 0",
        "mailbox-quota 36",
        "mailbox-share 9",
        "blocks 1 of 22",
        "keys 0 of {number}",
        "files 0 of 8",
        "file-holders 0 of 10",
        "sources 1 of {number}",
        "sources-sharing 0",
        "guesses-refused 0",
        "registrations-refused 0",
        "logins-refused 0",
        "changes-refused 0",
        "block-seconds 600",
        "timeout-seconds 600",
        "registration 1",
        "durability-strict 1",
    ];
    let figures: Vec<_> = chat.into_iter().chain(stage.further_figures()).collect();
    for (number, figure) in figures.iter().enumerate() {
        let mark = if number + 1 == figures.len() { ' ' } else { '-' };
        stage.hear(yoda, &format!("213{mark}{figure}"));
    }
    stage.hear_nothing();
}
