//! A place between two records of a capture, where another reader can take it up.

use super::framer::Format;
use super::headers::Headers;

/// Everything that a reader knows of the capture before the place.
#[derive(Debug, Clone, Default)]
pub struct Seam {
    pub(super) format: Format,
    pub(super) position: u64,
    pub(super) packets: u64,
    pub(super) section_end: Option<u64>,
    pub(super) headers: Headers,
}

impl Seam {
    /// First byte behind it.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Packets before it.
    pub fn packets(&self) -> u64 {
        self.packets
    }
}
