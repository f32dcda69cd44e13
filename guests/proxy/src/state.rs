//! What a session has learned, as bytes: the format, and the day where lines have none. One item a line.

use weir_sdk::{OpenError, SavedState};

use crate::clock::Clock;
use crate::dialect::Dialect;

const VERSION: u32 = 1;

/// What a session goes on with.
#[derive(Debug, Default)]
pub struct State {
    /// The format of lines; none: not yet known.
    pub dialect: Option<Dialect>,
    /// The day.
    pub clock: Clock,
}

/// Writes the state.
pub fn write(dialect: &Dialect, clock: &Clock) -> SavedState {
    let fields = match dialect {
        Dialect::Fields(_, Some(fields)) => fields,
        _ => "",
    };
    SavedState { version: VERSION, data: format!("{}\n{}\n{fields}", dialect.name(), clock.save()).into_bytes() }
}

/// Reads it back.
///
/// # Errors
/// It is of another version, or damaged.
pub fn read(state: &SavedState) -> Result<State, OpenError> {
    if state.version != VERSION {
        return Err(OpenError::ForeignState(state.version));
    }
    restored(&state.data).ok_or_else(|| OpenError::Other("the saved state is damaged".to_owned()))
}

fn restored(data: &[u8]) -> Option<State> {
    let (name, rest) = str::from_utf8(data).ok()?.split_once('\n')?;
    let (clock, fields) = rest.split_once('\n')?;
    let dialect = if name == "elff" { Dialect::elff(fields) } else { Dialect::named(name)? };
    Some(State { dialect: Some(dialect), clock: Clock::restore(clock)? })
}
