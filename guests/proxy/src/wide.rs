//! UTF-16 as UTF-8, and where in it each line lies: a session that reads lines of bytes reads such a log, and its positions are taken back.

use std::collections::VecDeque;

use weir_sdk::Output;

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The lower one, as Windows writes.
    Little,
    /// The higher one.
    Big,
}

impl Order {
    /// By the byte order mark with which a log begins.
    pub fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0xff, 0xfe, ..] => Some(Self::Little),
            [0xfe, 0xff, ..] => Some(Self::Big),
            _ => None,
        }
    }

    /// As in saved states.
    pub fn name(self) -> &'static str {
        match self {
            Self::Little => "utf-16le",
            Self::Big => "utf-16be",
        }
    }

    /// By that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Little, Self::Big].into_iter().find(|order| order.name() == name)
    }

    fn unit(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }
}

/// Text on its way from one to the other.
#[derive(Debug)]
pub struct Wide {
    order: Order,
    /// Half a unit, or the first of two that are one character.
    rest: Vec<u8>,
    /// Bytes of UTF-16 that were taken, and of UTF-8 that they gave.
    place: (u64, u64),
    /// The same at the ends of lines that may still be asked for.
    ends: VecDeque<(u64, u64)>,
}

impl Wide {
    /// From the beginning, or from where a session goes on.
    pub fn new(order: Order) -> Self {
        Self { order, rest: Vec::new(), place: (0, 0), ends: VecDeque::from([(0, 0)]) }
    }

    /// As given.
    pub fn order(&self) -> Order {
        self.order
    }

    /// Takes the next bytes, cut anywhere. Units that are no characters become U+FFFD.
    pub fn take(&mut self, chunk: &[u8]) -> String {
        self.rest.extend_from_slice(chunk);
        let bytes = std::mem::take(&mut self.rest);
        let (units, odd) = bytes.as_chunks::<2>();
        let units: Vec<u16> = units.iter().map(|unit| self.order.unit(*unit)).collect();
        // The second of a pair may come with the next bytes.
        let held = usize::from(units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)));
        let mut text = String::with_capacity(units.len());
        for found in char::decode_utf16(units.iter().copied().take(units.len() - held)) {
            match found {
                Ok(letter) => self.push(letter, letter.len_utf16() * 2, &mut text),
                Err(_) => self.push(char::REPLACEMENT_CHARACTER, 2, &mut text),
            }
        }
        self.rest = bytes.get(bytes.len() - odd.len() - held * 2..).unwrap_or_default().to_vec();
        text
    }

    /// What is left at the end, if anything is.
    pub fn finish(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.rest);
        if rest.is_empty() {
            return None;
        }
        let mut text = String::new();
        self.push(char::REPLACEMENT_CHARACTER, rest.len(), &mut text);
        Some(text)
    }

    fn push(&mut self, letter: char, bytes: usize, text: &mut String) {
        text.push(letter);
        self.place.0 += bytes as u64;
        self.place.1 += letter.len_utf8() as u64;
        if letter == '\n' {
            self.ends.push_back(self.place);
        }
    }

    /// What a session said of the UTF-8, said of the UTF-16. It speaks of whole lines, and of nothing before what it said was done.
    pub fn told(&mut self, mut output: Output) -> Output {
        for reject in &mut output.rejects {
            let end = self.outer(reject.at + reject.length);
            reject.at = self.outer(reject.at);
            reject.length = end - reject.at;
        }
        while self.ends.get(1).is_some_and(|(_, inner)| *inner <= output.done_to) {
            self.ends.pop_front();
        }
        output.done_to = self.outer(output.done_to);
        output
    }

    fn outer(&self, inner: u64) -> u64 {
        if inner == self.place.1 {
            return self.place.0;
        }
        let behind = self.ends.partition_point(|(_, end)| *end <= inner);
        behind.checked_sub(1).and_then(|last| self.ends.get(last)).map_or(0, |(outer, _)| *outer)
    }
}
