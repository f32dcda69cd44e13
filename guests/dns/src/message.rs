//! DNS messages (RFC 1035, 4): header, question, records. Everything is checked before anything of it is used.

use crate::damage::{Damage, Section};
use crate::name::Checked;

const HEADER: usize = 12;

/// The type of the pseudo record of EDNS (RFC 6891).
pub const OPT: u16 = 41;

/// The header of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Header {
    /// Chosen by the client.
    pub id: u16,
    /// QR, opcode, AA, TC, RD, RA, Z, AD, CD and rcode, from the highest bit down.
    pub flags: u16,
    /// Records of question, answer, authority and additional section.
    pub counts: [u16; 4],
}

impl Header {
    /// From the first 12 bytes.
    ///
    /// # Errors
    /// When there are fewer.
    #[inline]
    pub fn parse(message: &[u8]) -> Result<Self, Damage> {
        let Some(header) = message.first_chunk::<HEADER>() else { return Err(Damage::Header(message.len())) };
        let [id, flags, counts @ ..] = [0, 2, 4, 6, 8, 10].map(|at| match header.get(at..at + 2) {
            Some(&[high, low]) => u16::from_be_bytes([high, low]),
            _ => 0,
        });
        Ok(Self { id, flags, counts })
    }

    /// An answer, not a question.
    #[inline]
    pub fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// 0 query, 4 notify, 5 update …
    pub fn opcode(&self) -> u8 {
        (self.flags >> 11 & 15) as u8
    }

    /// The lower four bits; EDNS has the others.
    #[inline]
    pub fn rcode(&self) -> u8 {
        (self.flags & 15) as u8
    }

    /// A bit by its place from the lowest: 10 AA, 9 TC, 8 RD, 7 RA, 5 AD, 4 CD.
    pub fn flag(&self, bit: u8) -> bool {
        self.flags >> bit & 1 == 1
    }
}

/// The question of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Where its name begins.
    pub name: usize,
    /// Type that is asked for.
    pub kind: u16,
    /// Class that is asked for.
    pub class: u16,
}

/// A resource record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Where it stands.
    pub section: Section,
    /// Where its name begins.
    pub name: usize,
    /// Its type.
    pub kind: u16,
    /// Its class; of OPT the size of messages that the sender can take.
    pub class: u16,
    /// Seconds; of OPT more of the rcode, version and flags.
    pub ttl: u32,
    /// Where its data begins.
    pub data: usize,
    /// Bytes of data.
    pub length: usize,
}

/// Reads the records of a message one after the other.
#[derive(Debug)]
pub struct Records<'a> {
    message: &'a [u8],
    header: Header,
    at: usize,
    section: Section,
    /// Of the section that were read.
    read: u16,
    checked: Checked,
}

impl<'a> Records<'a> {
    /// Starts at the question section.
    pub fn new(message: &'a [u8], header: Header) -> Self {
        Self { message, header, at: HEADER, section: Section::Question, read: 0, checked: Checked::default() }
    }

    /// Reads the question section, and gives its first question.
    ///
    /// # Errors
    /// A message that breaks the rules.
    #[inline]
    pub fn question(&mut self) -> Result<Option<Question>, Damage> {
        let [count, ..] = self.header.counts;
        let mut first = None;
        while self.read < count {
            self.read += 1;
            let question = self.next_question().map_err(|damage| self.locate(damage, count))?;
            first = first.or(Some(question));
        }
        self.section = Section::Answer;
        self.read = 0;
        Ok(first)
    }

    #[inline]
    fn next_question(&mut self) -> Result<Question, Damage> {
        let name = self.at;
        let end = self.checked.skip(self.message, name)?;
        let &[t0, t1, c0, c1] = self.array(end)?;
        self.at = end + 4;
        Ok(Question { name, kind: u16::from_be_bytes([t0, t1]), class: u16::from_be_bytes([c0, c1]) })
    }

