//! Rows that wait to be handed out, in the columns that were asked for.

use weir_sdk::{Column, Schema};

use crate::damage::Damage;
use crate::frame::Frame;
use crate::full::Full;
use crate::message::{Header, Parsed};
use crate::pairs::Pairs;
use crate::settings::{Columns, Settings};
use crate::spot::Spot;
use crate::tshark::Direction;

/// Rows after which a call gives what it has.
const MAX_ROWS: u32 = 16_384;
/// Bytes of text after which a call gives what it has: compression lets a packet say a name a thousand times.
const MAX_TEXT: usize = 4 << 20;

/// Rows that wait.
#[derive(Debug)]
pub struct Rows {
    builder: Builder,
    direction: Direction,
    parsed: Parsed,
    count: u32,
    text: usize,
}

#[derive(Debug)]
enum Builder {
    Spot(Box<Spot>),
    Full(Box<Full>),
    Pairs(Box<Pairs>),
}

impl Rows {
    /// None so far.
    pub fn new(settings: &Settings) -> Self {
        let builder = match settings.columns {
            Columns::Spot => Builder::Spot(Box::default()),
            Columns::Full => Builder::Full(Box::default()),
            Columns::Pairs => Builder::Pairs(Box::new(Pairs::new(settings.pair_timeout))),
        };
        Self { builder, direction: settings.direction, parsed: Parsed::default(), count: 0, text: 0 }
    }

    /// The schema that was asked for.
    pub fn schema(settings: &Settings) -> Schema {
        match settings.columns {
            Columns::Spot => Spot::schema(),
            Columns::Full => Full::schema(),
            Columns::Pairs => Pairs::schema(),
        }
    }

    /// There are enough for one call.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.count >= MAX_ROWS || self.text >= MAX_TEXT
    }

    /// The header of a message that becomes a row, which is most of what there is to say of the others.
    ///
    /// # Errors
    /// A message without a whole header.
    #[inline]
    pub fn wanted(&self, message: &[u8]) -> Result<Option<Header>, Damage> {
        let header = Header::parse(message)?;
        let wanted = match self.direction {
            Direction::Both => true,
            Direction::Responses => header.is_response(),
            Direction::Queries => !header.is_response(),
        };
        Ok(wanted.then_some(header))
    }

    /// Takes a message that is [`wanted`](Self::wanted).
    ///
    /// # Errors
    /// A message that breaks the rules.
    #[inline(never)]
    pub fn push(&mut self, frame: &Frame, header: Header, message: &[u8]) -> Result<(), Damage> {
        match &mut self.builder {
            Builder::Spot(spot) => {
                self.text += spot.push(frame, header, message)?;
                self.count += 1;
            }
            Builder::Full(full) => {
                self.parsed.parse(message)?;
                self.text += full.push(frame, message, &self.parsed);
                self.count += 1;
            }
            Builder::Pairs(pairs) => {
                let added = pairs.push(frame, message, &mut self.parsed)?;
                self.count += added.rows;
                self.text += added.text;
            }
        }
        Ok(())
    }

    /// The open exchanges, where there are any.
    pub fn pairs(&mut self) -> Option<&mut Pairs> {
        match &mut self.builder {
            Builder::Pairs(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The same, to be saved.
    pub fn open_pairs(&self) -> Option<&Pairs> {
        match &self.builder {
            Builder::Pairs(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// Queries that still wait become rows without a response, as many as one call gives; false: some are left.
    pub fn end_pairs(&mut self) -> bool {
        let Builder::Pairs(pairs) = &mut self.builder else { return true };
        while self.count < MAX_ROWS && self.text < MAX_TEXT {
            let Some(text) = pairs.end_oldest() else { return true };
            self.count += 1;
            self.text += text;
        }
        pairs.is_empty()
    }

    /// Hands them out.
    pub fn take(&mut self) -> (u32, Vec<Column>) {
        let count = std::mem::take(&mut self.count);
        self.text = 0;
        let columns = match (&mut self.builder, count) {
            (_, 0) => Vec::new(),
            (Builder::Spot(spot), _) => spot.finish(),
            (Builder::Full(full), _) => full.finish(),
            (Builder::Pairs(pairs), _) => pairs.finish(),
        };
        (count, columns)
    }
}
