//! Replies: what a server answers. 2xx means done, 4xx refused for now, 5xx refused.
//! Knows no line: a dialect lays out the row of a reply. The texts of the rules stand here word for
//! word, and nowhere else.

// The docs of a row are those of its variant; its row and its arms need none, but a feature may
// leave them all out.
#![allow(unused_doc_comments)]

mod field;
mod form;
mod table;

use self::field::ReadField;
pub use self::field::{FIELDS_MAX, Field};
pub use self::form::ReplyForm;
use self::table::replies;
use super::MessageId;

replies! {
    /// `acks on` was heard.
    AcknowledgementsOn = 200 "acknowledgements on";
    /// `ack` was heard.
    Acknowledged {
        /// Everything up to this number is released.
        id: MessageId
    } = 201 "{id} acknowledged";
    /// `ping` was heard.
    Pong = 202 "pong";
    /// `receipts on` was heard.
    ReceiptsOn {
        /// As long as this number is the same, a message number means the same message.
        epoch: u32
    } = 203 "{epoch} receipts on";
    /// `active` was heard.
    Active = 204 "noted";
    /// The users online; a long list comes in several parts that read on.
    UsersOnline {
        /// Names, a comma and a space between.
        users: &'a str
    } = 210 "Users current online: {users}";
    /// The users of `whoelsesince`; a long list comes in several parts that read on.
    UsersSince {
        /// Names, a comma and a space between.
        users: &'a str
    } = 211 "Users that logged in: {users}";
    /// The users whom the caller blocks; a long list comes in several parts that read on.
    UsersBlocked {
        /// Names, a comma and a space between.
        users: &'a str
    } = 212 "Users you block: {users}";
    /// One figure of `status`.
    Status {
        /// What is counted, and how much.
        figure: &'a str
    } = 213 "{figure}";
    /// One request's form.
    Help {
        /// How it is written, and what it does.
        form: &'a str
    } = 214 "{form}";
    /// The user is online.
    SeenNow {
        /// Who.
        user: &'a str
    } = 215 "{user} is online";
    /// The user's last session is over.
    SeenBefore {
        /// Who.
        user: &'a str,
        /// For how long.
        seconds: u32
    } = 216 "{user} was last here {seconds} seconds ago";
    /// The user has had no session since the server started.
    NotSeen {
        /// Who.
        user: &'a str
    } = 217 "{user} has not been here since the server started";
    /// The last broadcasts: one in each part but the last part, which counts them.
    History {
        /// A broadcast, or how many there were.
        broadcast: &'a str
    } = 218 "{broadcast}";
    /// One key of the caller's.
    Keys {
        /// The key, or how many there are.
        key: &'a str
    } = 219 "{key}";
    /// What every connection hears first.
    Greeting = 220 "smolchat ready: login <user> <password>, or help";
    /// The session is over.
    LoggedOut = 221 "You just logged out";
    /// The session has begun.
    Welcome = 230 "Welcome to this message application";
    /// The account exists from now on.
    Registered {
        /// Whose.
        user: &'a str
    } = 231 "{user} registered, now log in";
    /// The user's password is the new one from now on.
    PasswordChanged = 232 "password changed";
    /// The block stands.
    Blocked {
        /// Whom.
        user: &'a str
    } = 240 "{user} is blocked";
    /// The block stood already.
    BlockedAlready {
        /// Whom.
        user: &'a str
    } = 241 "{user} is blocked already";
    /// The block is gone.
    Unblocked {
        /// Whom.
        user: &'a str
    } = 242 "{user} is unblocked";
    /// The key opens the caller's account from now on.
    KeyAdded = 243 "key added";
    /// It did already.
    KeyAddedAlready = 244 "key was added already";
    /// It does no more.
    KeyRemoved = 245 "key removed";
    /// The receiver is online; `* delivered` tells when it has the message.
    Accepted {
        /// The message's number.
        id: MessageId
    } = 250 "{id} accepted";
    /// The receiver is offline.
    Stored {
        /// The message's number.
        id: MessageId,
        /// The receiver.
        user: &'a str
    } = 251 "{id} stored until {user} logs in";
    /// Everybody online is a recipient.
    BroadcastSent {
        /// The message's number.
        id: MessageId,
        /// How many.
        recipients: u32
    } = 252 "{id} {recipients} recipients";
    /// Some users were passed over because they block the sender.
    BroadcastBlocked {
        /// The message's number.
        id: MessageId,
        /// How many.
        recipients: u32
    } = 253 "{id} {recipients} Your broadcast cannot be received by all online users because someone blocked you";
    /// Some users were passed over because their mailboxes are full.
    BroadcastPartly {
        /// The message's number.
        id: MessageId,
        /// How many.
        recipients: u32,
        /// How many were passed over.
        full: u32
    } = 254 "{id} {recipients} {full} online users did not get it, their mailboxes have no room for it";
    /// Some users were passed over because they block the sender, and some because their mailboxes
    /// are full.
    BroadcastPartlyBlocked {
        /// The message's number.
        id: MessageId,
        /// How many.
        recipients: u32,
        /// How many were passed over because their mailboxes are full.
        full: u32
    } = 255 "{id} {recipients} {full} mailboxes have no room for it. Your broadcast cannot be received by all online users because someone blocked you";
    /// Both sides are told of each other.
    Introduced {
        /// The peer.
        user: &'a str
    } = 260 "{user} introduced";
    /// Introductions will name the client's addresses.
    Announced {
        /// Where it listens.
        port: u32
    } = 261 "{port} announced to peers";
    /// Others find the caller's file from now on.
    Offered {
        /// Under this name.
        name: &'a str
    } = 270 "Ok, others find it now: {name}";
    /// The file was offered already, with this size and name; the caller is one of those who have
    /// it. If all others block the caller, the reply is [`Reply::Offered`].
    FileKnown {
        /// Its name.
        name: &'a str
    } = 271 "known already, you are one of its sources now: {name}";
    /// The files: one in each part but the last part, which counts them.
    Files {
        /// A file, or how many there are.
        file: &'a str
    } = 272 "{file}";
    /// The holders of the files that were looked for: one in each part but the last part.
    Available {
        /// A holder and what it holds, or the word for the end.
        holder: &'a str
    } = 273 "{holder}";
    /// The caller has so much of the file.
    HoldNoted = 274 "your share is noted";
    /// The caller has the file no more.
    Withdrawn = 275 "you are none of its sources any more";
    /// The operator gave the account.
    #[cfg(feature = "operator")]
    AccountAdded {
        /// Whose.
        user: &'a str
    } = 280 "{user} has an account";
    /// The operator gave the account another secret.
    #[cfg(feature = "operator")]
    SecretSet {
        /// Whose.
        user: &'a str
    } = 281 "{user} has another password";
    /// The account is gone, and all that was the user's.
    #[cfg(feature = "operator")]
    AccountRemoved {
        /// Whose it was.
        user: &'a str
    } = 282 "{user} has no account any more";
    /// The user's session is over.
    #[cfg(feature = "operator")]
    Kicked {
        /// Whose.
        user: &'a str
    } = 283 "{user} is logged out";
    /// The ban stands.
    #[cfg(feature = "operator")]
    BanSet = 284 "banned";
    /// The ban is over.
    #[cfg(feature = "operator")]
    BanEnded = 285 "banned no more";
    /// Everybody online hears it.
    #[cfg(feature = "operator")]
    Said {
        /// How many that are.
        listeners: u32
    } = 286 "{listeners} users hear it";
    /// One account in each part but the last part, which counts them.
    #[cfg(feature = "operator")]
    Accounts {
        /// An account and what there is to say of it, or how many there are.
        account: &'a str
    } = 287 "{account}";
    /// One ban in each part but the last part, which counts them.
    #[cfg(feature = "operator")]
    Bans {
        /// Whom it keeps out and for how long, or how many there are.
        ban: &'a str
    } = 288 "{ban}";
    /// Who takes most of a table, one user in each part but the last part, which counts them.
    #[cfg(feature = "operator")]
    Top {
        /// A table, a user and how much it takes, or how many were told.
        place: &'a str
    } = 289 "{place}";
    /// Some who are online have too much unread to hear it.
    #[cfg(feature = "operator")]
    SaidToSome {
        /// How many hear it.
        listeners: u32,
        /// How many do not.
        full: u32
    } = 291 "{listeners} users hear it, {full} have too much unread for it";
    /// The user, or where it comes from, is banned for now.
    #[cfg(feature = "operator")]
    Banned {
        /// For how long.
        seconds: u32
    } = 420 "{seconds} seconds until you may come back, you are banned";
    /// No connection is free: the greeting of a full server.
    ServerFull = 421 "server full, try again later";
    /// Others wait to have as many passwords checked as the server can take in.
    ChecksFull = 429 "the server checks as many passwords as it can, try again later",
        is_full: true;
    /// Three wrong passwords in a row.
    Locked {
        /// For how long.
        seconds: u32
    } = 430 "{seconds} You are blocked to login, try again later!";
    /// The earlier session stays.
    AlreadyOnline {
        /// Who.
        user: &'a str
    } = 431 "{user} is online already, the earlier session stays";
    /// No further account fits.
    AccountsFull = 432 "no further account fits, ask whoever runs this server", is_full: true;
    /// The account could not be written down.
    StoreFailed = 433 "the account could not be stored, try again later";
    /// This address has made too many accounts, and the next one has to wait.
    RegistrationWait {
        /// How long.
        seconds: u32
    } = 434 "{seconds} seconds until your address may create another account, try again then";
    /// One address may make a quarter of the accounts that are free.
    RegistrationShare = 435 "your address created as many accounts as one may, ask whoever runs this server";
    /// This address has sent too many wrong passwords. The next password has to wait, right or
    /// wrong.
    GuessWait {
        /// How long.
        seconds: u32
    } = 436 "{seconds} seconds until your address may try another password, after too many wrong ones";
    /// This user has logged in too often, and the next login has to wait.
    LoginWait {
        /// How long.
        seconds: u32
    } = 437 "{seconds} seconds until you may log in again, after too many logins";
    /// This user or this address changed too much, and the next password has to wait.
    PasswordWait {
        /// How long.
        seconds: u32
    } = 438 "{seconds} seconds until you may change your password, after too many changes";
    /// The new password could not be written down.
    PasswordNotStored = 439 "the new password could not be stored, the old one stays";
    /// The server's table of blocks is full.
    BlocksFull = 440 "the table of blocks is full, unblock somebody first or try again later",
        is_full: true;
    /// This user's share of the table of blocks is used up.
    BlockQuota {
        /// The share as things stand.
        limit: u32
    } = 441 "{limit} blocks are all one user may hold now, unblock somebody first", is_full: true;
    /// This user has changed too much, and the next change has to wait.
    ChangeWait {
        /// How long.
        seconds: u32
    } = 442 "{seconds} seconds until your next block, unblock or startprivate, after too many";
    /// The server's table of keys is full.
    KeysFull = 443 "the table of keys is full, remove one or try again later", is_full: true;
    /// This user has as many keys as one may have.
    KeyQuota {
        /// How many, as things stand.
        limit: u32
    } = 444 "{limit} keys are all one user may have now, remove one first", is_full: true;
    /// This user has changed too much, and the next change of a key has to wait.
    KeyWait {
        /// How long.
        seconds: u32
    } = 445 "{seconds} seconds until you may add or remove a key, after too many changes";
    /// The receiver's mailbox is full, or this user's share of it is used up.
    MailboxFull {
        /// Whose.
        user: &'a str
    } = 450 "{user} has no room for another message of yours until some are read, try again later",
        is_full: true;
    /// The server holds as many messages as it can.
    MessagesFull = 451 "the server holds as many messages as it can, try again later",
        is_full: true;
    /// Messages that nobody has read yet use up this user's share of the room for messages.
    SenderShare = 452 "your unread messages take as much room as one user's may now, try again later",
        is_full: true;
    /// The store has no room, and nothing to leave out.
    StoreFull = 453 "the server's store is full, try again later", is_full: true;
    /// The store does not work.
    NotStored = 454 "the server could not store it, try again later", is_full: true;
    /// The rest of the room for messages is kept for receivers who are online and read.
    AbsentFull = 455 "the server holds as many messages as it can for users who do not read them now, try again later",
        is_full: true;
    /// No direct connection to somebody offline.
    PeerOffline {
        /// Who.
        user: &'a str
    } = 460 "{user} is offline";
    /// The peer's client takes no direct connections.
    PeerSilent {
        /// Who.
        user: &'a str
    } = 461 "{user} takes no private connections now";
    /// One introduction at a time.
    IntroductionPending = 462 "your last introduction is still on its way, try again later";
    /// There is no token without a source of randomness.
    NoEntropy = 463 "this server has no source of randomness, so no private connections";
    /// The server's table of files is full.
    FilesFull = 470 "the table of files is full, try again later", is_full: true;
    /// The server's table of holders is full.
    HoldersFull = 471 "the table of holders is full, try again later", is_full: true;
    /// This user's share of the table of files or of holders is used up.
    FileShare {
        /// The share as things stand.
        limit: u32
    } = 472 "{limit} files are all one user may hold now, withdraw one first", is_full: true;
    /// The table of bans is full.
    #[cfg(feature = "operator")]
    BansFull = 480 "the table of bans is full, unban somebody first", is_full: true;
    /// The first word is no command.
    UnknownCommand = 500 "unknown command, try help";
    /// The arguments are not of the command's form.
    WrongArguments {
        /// The right form.
        form: &'a str
    } = 501 "wrong arguments, the form is: {form}";
    /// More than `LINE_MAX` bytes.
    LineTooLong = 502 "line longer than 512 bytes";
    /// More than `TEXT_MAX` bytes.
    TextTooLong = 503 "text longer than 432 bytes";
    /// Bytes that are not UTF-8.
    NotUtf8 = 504 "line is not UTF-8";
    /// A control character, or a line or paragraph separator (U+2028, U+2029) in a text.
    ControlCharacter = 505 "line holds a control character";
    /// `private` and `stopprivate` never reach a server.
    BetweenClients = 506 "private and stopprivate go straight between clients, use smolchat";
    /// A command for users came from a stranger.
    LoginFirst = 530 "log in first: login <user> <password>";
    /// A second login on one connection.
    LoggedInAlready = 531 "you are logged in, log out first";
    /// Nobody of that name.
    InvalidUsername = 532 "Invalid username, try again!";
    /// Not that user's password.
    InvalidCredentials = 533 "Invalid credentials, try again!";
    /// The server takes no new accounts.
    RegistrationOff = 534 "registration is off on this server";
    /// Somebody has that name, or one that differs only in case.
    NameTaken = 535 "this name is taken, choose another";
    /// A name that nobody may register.
    BadName = 536 "a name is 1 to 32 letters a to z, digits, - _ or . and begins with a letter or digit";
    /// A password that no account may have.
    BadPassword = 537 "a password is 1 to 64 bytes without space";
    /// The user, or where it comes from, is banned for good.
    #[cfg(feature = "operator")]
    BannedForGood = 538 "you are banned from this server";
    /// Self or unknown.
    InvalidUserToBlock = 540 "Invalid user to block";
    /// Self, unknown or not blocked.
    InvalidUserToUnblock = 541 "Invalid user to unblock";
    /// Unknown, or somebody who blocks the caller.
    InvalidUserToSee = 542 "Invalid user, nobody of that name";
    /// The caller has not added it.
    NoSuchKey = 543 "you have not added such a key";
    /// The server has no table of keys, or keeps nothing beyond a restart.
    KeysOff = 544 "this server takes no keys";
    /// Self or unknown.
    InvalidReceiver = 550 "Invalid receiver!";
    /// The receiver blocks the sender.
    BlockedByReceiver {
        /// Who.
        user: &'a str
    } = 551 "{user} has blocked you, your message was not sent";
    /// Self or unknown.
    InvalidPeer = 560 "Invalid user for a private connection";
    /// The peer blocks the caller.
    BlockedByPeer {
        /// Who.
        user: &'a str
    } = 561 "{user} has blocked you, no private connection";
    /// A name that no file may have.
    BadFileName = 570 "a file's name is 1 to 200 bytes, visible, without / \\ and :, and does not begin with . or - or end in . or a space";
    /// The server has no table of files.
    FilesOff = 572 "this server keeps no files";
    /// Nobody could fetch it from the caller.
    AnnounceFirst = 573 "announce where others find you first: p2p <port> <key>";
    /// No file of that name or id, or none that the caller may know of.
    NotAvailable = 574 "Not available";
    /// Nobody holds that file, or nobody of whom the caller may know.
    NoSuchFile = 575 "nobody offers such a file now";
    /// The caller does not hold the file.
    NotHolder = 576 "you do not hold this file";
    /// The caller is no admin.
    #[cfg(feature = "operator")]
    NotAdmin = 580 "only admins give orders";
    /// The first word is no order.
    #[cfg(feature = "operator")]
    UnknownOrder = 581 "unknown order, the orders are: user, kick, ban, unban, bans, say, status, top";
    /// The words behind an order are not of its form.
    #[cfg(feature = "operator")]
    WrongOrder {
        /// The right form.
        form: &'a str
    } = 582 "wrong order, the form is: {form}";
    /// No account has that name.
    #[cfg(feature = "operator")]
    NoSuchUser = 583 "nobody has that name";
    /// An admin does not keep itself out.
    #[cfg(feature = "operator")]
    NotYourself = 584 "not yourself";
    /// Nobody is banned so.
    #[cfg(feature = "operator")]
    NoSuchBan = 585 "no such ban";
    /// The server has no table of bans.
    #[cfg(feature = "operator")]
    BansOff = 586 "this server keeps no bans";
    /// The account came with the server, which cannot part with it.
    #[cfg(feature = "operator")]
    AccountStays = 587 "the account belongs to this server and stays";
}

impl Reply<'_> {
    /// The number of the message that the reply accepts. `None` if nobody is to receive it.
    pub fn accepted(&self) -> Option<MessageId> {
        match *self {
            Reply::Accepted { id } | Reply::Stored { id, .. } => Some(id),
            Reply::BroadcastSent { id, recipients }
            | Reply::BroadcastBlocked { id, recipients }
            | Reply::BroadcastPartly { id, recipients, .. }
            | Reply::BroadcastPartlyBlocked { id, recipients, .. } => {
                Some(id).filter(|_| recipients > 0)
            }
            _ => None,
        }
    }

    /// Whether the request was done: codes that begin with 2.
    pub fn is_done(&self) -> bool {
        self.code() / 100 == 2
    }

    /// Whether the request was refused and may be granted later: codes that begin with 4.
    pub fn is_for_now(&self) -> bool {
        self.code() / 100 == 4
    }
}
