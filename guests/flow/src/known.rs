//! What the records of a file taught about the flows behind them: extension maps, exporters, samplers.

use crate::order::Order;
use crate::record::Address;

/// Exporters and samplers that are remembered; a collector of thousands of routers has fewer.
const MAX_SOURCES: usize = 65_536;

/// What the records of a file taught so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Extension maps of layout 1, by their number.
    pub maps: Vec<Option<Map>>,
    /// Exporters, sorted by number.
    pub exporters: Vec<Exporter>,
    /// Samplers, sorted by exporter and id.
    pub samplers: Vec<SamplerInfo>,
}

/// The extensions of a flow of layout 1, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// Ids of the extensions.
    pub extensions: Box<[u16]>,
    /// First extension that is not known.
    pub unknown: Option<u16>,
}

/// Who sent flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exporter {
    /// The collector's number of it.
    pub number: u16,
    /// Version of the protocol; 9999 and more: sFlow.
    pub version: u32,
    /// Its address.
    pub address: Address,
    /// Source id, observation domain id or engine tag.
    pub domain: u32,
}

/// How an exporter sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SamplerInfo {
    /// The collector's number of the exporter.
    pub exporter: u16,
    /// The exporter's id of the sampler; below 0: not of the exporter, but for all of its flows.
    pub id: i64,
    /// Algorithm.
    pub algorithm: u16,
    /// Packets that were taken, of `packets + space`.
    pub packets: u32,
    /// Packets that were not taken.
    pub space: u32,
}

impl Known {
    /// Takes an exporter's record (kind 7) without its head.
    pub fn exporter<O: Order>(&mut self, body: &[u8; 28]) {
        let ip = O::u128_at(body, 4);
        // nfdump 1.7.8 writes the address in network order and 0 for the family.
        let address = match O::u16_at(body, 20) {
            2 => Address::V4(ip as u32),
            0 => mapped(body),
            _ => Address::V6(ip),
        };
        let exporter = Exporter { number: O::u16_at(body, 22), version: O::u32_at(body, 0), address, domain: O::u32_at(body, 24) };
        self.put_exporter(exporter);
    }

    /// Takes a sampler's record of the older kind (9) without its head.
    pub fn old_sampler<O: Order>(&mut self, body: &[u8; 12]) {
        let id = O::u32_at(body, 0) as i32;
        let interval = O::u32_at(body, 4);
        self.put_sampler(SamplerInfo {
            exporter: O::u16_at(body, 10),
            id: id.into(),
            algorithm: O::u16_at(body, 8),
            packets: 1,
            space: interval.saturating_sub(1),
        });
    }

    /// Takes a sampler's record (kind 15) without its head.
    pub fn new_sampler<O: Order>(&mut self, body: &[u8; 20]) {
        self.put_sampler(SamplerInfo {
            exporter: O::u16_at(body, 0),
            id: O::u64_at(body, 4) as i64,
            algorithm: O::u16_at(body, 2),
            packets: O::u32_at(body, 12),
            space: O::u32_at(body, 16),
        });
    }

    /// Takes an exporter.
    pub fn put_exporter(&mut self, exporter: Exporter) {
        put(&mut self.exporters, exporter, |one| one.number);
    }

    /// Takes a sampler.
    pub fn put_sampler(&mut self, sampler: SamplerInfo) {
        put(&mut self.samplers, sampler, |one| (one.exporter, one.id));
    }

    /// The exporter of that number.
    pub fn exporter_of(&self, number: u16) -> Option<&Exporter> {
        let at = self.exporters.binary_search_by_key(&number, |one| one.number).ok()?;
        self.exporters.get(at)
    }

    /// The sampler of that exporter and id.
    pub fn sampler_of(&self, exporter: u16, id: i64) -> Option<&SamplerInfo> {
        let at = self.samplers.binary_search_by_key(&(exporter, id), |one| (one.exporter, one.id)).ok()?;
        self.samplers.get(at)
    }

    /// The extension map of that number.
    #[inline]
    pub fn map(&self, number: u16) -> Option<&Map> {
        self.maps.get(usize::from(number))?.as_ref()
    }

    /// Takes an extension map.
    pub fn put_map(&mut self, number: u16, map: Map) {
        let at = usize::from(number);
        if self.maps.len() <= at {
            self.maps.resize(at + 1, None);
        }
        if let Some(slot) = self.maps.get_mut(at) {
            *slot = Some(map);
        }
    }
}

fn mapped(body: &[u8; 28]) -> Address {
    let ip = body.get(4..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u128::from_be_bytes(*bytes));
    match ip >> 32 {
        0xffff => Address::V4(ip as u32),
        _ => Address::V6(ip),
    }
}

fn put<T, K: Ord>(all: &mut Vec<T>, one: T, key: impl Fn(&T) -> K) {
    match all.binary_search_by_key(&key(&one), &key) {
        Ok(at) => all.splice(at..=at, [one]).for_each(drop),
        Err(at) if all.len() < MAX_SOURCES => all.insert(at, one),
        Err(_) => {}
    }
}
