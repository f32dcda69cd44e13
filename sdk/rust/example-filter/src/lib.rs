//! Ethernet frames of one type: the expression is a number, like `0x0806` or `2054`.

use weir_sdk::{Description, Needs, OpenError, Options, PacketBatch, PacketFilter, Selection};

/// LINKTYPE_ETHERNET of the pcap registry.
const ETHERNET: u32 = 1;
/// Two addresses, then the type.
const TYPE: std::ops::Range<usize> = 12..14;

/// One expression.
pub struct EtherType {
    wanted: [u8; 2],
}

impl PacketFilter for EtherType {
    fn describe() -> Description {
        let summary = "Ethernet frames of one type, a number like 0x0806";
        Description { name: "ether-type", version: env!("CARGO_PKG_VERSION"), summary, reads: &["Ethernet frames"], options: vec![] }
    }

    fn open(expression: &str, _: &Options) -> Result<Self, OpenError> {
        let text = expression.trim();
        let number = match text.strip_prefix("0x") {
            Some(digits) => u16::from_str_radix(digits, 16),
            None => text.parse(),
        };
        let place = expression.len() - expression.trim_start().len();
        let number = number.map_err(|_| OpenError::bad_expression(place, "a number from 0 to 65535, or 0x0 to 0xffff"))?;
        Ok(Self { wanted: number.to_be_bytes() })
    }

    fn needs(&self) -> Needs {
        Needs { leading_bytes: Some(TYPE.end as u32), keys: vec![] }
    }

    fn select(&mut self, packets: PacketBatch<'_>) -> Selection {
        if packets.link_type != ETHERNET {
            return Selection::none(packets.len());
        }
        Selection::of(&packets, |packet| packet.bytes.get(TYPE) == Some(&self.wanted))
    }
}

weir_sdk::packet_filter!(EtherType);

#[cfg(test)]
mod tests {
    use super::*;
    use weir_sdk::testing::{Captured, select};

    fn frame(link_type: u32, of: u16, length: usize) -> Captured {
        let mut bytes = [&[0; 12][..], &of.to_be_bytes(), &[0; 46]].concat();
        bytes.truncate(length);
        Captured { link_type, timestamp: 0, length: 60, bytes }
    }

    #[test]
    fn frames_of_the_type_are_selected_and_short_or_foreign_ones_are_not() {
        let packets = [frame(1, 0x0806, 60), frame(1, 0x0800, 60), frame(1, 0x0806, 13), frame(101, 0x0806, 60), frame(1, 0x0806, 14)];
        assert_eq!(select::<EtherType>(&[], "0x0806", &packets, 2).unwrap(), [true, false, false, false, true]);
    }

    #[test]
    fn an_error_points_at_the_place_in_the_expression() {
        let error = select::<EtherType>(&[], "  arp", &[], 1).unwrap_err();
        assert_eq!(error, OpenError::bad_expression(2, "a number from 0 to 65535, or 0x0 to 0xffff"));
    }
}
