//! Texts as other texts: base 32, base 64, hex and binary, as Metron's codecs write them.

use data_encoding::{BASE32, BASE32HEX, BASE64, Encoding, HEXLOWER, HEXLOWER_PERMISSIVE};

use super::{Answer, Function, argument, made, text};
use crate::evaluate::Run;
use crate::kind::Kind;
use crate::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("GET_SUPPORTED_ENCODINGS", 0, 0, Kind::Other, |_, _| {
        Value::list(NAMES.iter().map(|name| Value::of_text(name)).collect())
    }),
    Function::new("IS_ENCODING", 2, 2, Kind::Boolean, |_, values| {
        Ok(Value::Boolean(matches!((text(values, 0)?, text(values, 1)?), (Some(text), Some(name)) if decoded(&text, &name).is_some())))
    }),
    Function::new("ENCODE", 2, 2, Kind::Other, encode),
    Function::new("DECODE", 2, 3, Kind::Other, decode),
];

const NAMES: [&str; 5] = ["BASE32", "BASE32HEX", "BASE64", "BINARY", "HEX"];

fn encoding(name: &str) -> Option<Encoding> {
    Some(match name.to_ascii_uppercase().as_str() {
        "BASE32" => BASE32,
        "BASE32HEX" => BASE32HEX,
        "BASE64" => BASE64,
        "HEX" => HEXLOWER,
        _ => return None,
    })
}

fn encode(_: &Run<'_>, values: &[Value]) -> Answer {
    let (Some(text), Some(name)) = (text(values, 0)?, text(values, 1)?) else { return Ok(Value::Null) };
    if name.eq_ignore_ascii_case("BINARY") {
        return made(&String::from_iter(text.bytes().rev().map(|byte| format!("{byte:08b}"))));
    }
    encoding(&name).map_or(Ok(Value::Null), |encoding| made(&encoding.encode(text.as_bytes())))
}

/// What is not of the encoding is null, or comes back as it is where the third argument is false.
fn decode(_: &Run<'_>, values: &[Value]) -> Answer {
    let (Some(text), Some(name)) = (text(values, 0)?, text(values, 1)?) else { return Ok(Value::Null) };
    match decoded(&text, &name) {
        Some(bytes) => made(&String::from_utf8_lossy(&bytes)),
        None if argument(values, 2).is_true() || values.len() < 3 => Ok(Value::Null),
        None => made(&text),
    }
}

fn decoded(text: &str, name: &str) -> Option<Vec<u8>> {
    match name.to_ascii_uppercase().as_str() {
        "BINARY" => binary(text),
        "HEX" => HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok(),
        _ => encoding(name)?.decode(text.as_bytes()).ok(),
    }
}

/// The last byte first, as Java's codec has it.
fn binary(text: &str) -> Option<Vec<u8>> {
    let byte = |digits: &[u8]| u8::from_str_radix(str::from_utf8(digits).ok()?, 2).ok();
    let is_binary = text.len().is_multiple_of(8) && text.bytes().all(|byte| matches!(byte, b'0' | b'1'));
    is_binary.then(|| text.as_bytes().chunks(8).rev().map(byte).collect())?
}
