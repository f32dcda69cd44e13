//! A stream: standard input, or a FIFO with one writer after the other. What is read of it can be read only once, so all of it is kept in a file until its
//! rows are committed. That file is handed out like one of a directory, and is ingested exactly once.
//!
//! One stream is one input. It ends when its writer closes it, or when weir is asked to end. What an earlier run had kept comes first; of a stream
//! that a crash cut off, that is as much as was read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tracing::{info, warn};

use super::found::FoundFile;
use super::rounds::Mode;
use super::stamp::Stamp;
use crate::config::StreamSource;
use crate::stop::Stop;

/// Of a file that is still written.
const PART: &str = "part";
/// Between two looks at the wish to end.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
/// Bytes that are read at one time: what a pipe holds.
const PIECE: usize = 64 << 10;

/// A stream whose content is handed out as files.
#[derive(Debug)]
pub struct Stream {
    source: StreamSource,
    /// Where the files are.
    spool: PathBuf,
    /// Open while somebody may write to it.
    input: File,
    /// Names of files that an earlier run kept, the last first.
    kept: Vec<PathBuf>,
    ended: bool,
    trouble: Option<StreamError>,
}

/// A stream cannot be read, or what was read of it cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// It cannot be opened or read.
    #[error("cannot read the stream {stream}")]
    Read {
        /// Its name.
        stream: String,
        /// Why.
        source: io::Error,
    },
    /// There is something else in its place.
    #[error("{0} is no FIFO: make one with `mkfifo`, or take files with source.directory")]
    NoFifo(String),
    /// Nobody types captures.
    #[error("standard input is a terminal: give weir a stream to read, like `zcat FILE | weir run CONFIG`")]
    Terminal,
    /// No room, or no right to write.
    #[error("cannot keep what the stream {stream} gives in {path:?}: it needs room for a whole stream")]
    Keep {
        /// Its name.
        stream: String,
        /// The file, or the directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Stream {
    /// Opens the stream, reads nothing yet, and finds what an earlier run has left in `spool`, a directory that nobody else uses.
    ///
    /// # Errors
    /// When there is no such stream, or the directory cannot be used.
    pub fn open(source: &StreamSource, spool: &Path) -> Result<Self, StreamError> {
        let spool = std::path::absolute(spool).unwrap_or_else(|_| spool.to_owned());
        let kept = left_behind(&spool).map_err(|error| StreamError::Keep { stream: name(source), path: spool.clone(), source: error })?;
        Ok(Self { source: source.clone(), input: open(source)?, spool, kept, ended: false, trouble: None })
    }

    /// Why there was no further stream.
    pub fn into_trouble(self) -> Option<StreamError> {
        self.trouble
    }

    /// Waits for the end of the next stream that is not empty. When `stop` is set while one is read, it ends there. None when there is no further one.
    pub fn next(&mut self, mode: Mode, stop: &Stop) -> Option<FoundFile> {
        while !stop.is_set()
            && let Some(path) = self.kept.pop()
        {
            match found(&self.spool, &path) {
                Ok(file) => return Some(file),
                Err(error) => warn!(?path, %error, "left by an earlier run, and cannot be looked at"),
            }
        }
        while !self.ended && !stop.is_set() {
            self.ended = mode == Mode::Once || self.source == StreamSource::StandardInput;
            match self.whole(stop) {
                Ok(None) => {}
                Ok(file) => return file,
                Err(error) => {
                    self.trouble = Some(error);
                    self.ended = true;
                }
            }
        }
        None
    }

    /// Reads one stream to its end.
    fn whole(&mut self, stop: &Stop) -> Result<Option<FoundFile>, StreamError> {
        let sealed = self.spool.join(file_name(&self.source));
        let part = sealed.with_added_extension(PART);
        let size = self.keep(&part, stop)?;
        if stop.is_set() && size > 0 {
            warn!(stream = name(&self.source), bytes = size, "ended before its writer closed it: what was read is one input");
        }
        if !self.ended && !stop.is_set() {
            // The next writer may be there already: a FIFO that nobody holds open forgets what was written to it.
            self.input = open(&self.source)?;
        }
        let file = match size {
            0 => fs::remove_file(&part).map(|()| None),
            _ => fs::rename(&part, &sealed).and_then(|()| found(&self.spool, &sealed)).map(Some),
        };
        file.map_err(|error| self.not_kept(&part, error))
    }

    /// Copies what is left of the stream to a file. Gives its bytes.
    fn keep(&self, part: &Path, stop: &Stop) -> Result<u64, StreamError> {
        let failed = |error| self.not_kept(part, error);
        let mut file = OpenOptions::new().write(true).create_new(true).open(part).map_err(failed)?;
        let mut buffer = vec![0; PIECE];
        let mut size = 0;
        while let Some(bytes) = self.piece(&mut buffer, stop)? {
            file.write_all(bytes).map_err(failed)?;
            size += bytes.len() as u64;
        }
        file.sync_all().map_err(failed)?;
        Ok(size)
    }

    fn not_kept(&self, path: &Path, source: io::Error) -> StreamError {
        StreamError::Keep { stream: name(&self.source), path: path.to_owned(), source }
    }

    /// The next bytes; none at the end, and when `stop` is set.
    fn piece<'b>(&self, buffer: &'b mut [u8], stop: &Stop) -> Result<Option<&'b [u8]>, StreamError> {
        let failed = |source| StreamError::Read { stream: name(&self.source), source };
        let count = loop {
            if stop.is_set() {
                return Ok(None);
            }
            match self.try_read(buffer) {
                Ok(Some(count)) => break count,
                Ok(None) => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {}
                Err(error) => return Err(failed(error)),
            }
        };
        Ok(buffer.get(..count).filter(|bytes| !bytes.is_empty()))
    }

    /// Nothing came in the time of a look: none.
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        let mut events = [PollFd::new(&self.input, PollFlags::IN)];
        if poll(&mut events, Some(&LOOK))? == 0 {
            return Ok(None);
        }
        (&self.input).read(buffer).map(Some)
    }
}

