//! Texts.

use std::collections::BTreeMap;

use super::{Answer, Function, argument, made, text, whole};
use crate::evaluate::Run;
use crate::fault::Refusal;
use crate::kind::Kind;
use crate::text::{LONGEST, written};
use crate::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("STARTS_WITH", 2, 2, Kind::Boolean, |_, values| both(values, |text, with| text.starts_with(with))),
    Function::new("ENDS_WITH", 2, 2, Kind::Boolean, |_, values| both(values, |text, with| text.ends_with(with))),
    Function::new("TO_LOWER", 1, 1, Kind::Other, |_, values| changed(values, str::to_lowercase)),
    Function::new("TO_UPPER", 1, 1, Kind::Other, |_, values| changed(values, str::to_uppercase)),
    Function::new("TO_STRING", 1, 1, Kind::Other, to_string),
    Function::new("TRIM", 1, 1, Kind::Other, |_, values| changed(values, |text| text.trim_matches(|c| c <= ' ').to_owned())),
    Function::new("LENGTH", 1, 1, Kind::Other, length),
    Function::new("IS_EMPTY", 1, 1, Kind::Boolean, is_empty),
    Function::new("SUBSTRING", 2, 3, Kind::Other, substring),
    Function::new("SPLIT", 2, 2, Kind::Other, split),
    Function::new("JOIN", 2, 2, Kind::Other, join),
    Function::new("COUNT_MATCHES", 2, 2, Kind::Other, count_matches),
    Function::new("CHOMP", 1, 1, Kind::Other, |_, values| changed(values, chomped)),
    Function::new("CHOP", 1, 1, Kind::Other, |_, values| changed(values, chopped)),
    Function::new("PREPEND_IF_MISSING", 2, 3, Kind::Other, |_, values| {
        if_missing(values, |text, more| text.starts_with(more), |text, more| format!("{more}{text}"))
    }),
    Function::new("APPEND_IF_MISSING", 2, 3, Kind::Other, |_, values| {
        if_missing(values, |text, more| text.ends_with(more), |text, more| format!("{text}{more}"))
    }),
    Function::new("FILL_LEFT", 3, 3, Kind::Other, |_, values| filled(values, |text, fill| format!("{fill}{text}"))),
    Function::new("FILL_RIGHT", 3, 3, Kind::Other, |_, values| filled(values, |text, fill| format!("{text}{fill}"))),
    Function::new("STRING_ENTROPY", 1, 1, Kind::Other, entropy),
];

fn both(values: &[Value], holds: impl Fn(&str, &str) -> bool) -> Answer {
    let (one, other) = (text(values, 0)?, text(values, 1)?);
    Ok(Value::Boolean(matches!((one, other), (Some(one), Some(other)) if holds(&one, &other))))
}

fn changed(values: &[Value], change: impl Fn(&str) -> String) -> Answer {
    match argument(values, 0) {
        Value::Null => Ok(Value::Null),
        value => made(&change(&written(value))),
    }
}

fn to_string(_: &Run<'_>, values: &[Value]) -> Answer {
    changed(values, str::to_owned)
}

/// Of texts in UTF-16 units, as Java counts.
fn length(_: &Run<'_>, values: &[Value]) -> Answer {
    let value = argument(values, 0);
    let length = match value {
        Value::List(list) | Value::Set(list) => list.items().len(),
        Value::Map(map) => map.entries().len(),
        value => value.text().map_or(0, |text| text.encode_utf16().count()),
    };
    Ok(Value::Int(i32::try_from(length).unwrap_or(i32::MAX)))
}

fn is_empty(run: &Run<'_>, values: &[Value]) -> Answer {
    let is_sized = !matches!(
        argument(values, 0),
        Value::Int(_) | Value::Long(_) | Value::Float(_) | Value::Double(_) | Value::Boolean(_) | Value::Packet
    );
    Ok(Value::Boolean(is_sized && matches!(length(run, values)?, Value::Int(0))))
}

