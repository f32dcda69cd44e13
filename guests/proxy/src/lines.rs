//! What becomes of lines: the format that they show, directives of the header, rows.

use weir_sdk::{Column, SavedState};

use crate::block::Block;
use crate::clock::Clock;
use crate::damage::Damage;
use crate::dialect::Dialect;
use crate::directive::Directive;
use crate::encoding::Encoding;
use crate::lexer::is_blank;
use crate::rows::Rows;
use crate::settings::{Choice, Settings};
use crate::state::{self, State};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Takes lines, gives rows.
#[derive(Debug)]
pub struct Lines {
    choice: Choice,
    dialect: Option<Dialect>,
    clock: Clock,
    encoding: Encoding,
    max_line: usize,
    block: Block,
    rows: Rows,
    scratch: String,
}

impl Lines {
    /// Starts at the beginning of a log, or behind what `state` was learned from.
    pub fn new(settings: &mut Settings, state: Option<State>) -> Self {
        let State { dialect, clock, .. } = state.unwrap_or_default();
        Self {
            choice: settings.choice,
            dialect: dialect.or_else(|| Dialect::chosen(settings.choice, settings.logformat.take())),
            clock,
            encoding: settings.encoding,
            max_line: settings.max_line,
            block: Block::default(),
            rows: Rows::new(settings),
            scratch: String::new(),
        }
    }

    /// Lines are UTF-8 from now on.
    pub fn set_utf8(&mut self) {
        self.encoding = Encoding::Utf8;
    }

    /// The longest line that is taken, bytes.
    pub fn max_line(&self) -> usize {
        self.max_line
    }

    /// Whether the format is known, or need not be found.
    pub fn has_format(&self) -> bool {
        self.dialect.is_some() || self.choice != Choice::Auto
    }

    /// Takes the format from the line, if it shows one; `at` is where it stands.
    pub fn find_format(&mut self, line: &[u8], at: u64) -> bool {
        let Some(dialect) = self.shown(line) else { return false };
        dialect.announce(at);
        // What #Fields says begins where it stands.
        self.dialect = Some(dialect).filter(|dialect| dialect.name() != "elff");
        true
    }

    /// The dialect that a line shows. A line that will be rejected shows none.
    fn shown(&self, line: &[u8]) -> Option<Dialect> {
        let mut scratch = String::new();
        let text = self.encoding.decode(unmarked(line), &mut scratch).ok().filter(|_| line.len() <= self.max_line)?;
        match text.first() {
            Some(b'#') => match Directive::of(text) {
                Directive::Fields(fields) => Some(Dialect::elff(&fields)),
                _ => None,
            },
            _ => Dialect::of_line(text),
        }
    }

    /// Takes a line without its end.
    ///
    /// # Errors
    /// It can be no row.
    #[inline]
    pub fn add(&mut self, line: &[u8]) -> Result<(), Damage> {
        if line.len() > self.max_line {
            return Err(Damage::TooLong(self.max_line));
        }
        let line = unmarked(line);
        if line.iter().all(|byte| is_blank(*byte)) {
            return Ok(());
        }
        let text = self.encoding.decode(line, &mut self.scratch)?;
        if text.first() == Some(&b'#') && matches!(self.choice, Choice::Auto | Choice::Bluecoat | Choice::Elff) {
            let directive = Directive::of(text);
            self.follow(directive);
            return Ok(());
        }
        let dialect = self.dialect.as_ref().ok_or(Damage::NoFields)?;
        self.block.add(text, dialect, &mut self.clock, self.rows.needs_numbers())?;
        if self.block.is_full() {
            self.end_block();
        }
        Ok(())
    }

    fn follow(&mut self, directive: Directive) {
        match directive {
            Directive::Fields(fields) if self.choice != Choice::Bluecoat => {
                self.end_block();
                self.dialect = Some(Dialect::elff(&fields));
                self.block = Block::default();
            }
            Directive::Date(date, start) => self.clock.set_day(date.as_bytes(), start),
            Directive::Fields(_) | Directive::Other => {}
        }
    }

    fn end_block(&mut self) {
        if let Some(dialect) = &self.dialect {
            self.rows.push(&self.block, dialect);
        }
        self.block.clear();
    }

    /// No line has become a row since rows were taken.
    pub fn is_empty(&self) -> bool {
        self.rows.count() + self.block.lines().len() == 0
    }

    /// There are enough rows for one output.
    pub fn is_full(&self) -> bool {
        self.rows.is_full(&self.block)
    }

    /// Hands out the rows.
    pub fn take(&mut self) -> (u32, Vec<Column>) {
        self.end_block();
        self.rows.take()
    }

    /// What was learned so far. Where the options say all, there is nothing to learn.
    pub fn learned(&self) -> Option<SavedState> {
        let learns = matches!(self.choice, Choice::Auto | Choice::Elff);
        self.dialect.as_ref().filter(|_| learns).map(|dialect| state::write(dialect, &self.clock))
    }

    /// Says once what was left out.
    pub fn report(&mut self) {
        self.end_block();
        self.rows.report();
    }
}

/// Without the mark that programs set before UTF-8; it also stands where logs were joined.
pub fn unmarked(line: &[u8]) -> &[u8] {
    line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
}
