//! Primitives that are qualified: protocol, direction and kind, then what it is about.

use super::keyword::Keyword;
use super::parser::Parser;
use super::primitive::{Direction, Item, Primitive, Protocol};
use super::resolve::Subject;
use super::token::{Sign, Token};
use crate::wrong::Wrong;

/// What stands before the subject of a primitive, and goes on to the next if that has no qualifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Qualifiers {
    pub protocol: Option<Protocol>,
    /// `None`: either.
    pub direction: Option<Direction>,
    /// `None`: a host.
    pub kind: Option<Kind>,
    /// There was no qualified primitive before.
    pub missing: bool,
}

/// What the subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Host,
    Net,
    Port,
    PortRange,
    Proto,
    ProtoChain,
    Gateway,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Net => "net",
            Self::Port => "port",
            Self::PortRange => "portrange",
            Self::Proto => "proto",
            Self::ProtoChain => "protochain",
            Self::Gateway => "gateway",
        }
    }
}

impl Qualifiers {
    pub const NONE: Self = Self { protocol: None, direction: None, kind: None, missing: true };

    pub fn direction(&self) -> Direction {
        self.direction.unwrap_or(Direction::Either)
    }
}

impl Parser<'_> {
    /// A primitive that begins with a word of its own.
    pub(super) fn primitive(&mut self, qualifiers: Qualifiers) -> Result<Qualifiers, Wrong> {
        let at = self.at();
        let protocol = match self.peek() {
            Token::Keyword(Keyword::Protocol(protocol)) => Some(protocol),
            _ => None,
        };
        self.next_if(protocol.is_some());
        if let Some(qualifiers) = self.head(protocol)? {
            return self.shortened(qualifiers);
        }
        if self.special(protocol, at)? {
            return Ok(Qualifiers::NONE);
        }
        match protocol {
            Some(Protocol::Link) => Err(self.wrong("what of the link layer: `host`, `proto`, `broadcast`, `multicast` or `[`")),
            Some(Protocol::Radio) => Err(self.wrong("`[`: of the radio header only bytes are looked at, like `radio[2]`")),
            Some(protocol) => {
                self.push(Primitive::Protocol(protocol), at);
                Ok(Qualifiers::NONE)
            }
            None => Err(self.nothing(qualifiers)),
        }
    }

    fn next_if(&mut self, taken: bool) {
        if taken {
            self.advance();
        }
    }

    fn nothing(&self, qualifiers: Qualifiers) -> Wrong {
        match self.peek() {
            Token::Name(_) | Token::Dotted(_) | Token::Address6(_) | Token::Mac(_) if qualifiers.missing => {
                self.wrong("a word that says what this is: `host`, `net`, `port`, `src`, `dst` …")
            }
            Token::End => self.wrong("a condition"),
            _ => self.wrong("a condition, like `tcp`, `host 10.0.0.1`, `port 53` or `len > 100`"),
        }
    }

    /// Direction and kind.
    fn head(&mut self, protocol: Option<Protocol>) -> Result<Option<Qualifiers>, Wrong> {
        let direction = self.direction();
        let kind = match self.peek() {
            Token::Keyword(Keyword::Host) => Some(Kind::Host),
            Token::Keyword(Keyword::Net) => Some(Kind::Net),
            Token::Keyword(Keyword::Port) => Some(Kind::Port),
            Token::Keyword(Keyword::PortRange) => Some(Kind::PortRange),
            Token::Keyword(Keyword::Proto) if direction.is_none() => Some(Kind::Proto),
            Token::Keyword(Keyword::ProtoChain) if direction.is_none() => Some(Kind::ProtoChain),
            Token::Keyword(Keyword::Gateway) if direction.is_none() => Some(Kind::Gateway),
            _ => None,
        };
        self.next_if(kind.is_some());
        let found = direction.is_some() || kind.is_some();
        Ok(found.then_some(Qualifiers { protocol, direction, kind, missing: false }))
    }

    /// `src`, `dst or src`, `addr1` …
    fn direction(&mut self) -> Option<Direction> {
        let Token::Keyword(Keyword::Direction(first)) = self.peek() else { return None };
        self.advance();
        let other = match first {
            Direction::Source => Direction::Destination,
            Direction::Destination => Direction::Source,
            _ => return Some(first),
        };
        let joined = match self.peek() {
            Token::Keyword(Keyword::Or) => Direction::Either,
            Token::Keyword(Keyword::And) => Direction::Both,
            _ => return Some(first),
        };
        if self.ahead(1) != Token::Keyword(Keyword::Direction(other)) {
            return Some(first);
        }
        self.advance();
        self.advance();
        Some(joined)
    }

    /// Whether what comes next has no qualifiers of its own: a subject, or some in parentheses. A number is one unless it is counted with.
    pub(super) fn is_shortened(&self) -> bool {
        let (mut ahead, mut open) = (0, 0);
        loop {
            match self.ahead(ahead) {
                Token::Sign(Sign::Open) => open += 1,
                Token::Keyword(Keyword::Not) => open = 0,
                Token::Number(_) => break,
                Token::Name(_) | Token::Dotted(_) | Token::Address6(_) | Token::Mac(_) | Token::Arcnet(_) => return true,
                _ => return false,
            }
            ahead += 1;
        }
        ahead += 1;
        while open > 0 && self.ahead(ahead) == Token::Sign(Sign::Close) {
            (ahead, open) = (ahead + 1, open - 1);
        }
        !matches!(self.ahead(ahead), Token::Sign(sign) if !matches!(sign, Sign::Close | Sign::Open))
    }

    /// A subject, or several in parentheses, with qualifiers from before.
    pub(super) fn shortened(&mut self, qualifiers: Qualifiers) -> Result<Qualifiers, Wrong> {
        if self.take_keyword(Keyword::Not) {
            self.inside(|parser| parser.shortened(qualifiers))?;
            self.items.push(Item::Not);
        } else if self.take_sign(Sign::Open) {
            self.inside(|parser| parser.subjects(qualifiers))?;
            self.expect(Sign::Close, "`and`, `or` or `)`")?;
        } else {
            let at = self.at();
            let subject = self.subject()?;
            let primitive = subject.resolve(&qualifiers, at)?;
            self.push(primitive, at);
        }
        Ok(qualifiers)
    }

    fn subjects(&mut self, qualifiers: Qualifiers) -> Result<(), Wrong> {
        self.shortened(qualifiers)?;
        loop {
            let join = match self.peek() {
                Token::Keyword(Keyword::And) => Item::And,
                Token::Keyword(Keyword::Or) => Item::Or,
                _ => return Ok(()),
            };
            self.advance();
            self.shortened(qualifiers)?;
            self.items.push(join);
        }
    }

    /// An address, a network, a number or a name.
    fn subject(&mut self) -> Result<Subject, Wrong> {
        let subject = match self.peek() {
            Token::Number(number) => Subject::Number(number),
            Token::Name(name) => Subject::Name(name.to_owned()),
            Token::Mac(address) => Subject::Mac(address),
            Token::Arcnet(address) => Subject::Arcnet(address),
            Token::Dotted(text) => return self.dotted(text.to_owned()),
            Token::Address6(address) => {
                self.advance();
                let prefix = if self.take_sign(Sign::Slash) { Some(self.number("the length of a prefix, 0 to 128")?) } else { None };
                return Ok(Subject::Address6 { address: address.to_bits(), prefix });
            }
            _ => return Err(self.wrong("an address, a name or a number")),
        };
        self.advance();
        Ok(subject)
    }

    fn dotted(&mut self, text: String) -> Result<Subject, Wrong> {
        self.advance();
        if self.take_sign(Sign::Slash) {
            return Ok(Subject::Prefix { text, length: self.number("the length of a prefix, 0 to 32")? });
        }
        if self.take_keyword(Keyword::Mask) {
            let Token::Dotted(mask) = self.peek() else { return Err(self.wrong("a mask, like 255.255.0.0")) };
            let subject = Subject::Masked { text, mask: mask.to_owned(), at: self.at() };
            self.advance();
            return Ok(subject);
        }
        Ok(Subject::Dotted(text))
    }

    /// A plain number.
    pub(super) fn number(&mut self, expected: &str) -> Result<u32, Wrong> {
        let Token::Number(number) = self.peek() else { return Err(self.wrong(expected)) };
        self.advance();
        Ok(number)
    }
}
