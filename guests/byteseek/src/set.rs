//! Sets: `[ff 00 10-20 'abc']`.

use crate::class::ByteClass;
use crate::parser::Parser;
use crate::wrong::Wrong;

impl Parser<'_> {
    /// A set; the parser stands before its `[`.
    pub fn set(&mut self) -> Result<ByteClass, Wrong> {
        let open = self.at;
        self.at += 1;
        let mut class = None;
        loop {
            self.skip();
            match self.peek() {
                None => return Err(Wrong::new(open, "a set that is closed with ]")),
                Some(b']') => break,
                Some(_) => class = Some(class.unwrap_or(ByteClass::NONE).or(self.member()?)),
            }
        }
        self.at += 1;
        class.ok_or_else(|| Wrong::new(open, "a set of at least one byte"))
    }

    /// A text is all its characters here.
    fn member(&mut self) -> Result<ByteClass, Wrong> {
        Ok(self.place()?.classes.into_iter().fold(ByteClass::NONE, ByteClass::or))
    }
}
