//! The csv of nfdump with its 48 columns, and the columns of the two schemas that are one of them: for the modules whose rows nfdump can print.

/// Rows of `nfdump -o csv` by column name.
pub struct Csv {
    names: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Csv {
    pub fn of(text: &str) -> Self {
        let mut lines = text.lines();
        let names: Vec<_> = lines.next().unwrap_or_default().split(',').map(str::to_owned).collect();
        let rows = lines.take_while(|line| *line != "Summary").map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect());
        Self { names, rows: rows.filter(|row: &Vec<String>| row.len() == 48).collect() }
    }

    pub fn cell(&self, row: usize, name: &str) -> &str {
        let at = self.names.iter().position(|known| known == name).expect(name);
        &self.rows[row][at]
    }
}

/// Spot's columns that are one of nfdump's as it is.
pub const SPOT: [(&str, &str); 18] = [
    ("sip", "sa"),
    ("dip", "da"),
    ("sport", "sp"),
    ("dport", "dp"),
    ("proto", "pr"),
    ("fwd", "fwd"),
    ("stos", "stos"),
    ("ipkt", "ipkt"),
    ("ibyt", "ibyt"),
    ("opkt", "opkt"),
    ("obyt", "obyt"),
    ("input", "in"),
    ("output", "out"),
    ("sas", "sas"),
    ("das", "das"),
    ("dtos", "dtos"),
    ("dir", "dir"),
    ("rip", "ra"),
];

/// Columns of schema full, nfdump's, and what nfdump prints where the file holds nothing.
pub const FULL: [(&str, &str, &str); 28] = [
    ("sourceIPAddress", "sa", "0.0.0.0"),
    ("destinationIPAddress", "da", "0.0.0.0"),
    ("sourceTransportPort", "sp", ""),
    ("destinationTransportPort", "dp", ""),
    ("forwardingStatus", "fwd", ""),
    ("ipClassOfService", "stos", ""),
    ("packetDeltaCount", "ipkt", ""),
    ("octetDeltaCount", "ibyt", ""),
    ("postPacketDeltaCount", "opkt", "0"),
    ("postOctetDeltaCount", "obyt", "0"),
    ("ingressInterface", "in", "0"),
    ("egressInterface", "out", "0"),
    ("bgpSourceAsNumber", "sas", "0"),
    ("bgpDestinationAsNumber", "das", "0"),
    ("sourceIPPrefixLength", "smk", "0"),
    ("destinationIPPrefixLength", "dmk", "0"),
    ("postIpClassOfService", "dtos", "0"),
    ("flowDirection", "dir", "0"),
    ("ipNextHopIPAddress", "nh", "0.0.0.0"),
    ("bgpNextHopIPAddress", "nhb", "0.0.0.0"),
    ("vlanId", "svln", "0"),
    ("postVlanId", "dvln", "0"),
    ("sourceMacAddress", "ismc", "00:00:00:00:00:00"),
    ("postDestinationMacAddress", "odmc", "00:00:00:00:00:00"),
    ("destinationMacAddress", "idmc", "00:00:00:00:00:00"),
    ("postSourceMacAddress", "osmc", "00:00:00:00:00:00"),
    ("exporterIPAddress", "ra", "0.0.0.0"),
    ("exporterId", "exid", "0"),
];
