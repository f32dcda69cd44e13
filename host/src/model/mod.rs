//! What flows through a pipeline and what is remembered of it. No input or output happens here.

mod columns;
mod commit;
mod description;
mod digest;
mod filter;
mod line_list;
mod packets;
mod parsed;
mod partition;
mod row_stream;
mod schema;

pub use columns::{Column, Columns, Difference};
pub use commit::{
    CommitId, CommitRecord, CommittedFile, KeptHeader, KeptStretch, ModuleRef, OpenSegment, QuarantineEntry, Received, Sent, SourceRef,
    StateRecord,
};
pub use description::{Description, ModuleKind, OptionSpec, OptionValue, SavedState, Setting, SourceFacts};
pub use digest::{Digest, DigestWriter, NotADigest};
pub use filter::{FilterKey, FilterNeeds};
pub use line_list::{LineList, NotLines, lines};
pub use packets::{Packet, PacketBatch};
pub use parsed::{Parsed, Reject, RejectReason};
pub use partition::Partition;
pub use row_stream::{NotRows, RowStream};
pub use schema::{EventTime, TableSchema, TimeUnit};
