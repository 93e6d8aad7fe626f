//! A helper thread for the accounts file: it reads the file again, and writes a new one beside it
//! with an account changed. It may allocate, and waits for the disk. The loop only hands it orders
//! and takes what it has made.
//! Knows no server.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use heapless::String as Text;
use rustix::fs::OFlags;
use rustix::pipe::{PipeFlags, pipe_with};
use smolchat_core::protocol::{NAME_MAX, SECRET_MAX};

use super::credentials::{Accounts, Change, Credentials, CredentialsError, Kept, Replacement};
use super::privacy;

/// How often the loop looks whether the thread is still there.
const LOOK: Duration = Duration::from_secs(1);
/// Lines that are told by their numbers at most.
const LINES_TOLD: usize = 5;
/// What the thread says when the file is read.
const READ: &[u8] = b"r";

/// What is to be changed of an account.
#[derive(Debug)]
struct Edit {
    name: Text<NAME_MAX>,
    /// This line of a key is to let its owner in, too. Without one the account is to be gone.
    key: Option<Text<SECRET_MAX>>,
}

/// A file that was read again: its accounts in the order of their names, or what is wrong with it,
/// in lines.
pub(super) type Reading = Result<Accounts, String>;
/// A file that waits to be put in place; none where there is nothing to change.
pub(super) type Prepared = Result<Option<Replacement>, Kept>;

/// What lies between the loop and the thread.
#[derive(Debug, Default)]
struct Desk {
    is_read_wanted: bool,
    edit: Option<Edit>,
    reading: Option<Box<Reading>>,
    /// What the loop needs no more. The thread gives its memory back.
    spent: Option<Box<Reading>>,
    prepared: Option<Prepared>,
    is_closed: bool,
}

#[derive(Debug, Default)]
struct Shared {
    desk: Mutex<Desk>,
    /// Something was put on the desk.
    rung: Condvar,
}

/// The loop's side of the thread.
#[derive(Debug)]
pub(super) struct Keeper {
    shared: Arc<Shared>,
    told: File,
}

impl Keeper {
    /// Starts the thread for the accounts file at `path`.
    ///
    /// # Errors
    /// The system has no thread or no pipe.
    pub(super) fn start(path: PathBuf) -> io::Result<Self> {
        let (told, tell) = pipe_with(PipeFlags::CLOEXEC)?;
        rustix::fs::fcntl_setfl(&told, OFlags::NONBLOCK)?;
        let shared = Arc::new(Shared::default());
        let (theirs, mut tell) = (shared.clone(), File::from(tell));
        let work = move || {
            while let Some(task) = theirs.next() {
                theirs.put(task.done(&path, &theirs), &mut tell);
            }
        };
        thread::Builder::new().name("accounts".into()).spawn(work)?;
        Ok(Keeper { shared, told: told.into() })
    }

    /// Readable once the file was read.
    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.told.as_fd()
    }

    /// Has the file read. What was read before is forgotten.
    pub(super) fn read(&self, spent: Option<Box<Reading>>) {
        let mut desk = self.shared.desk();
        desk.is_read_wanted = true;
        desk.spent = spent.or_else(|| desk.reading.take());
        self.shared.rung.notify_all();
    }

    /// The loop needs this no more.
    pub(super) fn give_back(&self, spent: Box<Reading>) {
        self.shared.desk().spent = Some(spent);
        self.shared.rung.notify_all();
    }

    /// What the file holds, once it is read.
    pub(super) fn take_reading(&mut self) -> Option<Box<Reading>> {
        // The thread writes to the pipe while it has the desk, so none of its bytes is left there.
        let mut desk = self.shared.desk();
        let _ = self.told.read(&mut [0; 16]);
        if desk.is_read_wanted { None } else { desk.reading.take() }
    }

    /// Has a new file written, and waits until the disk has it. One such wait is like a commit.
    ///
    /// It is the file without that account; with a `key`, the file in which the key lets its owner
    /// in, too.
    ///
    /// # Errors
    /// There is no new file.
    pub(super) fn prepare(&self, name: &str, key: Option<&str>) -> Prepared {
        let name = Text::try_from(name).map_err(|_| rustix::io::Errno::INVAL)?;
        let key = key.map(Text::try_from).transpose().map_err(|_| rustix::io::Errno::INVAL)?;
        let mut desk = self.shared.desk();
        desk.edit = Some(Edit { name, key });
        self.shared.rung.notify_all();
        loop {
            if let Some(prepared) = desk.prepared.take() {
                return prepared;
            }
            // The thread holds the other one, unless it has panicked.
            if Arc::strong_count(&self.shared) == 1 {
                return Err(rustix::io::Errno::IO.into());
            }
            let woken = self.shared.rung.wait_timeout(desk, LOOK);
            desk = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.shared.desk().is_closed = true;
        self.shared.rung.notify_all();
    }
}

/// What the thread has to do, and what it has done.
enum Task {
    Read,
    Prepare,
    GiveBack(Option<Box<Reading>>),
}

enum Done {
    Reading(Box<Reading>),
    Prepared(Prepared),
    Nothing,
}

