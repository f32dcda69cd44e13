//! Networks in CIDR notation, as IN_SUBNET has them.

use std::net::IpAddr;
use std::rc::Rc;

use crate::fault::Refusal;

/// Whether the first and last address of a network belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edges {
    /// As in Metron: the network's own and the broadcast address of IPv4 do not, so that nothing is in a /31 or /32.
    Out,
    /// All addresses do.
    In,
}

/// Networks of which one is to hold an address.
pub type Subnets = Rc<[Subnet]>;

/// A network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnet {
    address: IpAddr,
    bits: u32,
    edges: Edges,
}

impl Subnet {
    pub fn new(text: &str, edges: Edges) -> Result<Self, Refusal> {
        let read = text.split_once('/').and_then(|(address, bits)| Some((address.parse().ok()?, bits.parse().ok()?)));
        match read {
            Some((address @ IpAddr::V4(_), bits @ 0..=32)) | Some((address @ IpAddr::V6(_), bits @ 0..=128)) => {
                Ok(Self { address, bits, edges })
            }
            _ => Err(format!("a network like 10.0.0.0/8 or fe80::/10, not `{text}`").into()),
        }
    }

    pub fn is_of_v4(&self) -> bool {
        self.address.is_ipv4()
    }

    /// An address of the other family is in no network.
    pub fn has(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                let (low, value) = (network.to_bits() & mask, address.to_bits());
                value & mask == low && (self.edges == Edges::In || value != low && value != low | !mask)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

/// The address of a text.
pub fn address(text: &str) -> Result<IpAddr, Refusal> {
    text.parse().map_err(|_| format!("an address, not `{text}`").into())
}
