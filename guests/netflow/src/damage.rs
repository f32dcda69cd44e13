//! Why a datagram, or a part of it, could not become flows.

use std::fmt;

use weir_sdk::RejectReason;

/// Why a datagram, or a part of it, could not become flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// The capture's link type is not understood.
    LinkType(u32),
    /// The capture holds less of the packet than there was on the wire.
    Snapped,
    /// A version that is none of NetFlow's, IPFIX's or sFlow's.
    Version(u16),
    /// sFlow of a version that is not read.
    SflowVersion(u32),
    /// Shorter than its header.
    HeaderCut,
    /// NetFlow v1, v5 or v7 that says a number of records it cannot hold: said, held.
    Count(u16, usize),
    /// IPFIX whose length is not that of its datagram: said, found.
    MessageLength(u16, usize),
    /// A set whose length cannot be.
    SetLength(u16, u16),
    /// A template that passes the end of its set.
    TemplateCut(u16),
    /// A template with a number below 256.
    TemplateNumber(u16),
    /// A template of records without bytes.
    TemplateEmpty(u16),
    /// A template with more fields than are remembered.
    TemplateLarge(u16),
    /// A record that passes the end of its set.
    RecordCut(u16),
    /// Data whose template did not come while they could be held.
    TemplateMissing(u16),
    /// sFlow that ends within a sample.
    SampleCut,
    /// A sample of sFlow that contradicts itself.
    SampleBroken(u32),
    /// Samples of a kind that may hold flows and is not known: enterprise, format.
    SampleKind(u32, u32),
    /// IPFIX over TCP whose messages cannot be told apart.
    StreamLost,
}

impl Damage {
    /// The kind of reject.
    pub fn reason(self) -> RejectReason {
        match self {
            Self::Snapped | Self::HeaderCut | Self::SampleCut => RejectReason::Truncated,
            Self::LinkType(_) | Self::Version(_) | Self::SflowVersion(_) | Self::SampleKind(..) | Self::TemplateMissing(_) => {
                RejectReason::Unsupported
            }
            Self::TemplateLarge(_) => RejectReason::TooLarge,
            _ => RejectReason::Malformed,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LinkType(number) => write!(f, "a packet of link type {number}, which is not understood"),
            Self::Snapped => f.write_str("the capture cut the datagram: capture with a larger snap length"),
            Self::Version(8) => f.write_str("NetFlow version 8, sums of flows: let the router send version 9 or 5"),
            Self::Version(version) => write!(f, "version {version}, expected NetFlow 1, 5, 7, 9, IPFIX 10 or sFlow 5"),
            Self::SflowVersion(version @ ..5) => write!(f, "sFlow version {version}, of before 2004: let the agent send version 5"),
            Self::SflowVersion(version) => write!(f, "sFlow version {version}, expected 5"),
            Self::HeaderCut => f.write_str("a datagram that is shorter than its header"),
            Self::Count(said, held) => write!(f, "a header that says {said} records in a datagram that holds {held}"),
            Self::MessageLength(said, found) => write!(f, "IPFIX that says {said} bytes in a datagram of {found}"),
            Self::SetLength(set, length) => write!(f, "set {set} of {length} bytes, which its datagram does not hold"),
            Self::TemplateCut(id) => write!(f, "template {id} passes the end of its set"),
            Self::TemplateNumber(id) => write!(f, "template {id}, expected a number from 256"),
            Self::TemplateEmpty(id) => write!(f, "template {id}, whose records have no bytes"),
            Self::TemplateLarge(id) => write!(f, "template {id} has more fields than are remembered"),
            Self::RecordCut(id) => write!(f, "a record of template {id} passes the end of its set"),
            Self::TemplateMissing(id) => {
                write!(f, "data of template {id}, which did not come while they were held (options hold-packets, hold-bytes)")
            }
            Self::SampleCut => f.write_str("sFlow that ends within a sample"),
            Self::SampleBroken(format) => write!(f, "a sample of sFlow whose record {format} contradicts itself"),
            Self::SampleKind(0, format) => write!(f, "samples of sFlow of unknown format {format}"),
            Self::SampleKind(enterprise, format) => write!(f, "samples of sFlow of enterprise {enterprise}, format {format}"),
            Self::StreamLost => f.write_str("IPFIX over TCP where no message begins"),
        }
    }
}
