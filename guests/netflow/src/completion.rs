//! From a record taken apart to the flow that it means: times, sampling, ICMP, events, and who sent it.

use flow::known::{Known, SamplerInfo};
use flow::record::{Engine, Flow, Sampler};

use crate::exporters::{GENERIC, Source};
use crate::held::Header;
use crate::record::{Record, Sampling};

const ICMP: u8 = 1;
const ICMP_V6: u8 = 58;

/// Completes the flow of a record of NetFlow v9 or IPFIX.
#[inline]
pub fn complete(record: &mut Record<'_>, header: &Header, source: Source, known: &Known) {
    let (first, last) = record.times.resolve(header, source.system_init);
    (record.flow.first, record.flow.last) = (first, last);
    origin(&mut record.flow, header, source.number);
    if header.exporter.protocol == 9 {
        let [.., kind, id] = header.exporter.domain.to_be_bytes();
        record.flow.engine.get_or_insert(Engine { kind, id });
    }
    if matches!(record.flow.protocol, ICMP | ICMP_V6) {
        icmp(record);
    }
    events(record);
    sampling(record, source.number, known);
    // A point without its domain lies in the domain of the message.
    if let Some(place) = record.flow.observation.as_mut().filter(|place| place.domain == 0) {
        place.domain = header.exporter.domain;
    }
}

/// Who sent the flow, and when it came.
#[inline]
pub fn origin(flow: &mut Flow<'_>, header: &Header, number: u16) {
    flow.received = header.received;
    flow.netflow_version = header.exporter.protocol as u8;
    flow.exporter = number;
    flow.exporter_address = header.exporter.address();
}

/// Type and code go into the destination port: from their own elements, or from the source port, where some of Cisco's systems put them.
fn icmp(record: &mut Record<'_>) {
    let (flow, icmp) = (&mut record.flow, record.icmp);
    swapped_icmp(flow);
    if icmp.both != 0 {
        flow.dst_port = icmp.both;
    } else if (icmp.kind, icmp.code) != (0, 0) {
        flow.dst_port = u16::from_be_bytes([icmp.kind, icmp.code]);
    }
}

/// Some of Cisco's systems put type and code of ICMP into the source port, in the other order.
pub fn swapped_icmp(flow: &mut Flow<'_>) {
    if flow.src_port != 0 {
        flow.dst_port = flow.src_port.swap_bytes();
        flow.src_port = 0;
    }
}

/// Events of firewalls and NATs happen at one time: it is that of the flow, and the flow's is theirs where they have none.
fn events(record: &mut Record<'_>) {
    let (flow, time) = (&mut record.flow, record.times.event);
    let is_event = flow.firewall.is_some() || flow.nat.is_some();
    if !is_event {
        if time != 0 && flow.first == 0 {
            (flow.first, flow.last) = (time, time);
        }
        return;
    }
    flow.event = true;
    if time != 0 {
        (flow.first, flow.last) = (time, time);
    }
    let time = flow.first;
    if let Some(firewall) = &mut flow.firewall {
        firewall.time = time;
        firewall.connection = flow.flow_id.take().unwrap_or_default() as u32;
    }
    if let Some(nat) = &mut flow.nat {
        nat.time = time;
    }
}

/// The sampler of a flow: the one it names, or the one of all flows; counters are multiplied with what it took one of.
fn sampling(record: &mut Record<'_>, number: u16, known: &Known) {
    let (flow, said) = (&mut record.flow, record.sampling);
    if said != Sampling::default() {
        flow.sampler = Some(Sampler { id: said.id.unwrap_or_default(), interval: said.interval, mode: said.algorithm });
    }
    if known.samplers.is_empty() {
        return;
    }
    let named = said.id.and_then(|id| known.sampler_of(number, i64::try_from(id).ok()?));
    if let Some(info) = named.or_else(|| known.sampler_of(number, GENERIC)) {
        apply(flow, info, said.id.unwrap_or_default());
    }
}

fn apply(flow: &mut Flow<'_>, info: &SamplerInfo, id: u64) {
    let interval = if info.packets == 1 { info.space.saturating_add(1) } else { 0 };
    flow.sampler = Some(Sampler { id, interval, mode: info.algorithm });
    multiply(flow, info.packets, info.space);
}

/// Counters as if every packet had been taken: `packets` were taken of `packets + space`.
pub fn multiply(flow: &mut Flow<'_>, packets: u32, space: u32) {
    flow.sampled = true;
    if space == 0 || packets == 0 {
        return;
    }
    let total = u64::from(packets) + u64::from(space);
    let scaled = |count: u64| count.saturating_mul(total) / u64::from(packets);
    (flow.packets, flow.bytes) = (scaled(flow.packets), scaled(flow.bytes));
    flow.out_packets = flow.out_packets.map(scaled);
    flow.out_bytes = flow.out_bytes.map(scaled);
}
