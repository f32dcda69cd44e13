//! Lines of a fixed pattern: values between literal texts. One value, a name or a header that may hold anything, takes what the others leave: those
//! before it are found from the left, those behind it from the right.

use memchr::memmem;

use crate::lexer::is_blank;
use crate::record::{Record, Span, Target};

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Stands there as it is; a blank stands for any number of blanks.
    Literal(Vec<u8>),
    /// Up to the next literal.
    Value(Target),
}

/// A pattern.
#[derive(Debug)]
pub struct Template {
    pieces: Vec<Piece>,
    /// Index of the value that takes what is left.
    rest: usize,
    /// How often the literal behind, and the one before, the value of an index occurs within it.
    within: Vec<(usize, usize, usize)>,
}

impl Template {
    /// From pieces of which no two values are neighbours; `rest` is the index of a value. `occurrences` says how often a literal is a part of a value.
    pub fn new(pieces: Vec<Piece>, rest: usize, occurrences: impl Fn(Target, &[u8]) -> usize) -> Self {
        let literal = |index: Option<usize>| match index.and_then(|index| pieces.get(index)) {
            Some(Piece::Literal(literal)) => literal.as_slice(),
            _ => &[],
        };
        let of = |(index, piece): (usize, &Piece)| {
            let Piece::Value(target) = piece else { return None };
            let (behind, before) = (literal(Some(index + 1)), literal(index.checked_sub(1)));
            let count = |literal: &[u8]| if literal.is_empty() { 0 } else { occurrences(*target, literal) };
            Some((index, count(behind), count(before))).filter(|(_, behind, before)| behind + before > 0)
        };
        let within = pieces.iter().enumerate().filter_map(of).collect();
        Self { pieces, rest, within }
    }

    /// Of a value: the literals within it that are like the one behind it, and like the one before it.
    fn within(&self, open: Option<(usize, Target)>) -> (usize, usize) {
        let found = open.and_then(|(index, _)| self.within.iter().find(|(value, ..)| *value == index));
        found.map_or((0, 0), |(_, behind, before)| (*behind, *before))
    }

    /// Takes a line apart; false: it does not match.
    pub fn read(&self, line: &[u8], record: &mut Record) -> bool {
        record.clear();
        let all = trimmed(line, Span { start: 0, end: line.len() });
        let Some(rest) = self.walk_left(line, all, record).and_then(|rest| self.walk_right(line, rest, record)) else { return false };
        if let Some(Piece::Value(target)) = self.pieces.get(self.rest) {
            record.set(*target, self.padded(line, rest, self.rest));
        }
        record.sort_others();
        true
    }

    fn walk_left(&self, line: &[u8], mut rest: Span, record: &mut Record) -> Option<Span> {
        let mut open = None;
        for (index, piece) in self.pieces.iter().enumerate().take(self.rest) {
            match piece {
                Piece::Value(target) => {
                    rest = self.without_padding(line, rest, index);
                    open = Some((index, *target));
                }
                Piece::Literal(literal) => {
                    let found = behind(line, rest, literal, self.within(open).0)?;
                    match open.take() {
                        Some((index, target)) => record.set(target, self.padded(line, Span { start: rest.start, end: found }, index)),
                        None if found > rest.start => return None,
                        None => {}
                    }
                    rest.start = found + literal.len();
                }
            }
        }
        Some(rest)
    }

    fn walk_right(&self, line: &[u8], mut rest: Span, record: &mut Record) -> Option<Span> {
        let mut open = None;
        for (index, piece) in self.pieces.iter().enumerate().skip(self.rest + 1).rev() {
            match piece {
                Piece::Value(target) => open = Some((index, *target)),
                Piece::Literal(literal) => {
                    let found = before(line, rest, literal, self.within(open).1)?;
                    let behind = found + literal.len();
                    match open.take() {
                        Some((index, target)) => record.set(target, self.padded(line, Span { start: behind, end: rest.end }, index)),
                        None if behind < rest.end => return None,
                        None => {}
                    }
                    rest.end = found;
                }
            }
        }
        Some(rest)
    }

    /// A value between blanks may be padded to a width with more of them.
    fn padded(&self, line: &[u8], span: Span, index: usize) -> Span {
        if self.is_padded(index) { trimmed(line, span) } else { span }
    }

    fn without_padding(&self, line: &[u8], span: Span, index: usize) -> Span {
        if self.is_padded(index) { Span { start: trimmed(line, span).start, ..span } } else { span }
    }

    fn is_padded(&self, index: usize) -> bool {
        match index.checked_sub(1).and_then(|before| self.pieces.get(before)) {
            Some(Piece::Literal(literal)) => literal.last().is_some_and(|byte| is_blank(*byte)),
            _ => true,
        }
    }
}

/// Without the blanks at both ends.
fn trimmed(line: &[u8], Span { start, end }: Span) -> Span {
    let text = line.get(start..end).unwrap_or_default();
    let front = text.iter().take_while(|byte| is_blank(**byte)).count();
    let back = text.iter().rev().take_while(|byte| is_blank(**byte)).count();
    Span { start: start + front, end: end.saturating_sub(back).max(start + front) }
}

/// The first of a literal behind so many others.
fn behind(line: &[u8], mut rest: Span, literal: &[u8], others: usize) -> Option<usize> {
    let mut found = first(line, rest, literal)?;
    for _ in 0..others {
        rest.start = found + literal.len();
        // A blank stands for any number of blanks.
        if literal == b" " {
            rest.start = trimmed(line, rest).start;
        }
        found = first(line, rest, literal)?;
    }
    Some(found)
}

/// The last of a literal before so many others.
fn before(line: &[u8], mut rest: Span, literal: &[u8], others: usize) -> Option<usize> {
    let mut found = last(line, rest, literal)?;
    for _ in 0..others {
        rest.end = found;
        if literal == b" " {
            rest.end = trimmed(line, rest).end;
        }
        found = last(line, rest, literal)?;
    }
    Some(found)
}

fn first(line: &[u8], Span { start, end }: Span, literal: &[u8]) -> Option<usize> {
    let mut from = start;
    loop {
        let found = from + memmem::find(line.get(from..end)?, literal)?;
        if !is_escaped(line, start, found, literal) {
            return Some(found);
        }
        from = found + 1;
    }
}

fn last(line: &[u8], Span { start, end }: Span, literal: &[u8]) -> Option<usize> {
    let mut to = end;
    loop {
        let found = start + memmem::rfind(line.get(start..to)?, literal)?;
        if !is_escaped(line, start, found, literal) {
            return Some(found);
        }
        to = found + literal.len() - 1;
    }
}

/// Whether a quote stands behind an odd number of backslashes.
fn is_escaped(line: &[u8], start: usize, at: usize, literal: &[u8]) -> bool {
    let before = line.get(start..at).unwrap_or_default();
    literal.first() == Some(&b'"') && before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}
