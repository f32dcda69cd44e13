//! Names of 802.11 frames: bits of the frame control field.

use super::find;

/// The type of a frame: bits 2 and 3 of its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameType(pub u32);

const MANAGEMENT: u32 = 0x00;
const CONTROL: u32 = 0x04;
const DATA: u32 = 0x08;

const TYPES: &[(&str, u32)] = &[("data", DATA), ("mgt", MANAGEMENT), ("management", MANAGEMENT), ("ctl", CONTROL), ("control", CONTROL)];

const OF_MANAGEMENT: &[(&str, u32)] = &[
    ("assocreq", 0x00),
    ("assoc-req", 0x00),
    ("assocresp", 0x10),
    ("assoc-resp", 0x10),
    ("reassocreq", 0x20),
    ("reassoc-req", 0x20),
    ("reassocresp", 0x30),
    ("reassoc-resp", 0x30),
    ("probereq", 0x40),
    ("probe-req", 0x40),
    ("proberesp", 0x50),
    ("probe-resp", 0x50),
    ("beacon", 0x80),
    ("atim", 0x90),
    ("disassoc", 0xa0),
    ("disassociation", 0xa0),
    ("auth", 0xb0),
    ("authentication", 0xb0),
    ("deauth", 0xc0),
    ("deauthentication", 0xc0),
];

const OF_CONTROL: &[(&str, u32)] =
    &[("ps-poll", 0xa0), ("rts", 0xb0), ("cts", 0xc0), ("ack", 0xd0), ("cf-end", 0xe0), ("cf-end-ack", 0xf0)];

const OF_DATA: &[(&str, u32)] = &[
    ("data", 0x00),
    ("data-cf-ack", 0x10),
    ("data-cf-poll", 0x20),
    ("data-cf-ack-poll", 0x30),
    ("null", 0x40),
    ("cf-ack", 0x50),
    ("cf-poll", 0x60),
    ("cf-ack-poll", 0x70),
    ("qos-data", 0x80),
    ("qos-data-cf-ack", 0x90),
    ("qos-data-cf-poll", 0xa0),
    ("qos-data-cf-ack-poll", 0xb0),
    ("qos", 0xc0),
    ("qos-cf-poll", 0xe0),
    ("qos-cf-ack-poll", 0xf0),
];

const DIRECTIONS: &[(&str, u32)] = &[("nods", 0), ("tods", 1), ("fromds", 2), ("dstods", 3)];

/// A type.
pub fn wlan_type(name: &str) -> Option<FrameType> {
    find(TYPES, name).map(FrameType)
}

/// A subtype of a type.
pub fn wlan_subtype_of(of: FrameType, name: &str) -> Option<u32> {
    match of.0 {
        MANAGEMENT => find(OF_MANAGEMENT, name),
        CONTROL => find(OF_CONTROL, name),
        DATA => find(OF_DATA, name),
        _ => None,
    }
}

/// A subtype of whichever type has one of that name, with the type's bits.
pub fn wlan_subtype(name: &str) -> Option<u32> {
    [MANAGEMENT, CONTROL, DATA].into_iter().find_map(|of| wlan_subtype_of(FrameType(of), name).map(|subtype| subtype | of))
}

/// To and from a distribution system: bits 0 and 1 of the second byte.
pub fn wlan_direction(name: &str) -> Option<u32> {
    find(DIRECTIONS, name)
}
