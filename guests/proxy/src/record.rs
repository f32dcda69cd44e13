//! Lines taken apart: where in each the fields lie.

use crate::clock::Stamp;
use crate::field::{FIELDS, Field};
use crate::lexer::{Tokens, Unclosed};

/// A stretch of a line, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
}

/// Of a field that the line does not have.
const NOWHERE: Span = Span { start: usize::MAX, end: usize::MAX };

/// Where a value belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A field that the module knows.
    Known(Field),
    /// Another: index among the names of the dialect.
    Other(u32),
    /// Some of the time: index among the forms of the dialect.
    Moment(u32),
}

/// Lines of which a record can hold the fields at the same time.
pub const LINES: usize = 64;

/// Where in lines the fields lie. Everything that names no line is about the line that was begun last.
#[derive(Debug)]
pub struct Record {
    /// Of each field the span in each line: a column is read from one stretch of memory.
    known: Vec<[Span; LINES]>,
    /// Of each line the fields that the module does not know, by the index of their name.
    others: Vec<Vec<(u32, Span)>>,
    line: usize,
    tokens: Tokens,
    /// Pieces of the time, by the index of their form.
    pub moments: Vec<(u32, Span)>,
    /// The time that those tell.
    pub moment: Option<Stamp>,
}

impl Default for Record {
    fn default() -> Self {
        let others = std::iter::repeat_with(Vec::new).take(LINES).collect();
        let known = vec![[NOWHERE; LINES]; FIELDS];
        Self { known, others, line: 0, tokens: Tokens::default(), moments: Vec::new(), moment: None }
    }
}

impl Record {
    /// Begins a line, of a number below [`LINES`].
    pub fn begin(&mut self, line: usize) {
        self.line = line;
        self.others.get_mut(line).into_iter().for_each(Vec::clear);
        self.moments.clear();
        self.moment = None;
    }

    /// Forgets what is known of the line.
    pub fn clear(&mut self) {
        let line = self.line;
        self.known.iter_mut().filter_map(|lines| lines.get_mut(line)).for_each(|span| *span = NOWHERE);
        self.begin(line);
    }

    /// Sets a field. What is not set stays as it was in an earlier line, which is right as long as every line sets the same fields.
    #[inline]
    pub fn set(&mut self, target: Target, span: Span) {
        match target {
            Target::Known(field) => {
                let known = self.known.get_mut(field as usize).and_then(|lines| lines.get_mut(self.line));
                known.into_iter().for_each(|known| *known = span);
            }
            Target::Other(name) => self.others.get_mut(self.line).into_iter().for_each(|others| others.push((name, span))),
            Target::Moment(form) => self.moments.push((form, span)),
        }
    }

    /// Puts the fields that the module does not know in the order of their names' indices.
    pub fn sort_others(&mut self) {
        self.others.get_mut(self.line).into_iter().for_each(|others| others.sort_unstable_by_key(|(name, _)| *name));
    }

    /// Where the first of those lies.
    pub fn first_other(&self) -> Option<Span> {
        self.others(self.line).first().map(|(_, span)| *span)
    }

    /// Takes a line of separated fields apart. What has no target is the first of the fields that the module does not know.
    ///
    /// # Errors
    /// A quote is not closed; the fields before it are set.
    #[inline]
    pub fn split(&mut self, line: &[u8], doubled: bool, targets: &[Target]) -> Result<(), Unclosed> {
        let mut tokens = std::mem::take(&mut self.tokens);
        let read = tokens.read(line, doubled);
        let targets = targets.iter().copied().chain(std::iter::repeat(Target::Other(0)));
        tokens.spans().zip(targets).for_each(|(span, target)| self.set(target, span));
        self.tokens = tokens;
        read
    }

    /// How many fields the line had that was split.
    pub fn tokens(&self) -> usize {
        self.tokens.len()
    }

    /// Where a field lies.
    pub fn span(&self, field: Field) -> Option<Span> {
        self.in_line(self.line, field).filter(|span| *span != NOWHERE)
    }

    /// The bytes of a field, as the line has them.
    #[inline]
    pub fn get<'a>(&self, line: &'a [u8], field: Field) -> Option<&'a [u8]> {
        let span = self.in_line(self.line, field)?;
        line.get(span.start..span.end)
    }

    /// Where a field lies in the line of a number; beyond every line where it has none.
    #[inline]
    pub fn in_line(&self, line: usize, field: Field) -> Option<Span> {
        self.known.get(field as usize)?.get(line).copied()
    }

    /// The fields of a line that the module does not know.
    pub fn others(&self, line: usize) -> &[(u32, Span)] {
        self.others.get(line).map(Vec::as_slice).unwrap_or_default()
    }
}
