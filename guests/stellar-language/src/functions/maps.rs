//! Maps. A map is not changed: what Metron changes in place is a new one here.

use super::lists::items;
use super::{Answer, Function, argument};
use crate::evaluate::Run;
use crate::fault::Refusal;
use crate::kind::Kind;
use crate::value::{Map, Value};

pub const FUNCTIONS: &[Function] = &[
    Function::new("MAP_EXISTS", 2, 2, Kind::Boolean, |_, values| {
        Ok(Value::Boolean(of(argument(values, 1))?.is_some_and(|map| map.get(argument(values, 0)).is_some())))
    }),
    Function::new("MAP_GET", 2, 3, Kind::Unknown, map_get),
    Function::new("MAP_PUT", 3, 3, Kind::Other, map_put),
    Function::new("MAP_MERGE", 1, 1, Kind::Other, map_merge),
];

/// `None`: it is null.
pub fn of(value: &Value) -> Result<Option<&Map>, Refusal> {
    match value {
        Value::Null => Ok(None),
        Value::Map(map) => Ok(Some(map)),
        _ => Err("a map".into()),
    }
}

fn map_get(_: &Run<'_>, values: &[Value]) -> Answer {
    let found = of(argument(values, 1))?.and_then(|map| map.get(argument(values, 0)));
    Ok(found.filter(|found| !matches!(found, Value::Null)).unwrap_or(argument(values, 2)).clone())
}

fn map_put(run: &Run<'_>, values: &[Value]) -> Answer {
    let entries = of(argument(values, 2))?.map(Map::entries).unwrap_or_default();
    run.step(entries.len())?;
    Value::map(entries.iter().cloned().chain([(argument(values, 0).clone(), argument(values, 1).clone())]))
}

fn map_merge(run: &Run<'_>, values: &[Value]) -> Answer {
    let Some(maps) = items(values, 0)? else { return Ok(Value::Null) };
    let mut entries = Vec::new();
    for map in maps {
        entries.extend_from_slice(of(map)?.map(Map::entries).unwrap_or_default());
    }
    run.step(entries.len().saturating_mul(entries.len()) / 64)?;
    Value::map(entries)
}