fn substring(_: &Run<'_>, values: &[Value]) -> Answer {
    let Some(text) = text(values, 0)? else { return Ok(Value::Null) };
    let units: Vec<u16> = text.encode_utf16().collect();
    let start = whole(values, 1)?;
    let end = if values.len() > 2 { whole(values, 2)? } else { i32::try_from(units.len()).unwrap_or(i32::MAX) };
    let part = usize::try_from(start).ok().zip(usize::try_from(end).ok()).and_then(|(start, end)| units.get(start..end));
    let part = part.ok_or_else(|| Refusal::from(format!("places within the text of {} characters", units.len())))?;
    made(&String::from_utf16_lossy(part))
}

fn split(_: &Run<'_>, values: &[Value]) -> Answer {
    let (Some(text), Some(delimiter)) = (text(values, 0)?, text(values, 1)?) else { return Value::list(Vec::new()) };
    if delimiter.is_empty() {
        return Value::list(vec![made(&text)?]);
    }
    Value::list(text.split(&*delimiter).map(Value::of_text).collect())
}

fn join(run: &Run<'_>, values: &[Value]) -> Answer {
    let delimiter = text(values, 1)?;
    let items = match argument(values, 0) {
        Value::Null => return Ok(Value::Null),
        Value::List(list) | Value::Set(list) => list.items(),
        _ => return Err("a list as the first argument".into()),
    };
    let mut joined = String::new();
    for (index, item) in items.iter().filter(|item| !matches!(item, Value::Null)).enumerate() {
        run.step(1 + joined.len() / 1024)?;
        joined.push_str(if index == 0 { "" } else { delimiter.as_deref().unwrap_or_default() });
        joined.push_str(&written(item));
        if joined.len() > LONGEST {
            return Err("a shorter text".into());
        }
    }
    made(&joined)
}

fn count_matches(_: &Run<'_>, values: &[Value]) -> Answer {
    let count = match (text(values, 0)?, text(values, 1)?) {
        (Some(text), Some(part)) if !part.is_empty() => text.matches(&*part).count(),
        _ => 0,
    };
    Ok(Value::Int(i32::try_from(count).unwrap_or(i32::MAX)))
}

/// Without the end of the line.
fn chomped(text: &str) -> String {
    let without = text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).or_else(|| text.strip_suffix('\r'));
    without.unwrap_or(text).to_owned()
}

/// Without the last character; an end of a line of two characters is one.
fn chopped(text: &str) -> String {
    let mut characters = text.chars();
    characters.next_back();
    text.strip_suffix("\r\n").unwrap_or(characters.as_str()).to_owned()
}

fn if_missing(values: &[Value], has: impl Fn(&str, &str) -> bool, with: impl Fn(&str, &str) -> String) -> Answer {
    let Some(text_value) = text(values, 0)? else { return Ok(Value::Null) };
    let Some(more) = text(values, 1)?.filter(|more| !more.is_empty()) else { return made(&text_value) };
    let other = text(values, 2)?;
    let is_there = has(&text_value, &more) || other.is_some_and(|other| has(&text_value, &other));
    made(&if is_there { text_value.to_string() } else { with(&text_value, &more) })
}

fn filled(values: &[Value], with: impl Fn(&str, &str) -> String) -> Answer {
    let Some(text_value) = text(values, 0)? else { return Ok(Value::Null) };
    let fill = text(values, 1)?;
    let fill = fill.as_deref().and_then(|fill| fill.chars().next()).ok_or("a character to fill with")?;
    let missing = usize::try_from(whole(values, 2)?).unwrap_or(0).saturating_sub(text_value.encode_utf16().count());
    if missing > LONGEST / 4 {
        return Err("a shorter text".into());
    }
    made(&with(&text_value, &String::from_iter(std::iter::repeat_n(fill, missing))))
}

/// Of characters, in bits.
fn entropy(_: &Run<'_>, values: &[Value]) -> Answer {
    let Some(text) = text(values, 0)?.filter(|text| !text.is_empty()) else { return Ok(Value::Double(0.0)) };
    let mut counts = BTreeMap::new();
    text.chars().for_each(|character| *counts.entry(character).or_insert(0u32) += 1);
    let all = text.chars().count() as f64;
    let bits = counts.values().map(|&count| f64::from(count) / all).map(|share| -share * share.log2());
    Ok(Value::Double(bits.sum()))
}
