//! One data record: its fields to the parts of a flow, and what has no part in a flow kept under its number.

use flow::record::{Address, Flow};
use weir_sdk::Reader;

use crate::key::Key;
use crate::number::unsigned;
use crate::target::Target;
use crate::template::{Field, Template, VARIABLE};
use crate::times::Times;

/// One data record, taken apart.
#[derive(Debug, Default)]
pub struct Record<'a> {
    /// The flow.
    pub flow: Flow<'a>,
    /// What it says about time.
    pub times: Times,
    /// Type and code of ICMP, where they are not in the port.
    pub icmp: Icmp,
    /// How it was sampled, where the record itself says so.
    pub sampling: Sampling,
    /// Lists of records within the record, by their element.
    pub structured: Vec<(u16, &'a [u8])>,
    /// Elements that have no part in a flow, in the order of the record.
    pub others: Vec<(Key, &'a [u8])>,
}

/// Type and code of ICMP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Icmp {
    /// 256 * type + code.
    pub both: u16,
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
}

/// How packets were sampled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sampling {
    /// Of the sampler.
    pub id: Option<u64>,
    /// One of so many.
    pub interval: u32,
    /// Packets that are taken one after the other; 0: not said.
    pub packets: u32,
    /// Packets that are not taken between them.
    pub space: u32,
    /// Algorithm.
    pub algorithm: u16,
}

impl<'a> Record<'a> {
    /// Reads the next record; `keep`: what has no part in a flow is wanted as well. False: the data end within it.
    #[inline]
    pub fn read(&mut self, data: &mut Reader<'a>, template: &Template, keep: bool) -> bool {
        self.flow = Flow::default();
        self.times = Times::default();
        self.icmp = Icmp::default();
        self.sampling = Sampling::default();
        self.others.clear();
        self.structured.clear();
        self.read_more(data, template, keep)
    }

    /// Reads the fields of one more record into the same flow.
    pub fn read_more(&mut self, data: &mut Reader<'a>, template: &Template, keep: bool) -> bool {
        for field in &template.fields {
            let Some(value) = value(data, field.length) else { return false };
            self.put(field, value, keep);
        }
        true
    }

    #[inline]
    fn put(&mut self, field: &Field, value: &'a [u8], keep: bool) {
        // A field without bytes holds nothing, whatever it is.
        if value.is_empty() {
            return;
        }
        if field.target == Target::Structured {
            self.structured.push((field.id, value));
            return;
        }
        let taken = field.target != Target::Other && self.take(field.target, value);
        if keep && !taken && field.target != Target::Padding {
            self.others.push((Key { sflow: false, enterprise: field.enterprise, id: field.id }, value));
        }
    }

    /// False: the value does not fit there.
    #[inline]
    fn take(&mut self, target: Target, value: &'a [u8]) -> bool {
        let Some(number) = unsigned(value) else { return self.take_bytes(target, value) };
        let flow = &mut self.flow;
        match target {
            Target::Octets => flow.bytes = number,
            Target::Packets => flow.packets = number,
            Target::Protocol => flow.protocol = number as u8,
            Target::SrcTos => flow.src_tos = number as u8,
            Target::TcpFlags => flow.tcp_flags = number as u8,
            // Some exporters send the ports of TCP and UDP beside those of any transport, and 0 for the one that it is not.
            Target::SrcPort if number != 0 => flow.src_port = number as u16,
            Target::DstPort if number != 0 => flow.dst_port = number as u16,
            Target::SrcPort | Target::DstPort => {}
            Target::SrcAddress => return put_v4(&mut flow.src, value),
            Target::DstAddress => return put_v4(&mut flow.dst, value),
            Target::SrcMask => flow.misc.get_or_insert_default().src_mask = number as u8,
            Target::DstMask => flow.misc.get_or_insert_default().dst_mask = number as u8,
            Target::Direction => flow.misc.get_or_insert_default().direction = number as u8,
            Target::DstTos => flow.misc.get_or_insert_default().dst_tos = number as u8,
            Target::Ingress => flow.interfaces.get_or_insert_default().src = number as u32,
            Target::Egress => flow.interfaces.get_or_insert_default().dst = number as u32,
            Target::SrcAs => flow.autonomous_systems.get_or_insert_default().src = number as u32,
            Target::DstAs => flow.autonomous_systems.get_or_insert_default().dst = number as u32,
            Target::NextHop => return put_v4(&mut flow.next_hop, value),
            Target::BgpNextHop => return put_v4(&mut flow.bgp_next_hop, value),
            Target::StartUptime => self.times.start_uptime = Some(number as u32),
            Target::EndUptime => self.times.end_uptime = Some(number as u32),
            Target::StartMilliseconds => self.times.start = number,
            Target::EndMilliseconds => self.times.end = number,
            Target::EndReason => flow.ending.get_or_insert_default().reason = number as u8,
            _ => return self.take_time(target, number) || self.take_rare(target, number, value),
        }
        true
    }

