//! Lengths of headers that no arithmetic describes.

use super::packet::Packet;
use super::value::{Header, Size};

/// The usual length of a Prism header, and the only one that was ever seen.
const PRISM: u32 = 144;
/// The first word of an AVS header, but for its version.
const AVS: u32 = 0x8021_1000;
const AVS_MASK: u32 = 0xffff_f000;

/// Frame control, duration, three addresses, sequence control.
const WLAN: u32 = 24;

/// `None`: the packet ends too early to say.
pub fn length(header: Header, packet: &Packet<'_>) -> Option<u32> {
    match header {
        Header::Prism if packet.load(0, 0, Size::Four)? & AVS_MASK == AVS => packet.load(0, 4, Size::Four),
        Header::Prism => Some(PRISM),
        Header::Wlan { prefix, radiotap } => {
            let start = prefix.map_or(0, |prefix| packet.slot(prefix));
            wlan(start, radiotap, packet)
        }
    }
}

/// Data frames with a quality of service have two bytes more, and some drivers then pad to four, which their radiotap header says.
fn wlan(start: u32, radiotap: bool, packet: &Packet<'_>) -> Option<u32> {
    const DATA: u32 = 0x08;
    const CONTROL: u32 = 0x04;
    const QUALITY: u32 = 0x80;
    let control = packet.load(start, 0, Size::One)?;
    let body = start.wrapping_add(WLAN);
    if control & DATA == 0 || control & CONTROL != 0 {
        return Some(body);
    }
    let body = if control & QUALITY == 0 { body } else { body.wrapping_add(2) };
    let padded = radiotap && is_padded(packet)?;
    Some(if padded { body.wrapping_add(3) & !3 } else { body })
}

/// Radiotap's own numbers are little-endian. Where there is a second word of presence bits the flags are not looked for.
fn is_padded(packet: &Packet<'_>) -> Option<bool> {
    const TIMER: u32 = 1;
    const FLAGS: u32 = 2;
    const MORE: u32 = 1 << 31;
    const PADDED: u32 = 0x20;
    let present = packet.load(0, 4, Size::Four)?.swap_bytes();
    if present & FLAGS == 0 || present & MORE != 0 {
        return Some(false);
    }
    let flags = if present & TIMER == 0 { 8 } else { 16 };
    Some(packet.byte(flags)? & PADDED != 0)
}
