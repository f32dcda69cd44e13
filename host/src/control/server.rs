//! The side of the control socket that answers.

use std::fs;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tracing::{info, warn};

use super::deployment::Deployment;
use super::protocol::{Answer, PipelineStatus, Request, Status};
use super::socket::{ControlError, receive, send, socket};
use crate::pipeline::Progress;
use crate::stop::Stop;

/// How long one that asks may take to say what.
const PATIENCE: Duration = Duration::from_secs(5);

/// A socket that is listened at. It is removed in the end.
pub struct Server {
    listener: UnixListener,
    path: PathBuf,
}

impl Server {
    /// Listens for those who know the configuration.
    ///
    /// # Errors
    /// Another weir does already, or there is no place for the socket.
    pub fn open(config: &Path) -> Result<Self, ControlError> {
        let path = socket(config)?;
        let failed = |cause| ControlError::Io { path: path.display().to_string(), cause };
        if path.exists() && UnixStream::connect(&path).is_err() {
            // Whoever listened there was killed.
            fs::remove_file(&path).map_err(failed)?;
        }
        let listener = UnixListener::bind(&path).map_err(failed)?;
        Ok(Self { listener, path })
    }

    /// Answers one request after the other until `stop` is set and [`wake`](Self::wake) called.
    pub fn answer(&self, deployment: &Deployment<'_>, counters: &[(String, Arc<Progress>)], stop: &Stop) {
        for stream in self.listener.incoming() {
            if stop.is_set() {
                return;
            }
            match stream.and_then(|stream| one(stream, deployment, counters)) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => info!("somebody asked nothing at the control socket"),
                Err(error) => warn!("the control socket: {error}"),
            }
        }
    }

    /// Has the thread that answers look whether it is to end.
    pub fn wake(&self) {
        // One that does not listen needs no waking.
        let _ = UnixStream::connect(&self.path);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that stays is taken over by the next run.
        let _ = fs::remove_file(&self.path);
    }
}

fn one(mut stream: UnixStream, deployment: &Deployment<'_>, counters: &[(String, Arc<Progress>)]) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let answer = match receive(&stream)? {
        Some(Request::Deploy { module, file }) => match deployment.deploy(&module, file.as_deref()) {
            Ok(deployed) => Answer::Deployed(deployed),
            Err(refusal) => {
                warn!(module, "not deployed: {refusal}");
                Answer::Refused(refusal.to_string())
            }
        },
        Some(Request::Status) => Answer::Status(status(deployment, counters)),
        None => Answer::Refused("not a request that this weir understands".to_owned()),
    };
    send(&mut stream, &answer)
}

fn status(deployment: &Deployment<'_>, counters: &[(String, Arc<Progress>)]) -> Status {
    let module = |name: &str| deployment.running().find(|(pipeline, ..)| *pipeline == name).map(|(.., module)| module);
    let of = |(name, progress): &(String, Arc<Progress>)| PipelineStatus {
        pipeline: name.clone(),
        module: module(name),
        counts: progress.counts(),
    };
    Status { version: env!("CARGO_PKG_VERSION").to_owned(), pid: std::process::id(), pipelines: counters.iter().map(of).collect() }
}