    fn take_time(&mut self, target: Target, number: u64) -> bool {
        let times = &mut self.times;
        match target {
            Target::SystemInit => times.system_init = number,
            Target::StartSeconds => times.start_seconds = number,
            Target::EndSeconds => times.end_seconds = number,
            Target::StartNtp => times.start_ntp = number,
            Target::EndNtp => times.end_ntp = number,
            Target::StartDelta => times.start_delta = Some(number),
            Target::EndDelta => times.end_delta = Some(number),
            Target::DurationMilliseconds => times.duration = number,
            Target::DurationMicroseconds => times.duration = number / 1000,
            Target::EventMilliseconds => times.event = number,
            Target::IcmpTypeCode => self.icmp.both = number as u16,
            Target::IcmpType => self.icmp.kind = number as u8,
            Target::IcmpCode => self.icmp.code = number as u8,
            Target::Sampler => self.sampling.id = Some(number),
            Target::SamplingInterval | Target::SamplerInterval => self.sampling.interval = number as u32,
            Target::SamplingAlgorithm | Target::SelectorAlgorithm => self.sampling.algorithm = number as u16,
            Target::PacketInterval => self.sampling.packets = number as u32,
            Target::PacketSpace => self.sampling.space = number as u32,
            _ => return false,
        }
        true
    }

    #[inline(never)]
    fn take_rare(&mut self, target: Target, number: u64, value: &'a [u8]) -> bool {
        take_counter(&mut self.flow, target, number)
            || take_layer2(&mut self.flow, target, number)
            || take_event(&mut self.flow, target, number, value)
            || take_other(&mut self.flow, target, number)
            || self.take_bytes(target, value)
    }

    /// Values that are no numbers of up to 8 bytes.
    fn take_bytes(&mut self, target: Target, value: &'a [u8]) -> bool {
        let flow = &mut self.flow;
        match target {
            Target::SrcAddress => return put_v6(&mut flow.src, value),
            Target::DstAddress => return put_v6(&mut flow.dst, value),
            Target::NextHop => return put_v6(&mut flow.next_hop, value),
            Target::BgpNextHop => return put_v6(&mut flow.bgp_next_hop, value),
            Target::TranslatedSrc => return put_v6(&mut flow.translated_src, value),
            Target::TranslatedDst => return put_v6(&mut flow.translated_dst, value),
            Target::IngressAcl => return put_acl(&mut flow.access_lists.get_or_insert_default().src, value),
            Target::EgressAcl => return put_acl(&mut flow.access_lists.get_or_insert_default().dst, value),
            Target::User => flow.user = Some(text(value)).filter(|text| !text.is_empty()),
            Target::Application => flow.application = Some(value),
            Target::FrameSection => flow.frame_bytes = Some(value),
            Target::InPayload => flow.in_payload = Some(value).filter(|payload| !payload.is_empty()),
            Target::OutPayload => flow.out_payload = Some(value).filter(|payload| !payload.is_empty()),
            Target::Subscriber => flow.nat_subscriber = Some(text(value)),
            _ => return false,
        }
        true
    }
}

