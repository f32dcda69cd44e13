//! Ways to misbehave.

use std::hint::black_box;

use weir_sdk::{Bytes, Column, Output, ParseError, Reject, RejectReason, Values, log};

macro_rules! ways {
    ($($(#[$doc:meta])* $way:ident = $name:literal,)*) => {
        /// A way to misbehave, named as a line of input names it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum How { $($(#[$doc])* $way,)* }

        impl How {
            /// The way of this name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$way),)* _ => None }
            }
        }
    };
}

ways! {
    /// Stops half-way.
    Trap = "trap",
    /// Never comes back.
    Loop = "loop",
    /// Calls itself until the stack is full.
    Recursion = "recursion",
    /// Takes memory until there is none.
    Bomb = "bomb",
    /// Writes 100,000 lines to the log, and goes on.
    Flood = "flood",
    /// Writes a line of 1 MiB with control characters to the log, and goes on.
    LogLong = "log-long",
    /// A text that is not UTF-8.
    BadUtf8 = "bad-utf8",
    /// Offsets that cut a character in two.
    CutChar = "cut-char",
    /// Offsets that fall.
    Offsets = "offsets",
    /// Offsets that begin behind 0.
    OffsetsBegin = "offsets-begin",
    /// Offsets that end behind the data.
    OffsetsEnd = "offsets-end",
    /// One offset too few.
    OffsetsShort = "offsets-short",
    /// A column one byte too short.
    Length = "length",
    /// A bitmap one byte too long.
    Bitmap = "bitmap",
    /// Nulls where the schema has none.
    Nulls = "nulls",
    /// A column less than the schema has.
    Schema = "schema",
    /// Another schema than before, for a source that has a name.
    Fickle = "fickle",
    /// Texts in a column of numbers.
    Kind = "kind",
    /// Outer offsets where the schema has no list.
    Lists = "lists",
    /// A dictionary's key that does not exist.
    Key = "key",
    /// A small dictionary that stands for a gigabyte.
    Amplify = "amplify",
    /// 4 billion rows.
    Rows = "rows",
    /// 40 MiB of text.
    Output = "output",
    /// 20,000 rejects.
    Rejects = "rejects",
    /// A reject behind the input.
    RejectOutside = "reject-outside",
    /// A reject of nothing.
    RejectEmpty = "reject-empty",
    /// A reject whose end passes 2^64.
    RejectHuge = "reject-huge",
    /// A reject with control characters in a detail of 1 MiB.
    RejectText = "reject-text",
    /// `done-to` behind the input; in finish: before it.
    Done = "done",
    /// `done-to` falls.
    Fall = "fall",
    /// `more` for ever, and nothing comes.
    More = "more",
    /// `more` for ever, with rows and without progress.
    MoreRows = "more-rows",
    /// Says that the input is of another format.
    WrongFormat = "wrong-format",
    /// Says that the input is broken here.
    Broken = "broken",
    /// Says that the input is broken where it was never fed.
    BrokenBeyond = "broken-beyond",
    /// Says that it cannot go on.
    Other = "other",
}

impl How {
    pub fn is_endless(self) -> bool {
        matches!(self, Self::More | Self::MoreRows)
    }

    /// For functions that give no rows: ends the call, or floods the log.
    pub fn end(self) {
        match self {
            Self::Trap => std::process::abort(),
            Self::Loop => spin(),
            Self::Recursion => drop(black_box(deeper(1))),
            Self::Bomb => bomb(),
            Self::Flood => (0..100_000).for_each(|line| log::warn(&format!("line {line}"))),
            Self::LogLong => log::warn(&"\r\n\u{1b}[2J".repeat(1 << 18)),
            _ => {}
        }
    }

    /// An answer that is wrong in this way.
    pub fn spoil(self, mut output: Output) -> Result<Output, ParseError> {
        self.end();
        self.spoil_rows(&mut output);
        self.spoil_positions(&mut output);
        Ok(output)
    }

    fn spoil_rows(self, output: &mut Output) {
        match self {
            Self::Rows => output.rows = u32::MAX,
            Self::Schema => drop(output.columns.pop()),
            Self::MoreRows => *output = Output { done_to: output.done_to, more: true, ..many_rows() },
            Self::BadUtf8 => self.spoil_text(output, |text| text.data.fill(0xff)),
            Self::CutChar => *output = Output { done_to: output.done_to, ..cut_char() },
            Self::Offsets => self.spoil_text(output, |text| swap_last_offsets(&mut text.offsets)),
            Self::OffsetsBegin => self.spoil_text(output, |text| text.offsets.iter_mut().take(1).for_each(|byte| *byte = 1)),
            Self::OffsetsEnd => self.spoil_text(output, |text| text.data.truncate(text.data.len() - 1)),
            Self::OffsetsShort => self.spoil_text(output, |text| text.offsets.truncate(text.offsets.len() - 4)),
            Self::Output => self.spoil_text(output, |text| *text = Bytes { offsets: text.offsets.clone(), data: vec![b'a'; 40 << 20] }),
            Self::Key => replace(output, 0, dictionary(output.rows, 7, "a")),
            Self::Amplify => *output = amplified(output.done_to),
            Self::Length => column(output, 1, |column| shorten(&mut column.values)),
            Self::Kind => column(output, 1, |column| column.values = Values::Bytes(Bytes::default())),
            Self::Lists => column(output, 1, |column| column.lists = Some(numbers(&[0]))),
            Self::Nulls => column(output, 1, |column| column.valid = Some(vec![0])),
            Self::Bitmap => column(output, 2, |column| column.valid = Some(vec![0; 9])),
            _ => {}
        }
    }

    fn spoil_text(self, output: &mut Output, spoil: impl Fn(&mut Bytes)) {
        column(output, 0, |column| {
            if let Values::Bytes(text) = &mut column.values {
                spoil(text);
            }
        });
    }

    fn spoil_positions(self, output: &mut Output) {
        let mut reject = |at, length, detail: &str| {
            output.rejects.push(Reject { at, length, reason: RejectReason::Malformed, detail: detail.to_owned() });
        };
        match self {
            Self::Rejects => (0..20_000).for_each(|_| reject(0, 1, "one of many")),
            Self::RejectOutside => reject(1 << 40, 1, "far away"),
            Self::RejectEmpty => reject(0, 0, "nothing"),
            Self::RejectHuge => reject(1, u64::MAX, "everything"),
            Self::RejectText => reject(0, 1, &"\u{1b}[2J".repeat(1 << 18)),
            Self::Done => output.done_to += 1 << 40,
            Self::More => output.more = true,
            _ => {}
        }
    }
}

fn spin() {
    loop {
        black_box(());
    }
}

#[expect(unconditional_recursion, reason = "that is its purpose")]
fn deeper(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    deeper(depth + 1) + frame.iter().sum::<u64>()
}

fn bomb() {
    let mut memory = Vec::new();
    loop {
        memory.push(black_box(vec![1_u8; 1 << 20]));
    }
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn column(output: &mut Output, index: usize, spoil: impl FnOnce(&mut Column)) {
    if let Some(column) = output.columns.get_mut(index) {
        spoil(column);
    }
}

fn replace(output: &mut Output, index: usize, values: Values) {
    column(output, index, |column| column.values = values);
}

fn shorten(values: &mut Values) {
    if let Values::Fixed(values) = values {
        values.pop();
    }
}

/// The last two change places, so that they fall when the last text has a length.
fn swap_last_offsets(offsets: &mut [u8]) {
    let middle = offsets.len() - 4;
    let (rest, last) = offsets.split_at_mut(middle);
    if let Some(before) = rest.last_chunk_mut::<4>() {
        before.swap_with_slice(last);
    }
}

fn dictionary(rows: u32, key: u32, text: &str) -> Values {
    let keys = numbers(&vec![key; rows as usize]);
    Values::Dictionary { keys, distinct: Bytes { offsets: numbers(&[0, text.len() as u32]), data: text.into() } }
}

fn of_rows(rows: u32, text: &str) -> Output {
    let fixed = || Column { valid: None, lists: None, values: Values::Fixed(vec![0; rows as usize * 8]) };
    let line = Column { valid: None, lists: None, values: dictionary(rows, 0, text) };
    Output { rows, columns: vec![line, fixed(), fixed()], ..Output::default() }
}

fn cut_char() -> Output {
    let text = Bytes { offsets: numbers(&[0, 1, 2]), data: "é".into() };
    let mut output = of_rows(2, "");
    replace(&mut output, 0, Values::Bytes(text));
    output
}

fn many_rows() -> Output {
    of_rows(100_000, "again")
}

fn amplified(done_to: u64) -> Output {
    Output { done_to, ..of_rows(1000, &"a".repeat(1 << 20)) }
}
