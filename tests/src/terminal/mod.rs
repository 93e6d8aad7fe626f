//! The real client on a pseudo-terminal, in the hands of a person who types, looks at the screen,
//! drags the window and closes it. Nothing is read from the terminal while the test does something
//! else: a person who looks away.

mod line_user;
mod looks;
mod person;
mod picture;
mod process;
mod pty;
mod screen;
mod shell;
mod tmux;

pub use line_user::LineUser;
pub use looks::{in_hand, is_told, message, said, without_colors};
pub use person::{TerminalUser, client_command, client_command_by_ssh};
pub use picture::picture;
pub use process::{is_stopped, memory_peak, processor_time, with_parent};
pub use pty::{Modes, Pty};
pub use screen::Screen;
pub use shell::{Shell, Stop};
pub use tmux::Tmux;
