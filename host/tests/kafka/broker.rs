//! A real broker: one for all tests of a run, which ends with them however they end, and brokers that a test treats badly.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// A broker that runs until this is dropped or the test's process ends.
pub struct Broker {
    directory: PathBuf,
    address: String,
    /// Its standard input keeps it alive.
    child: Child,
}

impl Broker {
    /// The broker that tests share, which none of them stops.
    pub fn shared() -> &'static Self {
        static BROKER: OnceLock<(Broker, TempDir)> = OnceLock::new();
        let start = || {
            let directory = tempfile::tempdir().unwrap();
            (Self::start(directory.path(), &[]), directory)
        };
        &BROKER.get_or_init(start).0
    }

    /// Starts a broker in a directory, where one may have been before.
    pub fn start(directory: &Path, environment: &[(&str, &str)]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../services/kafka/broker.sh");
        let mut command = Command::new(script);
        command.arg(directory).envs(environment.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(address.contains(':'), "no broker: what broker.sh said stands above, and its log is in {}", directory.display());
        Self { directory: directory.to_owned(), address: address.trim().to_owned(), child }
    }

    /// `HOST:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends a signal, like `STOP`, to the broker's own process.
    pub fn signal(&self, name: &str) {
        let id = std::fs::read_to_string(self.directory.join("pid")).unwrap();
        assert!(Command::new("kill").args([&format!("-{name}"), id.trim()]).status().unwrap().success());
    }

    /// Ends it as an administrator does; its directory stays.
    pub fn stop(mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
