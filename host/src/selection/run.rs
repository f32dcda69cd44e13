//! The threads of a selection.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::chunk::{Chunk, PIECE};
use super::error::SelectionError;
use super::filters::Filters;
use super::framing::{Framed, Framing};
use super::input::Input;
use super::pieces::{Failed, Piece, Pieces, input_name, unreadable};
use super::range::TimeRange;
use super::sink::{Output, Sink, Summary};
use super::turns::Turns;

/// What is to be done.
pub struct Job {
    /// One after the other.
    pub inputs: Vec<Input>,
    /// The expression.
    pub filters: Filters,
    /// Packets of other times are not selected.
    pub times: TimeRange,
    /// Where selected packets go.
    pub output: Output,
    /// `None`: as many as there are cores, and as the inputs can be shared among.
    pub threads: Option<NonZero<usize>>,
}

/// What the threads share.
struct Shared {
    names: Vec<Input>,
    times: TimeRange,
    pieces: Mutex<Pieces>,
    framing: Turns<Framing>,
    sink: Turns<Sink>,
    failure: Mutex<Option<SelectionError>>,
}

/// Selects packets.
///
/// # Errors
/// An input cannot be read, the output not written, or the filter fails. What came before was handed out.
pub fn run(job: Job) -> Result<Summary, SelectionError> {
    let Job { inputs, mut filters, times, output, threads } = job;
    let threads = threads.map_or_else(|| worthwhile(&inputs), NonZero::get);
    let mut sink = Sink::new(output, inputs.len() > 1);
    sink.warn(filters.take_warnings());
    let others = (1..threads).map(|_| filters.another()).collect::<Result<Vec<_>, _>>()?;
    let shared = Shared {
        names: inputs.clone(),
        times,
        pieces: Mutex::new(Pieces::new(inputs)),
        framing: Turns::new(Framing::default()),
        sink: Turns::new(sink),
        failure: Mutex::new(None),
    };
    thread::scope(|scope| {
        let shared = &shared;
        for filters in others {
            scope.spawn(move || shared.work(filters));
        }
        shared.work(filters);
    });
    let failure = shared.failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    match (failure, shared.sink.into_value()) {
        (None, Some(sink)) => sink.finish(),
        (Some(failure), _) => Err(failure),
        (None, None) => Ok(Summary::default()),
    }
}

/// A thread for each core, but not more than there are pieces. A stream is decompressed in one thread and filtered in another.
fn worthwhile(inputs: &[Input]) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let pieces = inputs.iter().map(|input| input.parallel().map_or(2, |bytes| bytes.div_ceil(PIECE as u64)));
    let pieces = pieces.fold(0_u64, u64::saturating_add);
    usize::try_from(pieces).unwrap_or(usize::MAX).clamp(1, cores)
}

/// There are no more turns.
struct Stopped;

impl Shared {
    fn work(&self, mut filters: Filters) {
        let (mut chunk, mut framed) = (Chunk::default(), Framed::default());
        loop {
            let next = self.pieces.lock().unwrap_or_else(PoisonError::into_inner).next(&mut chunk);
            let done = match next {
                Ok(None) => return,
                Ok(Some(piece)) => self.one(piece, &mut chunk, &mut framed, &mut filters),
                Err(Failed { number, error }) => self.fail(number, error),
            };
            if done.is_err() {
                return;
            }
        }
    }

    fn one(&self, piece: Piece, chunk: &mut Chunk, framed: &mut Framed, filters: &mut Filters) -> Result<(), Stopped> {
        let number = piece.number;
        let last = match &piece.unread {
            Some((file, at)) => match chunk.read_at(file, *at) {
                Ok(()) => piece.last || chunk.is_last(),
                Err(error) => return self.fail(number, unreadable(input_name(&self.names, piece.input), error)),
            },
            None => piece.last,
        };
        let mut framing = self.framing.take(number).ok_or(Stopped)?;
        if piece.first {
            framing.begin(chunk);
        }
        framing.frame(chunk, last, framed);
        self.framing.pass(framing);
        match self.filter(chunk, framed, filters) {
            Ok(bits) => self.hand_out(piece, chunk, framed, &bits, filters.take_warnings()),
            Err(error) => self.fail(number, error),
        }
    }

    /// The bits of each batch.
    fn filter(&self, chunk: &Chunk, framed: &Framed, filters: &mut Filters) -> Result<Vec<Option<Vec<u8>>>, SelectionError> {
        let one = |found: &super::found::Found| {
            let batch = found.batch(chunk.bytes());
            let mut bits = filters.select(batch)?;
            if let Some(bits) = &mut bits {
                self.times.narrow(bits, batch.timestamps);
            }
            Ok(bits)
        };
        framed.batches().iter().map(one).collect()
    }

    fn hand_out(
        &self,
        piece: Piece,
        chunk: &Chunk,
        framed: &mut Framed,
        bits: &[Option<Vec<u8>>],
        warnings: Vec<String>,
    ) -> Result<(), Stopped> {
        let mut sink = self.sink.take(piece.number).ok_or(Stopped)?;
        sink.know(framed.preamble);
        sink.warn(warnings);
        sink.damaged(piece.input, std::mem::take(&mut framed.damage));
        sink.undecoded(piece.input, piece.damage);
        let taken = framed.batches().iter().zip(bits).try_for_each(|(found, bits)| {
            sink.summary.packets += found.batch(chunk.bytes()).len() as u64;
            bits.as_ref().map_or(Ok(()), |bits| sink.take(found, chunk.bytes(), bits))
        });
        match taken.and_then(|()| sink.write()) {
            Ok(()) => {
                self.sink.pass(sink);
                Ok(())
            }
            Err(error) => {
                self.sink.pass(sink);
                self.stop(error)
            }
        }
    }

    /// Ends everything once what came before is handed out.
    fn fail(&self, number: u64, error: SelectionError) -> Result<(), Stopped> {
        let sink = self.sink.take(number).ok_or(Stopped)?;
        self.sink.pass(sink);
        self.stop(error)
    }

    fn stop(&self, error: SelectionError) -> Result<(), Stopped> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        self.framing.stop();
        self.sink.stop();
        Err(Stopped)
    }
}
