//! What gave no rows, on its way to the quarantine: where it lies in the file, its bytes, and a word in the log.

use std::ops::Range;
use std::path::Path;

use super::feed::{Feed, Loss};
use super::original::{Original, Place};
use super::told::Told;
use super::trouble::IngestError;
use crate::capture::{Headers, Stretch};
use crate::model::{QuarantineEntry, Reject, RejectReason};
use crate::sink::table::Writer;

/// Keeps what one file lost.
pub struct Keeper<'a> {
    path: &'a Path,
    original: &'a mut Original,
    told: &'a mut Told,
}

impl<'a> Keeper<'a> {
    /// For a file.
    pub fn new(path: &'a Path, original: &'a mut Original, told: &'a mut Told) -> Self {
        Self { path, original, told }
    }

    /// The file.
    pub fn original(&self) -> &Original {
        self.original
    }

    /// Keeps what the module rejected; positions count from the beginning of the file.
    ///
    /// # Errors
    /// The input cannot be read, or the table cannot be written.
    pub fn rejects<F: Feed>(&mut self, feed: &mut F, rejects: Vec<Reject>, writer: &mut Writer) -> Result<(), IngestError> {
        for Reject { at, length, reason, detail } in rejects {
            let loss = self.loss(feed, at, length, reason, detail)?;
            self.told.stretch(&loss);
            self.keep(loss, writer)?;
        }
        Ok(())
    }

    /// Keeps what no module saw, before a position or, at the end of the file, wherever it is.
    ///
    /// # Errors
    /// As [`rejects`](Self::rejects).
    pub fn losses<F: Feed>(&mut self, feed: &mut F, before: Option<u64>, writer: &mut Writer) -> Result<(), IngestError> {
        for loss in feed.losses(before) {
            self.told.stretch(&loss);
            self.keep(loss, writer)?;
        }
        Ok(())
    }

    /// Keeps everything from a position on; nothing more is fed.
    ///
    /// # Errors
    /// As [`rejects`](Self::rejects).
    pub fn rest<F: Feed>(
        &mut self,
        feed: &mut F,
        at: u64,
        (reason, detail): (RejectReason, String),
        writer: &mut Writer,
    ) -> Result<(), IngestError> {
        let (place, headers) = feed.rest(at).map_err(IngestError::input(self.path))?;
        if place.is_empty() {
            return Ok(());
        }
        let loss = Loss { place, reason, detail, headers };
        self.told.rest(&loss);
        self.keep(loss, writer)
    }

    /// Keeps what was fed and of which the module said nothing, though it finished.
    ///
    /// # Errors
    /// As [`rejects`](Self::rejects).
    pub fn unsaid<F: Feed>(&mut self, feed: &mut F, at: u64, length: u64, writer: &mut Writer) -> Result<(), IngestError> {
        let detail = "the module finished without a word on these".to_owned();
        let loss = self.loss(feed, at, length, RejectReason::Broken, detail)?;
        self.told.rest(&loss);
        self.keep(loss, writer)
    }

    /// Some of what was fed, by where it lies in the file.
    fn loss<F: Feed>(&mut self, feed: &mut F, at: u64, length: u64, reason: RejectReason, detail: String) -> Result<Loss, IngestError> {
        let (place, headers) = feed.place(at, length).map_err(IngestError::input(self.path))?;
        Ok(Loss { place, reason, detail: F::detail(at, length, detail), headers })
    }

    fn keep(&mut self, loss: Loss, writer: &mut Writer) -> Result<(), IngestError> {
        let Loss { place, reason, detail, headers } = loss;
        self.keep_headers(&headers, writer)?;
        let entry =
            QuarantineEntry { at: place.at(), length: place.length(), compressed: place.is_compressed(), reason, detail, message: None };
        let missing = writer.quarantine(entry);
        self.copy(place, missing, writer)
    }

    /// A stretch of a capture can be read again only behind the headers that it lay behind.
    fn keep_headers(&mut self, headers: &Headers, writer: &mut Writer) -> Result<(), IngestError> {
        let Some(section) = headers.section() else { return Ok(()) };
        for Stretch { at, length } in headers.stretches(writer.headers_end(section)) {
            let missing = writer.header(section, at, length);
            self.copy(Place::Content { at, length }, missing, writer)?;
        }
        Ok(())
    }

    fn copy(&mut self, place: Place, missing: Vec<Range<u64>>, writer: &mut Writer) -> Result<(), IngestError> {
        for missing in missing {
            let mut bytes = self.original.read(place.part(&missing)).map_err(IngestError::input(self.path))?;
            writer.keep(missing.start, place.is_compressed(), &mut bytes).map_err(IngestError::copying(self.path))?;
        }
        Ok(())
    }
}
