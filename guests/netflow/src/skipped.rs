//! What was read and holds no flows, or was not for this module: counted, and said once at the end.

use weir_sdk::log;

/// Counts.
#[derive(Debug, Default)]
pub struct Skipped {
    /// Packets that are no UDP or TCP to one of the ports.
    pub others: u64,
    /// Datagrams to other ports that look like NetFlow, IPFIX or sFlow.
    pub other_ports: u64,
    /// One of these ports.
    pub other_port: u16,
    /// Packets whose headers could not be read.
    pub unreadable: u64,
    /// Records of options that teach nothing about flows.
    pub options: u64,
    /// Counter samples of sFlow.
    pub counters: u64,
    /// Sets with a number that no version uses.
    pub sets: u64,
    /// Data sets that were decoded after their template came.
    pub held: u64,
    /// Exporters that were forgotten, since there were too many templates.
    pub forgotten: u64,
}

impl Skipped {
    /// A datagram to a port that was not named.
    pub fn count_other(&mut self, port: u16, plausible: bool) {
        self.others += 1;
        if plausible {
            self.other_ports += 1;
            self.other_port = port;
        }
    }

    /// Says them.
    pub fn report(self) {
        let counts = [
            (self.unreadable, "packets with damaged headers"),
            (self.options, "records of options"),
            (self.counters, "counter samples of sFlow"),
            (self.sets, "sets of reserved numbers"),
            (self.held, "data sets waited for their template"),
            (self.forgotten, "exporters were forgotten to make room for the templates of others"),
        ];
        let said: Vec<_> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if !said.is_empty() {
            log::log(log::Level::Info, &format!("not flows: {}", said.join(", ")));
        }
        if self.other_ports > 0 {
            let Self { other_ports, other_port, .. } = self;
            log::warn(&format!("{other_ports} datagrams look like flows and go to ports not listed, as {other_port} (option ports)"));
        }
    }
}
