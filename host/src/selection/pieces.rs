//! Cuts the inputs into pieces and gives each a number.

use std::fs::File;
use std::io;
use std::sync::Arc;

use super::chunk::{Chunk, PIECE};
use super::error::SelectionError;
use super::input::{Input, Opened};
use crate::content::Damaged;

/// Gives out the pieces, one after the other.
#[derive(Debug)]
pub(super) struct Pieces {
    inputs: Vec<Input>,
    /// Of the input that is open, or of the one to open next.
    input: usize,
    open: Option<Open>,
    number: u64,
}

#[derive(Debug)]
struct Open {
    opened: Opened,
    at: u64,
}

/// A piece of an input.
#[derive(Debug)]
pub(super) struct Piece {
    /// In the order of all pieces, from 0.
    pub number: u64,
    /// Which input it is of.
    pub input: usize,
    /// It begins the input.
    pub first: bool,
    /// Its bytes are to be read, if they are not yet.
    pub unread: Option<(Arc<File>, u64)>,
    /// No piece of the input follows.
    pub last: bool,
    /// The input's compression is broken behind this piece.
    pub damage: Option<Damaged>,
}

impl Pieces {
    pub fn new(inputs: Vec<Input>) -> Self {
        Self { inputs, input: 0, open: None, number: 0 }
    }

    /// The next piece; one of a stream is read into `chunk` at once.
    pub fn next(&mut self, chunk: &mut Chunk) -> Result<Option<Piece>, Failed> {
        let Some(input) = self.inputs.get(self.input) else { return Ok(None) };
        let number = self.number;
        self.number += 1;
        let piece = self.open.take().map_or_else(|| input.open().map(|opened| Open { opened, at: 0 }), Ok);
        let piece = piece.and_then(|open| self.cut(open, number, chunk));
        piece.map(Some).map_err(|error| Failed { number, error: unreadable(input_name(&self.inputs, self.input), error) })
    }

    fn cut(&mut self, mut open: Open, number: u64, chunk: &mut Chunk) -> io::Result<Piece> {
        let mut piece = Piece { number, input: self.input, first: open.at == 0, unread: None, last: false, damage: None };
        match &mut open.opened {
            Opened::Plain { file, size } => {
                piece.unread = Some((Arc::clone(file), open.at));
                piece.last = open.at + PIECE as u64 >= *size;
            }
            Opened::Stream(content) => {
                chunk.read(content)?;
                piece.last = chunk.is_last();
                piece.damage = content.damage().cloned();
            }
        }
        open.at += PIECE as u64;
        if piece.last {
            self.input += 1;
        } else {
            self.open = Some(open);
        }
        Ok(piece)
    }
}

/// A piece that could not be had.
#[derive(Debug)]
pub(super) struct Failed {
    pub number: u64,
    pub error: SelectionError,
}

pub(super) fn unreadable(input: String, error: io::Error) -> SelectionError {
    SelectionError::Read { input, error }
}

pub(super) fn input_name(inputs: &[Input], number: usize) -> String {
    inputs.get(number).map(Input::to_string).unwrap_or_default()
}
