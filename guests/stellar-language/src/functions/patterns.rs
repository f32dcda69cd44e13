//! Regular expressions.

use super::{Answer, Function, argument, made, text, whole};
use crate::evaluate::Run;
use crate::kind::Kind;
use crate::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("REGEXP_MATCH", 2, 2, Kind::Boolean, regexp_match),
    Function::new("REGEXP_GROUP_VAL", 3, 3, Kind::Other, regexp_group_val),
    Function::new("REGEXP_REPLACE", 3, 3, Kind::Other, regexp_replace),
];

fn regexp_match(run: &Run<'_>, values: &[Value]) -> Answer {
    let Some(subject) = text(values, 0)? else { return Ok(Value::Boolean(false)) };
    let patterns = match argument(values, 1) {
        Value::List(list) | Value::Set(list) => list.items(),
        _ => values.get(1..2).unwrap_or_default(),
    };
    for place in 0..patterns.len() {
        run.step(1 + subject.len() / 64)?;
        if let Some(pattern) = text(patterns, place)?
            && run.caches.regex(&pattern)?.is_whole(&subject)
        {
            return Ok(Value::Boolean(true));
        }
    }
    Ok(Value::Boolean(false))
}

fn regexp_group_val(run: &Run<'_>, values: &[Value]) -> Answer {
    let (Some(subject), Some(pattern)) = (text(values, 0)?, text(values, 1)?) else { return Ok(Value::Null) };
    match usize::try_from(whole(values, 2)?) {
        Ok(0) => made(&subject),
        Ok(group) => Ok(run.caches.regex(&pattern)?.group(&subject, group).map_or(Value::Null, Value::of_text)),
        Err(_) => Ok(Value::Null),
    }
}

/// An empty pattern or replacement changes nothing; nothing in an empty text is null.
fn regexp_replace(run: &Run<'_>, values: &[Value]) -> Answer {
    let Some(subject) = text(values, 0)?.filter(|subject| !subject.is_empty()) else { return Ok(Value::Null) };
    match (text(values, 1)?, text(values, 2)?) {
        (Some(pattern), Some(replacement)) if !pattern.is_empty() && !replacement.is_empty() => {
            made(&run.caches.regex(&pattern)?.replaced(&subject, &replacement)?)
        }
        _ => made(&subject),
    }
}
