//! Reads a pattern: sequences, alternatives, groups, repeats, and what one place of them can be.

use crate::class::ByteClass;
use crate::element::{Element, Kind};
use crate::shorthand::shorthand;
use crate::wrong::Wrong;

/// Bytes that a pattern may match at most. No packet that anybody searches repeats itself longer.
const LONGEST: usize = 4096;
/// Groups or sets within each other.
const DEEPEST: usize = 100;

/// A pattern's classes, and what in it was surely not meant.
pub fn read(text: &str) -> Result<(Vec<ByteClass>, Vec<String>), Wrong> {
    let mut parser = Parser { text, at: 0, depth: 0, warnings: Vec::new() };
    let element = parser.alternatives()?;
    if parser.peek() == Some(b')') {
        parser.warnings.push(format!("what follows `)` at byte {} of the pattern has no effect, since no `(` is open", parser.at));
    } else if parser.at < text.len() {
        return Err(parser.unexpected());
    }
    Ok((element.classes, parser.warnings))
}

pub struct Parser<'a> {
    text: &'a str,
    pub at: usize,
    depth: usize,
    warnings: Vec<String>,
}

impl Parser<'_> {
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub fn wrong(&self, expected: &str) -> Wrong {
        Wrong::new(self.at, expected)
    }

    fn unexpected(&self) -> Wrong {
        match self.peek() {
            None => self.wrong("a byte like 7f, a text in quotes, a set or a group"),
            Some(b'*' | b'+' | b'?') => self.wrong("{n}: a pattern has a fixed length, so * + ? are not known"),
            Some(_) => self.wrong("a byte of two hex digits, 'text', `text`, . & ~ ^ \\ [ or ("),
        }
    }

    /// White space and comments.
    pub fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' => self.at += self.text.get(self.at..).and_then(|rest| rest.find('\n')).unwrap_or(self.text.len() - self.at),
                _ => return,
            }
        }
    }

    /// One level deeper into groups or sets.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Wrong>) -> Result<T, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong("fewer groups and sets within each other"));
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Up to the end, or a `)`.
    fn alternatives(&mut self) -> Result<Element, Wrong> {
        let start = self.at;
        let first = self.sequence()?;
        if self.peek() != Some(b'|') {
            return Ok(first);
        }
        let mut class = Self::alternative(&first, start)?;
        while self.peek() == Some(b'|') {
            self.at += 1;
            self.skip();
            if matches!(self.peek(), None | Some(b')')) {
                break;
            }
            let start = self.at;
            let next = self.sequence()?;
            class = class.or(Self::alternative(&next, start)?);
        }
        Ok(Element::class(class))
    }

    fn alternative(element: &Element, at: usize) -> Result<ByteClass, Wrong> {
        element.single().ok_or_else(|| Wrong::new(at, "alternatives of one byte each, like (01 | 02 | 30-39)"))
    }

    fn sequence(&mut self) -> Result<Element, Wrong> {
        let mut whole: Option<Element> = None;
        self.skip();
        while !matches!(self.peek(), None | Some(b'|' | b')')) {
            let next = self.repeated()?;
            whole = Some(match whole {
                None => next,
                Some(Element { mut classes, .. }) => {
                    classes.extend(next.classes);
                    Element { classes, kind: Kind::Sequence }
                }
            });
            if whole.as_ref().is_some_and(|whole| whole.classes.len() > LONGEST) {
                return Err(self.too_long());
            }
            self.skip();
        }
        whole.ok_or_else(|| self.unexpected())
    }

    fn too_long(&self) -> Wrong {
        self.wrong(&format!("a pattern of at most {LONGEST} bytes"))
    }

    fn repeated(&mut self) -> Result<Element, Wrong> {
        let element = if self.peek() == Some(b'(') { self.deeper(Self::group)? } else { self.place()? };
        if self.peek() != Some(b'{') {
            return Ok(element);
        }
        if element.kind == Kind::Repeat {
            return Err(self.wrong("no repeat of a repeat"));
        }
        self.at += 1;
        let times = self.times()?;
        if element.classes.len().saturating_mul(times) > LONGEST {
            return Err(self.too_long());
        }
        Ok(Element { classes: element.classes.repeat(times), kind: Kind::Repeat })
    }

    fn times(&mut self) -> Result<usize, Wrong> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let times = rest.get(..digits).and_then(|digits| digits.parse().ok()).filter(|&times: &usize| times > 0);
        let Some(times) = times else { return Err(self.wrong("a number of repeats from 1 on")) };
        self.at += digits;
        match self.peek() {
            Some(b'}') => self.at += 1,
            _ => return Err(self.wrong("}: a pattern has a fixed length, so one number of repeats is all there can be")),
        }
        Ok(times)
    }

    fn group(&mut self) -> Result<Element, Wrong> {
        let open = self.at;
        self.at += 1;
        let element = self.alternatives()?;
        match self.peek() {
            Some(b')') => self.at += 1,
            _ => self.warnings.push(format!("the group that opens at byte {open} of the pattern is not closed: it reaches to the end")),
        }
        Ok(element)
    }

    /// Anything but a group.
    pub fn place(&mut self) -> Result<Element, Wrong> {
        let start = self.at;
        let element = match self.peek() {
            Some(b'^') => return self.inverted(),
            Some(b'.') => {
                self.at += 1;
                Element::class(ByteClass::ANY)
            }
            Some(b'[') => Element::class(self.deeper(Self::set)?),
            Some(b'&') => self.mask(|byte, mask| byte & mask == mask)?,
            Some(b'~') => self.mask(|byte, mask| byte & mask != 0)?,
            Some(b'\\') => self.shorthand()?,
            Some(b'`') => self.any_case()?,
            Some(b'\'') => self.text()?,
            Some(byte) if byte.is_ascii_hexdigit() => Element::byte(self.hex()?),
            _ => return Err(self.unexpected()),
        };
        self.range(element, start)
    }

    fn inverted(&mut self) -> Result<Element, Wrong> {
        self.at += 1;
        let start = self.at;
        if self.peek() == Some(b'.') {
            self.at += 1;
            return Ok(Element::class(ByteClass::ANY));
        }
        if matches!(self.peek(), Some(b'^' | b'(')) {
            return Err(self.wrong("what ^ inverts: a byte, a range, a set, a mask or a shorthand"));
        }
        let element = self.place()?;
        match element.single() {
            Some(class) if class == ByteClass::ANY && self.text.as_bytes().get(start) == Some(&b'[') => {
                Err(Wrong::new(start, "a set without ., of which nothing would be left"))
            }
            Some(class) => Ok(Element::class(class.inverted())),
            None => Err(Wrong::new(start, "one byte: a text cannot be inverted")),
        }
    }

    /// A range, if a `-` follows.
    fn range(&mut self, first: Element, start: usize) -> Result<Element, Wrong> {
        let before = self.at;
        self.skip();
        if self.peek() != Some(b'-') {
            self.at = before;
            return Ok(first);
        }
        let Kind::Byte(low) = first.kind else {
            return Err(Wrong::new(start, "a byte or a text of one character, before the - of a range"));
        };
        self.at += 1;
        self.skip();
        let second = match self.peek() {
            Some(b'\'') => self.text()?,
            Some(b'\\') => self.shorthand()?,
            Some(byte) if byte.is_ascii_hexdigit() => Element::byte(self.hex()?),
            _ => return Err(self.wrong("the other end of the range: a byte or a text of one character")),
        };
        match second.kind {
            Kind::Byte(high) => Ok(Element::class(ByteClass::range(low, high))),
            _ => Err(self.wrong("one byte as the other end of the range")),
        }
    }

    fn mask(&mut self, holds: fn(u8, u8) -> bool) -> Result<Element, Wrong> {
        self.at += 1;
        let mask = self.hex()?;
        Ok(Element::class(ByteClass::of(|byte| holds(byte, mask))))
    }

    fn hex(&mut self) -> Result<u8, Wrong> {
        let mut value = 0;
        for _ in 0..2 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return Err(self.wrong("two hex digits")) };
            value = value << 4 | digit as u8;
            self.at += 1;
        }
        Ok(value)
    }

    fn shorthand(&mut self) -> Result<Element, Wrong> {
        self.at += 1;
        let element = self.peek().and_then(shorthand);
        let element = element.ok_or_else(|| self.wrong("one of t n r v f e d w s l u i D W S L U I"))?;
        self.at += 1;
        Ok(element)
    }

    fn text(&mut self) -> Result<Element, Wrong> {
        let bytes = self.quoted('\'')?;
        Ok(match bytes.as_slice() {
            [byte] => Element::byte(*byte),
            _ => Element { classes: bytes.into_iter().map(ByteClass::byte).collect(), kind: Kind::Text },
        })
    }

    fn any_case(&mut self) -> Result<Element, Wrong> {
        let either = |byte: u8| ByteClass::byte(byte.to_ascii_lowercase()).or(ByteClass::byte(byte.to_ascii_uppercase()));
        Ok(Element { classes: self.quoted('`')?.into_iter().map(either).collect(), kind: Kind::AnyCase })
    }

    /// A text between quotes, as ISO 8859-1.
    fn quoted(&mut self, quote: char) -> Result<Vec<u8>, Wrong> {
        let open = self.at;
        self.at += 1;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(quote).ok_or_else(|| Wrong::new(open, format!("a text that is closed with {quote}")))?;
        let mut bytes = Vec::new();
        for (at, character) in rest.get(..end).unwrap_or_default().char_indices() {
            let byte = u8::try_from(u32::from(character));
            bytes.push(byte.map_err(|_| Wrong::new(self.at + at, "a character of ISO 8859-1; others as the bytes they are sent as"))?);
        }
        if bytes.is_empty() {
            return Err(Wrong::new(open, "a text of at least one character"));
        }
        self.at += end + 1;
        Ok(bytes)
    }
}
