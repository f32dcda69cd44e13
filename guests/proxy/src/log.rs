//! One log in whatever encoding: as bytes to the session as they are, or from UTF-16, which begins with a byte order mark, by way of UTF-8.

use weir_sdk::{Output, ParseError, SavedState};

use crate::session::Session;
use crate::settings::Settings;
use crate::state::{self, State};
use crate::wide::{Order, Wide};

/// The parse of one log.
#[derive(Debug)]
pub struct Log {
    session: Session,
    input: Input,
}

#[derive(Debug)]
enum Input {
    /// The first bytes have not come.
    Start(Vec<u8>),
    Bytes,
    Wide(Wide),
}

impl Log {
    /// Starts at the beginning of a log, or behind what `state` was learned from.
    pub fn new(settings: &mut Settings, state: Option<State>) -> Self {
        let input = match &state {
            None => Input::Start(Vec::new()),
            Some(State { order: None, .. }) => Input::Bytes,
            Some(State { order: Some(order), .. }) => Input::Wide(Wide::new(*order)),
        };
        let mut log = Self { session: Session::new(settings, state), input };
        if matches!(log.input, Input::Wide(_)) {
            log.session.set_utf8();
        }
        log
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// As the session.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        if let Input::Start(held) = &mut self.input {
            held.extend_from_slice(chunk);
            if held.len() < 2 {
                return self.session.feed(&[]);
            }
            let held = std::mem::take(held);
            self.begin(&held);
            return self.take(&held);
        }
        self.take(chunk)
    }

    fn begin(&mut self, start: &[u8]) {
        self.input = match Order::of(start) {
            Some(order) => Input::Wide(Wide::new(order)),
            None => Input::Bytes,
        };
        if matches!(self.input, Input::Wide(_)) {
            self.session.set_utf8();
        }
    }

    #[inline]
    fn take(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        match &mut self.input {
            Input::Wide(wide) => {
                let text = wide.take(chunk);
                Ok(wide.told(self.session.feed(text.as_bytes())?))
            }
            Input::Start(_) | Input::Bytes => self.session.feed(chunk),
        }
    }

    /// The log has ended.
    ///
    /// # Errors
    /// As the session.
    pub fn finish(&mut self) -> Result<Output, ParseError> {
        let left = match &mut self.input {
            Input::Start(held) => Some(std::mem::take(held)).filter(|held| !held.is_empty()),
            Input::Bytes => None,
            Input::Wide(wide) => wide.finish().map(String::into_bytes),
        };
        let mut output = match &left {
            Some(left) => self.session.feed(left)?,
            None => self.session.finish()?,
        };
        // Then it is asked once more.
        output.more |= left.is_some();
        Ok(match &mut self.input {
            Input::Wide(wide) => wide.told(output),
            Input::Start(_) | Input::Bytes => output,
        })
    }

    /// What was learned before the input that is done.
    pub fn save(&self) -> Option<SavedState> {
        match &self.input {
            Input::Wide(wide) => Some(state::widen(wide.order(), self.session.save())),
            Input::Start(_) | Input::Bytes => self.session.save(),
        }
    }
}
