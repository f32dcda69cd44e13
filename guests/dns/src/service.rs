//! Parameters of SVCB and HTTPS records (RFC 9460).

use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use weir_sdk::Reader;

use crate::data::write_quoted;

/// Appends the parameters, each behind a blank; `None`: they break the rules.
pub fn write(data: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut data = Reader::new(data);
    while !data.rest().is_empty() {
        let (key, length) = (data.u16_be().ok()?, data.u16_be().ok()?);
        out.push(b' ');
        write_parameter(key, data.take(length.into()).ok()?, out)?;
    }
    Some(())
}

fn write_parameter(key: u16, value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    match key {
        0 => listed("mandatory", value.as_chunks::<2>(), out, |key, out| write_key(u16::from_be_bytes(*key), out)),
        1 => write_protocols(value, out),
        2 if value.is_empty() => out.write_all(b"no-default-alpn").ok(),
        3 => write!(out, "port={}", u16::from_be_bytes(value.try_into().ok()?)).ok(),
        4 => listed("ipv4hint", value.as_chunks::<4>(), out, |address, out| write!(out, "{}", Ipv4Addr::from(*address)).ok()),
        6 => listed("ipv6hint", value.as_chunks::<16>(), out, |address, out| write!(out, "{}", Ipv6Addr::from(*address)).ok()),
        _ => {
            write_key(key, out)?;
            if !value.is_empty() {
                out.push(b'=');
                write_quoted(value, out);
            }
            Some(())
        }
    }
}

fn write_key(key: u16, out: &mut Vec<u8>) -> Option<()> {
    const NAMES: [&str; 9] = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"];
    match NAMES.get(usize::from(key)) {
        Some(name) => out.write_all(name.as_bytes()).ok(),
        None => write!(out, "key{key}").ok(),
    }
}

fn listed<const N: usize>(
    name: &str,
    (values, rest): (&[[u8; N]], &[u8]),
    out: &mut Vec<u8>,
    write: impl Fn(&[u8; N], &mut Vec<u8>) -> Option<()>,
) -> Option<()> {
    out.extend_from_slice(name.as_bytes());
    for (place, value) in values.iter().enumerate() {
        out.push(if place == 0 { b'=' } else { b',' });
        write(value, out)?;
    }
    (!values.is_empty() && rest.is_empty()).then_some(())
}

fn write_protocols(value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.extend_from_slice(b"alpn=");
    let mut protocols = Reader::new(value);
    let mut list = Vec::new();
    while let Ok(length) = protocols.u8() {
        if !list.is_empty() {
            list.push(b',');
        }
        list.extend_from_slice(protocols.take(length.into()).ok()?);
    }
    write_quoted(&list, out);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_by_their_names() {
        let data = b"\x00\x01\x00\x06\x02h2\x02h3\x00\x03\x00\x02\x01\xbb\x00\x04\x00\x04\x01\x02\x03\x04\x00\x63\x00\x01x\x00\x02\x00\x00";
        let mut out = Vec::new();
        assert_eq!(write(data, &mut out), Some(()));
        assert_eq!(String::from_utf8(out).expect("ascii"), " alpn=\"h2,h3\" port=443 ipv4hint=1.2.3.4 key99=\"x\" no-default-alpn");
        assert_eq!(write(b"\x00\x04\x00\x03abc", &mut Vec::new()), None);
        assert_eq!(write(b"\x00\x04\x00\x09abc", &mut Vec::new()), None);
    }
}
