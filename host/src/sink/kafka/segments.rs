//! The segments of one source in either form: of lines, or of columns.

use arrow_array::RecordBatch;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::columns::Columns;
use super::error::KafkaError;
use super::lines::Layout;
use super::segment::{Segment, Segmenter};
use crate::config::{KafkaSink, MessageFormat};
use crate::model::{OpenSegment, RowStream, TableSchema};

/// See the top of the file.
#[derive(Debug)]
pub(super) enum Segments {
    /// Rows become lines of a layout.
    Lines(Layout, Segmenter),
    /// Rows stay as they are.
    Columns(Box<Columns>),
    /// There are none, because no session came to be: only where they would begin.
    None(u64, u64),
}

impl Segments {
    /// Goes on with segment `number`, whose first row is `row`.
    pub fn new(spec: &KafkaSink, schema: &TableSchema, number: u64, row: u64) -> Result<Self, KafkaError> {
        Ok(match spec.format {
            _ if schema.fields.fields().is_empty() => Self::None(number, row),
            MessageFormat::Arrow => Self::Columns(Box::new(Columns::new(schema, spec.message_size, number, row)?)),
            format => Self::Lines(Layout::of(schema)?, Segmenter::new((format, spec.message_size), number, row)),
        })
    }

    /// Ends the segment that is being filled; none: it is empty.
    pub fn cut(&mut self) -> Result<Option<Segment>, KafkaError> {
        Ok(match self {
            Self::Lines(_, segmenter) => segmenter.cut(),
            Self::Columns(columns) => columns.cut()?,
            Self::None(..) => None,
        })
    }

    /// Number of the segment that is being filled, and of its first row.
    pub fn position(&self) -> (u64, u64) {
        match self {
            Self::Lines(_, segmenter) => segmenter.position(),
            Self::Columns(columns) => columns.position(),
            Self::None(number, row) => (*number, *row),
        }
    }

    /// The segment that is being filled, for a record.
    pub fn open(&self) -> Result<Option<OpenSegment>, KafkaError> {
        match self {
            Self::Lines(_, segmenter) => Ok(segmenter.open()),
            Self::Columns(columns) if columns.rows() > 0 => {
                let stream = Some(STANDARD.encode(columns.open()?));
                Ok(Some(OpenSegment { hour: None, time: columns.time(), lines: Vec::new(), stream }))
            }
            Self::Columns(_) | Self::None(..) => Ok(None),
        }
    }
}

/// The rows of a segment that a record holds open.
///
/// # Errors
/// They are lines, or damaged.
pub(super) fn reopened(open: &OpenSegment) -> Result<Vec<RecordBatch>, KafkaError> {
    let stream = open.stream.as_ref().ok_or(KafkaError::OtherFormat)?;
    let bytes = STANDARD.decode(stream).map_err(|_| KafkaError::OtherFormat)?;
    Ok(RowStream::read(&bytes).map_err(|_| KafkaError::OtherFormat)?.batches)
}
