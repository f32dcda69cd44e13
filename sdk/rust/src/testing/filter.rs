//! Runs a packet filter natively.

use super::{Captured, OwnedBatch};
use crate::{OpenError, OptionValue, Options, PacketFilter};

/// Opens a session of `F` and passes `packets` in batches of at most `batch`, once whole and once cut to the bytes that the filter says it needs, which
/// must not matter. Says of each packet whether it was selected.
///
/// # Errors
/// What [`PacketFilter::open`] refuses.
pub fn select<F: PacketFilter>(
    settings: &[(&str, OptionValue)],
    expression: &str,
    packets: &[Captured],
    batch: usize,
) -> Result<Vec<bool>, OpenError> {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let options = Options::new(&F::describe().options, settings)?;
    let mut filter = F::open(expression, &options)?;
    let selected = run(&mut filter, packets, batch);
    if let Some(most) = filter.needs().leading_bytes {
        let short: Vec<_> = packets.iter().map(|packet| cut(packet, most)).collect();
        assert_eq!(run(&mut filter, &short, batch), selected, "`{expression}` looks at more than the first {most} bytes");
    }
    Ok(selected)
}

fn run<F: PacketFilter>(filter: &mut F, packets: &[Captured], batch: usize) -> Vec<bool> {
    let one = |batch: OwnedBatch| {
        let selection = filter.select(batch.view());
        (0..batch.view().len()).map(|index| selection.contains(index)).collect::<Vec<_>>()
    };
    OwnedBatch::all(packets, batch.max(1)).into_iter().flat_map(one).collect()
}

fn cut(packet: &Captured, most: u32) -> Captured {
    let length = packet.bytes.len().min(most as usize);
    Captured { bytes: packet.bytes.get(..length).unwrap_or_default().to_vec(), ..packet.clone() }
}
