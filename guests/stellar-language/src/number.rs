//! Numbers as Java calculates with them: both sides become the wider type of the two.

use std::cmp::Ordering;

use crate::fault::Refusal;
use crate::operator::Arithmetic;
use crate::value::Value;

/// A number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
}

impl Number {
    #[inline]
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(value) => Some(Self::Int(*value)),
            Value::Long(value) => Some(Self::Long(*value)),
            Value::Float(value) => Some(Self::Float(*value)),
            Value::Double(value) => Some(Self::Double(*value)),
            _ => None,
        }
    }

    pub fn double(self) -> f64 {
        match self {
            Self::Int(value) => value.into(),
            Self::Long(value) => value as f64,
            Self::Float(value) => value.into(),
            Self::Double(value) => value,
        }
    }

    fn float(self) -> f32 {
        match self {
            Self::Int(value) => value as f32,
            Self::Long(value) => value as f32,
            Self::Float(value) => value,
            Self::Double(value) => value as f32,
        }
    }

    pub fn long(self) -> i64 {
        match self {
            Self::Int(value) => value.into(),
            Self::Long(value) => value,
            Self::Float(value) => value as i64,
            Self::Double(value) => value as i64,
        }
    }

    /// As Java's `intValue`: whole numbers wrap, others stop at the ends.
    pub fn int(self) -> i32 {
        match self {
            Self::Int(value) => value,
            Self::Long(value) => value as i32,
            Self::Float(value) => value as i32,
            Self::Double(value) => value as i32,
        }
    }

    #[inline]
    pub fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(one), Self::Int(other)) => Some(one.cmp(&other)),
            (Self::Double(_), _) | (_, Self::Double(_)) => self.double().partial_cmp(&other.double()),
            (Self::Float(_), _) | (_, Self::Float(_)) => self.float().partial_cmp(&other.float()),
            _ => Some(self.long().cmp(&other.long())),
        }
    }

    #[inline]
    pub fn equals(self, other: Self) -> bool {
        self.order(other) == Some(Ordering::Equal)
    }

    pub fn calculate(self, how: Arithmetic, other: Self) -> Result<Value, Refusal> {
        Ok(match (self, other) {
            (Self::Double(_), _) | (_, Self::Double(_)) => {
                let (one, other) = (self.double(), other.double());
                Value::Double(match how {
                    Arithmetic::Add => one + other,
                    Arithmetic::Subtract => one - other,
                    Arithmetic::Multiply => one * other,
                    Arithmetic::Divide => one / other,
                })
            }
            (Self::Float(_), _) | (_, Self::Float(_)) => {
                let (one, other) = (self.float(), other.float());
                Value::Float(match how {
                    Arithmetic::Add => one + other,
                    Arithmetic::Subtract => one - other,
                    Arithmetic::Multiply => one * other,
                    Arithmetic::Divide => one / other,
                })
            }
            (Self::Int(one), Self::Int(other)) => Value::Int(match how {
                Arithmetic::Add => one.wrapping_add(other),
                Arithmetic::Subtract => one.wrapping_sub(other),
                Arithmetic::Multiply => one.wrapping_mul(other),
                Arithmetic::Divide => nonzero(other != 0, || one.wrapping_div(other))?,
            }),
            _ => {
                let (one, other) = (self.long(), other.long());
                Value::Long(match how {
                    Arithmetic::Add => one.wrapping_add(other),
                    Arithmetic::Subtract => one.wrapping_sub(other),
                    Arithmetic::Multiply => one.wrapping_mul(other),
                    Arithmetic::Divide => nonzero(other != 0, || one.wrapping_div(other))?,
                })
            }
        })
    }
}

fn nonzero<T>(is: bool, divide: impl FnOnce() -> T) -> Result<T, Refusal> {
    if is { Ok(divide()) } else { Err("a divisor other than 0".into()) }
}

/// One value and another; null counts as 0.
pub fn calculate(one: &Value, how: Arithmetic, other: &Value) -> Result<Value, Refusal> {
    let number = |value: &Value| match value {
        Value::Null => Ok(Number::Int(0)),
        value => Number::of(value).ok_or(Refusal::Borrowed("a number to calculate with")),
    };
    number(one)?.calculate(how, number(other)?)
}
