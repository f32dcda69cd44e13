//! Where input comes from: a directory whose files are found and handed out one by one, or a stream that is kept in such files. What they mean, whether
//! their content was ingested before and when their rows are committed is for others; this says *there is a file, and nobody writes to it any more*.
//!
//! A file of a directory is ready when it was seen to be closed or moved in, or when it has been unchanged for the time `settle`; and in either case
//! only while no process that can be seen holds it open for writing, and a tick of its file system's clock has gone by since it changed: every later
//! change then shows. Links to files are followed, wherever they lead; links to directories are not.
//! Directories that `exclude` names are not entered (its regular expressions are for files alone).
//!
//! Writers on other machines (NFS), in other containers, or of other users while weir has no `CAP_SYS_PTRACE` cannot be seen. Theirs is a file that
//! pauses longer than `settle`: they should write under a name that `exclude` refuses and then rename, as collectors do.
//!
//! Memory is bounded: at most 50,000 files wait, some 200 bytes each, and each path that stays costs 19 to 39 bytes, and 48 more
//! if an earlier run met it.

mod after;
mod backlog;
mod directory;
mod feedback;
mod file_source;
mod found;
mod hints;
#[cfg(feature = "live")]
mod interface;
pub mod kafka;
mod ledger;
mod moment;
mod relocate;
mod rounds;
mod scan;
mod seen;
mod stamp;
mod stream;
mod watch;
mod writers;

pub use after::{AfterError, Disposal, after};
pub use directory::Directory;
pub use feedback::Feedback;
pub use file_source::{FileSource, FileSourceError};
pub use found::{FoundFile, OpenError};
pub use hints::{Hints, Sight};
#[cfg(feature = "live")]
pub use interface::{Interface, InterfaceError};
pub use rounds::{DirectoryError, Mode};
pub use stream::{Stream, StreamError};
