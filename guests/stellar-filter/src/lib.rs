//! The Stellar language of Apache Metron over captured packets: `ip_dst_port in [80, 443] and BYTEARRAY_MATCHER("'GET'", packet)`.
//!
//! The variables are Metron's: `ip_src_addr`, `ip_dst_addr`, `ip_src_port`, `ip_dst_port`, `protocol`, `packet`, and `_` for all of them. An expression is
//! checked when it is opened; one that has no value for a packet does not select it, and says so once in the log.

mod fields;

use frame::REACH;
use stellar_language::{Edges, Program, Value, Wrong};
use weir_sdk::log::{Level, log};
use weir_sdk::{Description, Needs, OpenError, OptionSpec, OptionValue, Options, PacketBatch, PacketFilter, Selection};

use fields::{LinkedPacket, PACKET, VARIABLES};

/// One expression.
pub struct Stellar {
    program: Program,
    as_metron: bool,
    warnings: Vec<String>,
    /// A fault was shown.
    was_shown: bool,
}

impl PacketFilter for Stellar {
    fn describe() -> Description {
        let text = |name, default, choices, doc| OptionSpec { name, default: OptionValue::text(default), required: false, choices, doc };
        Description {
            name: "stellar",
            version: env!("CARGO_PKG_VERSION"),
            summary: "The Stellar language of Apache Metron, like `ip_dst_port in [80, 443] and protocol == 6`",
            reads: &["Ethernet, Linux cooked, raw IP and BSD loopback packets"],
            options: vec![
                text(
                    "addresses",
                    "all",
                    &["all", "metron"],
                    "which packets have addresses: all of IP, or those of TCP and UDP alone, as in Metron",
                ),
                text(
                    "subnets",
                    "metron",
                    &["metron", "whole"],
                    "whether IN_SUBNET leaves out the first and last address of a network of IPv4, as in Metron, or has the whole network",
                ),
            ],
        }
    }

    fn open(expression: &str, options: &Options) -> Result<Self, OpenError> {
        let edges = if options.text("subnets") == "whole" { Edges::In } else { Edges::Out };
        let bad = |Wrong { at, expected }| OpenError::bad_expression(at, format!("expected {expected}"));
        let program = Program::new(expression, VARIABLES, edges).map_err(bad)?;
        program.is_predicate().map_err(bad)?;
        let mut warnings = program.warnings().to_vec();
        if edges == Edges::Out && expression.contains("IN_SUBNET") {
            warnings.push(
                "IN_SUBNET leaves out the first and the last address of a network of IPv4, as in Metron: the option subnets=whole has them"
                    .into(),
            );
        }
        Ok(Self { program, as_metron: options.text("addresses") == "metron", warnings, was_shown: false })
    }

    fn needs(&self) -> Needs {
        let reach = if self.program.uses(PACKET) { None } else { u32::try_from(REACH).ok() };
        Needs { leading_bytes: reach, keys: Vec::new() }
    }

    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn select(&mut self, packets: PacketBatch<'_>) -> Selection {
        let mut selection = Selection::none(packets.len());
        for (index, bytes) in packets.bytes().enumerate() {
            if self.is_wanted(&LinkedPacket::new(packets.link_type, bytes, self.as_metron)) {
                selection.set(index);
            }
        }
        selection
    }
}

impl Stellar {
    #[inline]
    fn is_wanted(&mut self, packet: &LinkedPacket<'_>) -> bool {
        let why = match self.program.run(packet) {
            Ok(Value::Boolean(is_wanted)) => return is_wanted,
            Ok(_) => "the expression is neither true nor false".to_owned(),
            Err(fault) => fault.to_string(),
        };
        if !self.was_shown {
            self.was_shown = true;
            log(Level::Warn, &format!("a packet is not selected: {why}; more of the kind are not shown"));
        }
        false
    }
}

weir_sdk::packet_filter!(Stellar);

#[cfg(test)]
mod tests;
