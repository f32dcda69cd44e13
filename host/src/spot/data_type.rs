//! The kinds of telemetry that Spot knows.

use std::fmt;

/// `type` of a pipeline of Spot's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// nfcapd files.
    Flow,
    /// Captures.
    Dns,
    /// Logs of a proxy.
    Proxy,
}

impl DataType {
    /// As Spot spells them, in its order.
    pub const ALL: [(&'static str, Self); 3] = [("dns", Self::Dns), ("flow", Self::Flow), ("proxy", Self::Proxy)];

    /// The type of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }

    /// As Spot spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Dns => "dns",
            Self::Proxy => "proxy",
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