impl Shared {
    /// A panic of the other side leaves the desk as it was.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a task; none once nobody needs the thread any more.
    fn next(&self) -> Option<Task> {
        let mut desk = self.desk();
        loop {
            if desk.is_closed {
                return None;
            }
            if desk.edit.is_some() {
                return Some(Task::Prepare);
            }
            if desk.spent.is_some() {
                return Some(Task::GiveBack(desk.spent.take()));
            }
            if std::mem::take(&mut desk.is_read_wanted) {
                return Some(Task::Read);
            }
            desk = self.rung.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn put(&self, done: Done, tell: &mut File) {
        let mut desk = self.desk();
        match done {
            Done::Reading(reading) => {
                desk.reading = Some(reading);
                let _ = tell.write(READ);
            }
            Done::Prepared(prepared) => desk.prepared = Some(prepared),
            Done::Nothing => {}
        }
        self.rung.notify_all();
    }
}

impl Task {
    fn done(self, path: &Path, shared: &Shared) -> Done {
        match self {
            Task::Read => Done::Reading(Box::new(read(path))),
            Task::Prepare => {
                let edit = shared.desk().edit.take();
                edit.map_or(Done::Nothing, |edit| Done::Prepared(prepare(path, &edit)))
            }
            Task::GiveBack(spent) => {
                drop(spent);
                Done::Nothing
            }
        }
    }
}

fn read(path: &Path) -> Reading {
    let read = || {
        let mut accounts = Credentials::read(path)?.served().accounts(path)?;
        accounts.list.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        accounts.keys.sort_unstable();
        accounts.admins.sort_unstable();
        accounts.told = told(path, &accounts);
        Ok(accounts)
    };
    read().map_err(|error: CredentialsError| error.to_string())
}

/// What is odd about a file that was read again, a line each.
fn told(path: &Path, accounts: &Accounts) -> Vec<String> {
    let mut told = Vec::new();
    for line in accounts.orphans.iter().take(LINES_TOLD) {
        told.push(format!(
            "line {line}: $admin counts only below the account of that name, so this line makes nobody an admin"
        ));
    }
    if accounts.in_clear > 0 {
        let count = accounts.in_clear;
        told.push(format!(
            "lines with a password in clear: {count}; to hash them, stop this server, and type  smolchatd hash {}",
            path.display()
        ));
    }
    told.extend(privacy::warnings(path).into_iter().map(|warning| format!("warning: {warning}")));
    told
}

fn prepare(path: &Path, Edit { name, key }: &Edit) -> Prepared {
    let io = |_| Kept::System(rustix::io::Errno::IO);
    let file = Credentials::read(path).map_err(io)?.served();
    // Lines that are no accounts would be taken for something else.
    file.accounts(path).map_err(|_| Kept::Changed)?;
    file.prepare(name, key.as_deref().map_or(Change::Remove, Change::Key))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rustix::event::{PollFd, PollFlags, poll};
    use tempfile::tempdir;

    use super::*;
    use crate::daemon::credentials::CredentialsFile;

    fn reading(keeper: &mut Keeper) -> Reading {
        loop {
            let watched = PollFd::from_borrowed_fd(keeper.as_fd(), PollFlags::IN);
            poll(&mut [watched], None).unwrap();
            if let Some(reading) = keeper.take_reading() {
                return *reading;
            }
        }
    }

    #[test]
    fn the_file_is_read_in_the_order_of_names_and_its_faults_are_told_by_line() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("accounts");
        fs::write(&path, "yoda b\nhans a\n").unwrap();
        let mut keeper = Keeper::start(path.clone()).unwrap();
        keeper.read(None);
        let mut accounts = reading(&mut keeper).unwrap();
        assert!(accounts.told.remove(0).starts_with("lines with a password in clear: 2;"));
        let names: Vec<_> = accounts.list.iter().map(|account| &*account.name).collect();
        assert_eq!(names, ["hans", "yoda"]);
        fs::write(&path, "yoda b\nhans\nluke\n").unwrap();
        keeper.read(Some(Box::new(Ok(accounts))));
        let told = reading(&mut keeper).unwrap_err();
        assert!(told.contains("line 2:") && told.lines().count() == 2, "{told}");
        fs::remove_file(&path).unwrap();
        keeper.read(None);
        assert!(reading(&mut keeper).unwrap_err().starts_with("there is no "));
    }

    #[test]
    fn a_persons_last_line_without_a_newline_is_no_half_line_of_the_server_that_runs() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("accounts");
        fs::write(&path, "hans a\n").unwrap();
        let server = CredentialsFile::open(Credentials::read(&path).unwrap()).unwrap();
        fs::write(&path, "hans a\nyoda b").unwrap();
        let mut keeper = Keeper::start(path.clone()).unwrap();
        keeper.read(None);
        assert_eq!(reading(&mut keeper).unwrap().list.len(), 2);
        drop(server);
    }

    #[test]
    fn a_new_file_is_written_beside_the_old_one_while_the_loop_waits() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("accounts");
        fs::write(&path, "hans a\nyoda b\n").unwrap();
        let keeper = Keeper::start(path.clone()).unwrap();
        assert!(keeper.prepare("luke", None).unwrap().is_none());
        assert!(keeper.prepare("hans", None).unwrap().is_some());
        assert_eq!(fs::read(&path).unwrap(), b"hans a\nyoda b\n");
        assert_eq!(fs::read(folder.path().join(".accounts.new")).unwrap(), b"yoda b\n");
        fs::write(&path, "hans\n").unwrap();
        assert!(matches!(keeper.prepare("hans", None), Err(Kept::Changed)));
    }
}
