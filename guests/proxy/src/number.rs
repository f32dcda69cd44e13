//! Numbers of a line.

use crate::damage::Damage;
use crate::field::Field;
use crate::record::Record;

/// How long a request took, milliseconds.
///
/// # Errors
/// A number that is none.
pub fn duration(line: &[u8], record: &Record) -> Result<Option<i64>, Damage> {
    if let Some(milliseconds) = integer(line, record, Field::TimeTaken)? {
        return Ok(Some(milliseconds));
    }
    if let Some(microseconds) = integer(line, record, Field::TakenMicros)? {
        return Ok(Some(microseconds / 1000));
    }
    Ok(integer(line, record, Field::TakenSeconds)?.map(|seconds| seconds.saturating_mul(1000)))
}

/// A field; none where the log has none, or `-`.
///
/// # Errors
/// It is no number.
#[inline]
pub fn integer(line: &[u8], record: &Record, field: Field) -> Result<Option<i64>, Damage> {
    match record.get(line, field) {
        None | Some(b"-") => Ok(None),
        Some(text) => parse(text).map(Some).ok_or(Damage::NotANumber(field)),
    }
}

/// Decimal digits, with or without a sign; what 64 bits do not hold is the largest that they do.
#[inline]
pub fn parse(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let value = digits
        .iter()
        .try_fold(0i64, |value, byte| byte.is_ascii_digit().then(|| value.saturating_mul(10).saturating_add(i64::from(byte - b'0'))))?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_digits_with_or_without_a_sign() {
        for (text, number) in [("0", 0), ("-5", -5), ("+7", 7), ("00012", 12), ("2147483648", 1 << 31), ("99999999999999999999", i64::MAX)]
        {
            assert_eq!(parse(text.as_bytes()), Some(number));
        }
        for wrong in ["", "-", "+", "1.5", "1 ", "--1", "\"1\"", "x"] {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
