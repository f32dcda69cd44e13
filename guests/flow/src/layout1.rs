//! Records of layout 1 (nfdump 1.6): a common part, and extensions in the order that an extension map of the file says.
//!
//! Format: `nffile.h` of nfdump 1.6.13 (record kind 1 of nfdump before 1.6.6), `nfx.h` of nfdump 1.6.25.

use crate::damage::Damage;
use crate::known::{Known, Map};
use crate::order::{Order, u8_at};
use crate::record::{Address, Ending, Engine, Firewall, Flow, Latency, Misc, Nat, Pair, PortBlock};

/// Extensions that a map may hold; nfdump knows 49 and uses each once.
const MAX_EXTENSIONS: usize = 64;

/// Bytes of an extension; `None`: not known.
fn size_of(extension: u16) -> Option<usize> {
    Some(match extension {
        4 | 6 | 8 | 9 | 11 | 13 | 14 | 16 | 18 | 23 | 25 | 38 => 4,
        5 | 7 | 15 | 17 | 19 | 26 | 27 | 39 | 47 | 48 => 8,
        46 => 12,
        10 | 12 | 20 | 21 | 24 => 16,
        37 => 20,
        41 | 42 | 45 => 24,
        40 => 32,
        22 => 40,
        43 => 72,
        _ => return None,
    })
}

/// Takes an extension map, a record without its head.
///
/// # Errors
/// When it is cut, too long, or its sizes do not add up.
pub fn take_map<O: Order>(body: &[u8], known: &mut Known) -> Result<(), Damage> {
    let head = body.first_chunk::<4>().ok_or(Damage::RecordCut)?;
    let (number, declared) = (O::u16_at(head, 0), usize::from(O::u16_at(head, 2)));
    let ids = body.get(4..).unwrap_or_default().as_chunks::<2>().0.iter().map(|id| O::u16(*id)).take_while(|&id| id != 0);
    // Extensions 1 to 3 are in every flow and never in a map; readers of nfdump pass over them.
    let extensions: Box<[u16]> = ids.filter(|&id| id > 3).take(MAX_EXTENSIONS + 1).collect();
    let size: usize = extensions.iter().filter_map(|&id| size_of(id)).sum();
    let map = map_of(extensions);
    if map.extensions.len() > MAX_EXTENSIONS || (map.unknown.is_none() && size != declared) {
        return Err(Damage::MapBroken(number));
    }
    known.put_map(number, map);
    Ok(())
}

/// A map of these extensions.
pub fn map_of(extensions: Box<[u16]>) -> Map {
    let unknown = extensions.iter().copied().find(|&id| size_of(id).is_none());
    Map { extensions, unknown }
}

/// The old and the new kind of flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Common {
    /// Kind 1, of nfdump before 1.6.6.
    V0,
    /// Kind 10.
    V1,
}

/// Decodes a flow, a whole record.
///
/// # Errors
/// When its map is missing or not known, or when it is shorter than the map says.
#[inline(never)]
pub fn take_flow<'a, O: Order>(record: &'a [u8], common: Common, known: &Known, flow: &mut Flow<'a>) -> Result<(), Damage> {
    let head = record.first_chunk::<28>().ok_or(Damage::RecordCut)?;
    let number = O::u16_at(head, 6);
    let map = known.map(number).ok_or(Damage::MapMissing(number))?;
    if let Some(id) = map.unknown {
        return Err(Damage::MapUnknown(number, id));
    }
    take_common::<O>(head, flow);
    let rest = match common {
        Common::V0 => {
            flow.exporter = u8_at(head, 5).into();
            flow.netflow_version = 0;
            record.get(28..)
        }
        Common::V1 => {
            let more = record.get(28..).and_then(|rest| rest.first_chunk::<4>()).ok_or(Damage::RecordCut)?;
            flow.exporter = O::u16_at(more, 0);
            flow.ending = Some(Ending { biflow_direction: u8_at(more, 2), reason: u8_at(more, 3), ..Ending::default() });
            record.get(32..)
        }
    };
    let mut rest = Rest(rest.unwrap_or_default());
    take_required::<O>(u8_at(head, 4), &mut rest, flow)?;
    map.extensions.iter().try_for_each(|&id| take_extension::<O>(id, &mut rest, flow))
}

