//! Lists.

use std::cmp::Ordering;

use super::{Answer, Function, argument, whole};
use crate::evaluate::Run;
use crate::fault::Refusal;
use crate::kind::Kind;
use crate::number::Number;
use crate::operator::order;
use crate::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("GET", 2, 2, Kind::Unknown, get),
    Function::new("GET_FIRST", 1, 1, Kind::Unknown, |_, values| {
        Ok(items(values, 0)?.and_then(|items| items.first().cloned()).unwrap_or(Value::Null))
    }),
    Function::new("GET_LAST", 1, 1, Kind::Unknown, |_, values| {
        Ok(items(values, 0)?.and_then(|items| items.last().cloned()).unwrap_or(Value::Null))
    }),
    Function::new("MAX", 1, 1, Kind::Unknown, |_, values| extreme(values, Ordering::Greater)),
    Function::new("MIN", 1, 1, Kind::Unknown, |_, values| extreme(values, Ordering::Less)),
    Function::new("LIST_ADD", 2, 2, Kind::Other, list_add),
    Function::new("ZIP", 0, usize::MAX, Kind::Other, |run, values| zip(run, values, Iterator::min)),
    Function::new("ZIP_LONGEST", 0, usize::MAX, Kind::Other, |run, values| zip(run, values, Iterator::max)),
];

/// The items of a list or set; `None`: it is null.
pub fn items(values: &[Value], place: usize) -> Result<Option<&[Value]>, Refusal> {
    match argument(values, place) {
        Value::Null => Ok(None),
        Value::List(list) | Value::Set(list) => Ok(Some(list.items())),
        _ => Err(format!("a list as argument {}", place + 1).into()),
    }
}

fn get(_: &Run<'_>, values: &[Value]) -> Answer {
    let Some(items) = items(values, 0)? else { return Ok(Value::Null) };
    let place = usize::try_from(whole(values, 1)?).map_err(|_| "a place from 0 on")?;
    Ok(items.get(place).cloned().unwrap_or(Value::Null))
}

/// Texts of numbers count as numbers; null does not count.
fn extreme(values: &[Value], wanted: Ordering) -> Answer {
    let mut best = Value::Null;
    for item in items(values, 0)?.unwrap_or_default().iter().filter(|item| !matches!(item, Value::Null)) {
        let item = numeric(item);
        let is_better = match (Number::of(&item), Number::of(&best)) {
            _ if matches!(best, Value::Null) => true,
            (Some(one), Some(other)) => one.order(other) == Some(wanted),
            _ => order(&item, &best).ok_or("items that can be put in order")? == wanted,
        };
        if is_better {
            best = item;
        }
    }
    Ok(best)
}

fn numeric(value: &Value) -> Value {
    let Some(text) = value.text() else { return value.clone() };
    let whole = text.parse().map(Value::Int).or_else(|_| text.parse().map(Value::Long));
    whole.ok().or_else(|| text.parse().ok().map(Value::Double)).unwrap_or_else(|| value.clone())
}

fn list_add(_: &Run<'_>, values: &[Value]) -> Answer {
    let mut all = items(values, 0)?.unwrap_or_default().to_vec();
    all.push(argument(values, 1).clone());
    Value::list(all)
}

fn zip(run: &Run<'_>, values: &[Value], length: fn(std::vec::IntoIter<usize>) -> Option<usize>) -> Answer {
    let lists = (0..values.len()).map(|place| Ok(items(values, place)?.unwrap_or_default())).collect::<Result<Vec<_>, Refusal>>()?;
    let lengths: Vec<usize> = lists.iter().map(|list| list.len()).collect();
    let rows = length(lengths.into_iter()).unwrap_or(0);
    run.step(rows.saturating_mul(lists.len()))?;
    let row = |at: usize| Value::list(lists.iter().map(|list| list.get(at).cloned().unwrap_or(Value::Null)).collect());
    Value::list((0..rows).map(row).collect::<Result<_, _>>()?)
}
