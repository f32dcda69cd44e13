//! What passes a network interface, through AF_PACKET: nothing but CAP_NET_RAW is needed.

use std::fs;
use std::time::Duration;

use netring::{Capture, CaptureBuilder, Packet as Captured, PacketDirection};

use crate::model::Packet;

const ETHERNET: u32 = 1;
/// Hardware types of Linux, and what their frames are.
const HARDWARE: [(u32, u32); 6] = [(1, ETHERNET), (LOOPBACK, ETHERNET), (801, 105), (802, 119), (803, 127), (65_534, 101)];
/// Its frames pass twice, once out and once in.
const LOOPBACK: u32 = 772;
/// Where a tag of 802.1Q stands in a frame of Ethernet.
const TAG: usize = 12;

/// See the top of the file.
pub struct Interface {
    name: String,
    capture: Capture,
    link_type: u32,
    is_loopback: bool,
    dropped: u64,
    /// A frame with its tag put back.
    tagged: Vec<u8>,
}

/// Why nothing is captured.
#[derive(Debug, thiserror::Error)]
pub enum InterfaceError {
    /// There is none of this name.
    #[error("no interface `{name}`: there are {known}")]
    Unknown {
        /// As given.
        name: String,
        /// All there are.
        known: String,
    },
    /// Frames of a kind without a name.
    #[error("interface {name} has frames of hardware type {hardware}, which weir does not know")]
    Hardware {
        /// The interface.
        name: String,
        /// ARPHRD_ value.
        hardware: u32,
    },
    /// The system refuses.
    #[error("cannot capture on {name}; it takes the capability CAP_NET_RAW: setcap cap_net_raw+ep, or root")]
    Open {
        /// The interface.
        name: String,
        /// Why.
        source: netring::Error,
    },
    /// The interface is gone, or the system fails.
    #[error("capture on {name} ended")]
    Read {
        /// The interface.
        name: String,
        /// Why.
        source: netring::Error,
    },
}

impl Interface {
    /// Begins to capture, by default also what is for others.
    ///
    /// # Errors
    /// There is no such interface, or the right to it is missing.
    pub fn open(name: &str, promiscuous: bool) -> Result<Self, InterfaceError> {
        let hardware = hardware(name).ok_or_else(|| InterfaceError::Unknown { name: name.to_owned(), known: known() })?;
        let link_type = HARDWARE.iter().find(|(known, _)| *known == hardware).map(|(_, link_type)| *link_type);
        let link_type = link_type.ok_or_else(|| InterfaceError::Hardware { name: name.to_owned(), hardware })?;
        let builder: CaptureBuilder = Capture::builder().interface(name).promiscuous(promiscuous).block_timeout_ms(50);
        let capture = builder.build().map_err(|source| InterfaceError::Open { name: name.to_owned(), source })?;
        Ok(Self { name: name.to_owned(), capture, link_type, is_loopback: hardware == LOOPBACK, dropped: 0, tagged: Vec::new() })
    }

    /// LINKTYPE_ value of its frames.
    pub fn link_type(&self) -> u32 {
        self.link_type
    }

    /// Waits for packets, and hands those that came to `each` until it says that it wants no more. The tag of a virtual LAN that the system has taken out
    /// of a frame is put back.
    ///
    /// # Errors
    /// The interface is gone, or what `each` says.
    pub fn next<E: From<InterfaceError>>(
        &mut self,
        patience: Duration,
        mut each: impl FnMut(&Packet<'_>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let Self { name, capture, link_type, is_loopback, tagged, .. } = self;
        let batch = capture.next_batch_blocking(patience).map_err(|source| InterfaceError::Read { name: name.clone(), source })?;
        for captured in batch.iter().flat_map(|batch| batch.iter()) {
            if *is_loopback && captured.direction() == PacketDirection::Outgoing {
                continue;
            }
            let stamp = captured.timestamp();
            let timestamp = i64::from(stamp.sec) * 1_000_000_000 + i64::from(stamp.nsec);
            let length = u32::try_from(captured.original_len()).unwrap_or(u32::MAX);
            let (bytes, length) = match tag(&captured).filter(|_| *link_type == ETHERNET) {
                Some(tag) => (with_tag(captured.data(), tag, tagged), length.saturating_add(4)),
                None => (captured.data(), length),
            };
            if !each(&Packet { timestamp, length, bytes })? {
                break;
            }
        }
        Ok(())
    }

    /// Packets that the system had no room for, since it began.
    pub fn dropped(&mut self) -> u64 {
        // Each answer counts from the one before.
        self.dropped += self.capture.stats().map_or(0, |stats| u64::from(stats.drops));
        self.dropped
    }
}

/// The protocol and the tag that the system has taken out.
fn tag(captured: &Captured<'_>) -> Option<[u8; 4]> {
    let status = captured.status();
    if !status.vlan_valid {
        return None;
    }
    let protocol = if status.vlan_tpid_valid { captured.vlan_tpid() } else { 0x8100 };
    let ([a, b], [c, d]) = (protocol.to_be_bytes(), captured.vlan_tci().to_be_bytes());
    Some([a, b, c, d])
}

fn with_tag<'t>(frame: &[u8], tag: [u8; 4], tagged: &'t mut Vec<u8>) -> &'t [u8] {
    let (addresses, rest) = frame.split_at_checked(TAG).unwrap_or((frame, &[]));
    tagged.clear();
    tagged.extend_from_slice(addresses);
    tagged.extend_from_slice(&tag);
    tagged.extend_from_slice(rest);
    tagged
}

fn hardware(name: &str) -> Option<u32> {
    let is_name = !name.is_empty() && !name.contains('/') && name != "." && name != "..";
    let text = is_name.then(|| fs::read_to_string(format!("/sys/class/net/{name}/type")).ok())??;
    text.trim().parse().ok()
}

fn known() -> String {
    let names = fs::read_dir("/sys/class/net").into_iter().flatten().flatten();
    let mut names: Vec<_> = names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_put_back_behind_the_addresses() {
        let frame: Vec<u8> = (0..16).collect();
        let tagged = with_tag(&frame, [0x81, 0, 0, 5], &mut Vec::new()).to_vec();
        assert_eq!(tagged, [&frame[..12], &[0x81, 0, 0, 5], &frame[12..]].concat());
    }

    #[test]
    fn an_interface_that_is_not_there_is_named_beside_those_that_are() {
        let error = Interface::open("nothing0", true).map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with("no interface `nothing0`: there are "), "{error}");
    }
}
