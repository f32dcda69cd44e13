//! Runs a parser natively over a whole input and only counts its rows: what a benchmark measures beside the same parser in the sandbox.

use super::OwnedBatch;
use crate::{OpenError, Options, Output, PacketBatch, PacketParser, ParseError, SourceFacts, StreamParser};

/// Rows of `input`, fed in chunks of `chunk` bytes. Each chunk is a copy of its own, as in the sandbox, where the parser owns what it is fed.
///
/// # Errors
/// What the parser says of options or input.
pub fn rows<P: StreamParser>(input: &[u8], chunk: usize) -> Result<u64, Failure> {
    let options = Options::new(&P::describe().options, Vec::new())?;
    let mut session = P::open(&options, &SourceFacts::default(), None)?;
    let mut rows = 0;
    for chunk in input.chunks(chunk.max(1)) {
        let chunk = chunk.to_vec();
        rows += drain(&mut session, |session, more| session.feed(if more { &[] } else { &chunk }))?;
    }
    Ok(rows + drain(&mut session, |session, _| session.finish())?)
}

/// Rows of packets. Each batch is a copy of its own, as in the sandbox.
///
/// # Errors
/// What the parser says of options or packets.
pub fn packet_rows<P: PacketParser>(batches: &[OwnedBatch]) -> Result<u64, Failure> {
    let options = Options::new(&P::describe().options, Vec::new())?;
    let mut session = P::open(&options, &SourceFacts::default(), None)?;
    let mut rows = 0;
    for batch in batches {
        let batch = batch.clone();
        rows += drain(&mut session, |session, more| session.feed(if more { PacketBatch::NONE } else { batch.view() }))?;
    }
    Ok(rows + drain(&mut session, |session, _| session.finish())?)
}

/// Why a parser gave up.
#[derive(Debug)]
pub enum Failure {
    /// Its options.
    Open(OpenError),
    /// Its input.
    Parse(ParseError),
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Self::Parse(error)
    }
}

fn drain<P>(session: &mut P, mut call: impl FnMut(&mut P, bool) -> Result<Output, ParseError>) -> Result<u64, Failure> {
    let (mut rows, mut more) = (0, false);
    loop {
        let output = std::hint::black_box(call(session, more)?);
        rows += u64::from(output.rows);
        more = output.more;
        if !more {
            return Ok(rows);
        }
    }
}
