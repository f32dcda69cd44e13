//! The record that makes output visible, and with it the memory of what was ingested.

use serde::{Deserialize, Serialize};

use super::{Digest, RejectReason};

/// The name of a commit: a source and the first position the commit covers. There can be only one of each name, which fences a second owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommitId {
    /// The source's content.
    pub source: Digest,
    /// First byte (or packet) covered.
    pub from: u64,
}

impl CommitId {
    /// Fit for a file name: 64 hexadecimal digits, a dash, the position.
    pub fn file_stem(&self) -> String {
        format!("{}-{}", self.source.hex(), self.from)
    }
}

/// Everything that became of one stretch of one source. Written once, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitRecord {
    /// Of the layout of this record: 1.
    pub version: u32,
    /// Which pipeline wrote it.
    pub pipeline: String,
    /// Which of all attempts at this commit won: temporary files carry the same word, so that recovery never publishes a loser's files.
    pub attempt: String,
    /// The input.
    pub source: SourceRef,
    /// First position covered.
    pub from: u64,
    /// First position not covered.
    pub to: u64,
    /// The source ends at `to`: nothing of it is left to ingest.
    pub end: bool,
    /// What the module wants to remember at `to`: for the rest of the source or, where the pipeline carries state on, for the next one.
    pub state: Option<StateRecord>,
    /// The number of the source's turn, where the pipeline carries state from one source to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u64>,
    /// The module that made the rows.
    pub module: ModuleRef,
    /// Version of weir that wrote the record.
    pub host: String,
    /// When, UTC, RFC 3339.
    pub at: String,
    /// Output files, in no particular order.
    pub files: Vec<CommittedFile>,
    /// What could not be parsed.
    pub quarantine: Vec<QuarantineEntry>,
    /// The file that holds the quarantined bytes, relative to the table, if there are any.
    pub quarantine_file: Option<String>,
    /// Of a capture: the headers that count for the quarantined stretches, in the order of the source. The file holds their bytes as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<KeptHeader>,
    /// Which stretches of the source that file holds, content before compressed bytes, each by where it begins. They do not overlap, however often
    /// entries do.
    pub kept: Vec<KeptStretch>,
    /// Where rows went that are in no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
    /// Of a topic's partition: which messages of collectors the commit holds, to know them when they come again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub received: Vec<Received>,
}

impl CommitRecord {
    /// What people call an entry of its quarantine: twelve digits of the source's digest, where the commit begins, the number of the entry in it.
    pub fn entry_name(&self, number: usize) -> String {
        format!("{:.12}-{}.{number}", self.source.digest.hex(), self.from)
    }
}

/// How far a source was sent to a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The topic.
    pub topic: String,
    /// Partitions it had when the source was begun: what is sent again goes where it went before.
    pub partitions: i32,
    /// Segments that were confirmed, from the first of the source.
    pub segments: u64,
    /// Their rows.
    pub rows: u64,
    /// Messages of this commit.
    pub messages: u64,
    /// Their rows.
    pub message_rows: u64,
    /// The segment that is being filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<OpenSegment>,
}

/// A segment that more rows may join.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSegment {
    /// Hours since 1970 that its rows share; none: they have no time.
    pub hour: Option<i64>,
    /// Milliseconds since 1970 of its first row.
    pub time: Option<i64>,
    /// Its lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// Its rows where they are no lines: an Arrow IPC stream, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
}

/// Rows of a source that came in messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// What the rows are of.
    pub source: Digest,
    /// Stretches of rows: first, and first behind.
    pub rows: Vec<(u64, u64)>,
}

/// [`SavedState`](super::SavedState) in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateRecord {
    /// The module's own version of it.
    pub version: u32,
    /// Base64.
    pub data: String,
}

/// An input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRef {
    /// Path or name under which it was found, for people.
    pub name: String,
    /// Of its content.
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
}

/// A module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleRef {
    /// As it names itself.
    pub name: String,
    /// As it names its version.
    pub version: String,
    /// Of its file.
    pub digest: Digest,
}

/// An output file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommittedFile {
    /// Relative to the table.
    pub path: String,
    /// Number of its temporary file, where the path does not end in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Rows, or packets.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

/// One stretch of input that could not become rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineEntry {
    /// First byte of it in the source's content, decompressed; where the compression itself is damaged, in the file.
    pub at: u64,
    /// Bytes.
    pub length: u64,
    /// For programs.
    pub reason: RejectReason,
    /// For people.
    pub detail: String,
    /// Positions count bytes of a compressed file as it lies there: its content could not be had.
    #[serde(default)]
    pub compressed: bool,
    /// Of a topic's partition: the offset of the message. Positions then count bytes of what the messages of the commit hold, one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<u64>,
}

/// Some of the headers of a capture's section: what begins there and behind can be read only with those of its section that lie before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptHeader {
    /// Where the section begins.
    pub section: u64,
    /// First byte, at which the section begins or in it.
    pub at: u64,
    /// Bytes.
    pub length: u64,
}

/// A stretch of a source in a quarantine file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptStretch {
    /// Where it begins in the source.
    pub at: u64,
    /// Bytes.
    pub length: u64,
    /// Where it begins in the file.
    pub offset: u64,
    /// As in the entries that it serves.
    #[serde(default)]
    pub compressed: bool,
}
