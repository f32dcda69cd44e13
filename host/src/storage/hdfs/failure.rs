//! What HDFS says when it refuses, sorted by who has to act. Java's exceptions come as the name of a class and a message of many lines.

use std::io;

use hdfs_native::HdfsError;

use crate::storage::{Operation, StorageError};

/// Characters of a message that are shown: further lines are a stack of Java's.
const SHOWN: usize = 300;

/// What a failed call means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Missing,
    Exists,
    Denied,
    Quota,
    SafeMode,
    /// Nobody does it now; a later try may find somebody.
    Away,
    Other,
}

impl Meaning {
    pub fn of(error: &HdfsError) -> Self {
        match error {
            HdfsError::FileNotFound(_) => Self::Missing,
            HdfsError::AlreadyExists(_) => Self::Exists,
            HdfsError::IOError(_)
            | HdfsError::DataTransferError(_)
            | HdfsError::ChecksumError
            | HdfsError::BlocksNotFound(_)
            | HdfsError::OperationFailed(_) => Self::Away,
            HdfsError::RPCError(class, message) | HdfsError::FatalRPCError(class, message) => {
                Self::of_exception(class.rsplit('.').next().unwrap_or(class), message)
            }
            _ => Self::Other,
        }
    }

    /// By the name of the exception's class, without its package.
    fn of_exception(class: &str, message: &str) -> Self {
        match class {
            "FileNotFoundException" => Self::Missing,
            "AccessControlException" | "AuthorizationException" => Self::Denied,
            "SafeModeException" => Self::SafeMode,
            "StandbyException" | "RetriableException" | "NotReplicatedYetException" | "RecoveryInProgressException" => Self::Away,
            _ if class.ends_with("QuotaExceededException") || class == "QuotaByStorageTypeExceededException" => Self::Quota,
            // All DataNodes are dead, full or excluded.
            "IOException" if message.contains("could only be written to") || message.contains("could only be replicated to") => Self::Away,
            _ => Self::Other,
        }
    }

    /// Whether the same call may do better in a moment, without anybody's help.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::SafeMode | Self::Away)
    }
}

/// An error with its path, for people.
pub(super) fn failed(operation: Operation, path: &str, error: HdfsError) -> StorageError {
    let (meaning, path) = (Meaning::of(&error), path.to_owned());
    let source = io::Error::other(shown(&error));
    match meaning {
        Meaning::Missing => StorageError::Missing { operation, path, source },
        Meaning::Denied => StorageError::Denied { operation, path, source },
        Meaning::Quota => StorageError::Quota { operation, path, source },
        Meaning::SafeMode => StorageError::SafeMode { operation, path, source },
        Meaning::Away => StorageError::Away { operation, path, source },
        Meaning::Exists | Meaning::Other => StorageError::Other { operation, path, source },
    }
}

/// The first line of what was said, without the name of a class.
fn shown(error: &HdfsError) -> String {
    let text = match error {
        HdfsError::RPCError(_, message) | HdfsError::FatalRPCError(_, message) if !message.is_empty() => message.clone(),
        HdfsError::IOError(error) => error.to_string(),
        other => other.to_string(),
    };
    text.lines().next().unwrap_or_default().chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exception(class: &str, message: &str) -> HdfsError {
        HdfsError::RPCError(class.to_owned(), message.to_owned())
    }

    #[test]
    fn exceptions_are_sorted_by_who_has_to_act() {
        let of = |class, message| Meaning::of(&exception(class, message));
        assert_eq!(of("java.io.FileNotFoundException", ""), Meaning::Missing);
        assert_eq!(of("org.apache.hadoop.security.AccessControlException", ""), Meaning::Denied);
        assert_eq!(of("org.apache.hadoop.hdfs.protocol.DSQuotaExceededException", ""), Meaning::Quota);
        assert_eq!(of("org.apache.hadoop.hdfs.protocol.NSQuotaExceededException", ""), Meaning::Quota);
        assert_eq!(of("org.apache.hadoop.hdfs.server.namenode.SafeModeException", ""), Meaning::SafeMode);
        assert_eq!(of("java.io.IOException", "File /a could only be written to 0 of the 1 minReplication nodes."), Meaning::Away);
        assert_eq!(of("java.io.IOException", "no"), Meaning::Other);
    }

    #[test]
    fn an_error_says_the_first_line_of_what_java_says() {
        let error = exception("org.apache.hadoop.security.AccessControlException", "Permission denied: user=bob\n\tat org.apache…");
        let error = failed(Operation::Write, "hdfs://n:1/a", error);
        assert_eq!(error.to_string(), "cannot write hdfs://n:1/a: not permitted; give this user the right to write there");
        assert_eq!(std::error::Error::source(&error).map(ToString::to_string).as_deref(), Some("Permission denied: user=bob"));
    }
}