/// A stream for people.
fn name(source: &StreamSource) -> String {
    match source {
        StreamSource::StandardInput => "standard input".to_owned(),
        StreamSource::Fifo(path) => path.display().to_string(),
    }
}

/// Opens it without waiting for a writer.
fn open(source: &StreamSource) -> Result<File, StreamError> {
    let failed = |error| StreamError::Read { stream: name(source), source: error };
    let StreamSource::Fifo(path) = source else {
        let input = io::stdin();
        if io::IsTerminal::is_terminal(&input) {
            return Err(StreamError::Terminal);
        }
        return input.as_fd().try_clone_to_owned().map(File::from).map_err(failed);
    };
    let without_waiting = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(without_waiting).open(path).map_err(failed)?;
    let is_fifo = file.metadata().map_err(failed)?.file_type().is_fifo();
    if is_fifo { Ok(file) } else { Err(StreamError::NoFifo(name(source))) }
}

/// Where it came from, and when: `dns.fifo.20170908T113704.123456789`.
fn file_name(source: &StreamSource) -> String {
    let label = match source {
        StreamSource::StandardInput => "stdin".into(),
        StreamSource::Fifo(path) => path.file_name().unwrap_or_default().to_string_lossy(),
    };
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    format!("{label}.{}", now.strftime("%Y%m%dT%H%M%S.%9N"))
}

/// The files of earlier runs, the last first; of a stream that was cut off, what was read of it.
fn left_behind(spool: &Path) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(spool)?;
    let mut found = Vec::new();
    for entry in fs::read_dir(spool)? {
        let path = entry?.path();
        let sealed = path.with_extension("");
        match path.extension().is_some_and(|extension| extension == PART) {
            true if fs::metadata(&path)?.len() == 0 => fs::remove_file(&path)?,
            true => {
                fs::rename(&path, &sealed)?;
                info!(path = ?sealed, "a stream that was cut off: what was read of it is one input");
                found.push(sealed);
            }
            false => found.push(path),
        }
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    Ok(found)
}

fn found(spool: &Path, path: &Path) -> io::Result<FoundFile> {
    let relative = path.strip_prefix(spool).unwrap_or(path);
    Ok(FoundFile::new(spool, relative, Stamp::of(&fs::metadata(path)?)))
}
