//! The flows in the text of `tshark -V`.

use std::collections::BTreeMap;

/// Columns of schema full, and the names of tshark that stand for them.
pub const TSHARK: &[(&str, &str)] = &[
    ("sourceIPAddress", "SrcAddr"),
    ("destinationIPAddress", "DstAddr"),
    ("sourceTransportPort", "SrcPort"),
    ("destinationTransportPort", "DstPort"),
    ("octetDeltaCount", "Octets"),
    ("packetDeltaCount", "Packets"),
    ("postOctetDeltaCount", "Octets reverse"),
    ("postPacketDeltaCount", "Packets reverse"),
    ("protocolIdentifier", "Protocol"),
    ("tcpControlBits", "TCP Flags"),
    ("reverseTcpControlBits", "TCP Flags reverse"),
    ("flowEndReason", "Flow End Reason"),
    ("flowDirection", "Direction"),
    ("sourceMacAddress", "Source Mac Address"),
    ("postDestinationMacAddress", "Post Destination Mac Address"),
];

/// Flows in the order of the capture, by name; numbers are those in brackets where tshark names a value.
pub struct Tshark {
    pub flows: Vec<BTreeMap<String, String>>,
}

impl Tshark {
    pub fn of(text: &str) -> Self {
        let mut flows: Vec<BTreeMap<String, String>> = Vec::new();
        let mut within = false;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("        Flow ")
                && rest.parse::<u32>().is_ok()
            {
                flows.push(BTreeMap::new());
                within = true;
            } else if within && !line.starts_with("            ") {
                within = false;
            } else if within && let (Some(flow), Some((name, value))) = (flows.last_mut(), line.trim().split_once(": ")) {
                let name = if value.contains("(Reverse Type") { format!("{name} reverse") } else { name.to_owned() };
                flow.entry(name).or_insert_with(|| shown(value));
            }
        }
        // Options.
        flows.retain(|flow| flow.contains_key("SrcAddr"));
        for flow in &mut flows {
            // Null here where no flag was set.
            flow.retain(|name, value| name != "TCP Flags reverse" || value != "0");
            // tshark shows the ports of ICMP as a type and a code; what it does not show is 0 here.
            let icmp = flow.get("ICMP Type").cloned();
            flow.entry("SrcPort".into()).or_insert_with(|| "0".into());
            flow.entry("DstPort".into()).or_insert_with(|| icmp.unwrap_or_else(|| "0".into()));
        }
        Self { flows }
    }
}

fn shown(value: &str) -> String {
    let value = value.split(" (Reverse Type").next().unwrap_or_default();
    if let Some(hex) = value.strip_prefix("0x") {
        let digits: String = hex.chars().take_while(char::is_ascii_hexdigit).collect();
        return u64::from_str_radix(&digits, 16).expect("hex").to_string();
    }
    match value.rsplit_once('(') {
        Some((_, inner)) => inner.trim_end_matches(')').to_owned(),
        None => value.to_owned(),
    }
}
