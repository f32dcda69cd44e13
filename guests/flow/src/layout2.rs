//! Records of layout 2 (nfdump 1.7): a head and extensions that each say what they are and how long.
//!
//! Format: `nfxV3.h` of nfdump 1.7.0 to 1.7.8.

use crate::damage::Damage;
use crate::layout1::{port_block, text};
use crate::order::{Big, Order, u8_at};
use crate::record::{
    Address, Ending, Engine, Firewall, Flow, IpHeader, Latency, Layer2, Misc, Nat, Observation, PacketFilter, Pair, Sampler,
};

/// Bytes of a record before its extensions.
const HEAD: usize = 12;

/// What a record said that is no part of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Aside {
    /// Extensions that are not known and were passed over.
    pub unknown: u32,
    /// The record says that its addresses were replaced.
    pub anonymized: bool,
}

/// Decodes a flow, a whole record. Extensions that are not known are passed over and counted.
///
/// # Errors
/// When an extension is shorter than what it should hold, or passes the end of the record.
pub fn take_flow<'a, O: Order>(record: &'a [u8], flow: &mut Flow<'a>) -> Result<Aside, Damage> {
    let (head, mut rest) = record.split_first_chunk::<HEAD>().ok_or(Damage::RecordCut)?;
    let flags = u8_at(head, 10);
    *flow = Flow {
        engine: Some(Engine { kind: u8_at(head, 6), id: u8_at(head, 7) }),
        exporter: O::u16_at(head, 8),
        event: flags & 1 != 0,
        sampled: flags & 2 != 0,
        netflow_version: u8_at(head, 11),
        ..Flow::default()
    };
    let mut aside = Aside { unknown: 0, anonymized: flags & 4 != 0 };
    for _ in 0..O::u16_at(head, 4) {
        let element = rest.first_chunk::<4>().ok_or(Damage::RecordCut)?;
        let (id, length) = (O::u16_at(element, 0), usize::from(O::u16_at(element, 2)));
        let (whole, behind) = rest.split_at_checked(length).ok_or(Damage::Extension(id))?;
        let body = whole.get(4..).ok_or(Damage::Extension(id))?;
        rest = behind;
        if !take_extension::<O>(id, body, flow).ok_or(Damage::Extension(id))? {
            aside.unknown += 1;
        }
    }
    Ok(aside)
}

/// Whether [`take_flow`] takes a record, for a fraction of its cost.
///
/// # Errors
/// As [`take_flow`].
pub fn check_flow<O: Order>(record: &[u8]) -> Result<(), Damage> {
    let (head, mut rest) = record.split_first_chunk::<HEAD>().ok_or(Damage::RecordCut)?;
    for _ in 0..O::u16_at(head, 4) {
        let element = rest.first_chunk::<4>().ok_or(Damage::RecordCut)?;
        let (id, length) = (O::u16_at(element, 0), usize::from(O::u16_at(element, 2)));
        let least = LEAST.get(usize::from(id)).map_or(0, |&least| usize::from(least));
        rest = rest.get(length..).filter(|_| length >= 4 + least).ok_or(Damage::Extension(id))?;
    }
    Ok(())
}

/// Bytes that an extension must have, by its number.
const LEAST: [u8; 43] = [
    0, 48, 8, 32, 16, 24, 8, 8, 4, 16, 4, 16, 4, 16, 40, 32, 8, 24, 12, 16, 8, 32, 4, 24, 0, 16, 8, 0, 0, 0, 0, 12, 36, 12, 4, 0, 8, 20,
    32, 8, 4, 0, 4,
];

/// `None`: too short. `false`: not known.
#[inline(always)]
fn take_extension<'a, O: Order>(id: u16, body: &'a [u8], flow: &mut Flow<'a>) -> Option<bool> {
    match id {
        1 => generic::<O>(body.first_chunk()?, flow),
        2 => (flow.src, flow.dst) = v4_pair::<O>(body.first_chunk()?),
        3 => (flow.src, flow.dst) = v6_pair::<O>(body.first_chunk()?),
        4 => misc::<O>(body.first_chunk()?, flow),
        5 => counters::<O>(body.first_chunk()?, flow),
        6 => flow.vlans = Some(pair::<O>(body.first_chunk()?)),
        7 => flow.autonomous_systems = Some(pair::<O>(body.first_chunk()?)),
        8 => flow.bgp_next_hop = v4::<O>(body)?,
        9 => flow.bgp_next_hop = v6::<O>(body)?,
        10 => flow.next_hop = v4::<O>(body)?,
        11 => flow.next_hop = v6::<O>(body)?,
        12 => flow.exporter_address = v4::<O>(body)?,
        13 => flow.exporter_address = v6::<O>(body)?,
        _ => return take_rare::<O>(id, body, flow),
    }
    Some(true)
}

