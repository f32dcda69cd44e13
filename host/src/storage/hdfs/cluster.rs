//! One cluster as one storage uses it: the client, the patience with it, and how files are made there.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hdfs_native::{Client, ClientBuilder, HdfsError, WriteOptions};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use super::failure::{Meaning, failed};
use super::runtime::runtime;
use crate::config::Hdfs;
use crate::storage::{Operation, StorageError};

/// What hdfs-native does by itself when nothing is said. A write goes on when one DataNode of its pipeline dies and no other takes its place, and
/// a NameNode that does not answer is given up after a second: the patience here is longer, and says what it waits for.
const PROPERTIES: [(&str, &str); 4] = [
    ("dfs.client.block.write.replace-datanode-on-failure.best-effort", "true"),
    ("dfs.client.failover.max.attempts", "4"),
    ("dfs.client.failover.sleep.base.millis", "100"),
    ("dfs.client.failover.sleep.max.millis", "1000"),
];
/// Files that are uploaded at one time.
const UPLOADS: usize = 8;
/// Of one call; one that takes longer counts as lost.
const CALL: Duration = Duration::from_secs(60);
/// Between two tries, at first and at last.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// See the top of the file.
pub(super) struct Cluster {
    pub client: Client,
    pub runtime: &'static Runtime,
    /// `hdfs://host:port`, which comes before a path in messages.
    pub authority: String,
    /// How files are created, over those of the same name.
    pub file: WriteOptions,
    /// Permissions of directories.
    pub directories: u32,
    /// Where files wait for their upload.
    pub spool: PathBuf,
    pub uploads: Semaphore,
    /// Holds of this storage: the paths of their marks.
    pub holds: Mutex<Vec<String>>,
    patience: Duration,
}

impl Cluster {
    /// Of `hdfs://host:port`, `hdfs://nameservice`, or `hdfs://` for the default of the configuration.
    pub fn new(authority: &str, options: &Hdfs) -> Result<Self, StorageError> {
        let bad = |reason: String| StorageError::BadUrl { url: authority.to_owned(), reason };
        let runtime = runtime().map_err(|error| bad(format!("no threads for it: {error}")))?;
        let mut builder = ClientBuilder::new().with_io_runtime(runtime.handle().clone());
        if authority != "hdfs://" {
            builder = builder.with_url(authority);
        }
        if let Some(config) = &options.config {
            builder = builder.with_config_dir(config.to_string_lossy());
        }
        if let Some(user) = &options.user {
            builder = builder.with_user(user);
        }
        let own = PROPERTIES.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let builder = builder.with_config(own.into_iter().chain(options.properties.iter().cloned()));
        let client = builder.build().map_err(|error| bad(error.to_string()))?;
        let file = WriteOptions {
            permission: options.permissions,
            replication: options.replication,
            block_size: options.block_size,
            ..overwriting()
        };
        Ok(Self {
            client,
            runtime,
            authority: authority.to_owned(),
            file,
            directories: directory_permissions(options.permissions),
            spool: spool(options),
            uploads: Semaphore::new(UPLOADS),
            holds: Mutex::default(),
            patience: options.patience,
        })
    }

    /// A path as messages name it.
    pub fn name(&self, path: &str) -> String {
        format!("{}{path}", self.authority)
    }

    /// Calls until it succeeds, fails for good, or the patience ends; the thread waits.
    pub fn persist<T>(&self, path: &str, call: impl AsyncFnMut() -> hdfs_native::Result<T>) -> hdfs_native::Result<T> {
        self.runtime.block_on(async {
            let mut call = call;
            let mut tries = self.tries(path);
            loop {
                match in_time(call()).await {
                    Err(error) if tries.again(&error).await => {}
                    ended => {
                        tries.end(ended.as_ref().err());
                        return ended;
                    }
                }
            }
        })
    }

    /// As [`persist`](Self::persist), with the error for people.
    pub fn call<T>(&self, operation: Operation, path: &str, call: impl AsyncFnMut() -> hdfs_native::Result<T>) -> Result<T, StorageError> {
        self.persist(path, call).map_err(|error| self.failed(operation, path, error))
    }

    pub fn failed(&self, operation: Operation, path: &str, error: HdfsError) -> StorageError {
        failed(operation, &self.name(path), error)
    }

    /// Begins the tries of a step.
    pub fn tries(&self, path: &str) -> Tries {
        Tries { path: self.name(path), began: Instant::now(), patience: self.patience, pause: PAUSES.0, told: false }
    }
}

/// An answer that is waited for only so long.
pub(super) async fn in_time<T>(call: impl Future<Output = hdfs_native::Result<T>>) -> hdfs_native::Result<T> {
    let late = |_| HdfsError::IOError(io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {} s", CALL.as_secs())));
    timeout(CALL, call).await.map_err(late)?
}

/// The tries of one step.
pub(super) struct Tries {
    path: String,
    began: Instant,
    patience: Duration,
    pause: Duration,
    told: bool,
}

impl Tries {
    /// Whether to try again, once the pause is over.
    pub async fn again(&mut self, error: &HdfsError) -> bool {
        if !Meaning::of(error).may_pass() || self.began.elapsed() + self.pause > self.patience {
            return false;
        }
        if !self.told && self.began.elapsed() >= Duration::from_secs(1) {
            warn!(path = self.path.as_str(), %error, "HDFS does not take it, trying again");
            self.told = true;
        }
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(PAUSES.1);
        true
    }

    /// Tells those who were told of the trouble that it is over: an answer came, if only to refuse.
    pub fn end(&self, error: Option<&HdfsError>) {
        if self.told && error.is_none_or(|error| !Meaning::of(error).may_pass()) {
            info!(path = self.path.as_str(), seconds = self.began.elapsed().as_secs(), "HDFS takes it again");
        }
    }
}

fn overwriting() -> WriteOptions {
    WriteOptions::default().overwrite(true).create_parent(false)
}

/// Who may read a file may enter its directory.
fn directory_permissions(file: u32) -> u32 {
    file | (file & 0o444) >> 2
}

/// `/tmp` is memory on many machines, and files may be large.
fn spool(options: &Hdfs) -> PathBuf {
    if let Some(state) = &options.state {
        return state.join("uploads");
    }
    match std::env::var_os("TMPDIR") {
        Some(directory) => PathBuf::from(directory),
        None => PathBuf::from("/var/tmp"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_read_a_file_may_enter_its_directory() {
        assert_eq!([0o644, 0o664, 0o600, 0o777].map(directory_permissions), [0o755, 0o775, 0o700, 0o777]);
    }
}
