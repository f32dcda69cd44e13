//! Texts: borrowed, or an address that is written where it is needed; and how Java writes other values.

use std::fmt::Write;
use std::net::IpAddr;

use crate::value::Value;

/// Bytes of the longest text that is made.
pub const LONGEST: usize = 1 << 20;
/// Bytes of the longest IPv6 address.
const ADDRESS: usize = 46;

/// A text.
#[derive(Debug, Clone, Copy)]
pub enum Text<'a> {
    Shared(&'a str),
    Address([u8; ADDRESS], usize),
}

impl Text<'_> {
    pub fn of_address(address: IpAddr) -> Self {
        let mut writer = Writer { bytes: [0; ADDRESS], length: 0 };
        let _ = write!(writer, "{address}");
        Self::Address(writer.bytes, writer.length)
    }
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Shared(text) => text,
            Self::Address(bytes, length) => bytes.get(..*length).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default(),
        }
    }
}

struct Writer {
    bytes: [u8; ADDRESS],
    length: usize,
}

impl Write for Writer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// As Java's `toString` writes it, up to [`LONGEST`] bytes.
pub fn written(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

fn write_value(value: &Value, out: &mut String) {
    if out.len() > LONGEST {
        return;
    }
    let _ = match value {
        Value::Null => write!(out, "null"),
        Value::Boolean(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Long(value) => write!(out, "{value}"),
        Value::Float(value) => write!(out, "{}", fraction((*value).into(), &format!("{value:?}"), &format!("{value:E}"))),
        Value::Double(value) => write!(out, "{}", fraction(*value, &format!("{value:?}"), &format!("{value:E}"))),
        Value::Text(text) => write!(out, "{text}"),
        Value::Address(address) => write!(out, "{address}"),
        Value::Packet => write!(out, "[B"),
        Value::Lambda(..) => write!(out, "lambda"),
        Value::List(list) | Value::Set(list) => {
            write_all('[', list.items().iter(), ']', out, write_value);
            Ok(())
        }
        Value::Map(map) => {
            write_all('{', map.entries().iter(), '}', out, |(key, value), out| {
                write_value(key, out);
                out.push('=');
                write_value(value, out);
            });
            Ok(())
        }
    };
}

fn write_all<T>(open: char, items: impl Iterator<Item = T>, close: char, out: &mut String, each: impl Fn(T, &mut String)) {
    out.push(open);
    for (index, item) in items.enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        each(item, out);
    }
    out.push(close);
}

/// Plain from 0.001 to 10 million, else with an exponent.
fn fraction(value: f64, plain: &str, scientific: &str) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return plain.to_owned();
    }
    match scientific.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => scientific.to_owned(),
    }
}
