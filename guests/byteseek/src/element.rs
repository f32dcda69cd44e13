//! What a pattern is made of while it is read.

use crate::class::ByteClass;

/// A stretch of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub classes: Vec<ByteClass>,
    pub kind: Kind,
}

/// What may be done with a stretch depends on how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A byte, which may be an end of a range.
    Byte(u8),
    /// Any other class of bytes.
    Class,
    /// `'text'` of more than one character.
    Text,
    /// `` `text` ``, of any length.
    AnyCase,
    /// `{n}` was there.
    Repeat,
    /// Several of them.
    Sequence,
}

impl Element {
    pub fn byte(byte: u8) -> Self {
        Self { classes: vec![ByteClass::byte(byte)], kind: Kind::Byte(byte) }
    }

    pub fn class(class: ByteClass) -> Self {
        Self { classes: vec![class], kind: Kind::Class }
    }

    /// The class of a stretch that one byte matches.
    pub fn single(&self) -> Option<ByteClass> {
        match self.classes.as_slice() {
            [class] if self.kind != Kind::AnyCase => Some(*class),
            _ => None,
        }
    }
}