#[inline(always)]
fn generic<O: Order>(body: &[u8; 48], flow: &mut Flow<'_>) {
    flow.first = O::u64_at(body, 0);
    flow.last = O::u64_at(body, 8);
    flow.received = O::u64_at(body, 16);
    flow.packets = O::u64_at(body, 24);
    flow.bytes = O::u64_at(body, 32);
    flow.src_port = O::u16_at(body, 40);
    flow.dst_port = O::u16_at(body, 42);
    flow.protocol = u8_at(body, 44);
    flow.tcp_flags = u8_at(body, 45);
    flow.forwarding_status = u8_at(body, 46);
    flow.src_tos = u8_at(body, 47);
}

#[inline(always)]
fn misc<O: Order>(body: &[u8; 16], flow: &mut Flow<'_>) {
    flow.interfaces = Some(Pair { src: O::u32_at(body, 0), dst: O::u32_at(body, 4) });
    flow.misc = Some(Misc { src_mask: u8_at(body, 8), dst_mask: u8_at(body, 9), direction: u8_at(body, 10), dst_tos: u8_at(body, 11) });
    flow.ending = Some(Ending { biflow_direction: u8_at(body, 12), reason: u8_at(body, 13), reverse_tcp_flags: u8_at(body, 14) });
}

#[inline(always)]
fn counters<O: Order>(body: &[u8; 24], flow: &mut Flow<'_>) {
    flow.flows = Some(O::u64_at(body, 0));
    flow.out_packets = Some(O::u64_at(body, 8));
    flow.out_bytes = Some(O::u64_at(body, 16));
}

fn pair<O: Order>(body: &[u8; 8]) -> Pair<u32> {
    Pair { src: O::u32_at(body, 0), dst: O::u32_at(body, 4) }
}

fn v4<O: Order>(body: &[u8]) -> Option<Address> {
    body.first_chunk().map(|bytes| Address::V4(O::u32(*bytes)))
}

fn v6<O: Order>(body: &[u8]) -> Option<Address> {
    body.first_chunk::<16>().map(|bytes| Address::V6(O::u128_at(bytes, 0)))
}

fn v4_pair<O: Order>(body: &[u8; 8]) -> (Address, Address) {
    (Address::V4(O::u32_at(body, 0)), Address::V4(O::u32_at(body, 4)))
}

fn v6_pair<O: Order>(body: &[u8; 32]) -> (Address, Address) {
    (Address::V6(O::u128_at(body, 0)), Address::V6(O::u128_at(body, 16)))
}

/// Extensions that few files have, apart so that the loop over the others stays small.
#[inline(never)]
fn take_rare<'a, O: Order>(id: u16, body: &'a [u8], flow: &mut Flow<'a>) -> Option<bool> {
    match id {
        14 => {
            let labels = body.first_chunk::<40>()?;
            flow.mpls = Some(std::array::from_fn(|at| O::u32_at(labels, at * 4)));
        }
        15 => {
            let [in_src, out_dst, in_dst, out_src] = u64s::<O, 4>(body.first_chunk::<32>()?);
            flow.in_src_out_dst_macs = Some(Pair { src: in_src, dst: out_dst });
            flow.out_src_in_dst_macs = Some(Pair { src: out_src, dst: in_dst });
        }
        16 => {
            let systems = pair::<O>(body.first_chunk()?);
            flow.adjacent_systems = Some(Pair { src: systems.dst, dst: systems.src });
        }
        17 => {
            let [client, server, application] = u64s::<O, 3>(body.first_chunk::<24>()?);
            flow.latency = Some(Latency { client, server, application });
        }
        18 => flow.sampler = Some(sampler::<O>(body)?),
        19 => flow.firewall = Some(firewall::<O>(body.first_chunk()?)),
        20 => (flow.translated_src, flow.translated_dst) = v4_pair::<O>(body.first_chunk()?),
        21 => (flow.translated_src, flow.translated_dst) = v6_pair::<O>(body.first_chunk()?),
        22 => flow.translated_ports = Some(ports::<O>(body)?),
        23 => {
            let lists = body.first_chunk::<24>()?;
            // The one thing that lies in network order in every file: the exporter's bytes, copied.
            let side = |from: usize| std::array::from_fn(|at| Big::u32_at(lists, from + at * 4));
            flow.access_lists = Some(Pair { src: side(0), dst: side(12) });
        }
        24 => flow.user = Some(text(body)),
        25 => nat::<O>(body, flow)?,
        26 => flow.port_block = Some(port_block::<O>(body.first_chunk()?)),
        27 => flow.application = Some(body),
        28 => flow.label = Some(text(body)),
        29 => flow.in_payload = Some(body),
        30 => flow.out_payload = Some(body),
        31 => {
            (flow.tunnel_src, flow.tunnel_dst) = v4_pair::<O>(body.first_chunk()?);
            flow.tunnel_protocol = Some(O::u32_at(body.first_chunk::<12>()?, 8));
        }
        32 => {
            (flow.tunnel_src, flow.tunnel_dst) = v6_pair::<O>(body.first_chunk()?);
            flow.tunnel_protocol = Some(O::u32_at(body.first_chunk::<36>()?, 32));
        }
        _ => return take_rarer::<O>(id, body, flow),
    }
    Some(true)
}

