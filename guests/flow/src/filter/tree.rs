//! A filter as it was written: conditions joined by `and`, `or`, `not`.

use super::condition::Condition;

/// A filter or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// One condition.
    Leaf(Condition),
    /// The opposite.
    Not(Box<Tree>),
    /// Every one.
    All(Vec<Tree>),
    /// At least one.
    Any(Vec<Tree>),
}

impl Tree {
    /// Every one of the parts; a single part is itself.
    pub fn all(parts: Vec<Self>) -> Self {
        single(parts).unwrap_or_else(Self::All)
    }

    /// At least one of the parts; a single part is itself.
    pub fn any(parts: Vec<Self>) -> Self {
        single(parts).unwrap_or_else(Self::Any)
    }
}

impl From<Condition> for Tree {
    fn from(condition: Condition) -> Self {
        Self::Leaf(condition)
    }
}

fn single(mut parts: Vec<Tree>) -> Result<Tree, Vec<Tree>> {
    match parts.len() {
        1 => parts.pop().ok_or(parts),
        _ => Err(parts),
    }
}
