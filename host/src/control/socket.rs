//! Where a running weir listens, and how it is asked. The socket's name is made of the configuration's path, so that who knows the one finds the other.

use std::fs::{self, DirBuilder};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::protocol::{Answer, Request};
use crate::model::Digest;

/// Bytes of a message.
const LARGEST: u64 = 1 << 20;
/// Compiling a large module takes some seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why a running weir cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Nobody listens.
    #[error("no weir runs {config}: nobody listens at {socket}")]
    NobodyListens {
        /// The configuration.
        config: String,
        /// Where one would.
        socket: String,
    },
    /// Somebody else could.
    #[error("{0} is not a directory of this user's alone: name another in WEIR_RUNTIME_DIR")]
    Foreign(String),
    /// It cannot be reached.
    #[error("cannot use the control socket {path}")]
    Io {
        /// The socket.
        path: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// What came is no answer.
    #[error("the running weir gave no answer that this one understands: are they of the same version?")]
    NoAnswer,
}

/// The socket of whoever runs a configuration: in `$WEIR_RUNTIME_DIR`, `$XDG_RUNTIME_DIR/weir` or `/tmp/weir-UID`, a directory of this user's alone.
///
/// # Errors
/// There is no such directory and none can be made, or it is open to others.
pub fn socket(config: &Path) -> Result<PathBuf, ControlError> {
    let directory = directory().map_err(|cause| ControlError::Io { path: "in the runtime directory".to_owned(), cause })?;
    let failed = |cause| ControlError::Io { path: directory.display().to_string(), cause };
    DirBuilder::new().recursive(true).mode(0o700).create(&directory).map_err(failed)?;
    let found = fs::symlink_metadata(&directory).map_err(failed)?;
    if !found.is_dir() || found.uid() != user().map_err(failed)? || found.mode() & 0o022 != 0 {
        return Err(ControlError::Foreign(directory.display().to_string()));
    }
    let config = fs::canonicalize(config).unwrap_or_else(|_| config.to_owned());
    let name: String = Digest::of(config.as_os_str().as_encoded_bytes()).hex().chars().take(16).collect();
    Ok(directory.join(format!("{name}.sock")))
}

fn directory() -> io::Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let own = variable("WEIR_RUNTIME_DIR").or_else(|| Some(variable("XDG_RUNTIME_DIR")?.join("weir")));
    own.map_or_else(|| Ok(std::env::temp_dir().join(format!("weir-{}", user()?))), Ok)
}

/// Who runs this program.
fn user() -> io::Result<u32> {
    Ok(fs::metadata("/proc/self")?.uid())
}

/// Asks the weir that runs a configuration.
///
/// # Errors
/// None does, or it cannot be asked.
pub fn ask(config: &Path, request: &Request) -> Result<Answer, ControlError> {
    let path = socket(config)?;
    let failed = |cause| ControlError::Io { path: path.display().to_string(), cause };
    let mut stream = UnixStream::connect(&path).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
            ControlError::NobodyListens { config: config.display().to_string(), socket: path.display().to_string() }
        }
        _ => failed(cause),
    })?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    send(&mut stream, request).map_err(failed)?;
    receive(&stream).map_err(failed)?.ok_or(ControlError::NoAnswer)
}

/// Writes one message.
pub(super) fn send(stream: &mut UnixStream, message: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    stream.write_all(&line)
}

/// Reads one message; none: it is not one of this kind.
pub(super) fn receive<T: serde::de::DeserializeOwned>(stream: &UnixStream) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    BufReader::new(stream).take(LARGEST).read_until(b'\n', &mut line)?;
    Ok(serde_json::from_slice(&line).ok())
}
