//! What is open, as bytes: a session opened from them goes on with the next packet.
//!
//! Layout, little-endian: the fragments as the SDK writes them; connections: count u32, each its two ends (address and port), then two halves: flags
//! u8 (1 the next number is known, 2 in step, 4 ended), next u32, the beginning of a message (length u32, bytes), held segments (count u32, each
//! sequence u32, missing u32, frame, length u32, bytes); open queries: count u32, each client and server (address and port), transport u8, id u16,
//! timestamp i64, number u64, frame length u32, length u32, bytes. An address is a family u8 (4 or 6) and 16 bytes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use weir_sdk::layers::{Addresses, Layers};
use weir_sdk::{OpenError, OutOfBounds, Reader, SavedState};

use crate::frame::{Frame, Transport};
use crate::half::{Half, Held};
use crate::pairs::{self, Pairs, Query};
use crate::streams::{Connection, End, Key, Streams};

/// Of the layout above.
const VERSION: u32 = 1;

/// As bytes.
pub fn write(layers: &Layers, streams: &Streams, pairs: Option<&Pairs>) -> SavedState {
    let mut data = Vec::new();
    layers.save(&mut data);
    put_u32(streams.connections.len(), &mut data);
    for (key, connection) in streams.connections.iter() {
        put_end(key.low, &mut data);
        put_end(key.high, &mut data);
        connection.halves.iter().for_each(|half| put_half(half, &mut data));
    }
    put_u32(pairs.map_or(0, |pairs| pairs.open.len()), &mut data);
    for (key, query) in pairs.into_iter().flat_map(|pairs| pairs.open.iter()) {
        put_end(key.client, &mut data);
        put_end(key.server, &mut data);
        data.push(key.transport as u8);
        data.extend(key.id.to_le_bytes());
        data.extend(query.timestamp.to_le_bytes());
        data.extend(query.number.to_le_bytes());
        data.extend(query.frame_length.to_le_bytes());
        put_bytes(&query.message, &mut data);
    }
    SavedState { version: VERSION, data }
}

fn put_u32(number: usize, data: &mut Vec<u8>) {
    data.extend((number as u32).to_le_bytes());
}

fn put_bytes(bytes: &[u8], data: &mut Vec<u8>) {
    put_u32(bytes.len(), data);
    data.extend(bytes);
}

fn put_end((address, port): End, data: &mut Vec<u8>) {
    let (family, bits) = match address {
        IpAddr::V4(address) => (4, address.to_bits().into()),
        IpAddr::V6(address) => (6, address.to_bits()),
    };
    data.push(family);
    data.extend(bits.to_le_bytes());
    data.extend(port.to_le_bytes());
}

fn put_half(half: &Half, data: &mut Vec<u8>) {
    data.push(u8::from(half.next.is_some()) | u8::from(half.synced) << 1 | u8::from(half.fin) << 2);
    data.extend(half.next.unwrap_or_default().to_le_bytes());
    put_bytes(&half.partial, data);
    put_u32(half.held.len(), data);
    for held in &half.held {
        data.extend(held.sequence.to_le_bytes());
        data.extend(held.missing.to_le_bytes());
        put_frame(&held.frame, data);
        put_bytes(&held.bytes, data);
    }
}

fn put_frame(frame: &Frame, data: &mut Vec<u8>) {
    data.extend(frame.number.to_le_bytes());
    data.extend(frame.timestamp.to_le_bytes());
    data.extend(frame.length.to_le_bytes());
    data.push(frame.transport as u8);
    frame.addresses.save(data);
    frame.outer.save(data);
    data.extend(frame.src_port.to_le_bytes());
    data.extend(frame.dst_port.to_le_bytes());
}

/// From bytes. Open queries are dropped where no exchanges are asked for.
///
/// # Errors
/// State of another version, or that no session gave.
pub fn read(saved: &SavedState, layers: &mut Layers, streams: &mut Streams, pairs: Option<&mut Pairs>) -> Result<(), OpenError> {
    if saved.version != VERSION {
        return Err(OpenError::ForeignState(saved.version));
    }
    let damaged = |_| OpenError::Other("the saved state is damaged: open without it".to_owned());
    read_all(&mut Reader::new(&saved.data), layers, streams, pairs).map_err(damaged)
}

fn read_all(data: &mut Reader<'_>, layers: &mut Layers, streams: &mut Streams, mut pairs: Option<&mut Pairs>) -> Result<(), OutOfBounds> {
    layers.restore(data)?;
    for _ in 0..data.u32_le()? {
        let key = Key { low: end(data)?, high: end(data)? };
        let connection = Connection { halves: [half(data)?, half(data)?] };
        let waiting = connection.waiting();
        streams.connections.insert(key, connection, waiting);
    }
    for _ in 0..data.u32_le()? {
        let (client, server, transport) = (end(data)?, end(data)?, transport(data)?);
        let key = pairs::Key { client, server, transport, id: data.u16_le()? };
        let (timestamp, number, frame_length) = (data.i64_le()?, data.u64_le()?, data.u32_le()?);
        let query = Query { timestamp, number, frame_length, message: bytes(data)?.to_vec() };
        if let Some(pairs) = &mut pairs {
            pairs.put(key, query);
        }
    }
    Ok(())
}

fn bytes<'a>(data: &mut Reader<'a>) -> Result<&'a [u8], OutOfBounds> {
    let length = data.u32_le()?;
    data.take(length as usize)
}

fn end(data: &mut Reader<'_>) -> Result<End, OutOfBounds> {
    let (family, bits) = (data.u8()?, u128::from_le_bytes(data.array()?));
    let address = match family {
        4 => IpAddr::V4(Ipv4Addr::from_bits(bits as u32)),
        _ => IpAddr::V6(Ipv6Addr::from_bits(bits)),
    };
    Ok((address, data.u16_le()?))
}

fn transport(data: &mut Reader<'_>) -> Result<Transport, OutOfBounds> {
    Ok(if data.u8()? == Transport::Tcp as u8 { Transport::Tcp } else { Transport::Udp })
}

fn half(data: &mut Reader<'_>) -> Result<Half, OutOfBounds> {
    let (flags, next) = (data.u8()?, data.u32_le()?);
    let partial = bytes(data)?.to_vec();
    let mut half = Half { next: (flags & 1 != 0).then_some(next), synced: flags & 2 != 0, fin: flags & 4 != 0, partial, held: Vec::new() };
    for _ in 0..data.u32_le()? {
        let (sequence, missing, frame) = (data.u32_le()?, data.u32_le()?, frame(data)?);
        half.held.push(Held { sequence, missing, frame, bytes: bytes(data)?.to_vec() });
    }
    Ok(half)
}

fn frame(data: &mut Reader<'_>) -> Result<Frame, OutOfBounds> {
    Ok(Frame {
        at: None,
        number: data.u64_le()?,
        timestamp: data.i64_le()?,
        length: data.u32_le()?,
        transport: transport(data)?,
        addresses: Addresses::restore(data)?,
        outer: Addresses::restore(data)?,
        src_port: data.u16_le()?,
        dst_port: data.u16_le()?,
    })
}
