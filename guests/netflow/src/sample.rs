//! Records of sFlow's flow samples: the frame itself, or what the exporter had read of it, and what it knew besides.

use flow::record::{Address, Flow, Pair};
use weir_sdk::{OutOfBounds, Reader};

use crate::frame;
use crate::sflow::address;

/// Reads a record of enterprise 0; false: none that has a part in a flow. `rate`: one of so many packets was taken.
///
/// # Errors
/// A record that is shorter than it says.
pub fn read<'a>(tag: u32, record: &'a [u8], rate: u32, flow: &mut Flow<'a>) -> Result<bool, OutOfBounds> {
    let mut reader = Reader::new(record);
    match tag {
        1 => raw_header(&mut reader, rate, flow)?,
        2 => ethernet(&mut reader, rate, flow)?,
        3 => ip(&mut reader, rate, flow, |reader| reader.u32_be().map(Address::V4))?,
        4 => ip(&mut reader, rate, flow, |reader| reader.array().map(u128::from_be_bytes).map(Address::V6))?,
        1001 => switch(&mut reader, flow)?,
        1002 => router(&mut reader, flow)?,
        1003 => gateway(&mut reader, flow)?,
        1004 => user(&mut reader, flow)?,
        1007 => (flow.translated_src, flow.translated_dst) = (address(&mut reader)?, address(&mut reader)?),
        1020 => flow.translated_ports = Some(Pair { src: reader.u32_be()? as u16, dst: reader.u32_be()? as u16 }),
        1029 => flow.layer2.get_or_insert_default().segment = reader.u32_be()?.into(),
        _ => return Ok(false),
    }
    Ok(true)
}

/// The first bytes of the frame, as it was on the wire.
fn raw_header<'a>(reader: &mut Reader<'a>, rate: u32, flow: &mut Flow<'a>) -> Result<(), OutOfBounds> {
    let (kind, size, _stripped, length) = (reader.u32_be()?, reader.u32_be()?, reader.u32_be()?, reader.u32_be()?);
    let bytes = reader.take(length as usize)?;
    flow.bytes = u64::from(rate) * u64::from(size);
    flow.frame = Some(Pair { src: u16::try_from(size).unwrap_or(u16::MAX), dst: kind as u16 });
    flow.frame_bytes = Some(bytes);
    frame::read(kind, bytes, flow);
    Ok(())
}

/// MAC addresses are 6 bytes and 2 that fill them up.
fn ethernet(reader: &mut Reader<'_>, rate: u32, flow: &mut Flow<'_>) -> Result<(), OutOfBounds> {
    let size = reader.u32_be()?;
    let [src, dst] = [reader.array::<8>()?, reader.array()?].map(|[a, b, c, d, e, f, _, _]| frame::mac([a, b, c, d, e, f]));
    flow.in_src_out_dst_macs = Some(Pair { src, dst });
    flow.layer2.get_or_insert_default().ether_type = reader.u32_be()? as u16;
    if flow.bytes == 0 {
        flow.bytes = u64::from(rate) * u64::from(size);
    }
    Ok(())
}

fn ip(
    reader: &mut Reader<'_>,
    rate: u32,
    flow: &mut Flow<'_>,
    address: impl Fn(&mut Reader<'_>) -> Result<Address, OutOfBounds>,
) -> Result<(), OutOfBounds> {
    let (size, protocol) = (reader.u32_be()?, reader.u32_be()?);
    (flow.src, flow.dst) = (address(reader)?, address(reader)?);
    (flow.src_port, flow.dst_port) = (reader.u32_be()? as u16, reader.u32_be()? as u16);
    (flow.tcp_flags, flow.src_tos) = (reader.u32_be()? as u8, reader.u32_be()? as u8);
    flow.protocol = protocol as u8;
    if flow.bytes == 0 {
        flow.bytes = u64::from(rate) * u64::from(size);
    }
    Ok(())
}

fn switch(reader: &mut Reader<'_>, flow: &mut Flow<'_>) -> Result<(), OutOfBounds> {
    let (src, _priority, dst) = (reader.u32_be()?, reader.u32_be()?, reader.u32_be()?);
    flow.vlans = Some(Pair { src, dst });
    Ok(())
}

fn router(reader: &mut Reader<'_>, flow: &mut Flow<'_>) -> Result<(), OutOfBounds> {
    flow.next_hop = address(reader)?;
    let misc = flow.misc.get_or_insert_default();
    (misc.src_mask, misc.dst_mask) = (reader.u32_be()? as u8, reader.u32_be()? as u8);
    Ok(())
}

/// The path ends at the destination; the AS next to the exporter begins it.
fn gateway(reader: &mut Reader<'_>, flow: &mut Flow<'_>) -> Result<(), OutOfBounds> {
    flow.bgp_next_hop = address(reader)?;
    let (_own, src, src_peer, segments) = (reader.u32_be()?, reader.u32_be()?, reader.u32_be()?, reader.u32_be()?);
    let (mut next, mut dst) = (None, 0);
    for _ in 0..segments {
        let _kind = reader.u32_be()?;
        for _ in 0..reader.u32_be()? {
            dst = reader.u32_be()?;
            next.get_or_insert(dst);
        }
    }
    flow.autonomous_systems = Some(Pair { src, dst });
    flow.adjacent_systems = Some(Pair { src: src_peer, dst: next.unwrap_or_default() });
    Ok(())
}

/// Users of both sides; a flow has room for one, the first that is not empty.
fn user<'a>(reader: &mut Reader<'a>, flow: &mut Flow<'a>) -> Result<(), OutOfBounds> {
    for _ in 0..2 {
        let (_charset, length) = (reader.u32_be()?, reader.u32_be()? as usize);
        let name = reader.take(length)?;
        reader.take((4 - length % 4) % 4)?;
        if flow.user.is_none() && !name.is_empty() {
            flow.user = Some(name);
        }
    }
    Ok(())
}
