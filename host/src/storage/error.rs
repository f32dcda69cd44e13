//! What can go wrong in a storage, with what to do about it.

use std::fmt;
use std::io;

/// A call that failed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// No space, no inodes or no quota left.
    #[error("cannot {operation} {path}: the storage is full; make room and start again")]
    Full {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: String,
        /// As the system says it.
        source: io::Error,
    },
    /// The process lacks a right.
    #[error("cannot {operation} {path}: not permitted; give this user the right to write there")]
    Denied {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: String,
        /// As the system says it.
        source: io::Error,
    },
    /// The file system is mounted for reading.
    #[error("cannot {operation} {path}: the file system is read-only; mount it for writing or choose another directory")]
    ReadOnly {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: String,
        /// As the system says it.
        source: io::Error,
    },
    /// The file, or the directory it should lie in, is not there.
    #[error("cannot {operation} {path}: it is not there")]
    Missing {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: String,
        /// As the system says it.
        source: io::Error,
    },
    /// HDFS counts files and bytes of a directory, and this one has as many as it may have.
    #[error(
        "cannot {operation} {path}: the quota of HDFS is used up; make room, or raise it with `hdfs dfsadmin -setSpaceQuota` or `-setQuota`"
    )]
    Quota {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: String,
        /// As HDFS says it.
        source: io::Error,
    },
    /// The NameNode only answers questions.
    #[error("cannot {operation} {path}: the NameNode is in safe mode, in which nothing is written; see `hdfs dfsadmin -safemode get`")]
    SafeMode {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: String,
        /// As HDFS says it.
        source: io::Error,
    },
    /// No NameNode or no DataNode does it.
    #[error("cannot {operation} {path}: HDFS does not answer; see whether its NameNode and its DataNodes run and can be reached")]
    Away {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: String,
        /// What was seen of it.
        source: io::Error,
    },
    /// The file waits on this machine for its upload, and there is no room for it.
    #[error(
        "cannot {operation} {path}: what is written waits in {directory} until it is uploaded, and that fails; make room, or name another directory (hdfs.state)"
    )]
    Spool {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: String,
        /// Where files wait.
        directory: String,
        /// As the system says it.
        source: io::Error,
    },
    /// The hold that others have to respect is gone.
    #[error("the hold on {path} went to another process while HDFS did not hear of this one; start the pipeline again, in one place only")]
    Lost {
        /// What was held.
        path: String,
    },
    /// No client can be made of a URL and its settings.
    #[error(
        "{url} is no place in HDFS ({reason}): write hdfs://HOST:PORT/PATH, or hdfs://NAMESERVICE/PATH with HADOOP_CONF_DIR or hdfs.config \
         naming the directory of its hdfs-site.xml"
    )]
    BadUrl {
        /// As given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody holds the name.
    #[error("{path} is held by {holder}; end it, or give this pipeline another name")]
    Held {
        /// What is held.
        path: String,
        /// Process and time, as the holder wrote them.
        holder: String,
    },
    /// A file is larger than the caller takes.
    #[error("{path} is larger than {limit} bytes: it is not what it should be")]
    TooLarge {
        /// The file.
        path: String,
        /// What the caller takes.
        limit: u64,
    },
    /// The path leaves the storage, or no storage can hold it.
    #[error("`{path}` is no path below a storage: names joined by `/`, without `.` and `..`")]
    BadPath {
        /// As given.
        path: String,
    },
    /// Anything else.
    #[error("cannot {operation} {path}")]
    Other {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: String,
        /// As the system says it.
        source: io::Error,
    },
}

impl StorageError {
    /// Sorts what the system says. What a storage has sorted before stays as it is.
    pub fn from_io(operation: Operation, path: &str, source: io::Error) -> Self {
        let path = path.to_owned();
        let source = match source.downcast::<Self>() {
            Ok(sorted) => return sorted,
            Err(source) => source,
        };
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full { operation, path, source }
            }
            io::ErrorKind::PermissionDenied => Self::Denied { operation, path, source },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { operation, path, source },
            io::ErrorKind::NotFound => Self::Missing { operation, path, source },
            _ => Self::Other { operation, path, source },
        }
    }
}

/// What was tried, as a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A new file.
    Create,
    /// Bytes into a file.
    Write,
    /// Making a file durable.
    Close,
    /// Bytes of a file, or facts about it.
    Read,
    /// Another name.
    Rename,
    /// Taking it away.
    Remove,
    /// What a directory holds.
    List,
    /// A directory.
    MakeDirectory,
    /// An exclusive hold.
    Claim,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Write => "write",
            Self::Close => "close",
            Self::Read => "read",
            Self::Rename => "move",
            Self::Remove => "remove",
            Self::List => "list",
            Self::MakeDirectory => "make the directory",
            Self::Claim => "claim",
        })
    }
}
