//! What Metron's filters see of a packet: addresses, ports and protocol of its outermost IP header.
//!
//! Each packet stands for itself: no memory of earlier ones, so a later fragment has addresses and a protocol but no ports. Nothing behind the first
//! [`REACH`] bytes is looked at, and nothing is allocated. Understood are Ethernet with VLAN tags (802.1Q, 802.1ad), MPLS, PPPoE and SNAP, Linux cooked
//! captures v1 and v2, raw IP, and BSD loopback: link types of <https://www.tcpdump.org/linktypes.html>.

mod bytes;
mod fields;
mod ip;
mod link;
mod protocols;

pub use fields::Fields;
pub use link::REACH;
pub use protocols::{protocol_name, protocol_number};

#[cfg(test)]
mod tests;
