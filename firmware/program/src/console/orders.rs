//! What becomes of a line: an order of an operator's, or something of the board's own.
//! Knows one line at a time.

use core::fmt::Write;

use heapless::String;
use smolchat_core::dialect::lines::{LineWriter, emit_reply};
use smolchat_core::environment::{Environment, Given, Seal};
use smolchat_core::operator::{ORDERS, Order};
use smolchat_core::protocol::{Reply, Secret, check_password};
use smolchat_core::server::Server;
use smolchat_core::time::Instant;
use smolchat_secret::{SALT_BYTES, resembles_hash};

use super::own::{FORMS, Own};
use super::typed::Fault;
use super::{ASKER, Console, Doing, GREETING, LAST_WORDS, List, World};
use crate::board::Board;
use crate::settings::{self, NAMES, Refused};

const TOO_LONG: &str = "590 the line is too long";
const NO_TEXT: &str = "590 the line is no text";
const CLEAR: &str = "590 name the password itself, and the board hashes it";
const NO_CHANCE: &str = "590 the board has no entropy for a hash";
const NO_KEY: &str = "290 no key: the door for SSH is shut, or the image has none";
const NO_ADDRESS: &str = "290 no address yet: the network gives one by DHCP";
const NOT_KEPT: &str = "590 not kept: the board has no store, or its store refuses";
const KEPT: &str = "290 kept: it counts from the next start on, so say restart";
const LOG_ON: &str = "290 the log is told here";
const LOG_OFF: &str = "290 the log is quiet here";
const RESTART: &str = "290 the board says goodbye and starts again";

impl Console {
    /// Goes on by a line of an answer, or by what was typed. Answers whether something was done.
    pub(super) fn step<B: Board>(
        &mut self,
        now: Instant,
        server: &mut Server<'_>,
        world: &mut World<'_, '_, B>,
    ) -> bool {
        if !self.output.has_room() {
            return false;
        }
        let mut line = LineWriter::new();
        match self.doing {
            Doing::Nothing => {
                if !self.has_line(world.environment) {
                    return false;
                }
                self.doing = self.begin(now, server, world, &mut line);
            }
            Doing::Telling(told) => {
                let more = server.tell(now, told, world, &mut line);
                self.doing = more.map_or(Doing::Nothing, Doing::Telling);
            }
            Doing::Sealing(salt) => {
                self.doing = self.order(now, server, world, &mut line, Some(salt));
                if matches!(self.doing, Doing::Sealing(_)) {
                    return false;
                }
            }
            Doing::Listing(list, row) => self.doing = self.list(list, row, &mut line),
            Doing::Restarting(at) => {
                world.environment.notes.is_restart_asked = self.output.is_empty() && now >= at;
                return false;
            }
        }
        if !line.is_empty() {
            self.output.say(line.as_str());
        }
        if !matches!(self.doing, Doing::Sealing(_)) {
            self.typed.clear();
        }
        true
    }

    /// Does what the line says.
    fn begin<B: Board>(
        &mut self,
        now: Instant,
        server: &mut Server<'_>,
        world: &mut World<'_, '_, B>,
        line: &mut LineWriter,
    ) -> Doing {
        let own = match self.typed.line() {
            Err(Fault::TooLong) => return say(TOO_LONG, line),
            Err(Fault::NoText) => return say(NO_TEXT, line),
            Ok("") => return say(GREETING, line),
            Ok(text) => match Own::parse(text) {
                None => return self.order(now, server, world, line, None),
                Some(own) => own,
            },
        };
        match own {
            Err(form) => {
                emit_reply(&Reply::WrongOrder { form }, line);
                Doing::Nothing
            }
            Ok(Own::Help) => self.list(List::Help, 0, line),
            Ok(Own::Settings) => self.list(List::Settings, 0, line),
            Ok(Own::Set { name, value }) => match self.settings.with(name, value, &self.image) {
                Err(why) => refuse(why, line),
                Ok(settings) if world.environment.keep_settings(&settings, server) => {
                    self.settings = settings;
                    say(KEPT, line)
                }
                Ok(_) => say(NOT_KEPT, line),
            },
            Ok(Own::Fingerprint) => match world.fingerprint() {
                Some(key) => {
                    say("290 ", line);
                    say(key, line)
                }
                None => say(NO_KEY, line),
            },
            Ok(Own::Address) => tell_address(world, line),
            Ok(Own::Log(is_on)) => {
                world.environment.notes.lines.is_on = is_on;
                say(if is_on { LOG_ON } else { LOG_OFF }, line)
            }
            Ok(Own::Restart) => {
                say(RESTART, line);
                Doing::Restarting(now + LAST_WORDS)
            }
        }
    }

