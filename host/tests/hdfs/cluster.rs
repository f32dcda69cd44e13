//! A real cluster: one for all tests of a run, which ends with them however they end, and clusters that a test treats badly.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};

use tempfile::TempDir;

/// A cluster that runs until this is dropped or the test's process ends.
pub struct Cluster {
    url: String,
    control: Mutex<Control>,
    child: Child,
    _directory: TempDir,
}

/// Its standard input keeps it alive.
struct Control {
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Cluster {
    /// The cluster that tests share, of one DataNode, which none of them stops.
    pub fn shared() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(|| Self::start(1))
    }

    /// Starts a cluster of so many DataNodes.
    pub fn start(datanodes: u32) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../services/hdfs/cluster.sh");
        let mut command = Command::new(script);
        command.arg(directory.path()).arg(datanodes.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let mut url = String::new();
        answers.read_line(&mut url).unwrap();
        assert!(url.starts_with("hdfs://"), "no cluster: what cluster.sh said stands above");
        let control = Mutex::new(Control { commands: child.stdin.take(), answers });
        Self { url: url.trim().to_owned(), control, child, _directory: directory }
    }

    /// A directory that no other test has: `hdfs://127.0.0.1:PORT/test-N`.
    pub fn directory(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        format!("{}/test-{}", self.url, NUMBER.fetch_add(1, Relaxed))
    }

    /// Has cluster.sh do something, like `kill nn`, and waits for it.
    pub fn control(&self, command: &str) {
        let mut control = self.control.lock().unwrap();
        writeln!(control.commands.as_ref().unwrap(), "{command}").unwrap();
        let mut answer = String::new();
        control.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim(), "done", "{command}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.control.lock().unwrap().commands.take();
        let _ = self.child.wait();
    }
}

/// The path in a URL.
pub fn path_of(url: &str) -> &str {
    let rest = url.strip_prefix("hdfs://").unwrap();
    rest.split_at(rest.find('/').unwrap()).1
}
