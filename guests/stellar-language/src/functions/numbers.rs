//! Numbers.

use super::{Answer, Function, argument};
use crate::evaluate::Run;
use crate::kind::Kind;
use crate::number::Number;
use crate::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("TO_INTEGER", 1, 1, Kind::Other, |_, values| Ok(to_integer(argument(values, 0)))),
    Function::new("TO_LONG", 1, 1, Kind::Other, |_, values| Ok(to_long(argument(values, 0)))),
    Function::new("TO_FLOAT", 1, 1, Kind::Other, |_, values| {
        Ok(to_double(argument(values, 0)).map_or(Value::Null, |value| Value::Float(value as f32)))
    }),
    Function::new("TO_DOUBLE", 1, 1, Kind::Other, |_, values| Ok(to_double(argument(values, 0)).map_or(Value::Null, Value::Double))),
    Function::new("ABS", 1, 1, Kind::Other, |_, values| of_double(values, f64::abs)),
    Function::new("CEILING", 1, 1, Kind::Other, |_, values| of_double(values, f64::ceil)),
    Function::new("FLOOR", 1, 1, Kind::Other, |_, values| of_double(values, f64::floor)),
    Function::new("ROUND", 1, 1, Kind::Other, |_, values| of_double(values, |value| (value + 0.5).floor())),
    Function::new("COS", 1, 1, Kind::Other, |_, values| of_double(values, f64::cos)),
    Function::new("SIN", 1, 1, Kind::Other, |_, values| of_double(values, f64::sin)),
    Function::new("TAN", 1, 1, Kind::Other, |_, values| of_double(values, f64::tan)),
    Function::new("EXP", 1, 1, Kind::Other, |_, values| of_double(values, f64::exp)),
    Function::new("LN", 1, 1, Kind::Other, |_, values| of_double(values, f64::ln)),
    Function::new("LOG2", 1, 1, Kind::Other, |_, values| of_double(values, f64::log2)),
    Function::new("LOG10", 1, 1, Kind::Other, |_, values| of_double(values, f64::log10)),
    Function::new("SQRT", 1, 1, Kind::Other, |_, values| of_double(values, f64::sqrt)),
    Function::new("IS_NAN", 1, 1, Kind::Boolean, is_nan),
    Function::new("IS_INTEGER", 1, 1, Kind::Boolean, |_, values| Ok(Value::Boolean(is_integer(argument(values, 0))))),
];

/// What is no number is null; so is a text of more than a whole number.
pub fn to_integer(value: &Value) -> Value {
    let text = |value: &Value| value.text().and_then(|text| text.trim().parse().ok()).map_or(Value::Null, Value::Int);
    match value {
        Value::Boolean(value) => Value::Int((*value).into()),
        value => Number::of(value).map_or_else(|| text(value), |number| in_range(number).map_or(Value::Null, Value::Int)),
    }
}

/// A number that an integer can be, without what is behind its point.
fn in_range(number: Number) -> Option<i32> {
    (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number.double().trunc()).then(|| number.int())
}

fn to_long(value: &Value) -> Value {
    let text = |value: &Value| value.text().and_then(|text| text.trim().parse().ok()).map_or(Value::Null, Value::Long);
    match value {
        Value::Boolean(value) => Value::Long((*value).into()),
        value => Number::of(value).map_or_else(|| text(value), |number| Value::Long(number.long())),
    }
}

fn to_double(value: &Value) -> Option<f64> {
    match value {
        Value::Boolean(value) => Some(f64::from(u8::from(*value))),
        value => Number::of(value).map(Number::double).or_else(|| value.text()?.trim().parse().ok()),
    }
}

fn of_double(values: &[Value], calculate: impl Fn(f64) -> f64) -> Answer {
    match argument(values, 0) {
        Value::Null => Ok(Value::Double(f64::NAN)),
        value => Ok(Value::Double(calculate(Number::of(value).ok_or("a number")?.double()))),
    }
}

fn is_nan(_: &Run<'_>, values: &[Value]) -> Answer {
    Ok(Value::Boolean(Number::of(argument(values, 0)).ok_or("a number")?.double().is_nan()))
}

fn is_integer(value: &Value) -> bool {
    matches!(value, Value::Int(_)) || value.text().is_some_and(|text| text.parse::<i32>().is_ok())
}
