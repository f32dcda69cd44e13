//! What a session has learned, as bytes: the format, and the day where lines have none. One item a line.

use weir_sdk::{OpenError, SavedState};

use crate::clock::Clock;
use crate::dialect::Dialect;
use crate::wide::Order;

const VERSION: u32 = 1;
/// The same behind a line with the order of bytes, of a log in UTF-16; empty where nothing else was learned.
const WIDE: u32 = 2;

/// What a session goes on with.
#[derive(Debug, Default)]
pub struct State {
    /// The format of lines; none: not yet known.
    pub dialect: Option<Dialect>,
    /// The day.
    pub clock: Clock,
    /// Of a log in UTF-16.
    pub order: Option<Order>,
}

/// Writes the state.
pub fn write(dialect: &Dialect, clock: &Clock) -> SavedState {
    let fields = match dialect {
        Dialect::Fields(_, Some(fields)) => fields,
        _ => "",
    };
    SavedState { version: VERSION, data: format!("{}\n{}\n{fields}", dialect.name(), clock.save()).into_bytes() }
}

/// The state of a session that reads a log in UTF-16.
pub fn widen(order: Order, inner: Option<SavedState>) -> SavedState {
    let mut data = format!("{}\n", order.name()).into_bytes();
    data.extend(inner.map(|state| state.data).unwrap_or_default());
    SavedState { version: WIDE, data }
}

/// Reads it back.
///
/// # Errors
/// It is of another version, or damaged.
pub fn read(state: &SavedState) -> Result<State, OpenError> {
    let restored = match state.version {
        VERSION => restored(&state.data),
        WIDE => widened(&state.data),
        foreign => return Err(OpenError::ForeignState(foreign)),
    };
    restored.ok_or_else(|| OpenError::Other("the saved state is damaged".to_owned()))
}

fn widened(data: &[u8]) -> Option<State> {
    let end = data.iter().position(|byte| *byte == b'\n')?;
    let order = Order::named(str::from_utf8(data.get(..end)?).ok()?)?;
    let inner = data.get(end + 1..)?;
    let state = if inner.is_empty() { State::default() } else { restored(inner)? };
    Some(State { order: Some(order), ..state })
}

fn restored(data: &[u8]) -> Option<State> {
    let (name, rest) = str::from_utf8(data).ok()?.split_once('\n')?;
    let (clock, fields) = rest.split_once('\n')?;
    let dialect = if name == "elff" { Dialect::elff(fields) } else { Dialect::named(name)? };
    Some(State { dialect: Some(dialect), clock: Clock::restore(clock)?, order: None })
}