/// The bytes of the next field. Variable ones begin with their length: one byte, or 255 and two (RFC 7011, 7).
#[inline]
fn value<'a>(data: &mut Reader<'a>, length: u16) -> Option<&'a [u8]> {
    if length != VARIABLE {
        return data.take(length.into()).ok();
    }
    let short = data.u8().ok()?;
    let length = if short == 255 { data.u16_be().ok()? } else { short.into() };
    data.take(length.into()).ok()
}

/// Without the zeros that fill a field of fixed length.
fn text(value: &[u8]) -> &[u8] {
    value.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// An address that is set already and not 0.0.0.0 stays where the other family is empty.
fn put_v4(address: &mut Address, value: &[u8]) -> bool {
    let Ok(bytes) = <[u8; 4]>::try_from(value) else { return false };
    let number = u32::from_be_bytes(bytes);
    if number != 0 || *address == Address::None {
        *address = Address::V4(number);
    }
    true
}

fn put_v6(address: &mut Address, value: &[u8]) -> bool {
    let Ok(bytes) = <[u8; 16]>::try_from(value) else { return false };
    let number = u128::from_be_bytes(bytes);
    if number != 0 || *address == Address::None {
        *address = Address::V6(number);
    }
    true
}

fn put_acl(entry: &mut [u32; 3], value: &[u8]) -> bool {
    for (to, from) in entry.iter_mut().zip(value.as_chunks().0) {
        *to = u32::from_be_bytes(*from);
    }
    value.len() == 12
}

fn take_counter(flow: &mut Flow<'_>, target: Target, number: u64) -> bool {
    match target {
        // Totals since the flow began stand for deltas where there are none.
        Target::OctetsTotal | Target::InitiatorOctets if flow.bytes == 0 => flow.bytes = number,
        Target::PacketsTotal | Target::InitiatorPackets if flow.packets == 0 => flow.packets = number,
        Target::OutOctets => flow.out_bytes = Some(number),
        Target::OutPackets => flow.out_packets = Some(number),
        Target::Flows => flow.flows = Some(number),
        Target::ReverseTcpFlags => flow.ending.get_or_insert_default().reverse_tcp_flags = number as u8,
        Target::BiflowDirection => flow.ending.get_or_insert_default().biflow_direction = number as u8,
        Target::ForwardingStatus => flow.forwarding_status = number as u8,
        Target::NextAs => flow.adjacent_systems.get_or_insert_default().dst = number as u32,
        Target::PrevAs => flow.adjacent_systems.get_or_insert_default().src = number as u32,
        Target::EngineType => flow.engine.get_or_insert_default().kind = number as u8,
        Target::EngineId => flow.engine.get_or_insert_default().id = number as u8,
        Target::MinTtl => flow.ip_header.get_or_insert_default().min_ttl = number as u8,
        Target::MaxTtl => flow.ip_header.get_or_insert_default().max_ttl = number as u8,
        Target::Ttl => {
            let header = flow.ip_header.get_or_insert_default();
            (header.min_ttl, header.max_ttl) = (number as u8, number as u8);
        }
        Target::FragmentFlags => flow.ip_header.get_or_insert_default().fragment_flags = number as u8,
        _ => return false,
    }
    true
}

fn take_layer2(flow: &mut Flow<'_>, target: Target, number: u64) -> bool {
    match target {
        Target::SrcMac => flow.in_src_out_dst_macs.get_or_insert_default().src = number,
        Target::PostDstMac => flow.in_src_out_dst_macs.get_or_insert_default().dst = number,
        Target::DstMac => flow.out_src_in_dst_macs.get_or_insert_default().dst = number,
        Target::PostSrcMac => flow.out_src_in_dst_macs.get_or_insert_default().src = number,
        Target::Vlan => flow.vlans.get_or_insert_default().src = number as u32,
        Target::PostVlan => flow.vlans.get_or_insert_default().dst = number as u32,
        Target::Mpls(at) => {
            if let Some(label) = flow.mpls.get_or_insert_default().get_mut(usize::from(at)) {
                *label = number as u32;
            }
        }
        Target::IpVersion => flow.layer2.get_or_insert_default().ip_version = number as u8,
        Target::EtherType => flow.layer2.get_or_insert_default().ether_type = number as u16,
        Target::DotVlan => flow.layer2.get_or_insert_default().vlan = number as u16,
        Target::CustomerVlan => flow.layer2.get_or_insert_default().customer_vlan = number as u16,
        Target::PostDotVlan => flow.layer2.get_or_insert_default().post_vlan = number as u16,
        Target::PostCustomerVlan => flow.layer2.get_or_insert_default().post_customer_vlan = number as u16,
        Target::PhysicalIngress => flow.layer2.get_or_insert_default().ingress = number as u32,
        Target::PhysicalEgress => flow.layer2.get_or_insert_default().egress = number as u32,
        Target::Segment => flow.layer2.get_or_insert_default().segment = number,
        Target::FrameSize => flow.frame.get_or_insert_default().src = number as u16,
        Target::FrameType => flow.frame.get_or_insert_default().dst = number as u16,
        _ => return false,
    }
    true
}

fn take_event(flow: &mut Flow<'_>, target: Target, number: u64, value: &[u8]) -> bool {
    match target {
        Target::TranslatedSrc => return put_v4(&mut flow.translated_src, value),
        Target::TranslatedDst => return put_v4(&mut flow.translated_dst, value),
        Target::TranslatedSrcPort => flow.translated_ports.get_or_insert_default().src = number as u16,
        Target::TranslatedDstPort => flow.translated_ports.get_or_insert_default().dst = number as u16,
        Target::FirewallEvent => flow.firewall.get_or_insert_default().event = number as u8,
        Target::ExtendedEvent => flow.firewall.get_or_insert_default().extended_event = number as u16,
        Target::SecurityGroup => flow.firewall.get_or_insert_default().security_group = number as u16,
        Target::NatEvent => flow.nat.get_or_insert_default().event = number as u8,
        Target::NatPool => flow.nat.get_or_insert_default().pool = number as u32,
        Target::PortStart => flow.port_block.get_or_insert_default().start = number as u16,
        Target::PortEnd => flow.port_block.get_or_insert_default().end = number as u16,
        Target::PortStep => flow.port_block.get_or_insert_default().step = number as u16,
        Target::PortSize => flow.port_block.get_or_insert_default().size = number as u16,
        _ => return false,
    }
    true
}

fn take_other(flow: &mut Flow<'_>, target: Target, number: u64) -> bool {
    let microseconds = number.saturating_mul(1_000_000);
    match target {
        Target::PointId => flow.observation.get_or_insert_default().point = number,
        Target::DomainId => flow.observation.get_or_insert_default().domain = number as u32,
        Target::FlowId => flow.flow_id = Some(number),
        Target::IngressVrf => flow.vrfs.get_or_insert_default().src = number as u32,
        Target::EgressVrf => flow.vrfs.get_or_insert_default().dst = number as u32,
        Target::InsideService => flow.nat_services.get_or_insert_default().src = number as u16,
        Target::OutsideService => flow.nat_services.get_or_insert_default().dst = number as u16,
        Target::ClientDelay => add(&mut flow.latency.get_or_insert_default().client, number),
        Target::ServerDelay => add(&mut flow.latency.get_or_insert_default().server, number),
        Target::ApplicationLatency => add(&mut flow.latency.get_or_insert_default().application, number),
        Target::ClientDelaySeconds => add(&mut flow.latency.get_or_insert_default().client, microseconds),
        Target::ServerDelaySeconds => add(&mut flow.latency.get_or_insert_default().server, microseconds),
        Target::ApplicationLatencySeconds => add(&mut flow.latency.get_or_insert_default().application, microseconds),
        _ => return false,
    }
    true
}

fn add(sum: &mut u64, number: u64) {
    *sum = sum.saturating_add(number);
}
