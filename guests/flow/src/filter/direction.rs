//! Which side of a flow a keyword means: the words before it.

use super::SyntaxError;
use super::condition::Condition;
use super::cursor::Cursor;
use super::tree::Tree;

/// The words before a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// No word.
    Unsaid,
    /// `src`.
    Src,
    /// `dst`.
    Dst,
    /// `src or dst`, in either order.
    SrcOrDst,
    /// `src and dst`, in either order.
    SrcAndDst,
    /// `in`.
    In,
    /// `out`.
    Out,
    /// `in src`.
    InSrc,
    /// `in dst`.
    InDst,
    /// `out src`.
    OutSrc,
    /// `out dst`.
    OutDst,
    /// `prev` or `previous`.
    Previous,
    /// `next`.
    Next,
}

/// What of a flow a keyword and its direction mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sides<F> {
    /// At least one of them.
    Any(Vec<F>),
    /// Every one of them.
    All(Vec<F>),
}

impl Direction {
    /// Takes the words.
    ///
    /// # Errors
    /// When a token behind them is none.
    pub fn parse(cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        Ok(match cursor.take(&["src", "dst", "in", "out", "prev", "previous", "next"])? {
            Some("src") => both(cursor, "dst")?.unwrap_or(Self::Src),
            Some("dst") => both(cursor, "src")?.unwrap_or(Self::Dst),
            Some("in") => within(cursor, [Self::In, Self::InSrc, Self::InDst])?,
            Some("out") => within(cursor, [Self::Out, Self::OutSrc, Self::OutDst])?,
            Some("prev" | "previous") => Self::Previous,
            Some(_) => Self::Next,
            None => Self::Unsaid,
        })
    }
}

/// `or dst`, `and dst`: they belong to the direction, since `src` alone is no condition.
fn both(cursor: &mut Cursor<'_>, other: &str) -> Result<Option<Direction>, SyntaxError> {
    let mut ahead = *cursor;
    let found = match ahead.take(&["or", "||", "and", "&&"])? {
        Some("or" | "||") => Direction::SrcOrDst,
        Some(_) => Direction::SrcAndDst,
        None => return Ok(None),
    };
    ahead.expect(other)?;
    *cursor = ahead;
    Ok(Some(found))
}

fn within(cursor: &mut Cursor<'_>, [alone, src, dst]: [Direction; 3]) -> Result<Direction, SyntaxError> {
    Ok(match cursor.take(&["src", "dst"])? {
        Some("src") => src,
        Some(_) => dst,
        None => alone,
    })
}

impl<F: Copy> Sides<F> {
    /// One alone.
    pub fn one(field: F) -> Self {
        Self::Any(vec![field])
    }

    /// Source and destination, either where nothing is said; `None`: the direction is no such.
    pub fn of(direction: Direction, src: F, dst: F) -> Option<Self> {
        Some(match direction {
            Direction::Src => Self::one(src),
            Direction::Dst => Self::one(dst),
            Direction::Unsaid | Direction::SrcOrDst => Self::Any(vec![src, dst]),
            Direction::SrcAndDst => Self::All(vec![src, dst]),
            _ => return None,
        })
    }

    /// The same condition of each.
    pub fn ask(self, condition: impl Fn(F) -> Condition) -> Tree {
        let leaves = |fields: Vec<F>| fields.into_iter().map(|field| condition(field).into()).collect();
        match self {
            Self::Any(fields) => Tree::any(leaves(fields)),
            Self::All(fields) => Tree::all(leaves(fields)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(Direction, usize), SyntaxError> {
        let mut cursor = Cursor::new(text)?;
        Ok((Direction::parse(&mut cursor)?, cursor.at()))
    }

    #[test]
    fn a_direction_takes_its_words_and_no_more() {
        assert_eq!(parsed("src port"), Ok((Direction::Src, 4)));
        assert_eq!(parsed("SRC or dst port"), Ok((Direction::SrcOrDst, 11)));
        assert_eq!(parsed("dst && src port"), Ok((Direction::SrcAndDst, 11)));
        assert_eq!(parsed("out src mac"), Ok((Direction::OutSrc, 8)));
        assert_eq!(parsed("in bytes"), Ok((Direction::In, 3)));
        assert_eq!(parsed("port"), Ok((Direction::Unsaid, 0)));
    }

    #[test]
    fn a_side_alone_is_no_condition() {
        assert_eq!(parsed("src or port 80"), Err(SyntaxError::new(7, "`dst`")));
    }
}
