//! Functions that call lambdas.

use std::borrow::Cow;

use super::{Answer, Function, argument};
use crate::evaluate::Run;
use crate::fault::Refusal;
use crate::kind::Kind;
use crate::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("MAP", 2, 2, Kind::Other, map),
    Function::new("FILTER", 2, 2, Kind::Other, filter),
    Function::new("REDUCE", 3, 3, Kind::Unknown, reduce),
];

/// Items of a list, or characters of a text; `None`: it is null.
fn items(value: &Value) -> Result<Option<Cow<'_, [Value]>>, Refusal> {
    match value {
        Value::Null => Ok(None),
        Value::List(list) | Value::Set(list) => Ok(Some(list.items().into())),
        value => {
            let text = value.text().ok_or("a list or a text as the first argument")?;
            Ok(Some(text.chars().map(|character| Value::of_text(character.encode_utf8(&mut [0; 4]))).collect()))
        }
    }
}

fn call(run: &Run<'_>, function: &Value, arguments: &[Value]) -> Answer {
    match function {
        Value::Lambda(lambda, around) => run.apply(lambda, around, arguments),
        _ => Err("a lambda like x -> x + 1 as the second argument".into()),
    }
}

fn map(run: &Run<'_>, values: &[Value]) -> Answer {
    let Some(items) = items(argument(values, 0))? else { return Ok(Value::Null) };
    let function = argument(values, 1);
    Value::list(items.iter().map(|item| call(run, function, std::slice::from_ref(item))).collect::<Result<_, _>>()?)
}

fn filter(run: &Run<'_>, values: &[Value]) -> Answer {
    let Some(items) = items(argument(values, 0))? else { return Ok(Value::Null) };
    let mut kept = Vec::new();
    for item in items.iter() {
        if matches!(call(run, argument(values, 1), std::slice::from_ref(item))?, Value::Boolean(true)) {
            kept.push(item.clone());
        }
    }
    Value::list(kept)
}

fn reduce(run: &Run<'_>, values: &[Value]) -> Answer {
    let Some(items) = items(argument(values, 0))? else { return Ok(Value::Null) };
    items.iter().try_fold(argument(values, 2).clone(), |result, item| call(run, argument(values, 1), &[result, item.clone()]))
}
