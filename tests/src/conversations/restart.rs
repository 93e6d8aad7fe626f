//! A server that stops and comes back.
//! Touches the stage only.

use crate::stage::Stage;

conversations! {
    a_server_that_stops_says_goodbye_to_everybody;
    a_registered_account_outlives_a_restart;
}

const STOPPING: &str = "* bye 425 the server is stopping";

fn a_server_that_stops_says_goodbye_to_everybody(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let stranger = stage.stranger();
    stage.restart();
    for client in [hans, yoda, stranger] {
        stage.hear(client, STOPPING);
        stage.closed(client);
    }
    stage.company(["hans", "yoda"]);
    stage.hear_nothing();
}

fn a_registered_account_outlives_a_restart(stage: &mut dyn Stage) {
    let jabba = stage.stranger();
    stage.ask(jabba, "register jabba hutt", "231 jabba registered, now log in");
    stage.restart();
    stage.hear(jabba, STOPPING);
    stage.closed(jabba);
    let jabba = stage.stranger();
    stage.ask(jabba, "login jabba hutt", "230 Welcome to this message application");
    let yoda = stage.arrive("yoda");
    stage.hear(jabba, "* login yoda");
    stage.ask(yoda, "message jabba hi", "250 {id} delivered");
    stage.hear(jabba, "* message {id} yoda {age} hi");
    stage.hear_nothing();
}
