//! The option `elements`: names and types for elements that this module does not know, without a new build of it.

use crate::key::Key;

/// An element with a column of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its number.
    pub key: Key,
    /// Its column.
    pub name: String,
    /// Its type.
    pub kind: Kind,
}

/// Type of an element: the abstract types of IPFIX (RFC 7012, 3.1), those of one sort as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// unsigned8 to unsigned64.
    Unsigned,
    /// signed8 to signed64.
    Signed,
    /// float32, float64.
    Float,
    /// 1 is true, 2 is false.
    Boolean,
    /// ipv4Address, ipv6Address.
    Address,
    /// 6 bytes.
    Mac,
    /// string.
    Text,
    /// octetArray.
    Bytes,
    /// dateTimeSeconds.
    Seconds,
    /// dateTimeMilliseconds.
    Milliseconds,
    /// dateTimeMicroseconds and dateTimeNanoseconds, in the format of NTP.
    Ntp,
}

/// Most elements that may be named.
pub const MAX_ELEMENTS: usize = 256;

/// What an entry must look like.
pub const EXPECTED: &str = "entries as 9/12235=clientPort:unsigned16: ENTERPRISE/ELEMENT=name:type, each element and name once, the type one of \
    unsigned8 to unsigned64, signed8 to signed64, float32, float64, boolean, ipv4Address, ipv6Address, macAddress, string, octetArray, \
    dateTimeSeconds, dateTimeMilliseconds, dateTimeMicroseconds, dateTimeNanoseconds";

/// Reads an entry of the option; `None`: it is none.
pub fn parse(entry: &str) -> Option<Element> {
    let (key, rest) = entry.split_once('=')?;
    let (name, kind) = rest.split_once(':')?;
    let (name, key) = (name.trim(), key.trim().parse().ok()?);
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| Some(Element { key, name: name.to_owned(), kind: kind_of(kind.trim())? }))?
}

fn kind_of(name: &str) -> Option<Kind> {
    Some(match name {
        "unsigned8" | "unsigned16" | "unsigned32" | "unsigned64" => Kind::Unsigned,
        "signed8" | "signed16" | "signed32" | "signed64" => Kind::Signed,
        "float32" | "float64" => Kind::Float,
        "boolean" => Kind::Boolean,
        "ipv4Address" | "ipv6Address" => Kind::Address,
        "macAddress" => Kind::Mac,
        "string" => Kind::Text,
        "octetArray" => Kind::Bytes,
        "dateTimeSeconds" => Kind::Seconds,
        "dateTimeMilliseconds" => Kind::Milliseconds,
        "dateTimeMicroseconds" | "dateTimeNanoseconds" => Kind::Ntp,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_number_name_and_type() {
        let key = Key { sflow: false, enterprise: 9, id: 12_235 };
        assert_eq!(parse("9/12235 = clientPort : unsigned16"), Some(Element { key, name: "clientPort".into(), kind: Kind::Unsigned }));
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        for entry in ["", "9/1", "9/1=a", "9/1=:string", "9/1=a b:string", "9=a:string", "9/1=a:strin", "9/99999=a:string"] {
            assert_eq!(parse(entry), None, "{entry}");
        }
    }
}