/// Whether [`take_flow`] takes a record, for a fraction of its cost.
///
/// # Errors
/// As [`take_flow`].
pub fn check_flow<O: Order>(record: &[u8], common: Common, known: &Known) -> Result<(), Damage> {
    let head = record.first_chunk::<28>().ok_or(Damage::RecordCut)?;
    let number = O::u16_at(head, 6);
    let map = known.map(number).ok_or(Damage::MapMissing(number))?;
    if let Some(id) = map.unknown {
        return Err(Damage::MapUnknown(number, id));
    }
    let (start, flags) = (if common == Common::V0 { 28 } else { 32 }, u8_at(head, 4));
    let wide = |bit: u8, narrow, wide| if flags & bit == 0 { narrow } else { wide };
    let required = wide(1, 8, 32) + wide(2, 4, 8) + wide(4, 4, 8);
    let extensions: usize = map.extensions.iter().filter_map(|&id| size_of(id)).sum();
    if record.len() < start + required + extensions { Err(Damage::RecordCut) } else { Ok(()) }
}

fn take_common<O: Order>(head: &[u8; 28], flow: &mut Flow<'_>) {
    let flags = u8_at(head, 4);
    *flow = Flow {
        first: u64::from(O::u32_at(head, 12)) * 1000 + u64::from(O::u16_at(head, 8)),
        last: u64::from(O::u32_at(head, 16)) * 1000 + u64::from(O::u16_at(head, 10)),
        forwarding_status: u8_at(head, 20),
        tcp_flags: u8_at(head, 21),
        protocol: u8_at(head, 22),
        src_tos: u8_at(head, 23),
        src_port: O::u16_at(head, 24),
        dst_port: O::u16_at(head, 26),
        event: flags & 0x40 != 0,
        sampled: flags & 0x80 != 0,
        netflow_version: u8_at(head, 5),
        ..Flow::default()
    };
}

/// What is left of a record.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    #[inline(always)]
    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], Damage> {
        let (part, rest) = self.0.split_first_chunk().ok_or(Damage::RecordCut)?;
        self.0 = rest;
        Ok(part)
    }
}

#[inline(always)]
fn take_required<O: Order>(flags: u8, rest: &mut Rest<'_>, flow: &mut Flow<'_>) -> Result<(), Damage> {
    (flow.src, flow.dst) = if flags & 1 == 0 { v4_pair::<O>(rest.take()?) } else { v6_pair::<O>(rest.take()?) };
    flow.packets = if flags & 2 == 0 { O::u32(*rest.take()?).into() } else { O::u64(*rest.take()?) };
    flow.bytes = if flags & 4 == 0 { O::u32(*rest.take()?).into() } else { O::u64(*rest.take()?) };
    Ok(())
}

fn v4_pair<O: Order>(bytes: &[u8; 8]) -> (Address, Address) {
    (Address::V4(O::u32_at(bytes, 0)), Address::V4(O::u32_at(bytes, 4)))
}

fn v6_pair<O: Order>(bytes: &[u8; 32]) -> (Address, Address) {
    (Address::V6(O::u128_at(bytes, 0)), Address::V6(O::u128_at(bytes, 16)))
}

fn u16_pair<O: Order>(bytes: &[u8; 4]) -> Pair<u16> {
    Pair { src: O::u16_at(bytes, 0), dst: O::u16_at(bytes, 2) }
}

fn u32_pair<O: Order>(bytes: &[u8; 8]) -> Pair<u32> {
    Pair { src: O::u32_at(bytes, 0), dst: O::u32_at(bytes, 4) }
}

fn wide(pair: Pair<u16>) -> Pair<u32> {
    Pair { src: pair.src.into(), dst: pair.dst.into() }
}

#[inline(always)]
fn take_extension<'a, O: Order>(id: u16, rest: &mut Rest<'a>, flow: &mut Flow<'a>) -> Result<(), Damage> {
    match id {
        4 => flow.interfaces = Some(wide(u16_pair::<O>(rest.take()?))),
        5 => flow.interfaces = Some(u32_pair::<O>(rest.take()?)),
        6 => flow.autonomous_systems = Some(wide(u16_pair::<O>(rest.take()?))),
        7 => flow.autonomous_systems = Some(u32_pair::<O>(rest.take()?)),
        8 => {
            let [dst_tos, direction, src_mask, dst_mask] = *rest.take()?;
            flow.misc = Some(Misc { src_mask, dst_mask, direction, dst_tos });
        }
        9 => flow.next_hop = Address::V4(O::u32(*rest.take()?)),
        10 => flow.next_hop = Address::V6(O::u128_at(rest.take::<16>()?, 0)),
        11 => flow.bgp_next_hop = Address::V4(O::u32(*rest.take()?)),
        12 => flow.bgp_next_hop = Address::V6(O::u128_at(rest.take::<16>()?, 0)),
        13 => flow.vlans = Some(wide(u16_pair::<O>(rest.take()?))),
        14 => flow.out_packets = Some(O::u32(*rest.take()?).into()),
        15 => flow.out_packets = Some(O::u64(*rest.take()?)),
        16 => flow.out_bytes = Some(O::u32(*rest.take()?).into()),
        17 => flow.out_bytes = Some(O::u64(*rest.take()?)),
        18 => flow.flows = Some(O::u32(*rest.take()?).into()),
        19 => flow.flows = Some(O::u64(*rest.take()?)),
        23 => flow.exporter_address = Address::V4(O::u32(*rest.take()?)),
        24 => flow.exporter_address = Address::V6(O::u128_at(rest.take::<16>()?, 0)),
        25 => {
            let [_, _, kind, id] = *rest.take()?;
            flow.engine = Some(Engine { kind, id });
        }
        27 => flow.received = O::u64(*rest.take()?),
        _ => return take_rare::<O>(id, rest, flow),
    }
    Ok(())
}