    /// Does an operator's order. A password is hashed first, and until that is done the order
    /// stays in the line.
    fn order<B: Board>(
        &self,
        now: Instant,
        server: &mut Server<'_>,
        world: &mut World<'_, '_, B>,
        line: &mut LineWriter,
        salt: Option<[u8; SALT_BYTES]>,
    ) -> Doing {
        let order = match Order::parse(self.typed.line().unwrap_or_default()) {
            Ok(order) => order,
            Err(refusal) => {
                emit_reply(&refusal, line);
                let is_unknown = refusal == Reply::UnknownOrder;
                return say(if is_unknown { "; help lists the board's own" } else { "" }, line);
            }
        };
        let (Order::AddUser { secret, .. } | Order::ChangePassword { secret, .. }) = order else {
            return operate(now, server, world, order, line);
        };
        let Secret::Password(password) = secret else { return say(CLEAR, line) };
        let (seal, salt) = match seal(password, salt, world) {
            Ok(asked) => asked,
            Err(Refusal::Reply(reply)) => {
                emit_reply(&reply, line);
                return Doing::Nothing;
            }
            Err(Refusal::Words(words)) => return say(words, line),
        };
        let Seal::Hash(packed) = seal else { return Doing::Sealing(salt) };
        let secret = Secret::Hash(&packed);
        let order = match order {
            Order::AddUser { name, .. } => Order::AddUser { name, secret },
            Order::ChangePassword { name, .. } => Order::ChangePassword { name, secret },
            other => other,
        };
        operate(now, server, world, order, line)
    }

    /// A row of a list of the board's own.
    fn list(&self, list: List, row: usize, line: &mut LineWriter) -> Doing {
        let rows = match list {
            List::Help => FORMS.len() + ORDERS.len(),
            List::Settings => NAMES.len(),
        };
        say(if row + 1 < rows { "290-" } else { "290 " }, line);
        match list {
            List::Help => {
                let (form, what) = FORMS.get(row).unwrap_or_else(|| &ORDERS[row - FORMS.len()]);
                [form, ": ", what].into_iter().for_each(|part| line.push_str(part));
            }
            List::Settings => self.tell_setting(NAMES[row], line),
        }
        if row + 1 < rows { Doing::Listing(list, row + 1) } else { Doing::Nothing }
    }

    /// What a setting is, what it is from the next start on, and what it takes.
    fn tell_setting(&self, (name, form): (&'static str, &'static str), line: &mut LineWriter) {
        [name, " "].into_iter().for_each(|part| line.push_str(part));
        let begin = line.len();
        settings::tell(&self.product, name, line);
        let is_now = self.settings.get(name).is_some_and(|next| next == &line.as_str()[begin..]);
        let mut own = LineWriter::new();
        settings::tell(&self.image, name, &mut own);
        let next = match self.settings.get(name) {
            Some(next) if !is_now => Some(next),
            None if own.as_str() != &line.as_str()[begin..] => Some(own.as_str()),
            _ => None,
        };
        if let Some(next) = next {
            [", after a restart ", next].into_iter().for_each(|part| line.push_str(part));
        }
        [" (", form, ")"].into_iter().for_each(|part| line.push_str(part));
    }
}

/// Why a password has no hash.
enum Refusal {
    Reply(Reply<'static>),
    Words(&'static str),
}

/// Asks for the hash of a password, with the salt that was drawn before or a new one.
fn seal<B: Board>(
    password: &str,
    salt: Option<[u8; SALT_BYTES]>,
    world: &mut World<'_, '_, B>,
) -> Result<(Seal, [u8; SALT_BYTES]), Refusal> {
    if check_password(password).is_err() {
        return Err(Refusal::Reply(Reply::BadPassword));
    }
    if resembles_hash(password) {
        return Err(Refusal::Words(CLEAR));
    }
    let salt = match salt {
        Some(salt) => salt,
        None => {
            let mut drawn = [0; SALT_BYTES];
            let filled = world.entropy(&mut drawn);
            filled.map_err(|_| Refusal::Words(NO_CHANCE))?;
            drawn
        }
    };
    let given = Given { asker: ASKER, source: ASKER, password };
    match world.environment.seal_with(given, salt) {
        Seal::Failed | Seal::Plain => Err(Refusal::Words(NO_CHANCE)),
        Seal::Full => Err(Refusal::Reply(Reply::ChecksFull)),
        asked => Ok((asked, salt)),
    }
}

fn operate<B: Board>(
    now: Instant,
    server: &mut Server<'_>,
    world: &mut World<'_, '_, B>,
    order: Order<'_>,
    line: &mut LineWriter,
) -> Doing {
    server.operate(now, order, world, line).map_or(Doing::Nothing, Doing::Telling)
}

fn tell_address<B: Board>(world: &mut World<'_, '_, B>, line: &mut LineWriter) -> Doing {
    let notes = &world.environment.notes;
    let Some((address, bits)) = notes.address else { return say(NO_ADDRESS, line) };
    let mut text = String::<64>::new();
    let _fits = write!(text, "290 {address}/{bits}");
    line.push_str(&text);
    if !notes.name.is_empty() {
        [", ", &notes.name, ".local"].into_iter().for_each(|part| line.push_str(part));
    }
    Doing::Nothing
}

fn refuse(why: Refused, line: &mut LineWriter) -> Doing {
    match why {
        Refused::NoSuch => say("590 there is no such setting: say settings", line),
        Refused::SamePort => say("590 two doors cannot have the same port", line),
        Refused::Full => say("590 the settings have no room for that", line),
        Refused::Value(form) => {
            say("590 it takes ", line);
            say(form, line)
        }
    }
}

fn say(words: &str, line: &mut LineWriter) -> Doing {
    line.push_str(words);
    Doing::Nothing
}
