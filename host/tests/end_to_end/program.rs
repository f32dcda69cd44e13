//! A directory of one test with a configuration, and the real program run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A test's own directory: `in/` is watched, `out/` is the table.
pub struct Weir {
    directory: TempDir,
    environment: Vec<(String, String)>,
}

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Weir {
    /// One pipeline `lines` of the module `module`, with `more` at the end of its table in the configuration.
    pub fn pipeline(module: &str, more: &str) -> Self {
        let weir = Self::config(&format!(
            "[pipelines.lines]\nsource.directory = {{ path = \"in\", settle = \"0s\" }}\nparser = \"{module}\"\nsink.table = {{ path = \"out\", file-size = \"64KiB\", row-group = \"16KiB\" }}\nworkers = 2\n{more}\n"
        ));
        fs::create_dir(weir.path("in")).unwrap();
        weir
    }

    /// A directory that holds only `weir.toml`.
    pub fn config(text: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("weir.toml"), text).unwrap();
        Self { directory, environment: Vec::new() }
    }

    /// Sets a variable for the next runs.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// A path in the test's directory.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.directory.path().join(relative)
    }

    /// The file of a module that tests use.
    pub fn module(&self, name: &str) -> PathBuf {
        modules().join(format!("{name}.wasm"))
    }

    /// Writes an input file as a collector does: under a hidden name, then moved into place.
    pub fn input(&self, name: &str, content: &[u8]) {
        let hidden = self.path(&format!("in/.{name}"));
        fs::write(&hidden, content).unwrap();
        fs::rename(hidden, self.path(&format!("in/{name}"))).unwrap();
    }

    /// The command `weir ARGUMENTS` in the test's directory.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command();
        command.args(arguments).current_dir(self.directory.path()).envs(self.environment.iter().cloned());
        command
    }

    /// Runs `weir ARGUMENTS` to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Runs `weir run weir.toml --once` to its end.
    pub fn once(&self) -> Ran {
        self.run(&["run", "weir.toml", "--once"])
    }

    /// Starts `weir run weir.toml`; it is killed when the test ends.
    pub fn start(&self) -> Running {
        self.begin(&["run", "weir.toml"])
    }

    /// Starts `weir ARGUMENTS`; it is killed when the test ends.
    pub fn begin(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        Running(command.stdout(Stdio::null()).stderr(Stdio::from(fs::File::create(self.path("log")).unwrap())).spawn().unwrap())
    }

    /// What a started weir has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Ran {
    /// The exit code; fails with everything the program said when it ended by a signal.
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("ended by a signal: {self:?}"))
    }
}

/// A weir that runs until it is stopped or the test ends.
pub struct Running(Child);

impl Running {
    /// Its process.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Sends SIGTERM.
    pub fn ask_to_end(&self) {
        self.signal("TERM");
    }

    /// Sends a signal, like `INT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end.
    pub fn wait(mut self) -> ExitStatus {
        self.0.wait().unwrap()
    }

    /// Sends SIGTERM and waits for the end.
    pub fn terminate(self) -> ExitStatus {
        self.ask_to_end();
        self.wait()
    }

    /// Sends SIGKILL and waits for the end.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Between two looks: long enough to leave the cores to those who are waited for.
const PAUSE: Duration = Duration::from_millis(10);

/// Waits until `happened`, and fails when a minute passes without it.
pub fn wait_for(what: &str, mut happened: impl FnMut() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited a minute for {what}");
        std::thread::park_timeout(PAUSE);
    }
}

/// The real program, with the modules that were built beside it.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
    command
        .stdin(Stdio::null())
        .env("WEIR_MODULES", modules())
        .env("WEIR_CACHE", cache())
        .env_remove("RUST_BACKTRACE")
        .env_remove("WEIR_LOG");
    command
}

/// Where the modules that tests use were built.
fn modules() -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guests/target/wasm32-unknown-unknown/release");
    assert!(built.join("lines.wasm").exists(), "no modules in {}: run `make build hostile`", built.display());
    built
}

/// One compile cache for all tests: each module is compiled once.
fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")
}
