//! How a file comes to a module: as bytes or as packets. Positions are the module's: bytes of the content, or packets.

use std::fs::File;
use std::io;
use std::sync::Arc;

use super::original::Place;
use crate::content::Damaged;
use crate::model::RejectReason;
use crate::sandbox::Parser;

/// A file that is fed to a session from any position, as often as it takes.
pub trait Feed: Sized {
    /// The kind of module that takes it.
    type Parser: Parser;

    /// Starts at the first position.
    ///
    /// # Errors
    /// Of reading.
    fn new(file: Arc<File>) -> io::Result<Self>;

    /// The next input; `None` at the end.
    ///
    /// # Errors
    /// Of reading.
    fn next(&mut self) -> io::Result<Option<<Self::Parser as Parser>::Input<'_>>>;

    /// First position that was not fed.
    fn position(&self) -> u64;

    /// Bytes of the file that were read for it.
    fn file_position(&self) -> u64;

    /// The next input begins at `position`.
    ///
    /// # Errors
    /// Of reading.
    fn seek(&mut self, position: u64) -> io::Result<()>;

    /// The input ends before this position; `None`: where the file does.
    fn stop_at(&mut self, position: Option<u64>);

    /// Where some of what was fed lies.
    ///
    /// # Errors
    /// Of reading.
    fn place(&mut self, at: u64, length: u64) -> io::Result<Place>;

    /// Where everything from a position on lies; nothing more is fed.
    ///
    /// # Errors
    /// Of reading.
    fn rest(&mut self, at: u64) -> io::Result<Place>;

    /// What could not be fed and lies before a position, or anywhere at the end: each once.
    fn losses(&mut self, before: Option<u64>) -> Vec<Loss>;

    /// The end of what was fed may be half a record, since the content breaks off there: a module is not asked to finish.
    fn is_cut(&self) -> bool;

    /// What a reject says, with what its place does not say.
    fn detail(at: u64, length: u64, detail: String) -> String;
}

/// Bytes of a file that no module sees.
#[derive(Debug)]
pub struct Loss {
    /// Where they lie.
    pub place: Place,
    /// For programs.
    pub reason: RejectReason,
    /// For people.
    pub detail: String,
}

impl Loss {
    /// Compressed content that broke off: what is left of the file, from where the decoder's last piece begins.
    pub fn of_content(damaged: &Damaged, file_position: u64, size: u64) -> Self {
        /// Bytes that a decoder reads ahead.
        const AHEAD: u64 = 64 << 10;
        let at = file_position.saturating_sub(AHEAD);
        let Damaged { at: position, coding, detail } = damaged;
        let detail =
            format!("damaged {coding} after {position} bytes of content: {detail}; kept are compressed bytes of the file from {at} on");
        Self { place: Place::File { at, length: size.saturating_sub(at) }, reason: RejectReason::Malformed, detail }
    }
}
