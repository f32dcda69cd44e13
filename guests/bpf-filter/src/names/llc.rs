//! Names of LLC frames (IEEE 802.2).

use super::find;

/// What the control byte of an LLC frame must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LlcFrame {
    pub mask: u32,
    pub value: u32,
}

const FORMATS: &[(&str, LlcFrame)] = &[
    ("i", LlcFrame { mask: 0x01, value: 0x00 }),
    ("s", LlcFrame { mask: 0x03, value: 0x01 }),
    ("u", LlcFrame { mask: 0x03, value: 0x03 }),
];
const SUPERVISORY: &[(&str, u32)] = &[("rr", 0x01), ("rnr", 0x05), ("rej", 0x09)];
const UNNUMBERED: &[(&str, u32)] =
    &[("ui", 0x03), ("ua", 0x63), ("disc", 0x43), ("dm", 0x0f), ("sabme", 0x6f), ("test", 0xe3), ("xid", 0xaf), ("frmr", 0x87)];

/// A format, or one kind of supervisory or unnumbered frame.
pub fn llc_frame(name: &str) -> Option<LlcFrame> {
    let format = FORMATS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, frame)| *frame);
    let supervisory = || find(SUPERVISORY, name).map(|value| LlcFrame { mask: 0x0f, value });
    let unnumbered = || find(UNNUMBERED, name).map(|value| LlcFrame { mask: 0xef, value });
    format.or_else(supervisory).or_else(unnumbered)
}
