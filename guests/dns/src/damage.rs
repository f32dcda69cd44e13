//! Why a DNS message could not become a row.

use weir_sdk::RejectReason;
use weir_sdk::layers::LayerError;

/// The four parts of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What is asked.
    Question,
    /// The answer to it.
    Answer,
    /// Who may answer.
    Authority,
    /// What else may help.
    Additional,
}

/// Why a DNS message could not become a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// The headers before DNS.
    Layers(LayerError),
    /// Fewer bytes than a header has.
    Header(usize),
    /// It ends before the records that its counts announce.
    Ends {
        /// Where it ends.
        section: Section,
        /// In that section, from 1.
        record: u16,
        /// What its header says.
        of: u16,
    },
    /// A name points out of the message.
    NamePointer(u16),
    /// A name's pointers go in a circle, or are more than a name can have labels.
    NameLoop,
    /// A name of more than 255 bytes, which may be one that goes in a circle with labels.
    NameLength,
    /// A label that is neither text nor a pointer.
    NameLabel(u8),
    /// The capture does not hold all of a datagram or segment.
    Cut {
        /// Bytes that it holds.
        captured: usize,
        /// Bytes that there were.
        length: usize,
    },
    /// A message in a TCP stream says a length below that of a header.
    StreamLength(u16),
    /// A TCP segment behind a gap, or at the beginning of a capture, that does not begin a message.
    StreamLost,
}

impl Damage {
    /// For the reject.
    pub fn reason(self) -> RejectReason {
        match self {
            Self::Layers(error) => error.reason(),
            Self::Cut { .. } | Self::Header(_) | Self::StreamLost => RejectReason::Truncated,
            _ => RejectReason::Malformed,
        }
    }
}

impl From<LayerError> for Damage {
    fn from(error: LayerError) -> Self {
        Self::Layers(error)
    }
}

impl std::fmt::Display for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Authority => "authority",
            Self::Additional => "additional",
        })
    }
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Layers(error) => error.fmt(f),
            Self::Header(length) => write!(f, "a DNS message of {length} bytes, a header alone has 12"),
            Self::Ends { section, record, of } => {
                write!(f, "the DNS message ends within record {record} of {of} of its {section} section")
            }
            Self::NamePointer(target) => write!(f, "a name in the DNS message points to byte {target}, behind its end"),
            Self::NameLoop => f.write_str("a name in the DNS message is compressed in a circle"),
            Self::NameLength => f.write_str("a name in the DNS message has more than 255 bytes, or is compressed in a circle"),
            Self::NameLabel(byte) => write!(f, "a name in the DNS message has a label of unknown kind 0x{byte:02x}"),
            Self::Cut { captured, length } => write!(f, "the capture holds {captured} of {length} bytes of what the packet has of DNS"),
            Self::StreamLength(length) => write!(f, "a DNS message over TCP says a length of {length} bytes, a header alone has 12"),
            Self::StreamLost => f.write_str("a TCP segment in the middle of a DNS message whose beginning the capture does not hold"),
        }
    }
}
