//! One line, taken apart: where in it each field lies.

use crate::clock::Stamp;
use crate::field::{FIELDS, Field};

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

/// Where in a line the fields lie.
#[derive(Debug)]
pub struct Record {
    known: [Span; FIELDS],
    /// Fields that the module does not know, by the index of their name.
    pub others: Vec<(u32, Span)>,
    /// Pieces of the time, by the index of their form.
    pub moments: Vec<(u32, Span)>,
    /// The time that those tell.
    pub moment: Option<Stamp>,
}

impl Default for Record {
    fn default() -> Self {
        Self { known: [NOWHERE; FIELDS], others: Vec::new(), moments: Vec::new(), moment: None }
    }
}

impl Record {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.known = [NOWHERE; FIELDS];
        self.others.clear();
        self.moments.clear();
        self.moment = None;
    }

    /// Sets a field. What is not set stays as it was in the line before, which is right as long as every line sets the same fields.
    #[inline]
    pub fn set(&mut self, target: Target, span: Span) {
        match target {
            Target::Known(field) => self.known.get_mut(field as usize).into_iter().for_each(|known| *known = span),
            Target::Other(name) => self.others.push((name, span)),
            Target::Moment(form) => self.moments.push((form, span)),
        }
    }

    /// Where a field lies.
    pub fn span(&self, field: Field) -> Option<Span> {
        self.known.get(field as usize).copied().filter(|span| *span != NOWHERE)
    }

    /// The bytes of a field, as the line has them.
    #[inline]
    pub fn get<'a>(&self, line: &'a [u8], field: Field) -> Option<&'a [u8]> {
        let span = self.known.get(field as usize)?;
        line.get(span.start..span.end)
    }

    /// The first of some fields that the line has.
    pub fn any<'a>(&self, line: &'a [u8], fields: &[Field]) -> Option<&'a [u8]> {
        fields.iter().find_map(|field| self.get(line, *field))
    }
}
