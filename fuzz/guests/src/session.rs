//! One input through one session or several, held to the contract all the way.

use fuzz_driver::Heap;
use weir_sdk::testing::{Watch, without_log};
use weir_sdk::{OpenError, Options, Output, ParseError};

use crate::cuts::Cuts;
use crate::digest;
use crate::given::Given;
use crate::subject::Subject;

/// Bytes of heap: what the sandbox gives by default, less a stack and constants. Pointers are twice as long here, so this is stricter.
pub const MEMORY: usize = 30 << 20;

/// Feeds the input as it is and cut, and compares all that came.
pub fn same_however_cut<S: Subject>(options: &Options, input: &[S::Unit], cuts: u8) {
    let (whole, pieces) = same_rows::<S>(options, input, cuts);
    assert_eq!(whole.rejects, pieces.rejects, "rejects as a whole and in pieces");
}

/// Feeds the input as it is and cut, compares the rows, and gives what came of both.
pub fn same_rows<S: Subject>(options: &Options, input: &[S::Unit], cuts: u8) -> (Given, Given) {
    let whole = run::<S>(options, input, Cuts::NONE).expect("options that hold once");
    let pieces = run::<S>(options, input, Cuts::of(cuts)).expect("options that hold twice");
    assert!(whole.error.is_some() == pieces.error.is_some(), "{:?} as a whole, {:?} in pieces", whole.error, pieces.error);
    let (rows, others) = (&whole.rows, &pieces.rows);
    let differs = rows.iter().zip(others).position(|(one, other)| one != other);
    assert!(rows == others, "{} rows as a whole, {} in pieces, the first that differs is {differs:?}", rows.len(), others.len());
    (whole, pieces)
}

/// Feeds the input and gives what came.
///
/// # Errors
/// The module refuses its options.
pub fn run<S: Subject>(options: &Options, input: &[S::Unit], cuts: Cuts) -> Result<Given, OpenError> {
    without_log();
    let heap = Heap::watch();
    let given = Run::<S>::begin(options, cuts)?.all(input);
    assert!(heap.peak() <= MEMORY, "{} bytes of memory for {} bytes or packets", heap.peak(), input.len());
    Ok(given)
}

struct Run<'a, S> {
    options: &'a Options,
    cuts: Cuts,
    session: S,
    watch: Watch,
    given: Given,
    /// Where in the source the session began.
    base: usize,
}

impl<'a, S: Subject> Run<'a, S> {
    fn begin(options: &'a Options, cuts: Cuts) -> Result<Self, OpenError> {
        let session = S::open(options, None)?;
        let watch = Watch::new(session.schema());
        Ok(Self { options, cuts, session, watch, given: Given::default(), base: 0 })
    }

    fn all(mut self, input: &[S::Unit]) -> Given {
        let mut at = 0;
        while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
            let length = self.cuts.length(rest.len()).min(S::at_once(rest));
            let piece = rest.get(..length).unwrap_or(rest);
            self.watch.feed(piece.len());
            if let Err(error) = self.drain(false, |session, more| session.feed(if more { &[] } else { piece }, at)) {
                return self.given.end(Some(error));
            }
            at += piece.len();
            if self.cuts.reopens() {
                self = self.reopen();
                at = self.base;
            }
        }
        let error = self.drain(true, |session, _| session.finish()).err();
        self.given.end(error)
    }

    /// Calls until there is no more.
    fn drain(&mut self, finishing: bool, mut call: impl FnMut(&mut S, bool) -> Result<Output, ParseError>) -> Result<(), ParseError> {
        let mut more = false;
        loop {
            let output = call(&mut self.session, more)?;
            more = output.more;
            self.take(output, finishing);
            if !more {
                return Ok(());
            }
        }
    }

    fn take(&mut self, output: Output, finishing: bool) {
        let before = self.watch.done_to();
        if let Err(breach) = self.watch.take(&output, finishing) {
            panic!("a breach of the contract: {breach}");
        }
        let moved = self.watch.done_to() > before;
        let rows = digest::rows(self.watch.schema(), &output);
        let done = moved.then(|| self.base as u64 + self.watch.done_to());
        self.given.take(rows, output, self.base as u64, done);
    }

    /// Saves, and goes on in another session, which is fed again what was not done.
    fn reopen(self) -> Self {
        let Self { options, cuts, session, watch, mut given, base } = self;
        let state = session.save();
        drop(session);
        let session = S::open(options, state.as_ref()).expect("its own state");
        given.drop_provisional();
        Self { options, cuts, watch: Watch::new(session.schema()), session, given, base: base + watch.done_to() as usize }
    }
}
