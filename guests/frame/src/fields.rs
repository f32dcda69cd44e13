//! What is known of a packet.

use std::net::IpAddr;

/// TCP's protocol number.
const TCP: u8 = 6;
/// UDP's protocol number.
const UDP: u8 = 17;

/// What is known of a packet. A field is `None` where the packet does not have it, or ends before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fields {
    /// Source and destination of any IP packet.
    pub addresses: Option<(IpAddr, IpAddr)>,
    /// IP protocol number; of IPv6 the one behind the extension headers.
    pub protocol: Option<u8>,
    /// Source and destination, of TCP and UDP that is no later fragment.
    pub ports: Option<(u16, u16)>,
}

impl Fields {
    /// The same as Metron's decoder gives them: addresses of TCP and UDP alone.
    #[must_use]
    pub fn as_metron_has_them(self) -> Self {
        let has_ports = matches!(self.protocol, Some(TCP | UDP));
        Self { addresses: self.addresses.filter(|_| has_ports), ..self }
    }

    /// The first four bytes behind the IP header are ports.
    pub(crate) fn have_ports(protocol: u8) -> bool {
        matches!(protocol, TCP | UDP)
    }
}