/// Extensions that few files have, apart so that the loop over the others stays small.
#[inline(never)]
fn take_rare<'a, O: Order>(id: u16, rest: &mut Rest<'a>, flow: &mut Flow<'a>) -> Result<(), Damage> {
    match id {
        20 => {
            let macs = rest.take::<16>()?;
            flow.in_src_out_dst_macs = Some(Pair { src: O::u64_at(macs, 0), dst: O::u64_at(macs, 8) });
        }
        21 => {
            let macs = rest.take::<16>()?;
            flow.out_src_in_dst_macs = Some(Pair { src: O::u64_at(macs, 8), dst: O::u64_at(macs, 0) });
        }
        22 => {
            let labels = rest.take::<40>()?;
            flow.mpls = Some(std::array::from_fn(|at| O::u32_at(labels, at * 4)));
        }
        26 => {
            let systems = u32_pair::<O>(rest.take()?);
            flow.adjacent_systems = Some(Pair { src: systems.dst, dst: systems.src });
        }
        37 => flow.firewall = Some(firewall::<O>(rest.take()?)),
        38 => flow.translated_ports = Some(u16_pair::<O>(rest.take()?)),
        // 47 is what 39 was called in the first nfdump with NAT events.
        39 | 47 => (flow.translated_src, flow.translated_dst) = v4_pair::<O>(rest.take()?),
        40 => (flow.translated_src, flow.translated_dst) = v6_pair::<O>(rest.take()?),
        41 => {
            let lists = rest.take::<24>()?;
            let side = |from: usize| std::array::from_fn(|at| O::u32_at(lists, from + at * 4));
            flow.access_lists = Some(Pair { src: side(0), dst: side(12) });
        }
        42 => flow.user = Some(text(rest.take::<24>()?)),
        43 => flow.user = Some(text(rest.take::<72>()?)),
        45 => {
            let delays = rest.take::<24>()?;
            let [client, server, application] = [0, 8, 16].map(|at| O::u64_at(delays, at));
            flow.latency = Some(Latency { client, server, application });
        }
        46 => {
            let event = rest.take::<12>()?;
            flow.nat = Some(Nat { event: u8_at(event, 0), ..Nat::default() });
            flow.vrfs = Some(Pair { src: O::u32_at(event, 8), dst: O::u32_at(event, 4) });
        }
        48 => flow.port_block = Some(port_block::<O>(rest.take()?)),
        other => return Err(Damage::Extension(other)),
    }
    Ok(())
}

fn firewall<O: Order>(bytes: &[u8; 20]) -> Firewall {
    Firewall {
        time: O::u64_at(bytes, 0),
        connection: O::u32_at(bytes, 8),
        event: u8_at(bytes, 14),
        extended_event: O::u16_at(bytes, 16),
        security_group: O::u16_at(bytes, 18),
        icmp: Some(O::u16_at(bytes, 12)),
    }
}

/// A block of ports.
pub fn port_block<O: Order>(bytes: &[u8; 8]) -> PortBlock {
    PortBlock { start: O::u16_at(bytes, 0), end: O::u16_at(bytes, 2), step: O::u16_at(bytes, 4), size: O::u16_at(bytes, 6) }
}

/// A text that ends at its first zero byte.
pub fn text(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Little;

    #[test]
    fn what_is_checked_is_what_can_be_taken() {
        let mut known = Known::default();
        for (number, map) in (0..60).flat_map(|id| [vec![], vec![id], vec![27, id, 4]]).enumerate() {
            known.put_map(number as u16, map_of(map.into()));
            for (length, flags) in (0..180).flat_map(|length| (0..8).map(move |flags| (length, flags))) {
                let mut record = [0; 180];
                record[4] = flags;
                record[6..8].copy_from_slice(&(number as u16 + u16::from(length == 179)).to_le_bytes());
                for common in [Common::V0, Common::V1] {
                    let taken = take_flow::<Little>(&record[..length], common, &known, &mut Flow::default());
                    assert_eq!(
                        check_flow::<Little>(&record[..length], common, &known),
                        taken,
                        "map {number}, {length} bytes, flags {flags}"
                    );
                }
            }
        }
    }
}
