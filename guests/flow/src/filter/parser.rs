//! `and`, `or`, `not` and parentheses around conditions: `not` binds most, then `and`, then `or`.

use super::cursor::Cursor;
use super::tree::Tree;
use super::{MAX_CONDITIONS, MAX_NESTING, SyntaxError, primitive};

/// Takes a filter apart. `None`: it says nothing.
///
/// # Errors
/// Where the text breaks the language, and when it passes one of its limits.
pub fn parse(text: &str) -> Result<Option<Tree>, SyntaxError> {
    let cursor = Cursor::new(text)?;
    if cursor.is_at_end() {
        return Ok(None);
    }
    let mut parser = Parser { cursor, nesting: 0, conditions: 0 };
    let tree = parser.any()?;
    if !parser.cursor.is_at_end() {
        return Err(parser.cursor.expected("`and`, `or` or the end of the filter"));
    }
    Ok(Some(tree))
}

#[derive(Debug)]
struct Parser<'a> {
    cursor: Cursor<'a>,
    nesting: usize,
    conditions: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Tree, SyntaxError> {
        let mut parts = vec![self.all()?];
        while self.cursor.take(&["or", "||"])?.is_some() {
            parts.push(self.all()?);
        }
        Ok(Tree::any(parts))
    }

    fn all(&mut self) -> Result<Tree, SyntaxError> {
        let mut parts = vec![self.one()?];
        while self.cursor.take(&["and", "&&"])?.is_some() {
            parts.push(self.one()?);
        }
        Ok(Tree::all(parts))
    }

    fn one(&mut self) -> Result<Tree, SyntaxError> {
        let mut negated = false;
        while self.cursor.take(&["not", "!"])?.is_some() {
            negated = !negated;
        }
        let inner = if self.cursor.is("(") { self.nested()? } else { self.condition()? };
        Ok(if negated { Tree::Not(Box::new(inner)) } else { inner })
    }

    fn nested(&mut self) -> Result<Tree, SyntaxError> {
        if self.nesting >= MAX_NESTING {
            return Err(self.cursor.expected(format!("at most {MAX_NESTING} parentheses within each other")));
        }
        self.cursor.expect("(")?;
        self.nesting += 1;
        let inner = self.any()?;
        self.nesting -= 1;
        if !self.cursor.is(")") {
            return Err(self.cursor.expected("`and`, `or` or `)`"));
        }
        self.cursor.advance()?;
        if self.cursor.is("%") {
            return Err(self.cursor.expected("no label (%): rows have no place for the labels that nfdump gives by filter"));
        }
        Ok(inner)
    }

    fn condition(&mut self) -> Result<Tree, SyntaxError> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            return Err(self.cursor.expected(format!("at most {MAX_CONDITIONS} conditions: use lists, as in `ip in [ … ]`")));
        }
        primitive::parse(&mut self.cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::condition::Condition;
    use crate::filter::field::Field;

    fn proto(number: u64) -> Tree {
        Condition::equal(Field::Protocol, number).into()
    }

    fn not(tree: Tree) -> Tree {
        Tree::Not(Box::new(tree))
    }

    fn parsed(text: &str) -> Tree {
        parse(text).unwrap().unwrap()
    }

    #[test]
    fn not_binds_before_and_and_and_before_or() {
        let expected = Tree::Any(vec![Tree::All(vec![not(proto(1)), proto(2)]), Tree::All(vec![proto(3), proto(4)])]);
        assert_eq!(parsed("not proto 1 and proto 2 or proto 3 && proto 4"), expected);
    }

    #[test]
    fn parentheses_come_first() {
        assert_eq!(parsed("!(proto 1 or proto 2) and proto 3"), Tree::All(vec![not(Tree::Any(vec![proto(1), proto(2)])), proto(3)]));
    }

    #[test]
    fn two_nots_are_none() {
        assert_eq!(parsed("not not proto 1"), proto(1));
        assert_eq!(parsed("not !not proto 1"), not(proto(1)));
    }

    #[test]
    fn a_filter_that_says_nothing_is_none() {
        assert_eq!(parse(""), Ok(None));
        assert_eq!(parse(" \n# a comment"), Ok(None));
    }

    #[test]
    fn what_does_not_end_well_is_told_where() {
        assert_eq!(parse("(proto 1").unwrap_err(), SyntaxError::new(8, "`and`, `or` or `)`"));
        assert_eq!(parse("proto 1 proto 2").unwrap_err(), SyntaxError::new(8, "`and`, `or` or the end of the filter"));
        assert_eq!(parse("proto 1)").unwrap_err(), SyntaxError::new(7, "`and`, `or` or the end of the filter"));
        assert_eq!(parse("(proto 1) %web").unwrap_err().at, 10);
    }

    #[test]
    fn a_hundred_parentheses_are_the_most() {
        let nested = |depth| format!("{}proto 1{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(parsed(&nested(100)), proto(1));
        assert_eq!(parse(&nested(101)).unwrap_err(), SyntaxError::new(100, "at most 100 parentheses within each other"));
        assert_eq!(parse(&"(".repeat(1_000_000)).unwrap_err().at, 100);
        assert_eq!(parsed(&format!("{}proto 1", "not ".repeat(100_000))), proto(1));
    }

    #[test]
    fn conditions_have_an_end() {
        let error = parse(&vec!["any"; MAX_CONDITIONS + 1].join(" or ")).unwrap_err();
        assert_eq!(error.at, MAX_CONDITIONS * "any or ".len());
    }
}
