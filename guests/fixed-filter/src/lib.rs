//! The fixed filter of Apache Metron's `pcap_query fixed`: addresses, ports, protocol, either direction, and a byte pattern, all of which must hold.
//!
//! An expression is `name=value` parts with `;` between them, under Metron's names: `ip_src_addr=10.0.0.1; ip_dst_port=80; includes_reverse_traffic=true`.
//! No part: every packet. Values are taken as they stand, blanks included. Where Metron's decoder took IPv6, VLAN tags or fragments for something else
//! this one reads them, addresses are compared as addresses, and a protocol may be named.

mod parts;
mod wanted;
mod wrong;

use frame::{Fields, REACH};
use weir_sdk::{Description, Needs, OpenError, OptionSpec, OptionValue, Options, PacketBatch, PacketFilter, Selection};

use wanted::Wanted;
use wrong::Wrong;

/// One expression.
pub struct Fixed {
    wanted: Wanted,
    as_metron: bool,
}

impl PacketFilter for Fixed {
    fn describe() -> Description {
        Description {
            name: "fixed",
            version: env!("CARGO_PKG_VERSION"),
            summary: "The fixed filter of Apache Metron, like `ip_src_addr=10.0.0.1; ip_dst_port=80; includes_reverse_traffic=true`",
            reads: &["Ethernet, Linux cooked, raw IP and BSD loopback packets"],
            options: vec![OptionSpec {
                name: "addresses",
                default: OptionValue::text("all"),
                required: false,
                choices: &["all", "metron"],
                doc: "which packets have addresses: all of IP, or those of TCP and UDP alone, as in Metron",
            }],
        }
    }

    fn open(expression: &str, options: &Options) -> Result<Self, OpenError> {
        let bad = |Wrong { at, expected }| OpenError::bad_expression(at, format!("expected {expected}"));
        Ok(Self { wanted: Wanted::new(expression).map_err(bad)?, as_metron: options.text("addresses") == "metron" })
    }

    fn needs(&self) -> Needs {
        let reach = if self.wanted.looks_at_all() { None } else { u32::try_from(REACH).ok() };
        Needs { leading_bytes: reach, keys: Vec::new() }
    }

    fn warnings(&self) -> Vec<String> {
        self.wanted.warnings().to_vec()
    }

    fn select(&mut self, packets: PacketBatch<'_>) -> Selection {
        let mut selection = Selection::none(packets.len());
        for (index, packet) in packets.bytes().enumerate() {
            let fields = Fields::of(packets.link_type, packet);
            let fields = if self.as_metron { fields.as_metron_has_them() } else { fields };
            if self.wanted.is(&fields, packet) {
                selection.set(index);
            }
        }
        selection
    }
}

weir_sdk::packet_filter!(Fixed);

#[cfg(test)]
mod tests;
