//! Columns of EDNS (RFC 6891): what the OPT record of a message says.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use weir_sdk::{Binary, Booleans, Column, DataType, Field, Lists, Numbers, Reader, Texts};

use crate::message::Record;

/// The option that says for which subnet is asked (RFC 7871).
const CLIENT_SUBNET: u16 = 8;

/// Builds the columns.
#[derive(Debug, Default)]
pub struct EdnsColumns {
    version: Numbers<u8>,
    udp_size: Numbers<u16>,
    dnssec_ok: Booleans,
    client_subnet: Texts,
    option_code: Lists<Numbers<u16>>,
    option_data: Lists<Binary>,
    text: Vec<u8>,
}

impl EdnsColumns {
    /// Adds a row; `opt` is `None` where the message has none, or there is no message.
    pub fn push(&mut self, message: &[u8], opt: Option<Record>) {
        self.version.push_option(opt.map(|opt| (opt.ttl >> 16) as u8));
        self.udp_size.push_option(opt.map(|opt| opt.class));
        self.dnssec_ok.push_option(opt.map(|opt| opt.ttl & 0x8000 != 0));
        let Some(opt) = opt else {
            self.client_subnet.push_option(None);
            self.option_code.push_null();
            self.option_data.push_null();
            return;
        };
        self.push_options(message.get(opt.data..opt.data + opt.length).unwrap_or_default());
    }

    fn push_options(&mut self, data: &[u8]) {
        let (mut data, mut count, mut subnet) = (Reader::new(data), 0, false);
        self.text.clear();
        while let (Ok(code), Ok(length)) = (data.u16_be(), data.u16_be()) {
            // An option that is cut has what there is.
            let value = data.take(length.into()).unwrap_or_else(|_| data.rest());
            self.option_code.values.push(code);
            self.option_data.values.push(value);
            count += 1;
            if code == CLIENT_SUBNET && !subnet {
                subnet = write_subnet(value, &mut self.text).is_some();
            }
        }
        self.option_code.end_row(count);
        self.option_data.end_row(count);
        self.client_subnet.push_option(subnet.then(|| str::from_utf8(&self.text).unwrap_or_default()));
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self, columns: &mut Vec<Column>) {
        columns.extend([
            self.version.finish(),
            self.udp_size.finish(),
            self.dnssec_ok.finish(),
            self.client_subnet.finish(),
            self.option_code.finish(Numbers::finish),
            self.option_data.finish(Binary::finish),
        ]);
    }

    /// The fields; `of` says whose they are: empty, `query_` or `response_`.
    pub fn fields(of: &str, fields: &mut Vec<Field>) {
        let field = |name: &str, kind, doc: &str| Field::new(&format!("{of}edns_{name}"), kind, doc).nullable();
        fields.extend([
            field("version", DataType::Uint8, "Version of EDNS; null where the message has none."),
            field("udp_size", DataType::Uint16, "Bytes of the largest UDP message that the sender takes."),
            field("dnssec_ok", DataType::Boolean, "The sender wants DNSSEC records (DO)."),
            field(
                "client_subnet",
                DataType::Text,
                "Subnet that is asked for, ADDRESS/BITS/SCOPE (RFC 7871); null where the message has none, or a broken one.",
            ),
            field("option_code", DataType::Uint16, "Codes of the options, IANA numbers.").list(),
            field("option_data", DataType::Binary, "Their data.").list(),
        ]);
    }
}

fn write_subnet(value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let [f0, f1, bits, scope, prefix @ ..] = value else { return None };
    let mut address = [0; 16];
    address.get_mut(..prefix.len())?.copy_from_slice(prefix);
    let address = match u16::from_be_bytes([*f0, *f1]) {
        1 if *bits <= 32 && prefix.len() <= 4 => IpAddr::V4(Ipv4Addr::from(*address.first_chunk()?)),
        2 if *bits <= 128 => IpAddr::V6(Ipv6Addr::from(address)),
        _ => return None,
    };
    write!(out, "{address}/{bits}/{scope}").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_is_an_address_its_bits_and_the_scope() {
        let text = |value: &[u8]| {
            let mut out = Vec::new();
            write_subnet(value, &mut out).map(|()| String::from_utf8(out).expect("ascii"))
        };
        assert_eq!(text(&[0, 1, 24, 0, 192, 0, 2]).as_deref(), Some("192.0.2.0/24/0"));
        assert_eq!(text(&[0, 2, 56, 48, 0x20, 1, 0xd, 0xb8]).as_deref(), Some("2001:db8::/56/48"));
        assert_eq!([text(&[0, 1, 33, 0]), text(&[0, 3, 1, 0, 1]), text(&[0, 1, 24])], [None, None, None]);
    }
}