fn take_rarer<'a, O: Order>(id: u16, body: &'a [u8], flow: &mut Flow<'a>) -> Option<bool> {
    match id {
        33 => {
            let place = body.first_chunk::<12>()?;
            flow.observation = Some(Observation { point: O::u64_at(place, 0), domain: O::u32_at(place, 8) });
        }
        34 => flow.frame = Some(ports::<O>(body)?),
        35 => flow.frame_bytes = Some(body),
        36 => {
            let vrfs = pair::<O>(body.first_chunk()?);
            flow.vrfs = Some(Pair { src: vrfs.dst, dst: vrfs.src });
        }
        37 => flow.packet_filter = Some(packet_filter::<O>(body)?),
        38 => flow.layer2 = Some(layer2::<O>(body.first_chunk()?)),
        39 => flow.flow_id = Some(O::u64(*body.first_chunk()?)),
        40 => flow.nat_services = Some(ports::<O>(body)?),
        41 => flow.nat_subscriber = Some(text(body)),
        42 => {
            let [_, fragment_flags, min_ttl, max_ttl] = *body.first_chunk()?;
            flow.ip_header = Some(IpHeader { fragment_flags, min_ttl, max_ttl });
        }
        _ => return Some(false),
    }
    Some(true)
}

fn u64s<O: Order, const COUNT: usize>(body: &[u8]) -> [u64; COUNT] {
    let words = body.as_chunks::<8>().0;
    std::array::from_fn(|at| words.get(at).map_or(0, |word| O::u64(*word)))
}

fn ports<O: Order>(body: &[u8]) -> Option<Pair<u16>> {
    body.first_chunk::<4>().map(|bytes| Pair { src: O::u16_at(bytes, 0), dst: O::u16_at(bytes, 2) })
}

/// 12 bytes hold id, interval and mode (until nfdump 1.7.2), 16 the selector's id alone.
fn sampler<O: Order>(body: &[u8]) -> Option<Sampler> {
    if body.len() >= 16 {
        return body.first_chunk().map(|id| Sampler { id: O::u64(*id), ..Sampler::default() });
    }
    let sampler = body.first_chunk::<12>()?;
    let id = i64::from(O::u32_at(sampler, 0) as i32) as u64;
    Some(Sampler { id, interval: O::u32_at(sampler, 4), mode: O::u16_at(sampler, 8) })
}

fn firewall<O: Order>(body: &[u8; 16]) -> Firewall {
    Firewall {
        time: O::u64_at(body, 0),
        connection: O::u32_at(body, 8),
        extended_event: O::u16_at(body, 12),
        event: u8_at(body, 14),
        ..Firewall::default()
    }
}

/// 16 bytes; 24 in early files, which hold the VRFs here too.
fn nat<O: Order>(body: &[u8], flow: &mut Flow<'_>) -> Option<()> {
    if let Some(old) = body.first_chunk::<24>() {
        flow.nat = Some(Nat { time: O::u64_at(old, 0), pool: O::u32_at(old, 16), event: u8_at(old, 20) });
        flow.vrfs = Some(Pair { src: O::u32_at(old, 12), dst: O::u32_at(old, 8) });
        return Some(());
    }
    let nat = body.first_chunk::<16>()?;
    flow.nat = Some(Nat { time: O::u64_at(nat, 0), pool: O::u32_at(nat, 8), event: u8_at(nat, 12) });
    Some(())
}

fn packet_filter<O: Order>(body: &[u8]) -> Option<PacketFilter<'_>> {
    let (head, interface) = body.split_first_chunk::<20>()?;
    let [rule, subrule, uid, pid] = [4, 8, 12, 16].map(|at| O::u32_at(head, at));
    let [action, reason, direction, rewritten] = [0, 1, 2, 3].map(|at| u8_at(head, at));
    Some(PacketFilter { action, reason, direction, rewritten, rule, subrule, uid, pid, interface: text(interface) })
}

fn layer2<O: Order>(body: &[u8; 32]) -> Layer2 {
    Layer2 {
        vlan: O::u16_at(body, 0),
        customer_vlan: O::u16_at(body, 2),
        post_vlan: O::u16_at(body, 4),
        post_customer_vlan: O::u16_at(body, 6),
        ingress: O::u32_at(body, 8),
        egress: O::u32_at(body, 12),
        segment: O::u64_at(body, 16),
        ether_type: O::u16_at(body, 24),
        ip_version: u8_at(body, 26),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Little;

    #[test]
    fn what_is_checked_is_what_can_be_taken() {
        for id in 0..50u16 {
            for length in 0..60u16 {
                for (count, bytes) in [(1u16, length), (1, length.saturating_sub(1)), (2, length)] {
                    let mut record = vec![0; HEAD];
                    record[4..6].copy_from_slice(&count.to_le_bytes());
                    record.extend([id.to_le_bytes(), length.to_le_bytes()].as_flattened());
                    record.resize(HEAD + usize::from(bytes).max(3), 0);
                    let taken = take_flow::<Little>(&record, &mut Flow::default()).map(drop);
                    assert_eq!(check_flow::<Little>(&record), taken, "extension {id} of {length} bytes, {count} times in {bytes}");
                }
            }
        }
    }
}