    /// The next record of any section behind the question section, which must have been read.
    ///
    /// # Errors
    /// A message that breaks the rules.
    #[inline(always)]
    pub fn next_one(&mut self) -> Result<Option<Record>, Damage> {
        let count = loop {
            let [_, answers, authorities, additional] = self.header.counts;
            let (count, following) = match self.section {
                Section::Question | Section::Answer => (answers, Section::Authority),
                Section::Authority => (authorities, Section::Additional),
                Section::Additional if self.read >= additional => return Ok(None),
                Section::Additional => (additional, Section::Additional),
            };
            if self.read < count {
                break count;
            }
            (self.section, self.read) = (following, 0);
        };
        self.read += 1;
        self.next_record().map(Some).map_err(|damage| self.locate(damage, count))
    }

    #[inline(always)]
    fn next_record(&mut self) -> Result<Record, Damage> {
        let name = self.at;
        let end = self.checked.skip(self.message, name)?;
        let &[t0, t1, c0, c1, l0, l1, l2, l3, n0, n1] = self.array(end)?;
        let (data, length) = (end + 10, usize::from(u16::from_be_bytes([n0, n1])));
        let record = Record {
            section: self.section,
            name,
            kind: u16::from_be_bytes([t0, t1]),
            class: u16::from_be_bytes([c0, c1]),
            ttl: u32::from_be_bytes([l0, l1, l2, l3]),
            data,
            length,
        };
        self.at = data + length;
        if self.at > self.message.len() {
            return Err(ENDS);
        }
        self.check_names(&record)?;
        Ok(record)
    }

    /// The names in the data of the types that RFC 1035 lets compress, and of those that followed it: a loop there is damage too.
    #[inline]
    fn check_names(&mut self, record: &Record) -> Result<(), Damage> {
        let (skip, names) = match record.kind {
            // A, TXT, AAAA, DS, RRSIG, DNSKEY: the many that have none.
            1 | 16 | 28 | 41 | 43 | 46 | 48 => return Ok(()),
            2..=5 | 7..=9 | 12 | 39 => (0, 1),
            6 | 14 | 17 => (0, 2),
            15 | 18 | 21 | 36 => (2, 1),
            33 => (6, 1),
            _ => return Ok(()),
        };
        let (mut at, end) = (record.data + skip, record.data + record.length);
        for _ in 0..names {
            // No data at all is what an update writes (RFC 2136).
            if at >= end {
                return Ok(());
            }
            at = self.checked.skip(self.message, at)?;
        }
        Ok(())
    }

    #[inline]
    fn array<const N: usize>(&self, at: usize) -> Result<&'a [u8; N], Damage> {
        self.message.get(at..).and_then(|rest| rest.first_chunk()).ok_or(ENDS)
    }

    #[cold]
    fn locate(&self, damage: Damage, count: u16) -> Damage {
        match damage {
            Damage::Ends { .. } => Damage::Ends { section: self.section, record: self.read, of: count },
            other => other,
        }
    }
}

const ENDS: Damage = Damage::Ends { section: Section::Question, record: 0, of: 0 };

/// A whole message, checked. It keeps its list of records from message to message.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The header.
    pub header: Header,
    /// The first question.
    pub question: Option<Question>,
    /// All records, the first OPT left out.
    pub records: Vec<Record>,
    /// The first OPT of the additional section.
    pub opt: Option<Record>,
}

impl Parsed {
    /// Takes a message apart.
    ///
    /// # Errors
    /// A message that breaks the rules; what is then held is worth nothing.
    pub fn parse(&mut self, message: &[u8]) -> Result<(), Damage> {
        self.header = Header::parse(message)?;
        self.records.clear();
        self.opt = None;
        let mut records = Records::new(message, self.header);
        self.question = records.question()?;
        while let Some(record) = records.next_one()? {
            if record.kind == OPT && record.section == Section::Additional && self.opt.is_none() {
                self.opt = Some(record);
            } else {
                self.records.push(record);
            }
        }
        Ok(())
    }

    /// The rcode with the bits that EDNS adds.
    pub fn rcode(&self) -> u16 {
        let upper = self.opt.map_or(0, |opt| (opt.ttl >> 24) as u16);
        upper << 4 | u16::from(self.header.rcode())
    }
}
