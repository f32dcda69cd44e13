//! Sets, multisets (maps of counts), and Bloom filters, which are exact here: they never say yes to what was not added.

use super::lists::items;
use super::maps;
use super::{Answer, Function, argument};
use crate::evaluate::Run;
use crate::fault::Refusal;
use crate::kind::Kind;
use crate::value::{Map, Value};

pub const FUNCTIONS: &[Function] = &[
    Function::new("SET_INIT", 0, 1, Kind::Other, |run, values| set(run, &[], several(argument(values, 0)))),
    Function::new("SET_ADD", 2, 2, Kind::Other, |run, values| {
        set(run, items(values, 0)?.unwrap_or_default(), several(argument(values, 1)))
    }),
    Function::new("SET_REMOVE", 2, 2, Kind::Other, set_remove),
    Function::new("SET_MERGE", 1, 1, Kind::Other, set_merge),
    Function::new("MULTISET_INIT", 0, 1, Kind::Other, |run, values| counted(run, &Value::Null, several(argument(values, 0)), 1)),
    Function::new("MULTISET_ADD", 2, 2, Kind::Other, |run, values| counted(run, argument(values, 0), several(argument(values, 1)), 1)),
    Function::new("MULTISET_REMOVE", 2, 2, Kind::Other, |run, values| counted(run, argument(values, 0), several(argument(values, 1)), -1)),
    Function::new("MULTISET_MERGE", 1, 1, Kind::Other, multiset_merge),
    Function::new("MULTISET_TO_SET", 1, 1, Kind::Other, multiset_to_set),
    Function::new("BLOOM_INIT", 0, 3, Kind::Other, |_, _| Value::set([])),
    Function::new("BLOOM_ADD", 1, usize::MAX, Kind::Other, |run, values| {
        set(run, items(values, 0)?.unwrap_or_default(), values.get(1..).unwrap_or_default())
    }),
    Function::new("BLOOM_EXISTS", 2, 2, Kind::Boolean, |_, values| {
        Ok(Value::Boolean(items(values, 0)?.is_some_and(|items| items.iter().any(|item| item.is(argument(values, 1))))))
    }),
    Function::new("BLOOM_MERGE", 1, 1, Kind::Other, set_merge),
];

/// The items of a list, or the value itself; null is none.
fn several(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::List(list) | Value::Set(list) => list.items(),
        value => std::slice::from_ref(value),
    }
}

/// Putting items in looks at all that are there.
fn work(run: &Run<'_>, there: usize, more: usize) -> Result<(), Refusal> {
    run.step((there + more).saturating_mul(there + more) / 64)
}

fn set(run: &Run<'_>, there: &[Value], more: &[Value]) -> Answer {
    work(run, there.len(), more.len())?;
    Value::set(there.iter().chain(more).cloned())
}

fn set_remove(run: &Run<'_>, values: &[Value]) -> Answer {
    let (there, gone) = (items(values, 0)?.unwrap_or_default(), several(argument(values, 1)));
    work(run, there.len(), gone.len())?;
    Value::set(there.iter().filter(|item| !gone.iter().any(|gone| gone.is(item))).cloned())
}

fn set_merge(run: &Run<'_>, values: &[Value]) -> Answer {
    let all: Vec<Value> = items(values, 0)?.unwrap_or_default().iter().flat_map(several).cloned().collect();
    set(run, &[], &all)
}

/// A multiset in which each of the items is counted so often more; what is counted 0 times is not in it.
fn counted(run: &Run<'_>, multiset: &Value, more: &[Value], times: i32) -> Answer {
    let mut counts = maps::of(multiset)?.map(Map::entries).unwrap_or_default().to_vec();
    work(run, counts.len(), more.len())?;
    for item in more {
        add(&mut counts, item, times);
    }
    Value::map(counts)
}

fn add(counts: &mut Vec<(Value, Value)>, item: &Value, times: i32) {
    match counts.iter().position(|(known, _)| known.is(item)) {
        Some(place) => {
            let Some((_, count)) = counts.get_mut(place) else { return };
            let sum = if let Value::Int(count) = count { count.saturating_add(times) } else { times };
            *count = Value::Int(sum);
            if sum <= 0 {
                counts.remove(place);
            }
        }
        None if times > 0 => counts.push((item.clone(), Value::Int(times))),
        None => {}
    }
}

fn multiset_merge(run: &Run<'_>, values: &[Value]) -> Answer {
    let mut counts = Vec::new();
    for multiset in items(values, 0)?.unwrap_or_default() {
        let entries = maps::of(multiset)?.map(Map::entries).unwrap_or_default();
        work(run, counts.len(), entries.len())?;
        for (item, times) in entries {
            add(&mut counts, item, if let Value::Int(times) = times { *times } else { 1 });
        }
    }
    Value::map(counts)
}

fn multiset_to_set(_: &Run<'_>, values: &[Value]) -> Answer {
    let entries = maps::of(argument(values, 0))?.map(Map::entries).unwrap_or_default();
    Value::set(entries.iter().map(|(item, _)| item.clone()))
}
