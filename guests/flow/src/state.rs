//! What was learned from a file, as bytes: a session opened from them goes on at the beginning of a block.
//!
//! Layout, little-endian: layout u16, big-endian u8, compression u8, anonymized u8, blocks in the header u32, blocks seen u32; maps: count u32, each
//! number u16, count of extensions u16, extensions u16; exporters: count u32, each number u16, version u32, family u8 (0, 4, 6), address u128,
//! domain u32; samplers: count u32, each exporter u16, id i64, algorithm u16, packets u32, space u32.

use weir_sdk::{OpenError, OutOfBounds, Reader, SavedState};

use crate::compression::Compression;
use crate::header::Header;
use crate::known::{Exporter, Known, SamplerInfo};
use crate::layout1;
use crate::record::Address;

/// Of the layout above.
const VERSION: u32 = 1;

/// What was learned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The file's header; `None`: it comes next.
    pub header: Option<Header>,
    /// Blocks that were read.
    pub blocks: u32,
    /// Maps and exporters.
    pub known: Known,
}

/// As bytes.
pub fn write(header: Header, blocks: u32, known: &Known) -> SavedState {
    let mut data = Vec::new();
    data.extend(header.layout.to_le_bytes());
    data.extend([u8::from(header.big_endian), header.compression.code(), u8::from(header.anonymized)]);
    data.extend(header.blocks.to_le_bytes());
    data.extend(blocks.to_le_bytes());
    let maps = (0..=u16::MAX).zip(&known.maps).filter_map(|(number, map)| Some((number, map.as_ref()?)));
    data.extend((maps.clone().count() as u32).to_le_bytes());
    for (number, map) in maps {
        data.extend(number.to_le_bytes());
        data.extend((map.extensions.len() as u16).to_le_bytes());
        data.extend(map.extensions.iter().flat_map(|id| id.to_le_bytes()));
    }
    write_sources(known, &mut data);
    SavedState { version: VERSION, data }
}

fn write_sources(known: &Known, data: &mut Vec<u8>) {
    data.extend((known.exporters.len() as u32).to_le_bytes());
    for exporter in &known.exporters {
        let (family, address) = match exporter.address {
            Address::None => (0, 0),
            Address::V4(number) => (4u8, number.into()),
            Address::V6(number) => (6, number),
        };
        data.extend(exporter.number.to_le_bytes());
        data.extend(exporter.version.to_le_bytes());
        data.push(family);
        data.extend(address.to_le_bytes());
        data.extend(exporter.domain.to_le_bytes());
    }
    data.extend((known.samplers.len() as u32).to_le_bytes());
    for sampler in &known.samplers {
        data.extend(sampler.exporter.to_le_bytes());
        data.extend(sampler.id.to_le_bytes());
        data.extend(sampler.algorithm.to_le_bytes());
        data.extend(sampler.packets.to_le_bytes());
        data.extend(sampler.space.to_le_bytes());
    }
}

/// From bytes.
///
/// # Errors
/// State of another version, or that no session gave.
pub fn read(saved: &SavedState) -> Result<State, OpenError> {
    if saved.version != VERSION {
        return Err(OpenError::ForeignState(saved.version));
    }
    let broken = || OpenError::Other("the saved state is damaged: open without it".to_owned());
    read_all(&mut Reader::new(&saved.data)).map_err(|_| broken())?.ok_or_else(broken)
}

/// `None`: a value that cannot be.
fn read_all(data: &mut Reader<'_>) -> Result<Option<State>, OutOfBounds> {
    let layout = data.u16_le()?;
    let big_endian = data.u8()? != 0;
    let Some(compression) = Compression::of_code(data.u8()?) else { return Ok(None) };
    let anonymized = data.u8()? != 0;
    let header = Header { layout, big_endian, compression, anonymized, blocks: data.u32_le()? };
    let blocks = data.u32_le()?;
    let mut known = Known::default();
    for _ in 0..data.u32_le()? {
        let number = data.u16_le()?;
        let extensions = (0..data.u16_le()?).map(|_| data.u16_le()).collect::<Result<_, _>>()?;
        known.put_map(number, layout1::map_of(extensions));
    }
    read_sources(data, &mut known)?;
    Ok(Some(State { header: Some(header), blocks, known }))
}

fn read_sources(data: &mut Reader<'_>, known: &mut Known) -> Result<(), OutOfBounds> {
    for _ in 0..data.u32_le()? {
        let (number, version, family) = (data.u16_le()?, data.u32_le()?, data.u8()?);
        let address = u128::from_le_bytes(data.array()?);
        let address = match family {
            4 => Address::V4(address as u32),
            6 => Address::V6(address),
            _ => Address::None,
        };
        known.put_exporter(Exporter { number, version, address, domain: data.u32_le()? });
    }
    for _ in 0..data.u32_le()? {
        let (exporter, id, algorithm) = (data.u16_le()?, data.i64_le()?, data.u16_le()?);
        known.put_sampler(SamplerInfo { exporter, id, algorithm, packets: data.u32_le()?, space: data.u32_le()? });
    }
    Ok(())
}
