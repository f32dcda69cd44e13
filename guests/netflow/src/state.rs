//! What exporters taught, as bytes: a session opened from them reads data without waiting for templates to come again.
//!
//! Layout, little-endian: number of the last new exporter u16; exporters: count u32, each family u8 (0, 4, 6), address u128, protocol u16, domain u32,
//! number u16, beginning of its system u64; its templates: count u32, each number u16, scopes u16, fields u16, each field enterprise u32, element u16,
//! length u16; its samplers: count u32, each id i64, algorithm u16, packets u32, space u32. Then what is not whole yet: fragments, streams.

use flow::known::SamplerInfo;
use weir_sdk::{OpenError, OutOfBounds, Reader, SavedState};

use crate::exporters::{Exporter, Identity, Learned};
use crate::packets::Packets;
use crate::template::{self, Field, Template};

/// Of the layout above.
const VERSION: u32 = 1;

/// As bytes; `packets`: what is not whole yet, in the layout of [`Packets`](crate::packets::Packets).
pub fn write(learned: &Learned, packets: &[u8]) -> SavedState {
    let mut data = learned.last_number.to_le_bytes().to_vec();
    data.extend((learned.all.len() as u32).to_le_bytes());
    for (identity, exporter) in &learned.all {
        data.push(identity.family);
        data.extend(identity.address.to_le_bytes());
        data.extend(identity.protocol.to_le_bytes());
        data.extend(identity.domain.to_le_bytes());
        data.extend(exporter.number.to_le_bytes());
        data.extend(exporter.system_init.to_le_bytes());
        write_templates(exporter, &mut data);
        write_samplers(exporter.number, learned, &mut data);
    }
    data.extend(packets);
    SavedState { version: VERSION, data }
}

fn write_templates(exporter: &Exporter, data: &mut Vec<u8>) {
    data.extend((exporter.templates.len() as u32).to_le_bytes());
    for (id, template) in &exporter.templates {
        data.extend(id.to_le_bytes());
        data.extend(template.scopes.to_le_bytes());
        data.extend((template.fields.len() as u16).to_le_bytes());
        for field in &template.fields {
            data.extend(field.enterprise.to_le_bytes());
            data.extend(field.id.to_le_bytes());
            data.extend(field.length.to_le_bytes());
        }
    }
}

fn write_samplers(number: u16, learned: &Learned, data: &mut Vec<u8>) {
    let samplers = learned.known.samplers.iter().filter(|sampler| sampler.exporter == number && number > 0);
    data.extend((samplers.clone().count() as u32).to_le_bytes());
    for sampler in samplers {
        data.extend(sampler.id.to_le_bytes());
        data.extend(sampler.algorithm.to_le_bytes());
        data.extend(sampler.packets.to_le_bytes());
        data.extend(sampler.space.to_le_bytes());
    }
}

/// From bytes; what is not whole yet goes to `packets`.
///
/// # Errors
/// State of another version, or that no session gave.
pub fn read(saved: &SavedState, packets: &mut Packets) -> Result<Learned, OpenError> {
    if saved.version != VERSION {
        return Err(OpenError::ForeignState(saved.version));
    }
    let broken = || OpenError::Other("the saved state is damaged: open without it".to_owned());
    let mut data = Reader::new(&saved.data);
    let learned = read_all(&mut data).map_err(|_| broken())?.ok_or_else(broken)?;
    packets.restore(&mut data).map_err(|_| broken())?;
    Ok(learned)
}

/// `None`: a value that cannot be.
fn read_all(data: &mut Reader<'_>) -> Result<Option<Learned>, OutOfBounds> {
    let mut learned = Learned::after(data.u16_le()?);
    for _ in 0..data.u32_le()? {
        let family = data.u8()?;
        let address = u128::from_le_bytes(data.array()?);
        let identity = Identity { family, address, protocol: data.u16_le()?, domain: data.u32_le()? };
        let number = data.u16_le()?;
        learned.put(identity, number, data.u64_le()?);
        if read_templates(data, identity, &mut learned)?.is_none() {
            return Ok(None);
        }
        read_samplers(data, identity, number, &mut learned)?;
    }
    Ok(Some(learned))
}

fn read_templates(data: &mut Reader<'_>, identity: Identity, learned: &mut Learned) -> Result<Option<()>, OutOfBounds> {
    for _ in 0..data.u32_le()? {
        let (id, scopes, count) = (data.u16_le()?, data.u16_le()?, data.u16_le()?);
        let v9 = identity.protocol == 9;
        let field = |at: u16, data: &mut Reader<'_>| {
            let (enterprise, id, length) = (data.u32_le()?, data.u16_le()?, data.u16_le()?);
            Ok(Field { enterprise, id, length, target: template::target(enterprise, id, v9, at < scopes) })
        };
        let fields = (0..count).map(|at| field(at, data)).collect::<Result<_, OutOfBounds>>()?;
        let Some(template) = Template::of(fields, scopes) else { return Ok(None) };
        learned.put_template(identity, id, template);
    }
    Ok(Some(()))
}

fn read_samplers(data: &mut Reader<'_>, identity: Identity, exporter: u16, learned: &mut Learned) -> Result<(), OutOfBounds> {
    for _ in 0..data.u32_le()? {
        let (id, algorithm) = (data.i64_le()?, data.u16_le()?);
        learned.put_sampler(identity, SamplerInfo { exporter, id, algorithm, packets: data.u32_le()?, space: data.u32_le()? });
    }
    Ok(())
}
