//! What exporters taught: their templates, samplers and clocks.
//!
//! An exporter is an address, a protocol and a number that it gives itself (source id, observation domain, engine): what one teaches never touches
//! another. Templates stay until they are replaced, withdrawn, or forgotten because others need the memory.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use flow::known::{Exporter as Entry, Known, SamplerInfo};
use flow::record::Address;

use crate::template::Template;

/// Memory for all templates, bytes: 20 000 templates of 20 fields. When it is full, exporters that were silent for longest are forgotten.
pub const MAX_WEIGHT: usize = 6 << 20;
/// Exporters that are remembered; then the same holds.
pub const MAX_EXPORTERS: usize = 8192;
/// Samplers of one exporter that are remembered.
const MAX_SAMPLERS: usize = 1024;
/// What an exporter weighs without templates.
const BASE_WEIGHT: usize = 256;

/// The sampler of all flows that name none.
pub const GENERIC: i64 = -1;

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// 0 for none, 4 or 6.
    pub family: u8,
    /// Its address, as a number.
    pub address: u128,
    /// 1, 5, 7, 9, 10; sFlow as [`SFLOW`].
    pub protocol: u16,
    /// Source id, observation domain, engine or sub-agent.
    pub domain: u32,
}

/// The protocol of sFlow, as nfdump writes it into its files.
pub const SFLOW: u16 = 9999;

impl Identity {
    /// Of an address.
    pub fn new(address: Address, protocol: u16, domain: u32) -> Self {
        let (family, address) = match address {
            Address::None => (0, 0),
            Address::V4(number) => (4, number.into()),
            Address::V6(number) => (6, number),
        };
        Self { family, address, protocol, domain }
    }

    /// Its address.
    pub fn address(&self) -> Address {
        match self.family {
            4 => Address::V4(self.address as u32),
            6 => Address::V6(self.address),
            _ => Address::None,
        }
    }
}

/// What one exporter taught.
#[derive(Debug, Clone, Default)]
pub struct Exporter {
    /// In the order in which exporters appeared, from 1; 0: there were too many.
    pub number: u16,
    /// When its system began, ms since 1970, as an option said it; 0: none did.
    pub system_init: u64,
    /// By their number.
    pub templates: BTreeMap<u16, Rc<Template>>,
    /// Samplers that it told of.
    pub samplers: usize,
    /// Order of use.
    pub used: u64,
    weight: usize,
}

/// What a flow takes from its exporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Source {
    /// Its number.
    pub number: u16,
    /// When its system began, ms since 1970; 0: not said.
    pub system_init: u64,
}

/// All exporters.
#[derive(Debug, Default)]
pub struct Exporters {
    now: Learned,
    /// What was known before, once something was learned since input counted as done.
    before: Option<Box<Learned>>,
    /// Exporters that were forgotten.
    pub forgotten: u64,
}

/// What was learned.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    /// Exporters.
    pub all: BTreeMap<Identity, Exporter>,
    /// Numbers, addresses and samplers, for the columns.
    pub known: Known,
    /// The number of the last exporter that was new.
    pub last_number: u16,
    weight: usize,
    clock: u64,
}

impl Exporters {
    /// Goes on with what was learned.
    pub fn new(learned: Learned) -> Self {
        Self { now: learned, ..Self::default() }
    }

    /// The exporter, new if it was not seen before.
    pub fn meet(&mut self, identity: Identity) -> Source {
        if !self.now.all.contains_key(&identity) {
            let learned = self.learn();
            let forgotten = if learned.all.len() < MAX_EXPORTERS { 0 } else { learned.forget(None) };
            learned.add(identity);
            self.forgotten += forgotten;
        }
        self.now.clock += 1;
        let exporter = self.now.all.entry(identity).or_default();
        exporter.used = self.now.clock;
        Source { number: exporter.number, system_init: exporter.system_init }
    }

    /// A template of an exporter.
    pub fn template(&self, identity: Identity, id: u16) -> Option<&Rc<Template>> {
        self.now.all.get(&identity)?.templates.get(&id)
    }

    /// Numbers, addresses and samplers, for the columns.
    pub fn known(&self) -> &Known {
        &self.now.known
    }

    /// Takes a template; false: it is too large.
    pub fn put_template(&mut self, identity: Identity, id: u16, template: Template) -> bool {
        self.meet(identity);
        if self.template(identity, id).is_some_and(|known| **known == template) {
            return true;
        }
        let weight = template.weight();
        if weight > MAX_WEIGHT / 4 {
            return false;
        }
        let learned = self.learn();
        learned.drop_templates(identity, |known, _| known == id);
        let mut forgotten = 0;
        while learned.weight + weight > MAX_WEIGHT && learned.all.len() > 1 {
            forgotten += learned.forget(Some(identity));
        }
        if learned.weight + weight > MAX_WEIGHT {
            learned.drop_templates(identity, |_, _| true);
        }
        learned.put_template(identity, id, template);
        self.forgotten += forgotten;
        true
    }

    /// Forgets the templates of an exporter that `which` says.
    pub fn withdraw(&mut self, identity: Identity, which: impl Fn(u16, &Template) -> bool) {
        if self.now.all.contains_key(&identity) {
            self.learn().drop_templates(identity, which);
        }
    }

    /// Takes when an exporter's system began, ms since 1970.
    pub fn put_system_init(&mut self, identity: Identity, time: u64) {
        if self.meet(identity).system_init != time
            && let Some(exporter) = self.learn().all.get_mut(&identity)
        {
            exporter.system_init = time;
        }
    }

    /// Takes a sampler.
    pub fn put_sampler(&mut self, identity: Identity, sampler: SamplerInfo) {
        let number = self.meet(identity).number;
        let sampler = SamplerInfo { exporter: number, ..sampler };
        let known = self.now.known.sampler_of(number, sampler.id);
        if number > 0 && known != Some(&sampler) {
            self.learn().put_sampler(identity, sampler);
        }
    }

    /// All input so far counts as done.
    pub fn settle(&mut self) {
        self.before = None;
    }

    /// What was learned from the input that counts as done.
    pub fn settled(&self) -> &Learned {
        self.before.as_deref().unwrap_or(&self.now)
    }

    fn learn(&mut self) -> &mut Learned {
        self.before.get_or_insert_with(|| Box::new(self.now.clone()));
        &mut self.now
    }
}

impl Learned {
    /// No exporters, the next of which has the number behind this one.
    pub fn after(last_number: u16) -> Self {
        Self { last_number, ..Self::default() }
    }

    fn add(&mut self, identity: Identity) {
        let number = self.last_number.checked_add(1).unwrap_or_default();
        self.last_number = self.last_number.saturating_add(1);
        self.put(identity, number, 0);
    }

    /// Takes an exporter.
    pub fn put(&mut self, identity: Identity, number: u16, system_init: u64) {
        if number > 0 {
            let entry = Entry { number, version: identity.protocol.into(), address: identity.address(), domain: identity.domain };
            self.known.put_exporter(entry);
        }
        self.all.insert(identity, Exporter { number, system_init, weight: BASE_WEIGHT, ..Exporter::default() });
        self.weight += BASE_WEIGHT;
    }

    /// Takes a template of an exporter that is known.
    pub fn put_template(&mut self, identity: Identity, id: u16, template: Template) {
        let Some(exporter) = self.all.get_mut(&identity) else { return };
        let weight = template.weight();
        exporter.templates.insert(id, Rc::new(template));
        exporter.weight += weight;
        self.weight += weight;
    }

    /// Takes a sampler of an exporter that is known, unless it has too many.
    pub fn put_sampler(&mut self, identity: Identity, sampler: SamplerInfo) {
        let is_new = self.known.sampler_of(sampler.exporter, sampler.id).is_none();
        let Some(exporter) = self.all.get_mut(&identity) else { return };
        if !is_new || exporter.samplers < MAX_SAMPLERS {
            exporter.samplers += usize::from(is_new);
            self.known.put_sampler(sampler);
        }
    }

    fn drop_templates(&mut self, identity: Identity, which: impl Fn(u16, &Template) -> bool) {
        let Some(exporter) = self.all.get_mut(&identity) else { return };
        let mut freed = 0;
        exporter.templates.retain(|id, template| {
            let leaves = which(*id, template);
            freed += if leaves { template.weight() } else { 0 };
            !leaves
        });
        exporter.weight -= freed;
        self.weight -= freed;
    }

    /// Forgets the quarter of the exporters that was silent for longest, but not this one; how many they were.
    fn forget(&mut self, but: Option<Identity>) -> u64 {
        let mut order: Vec<_> = self.all.iter().map(|(identity, exporter)| (exporter.used, *identity)).collect();
        order.retain(|(_, identity)| Some(*identity) != but);
        order.sort_unstable();
        order.truncate(order.len().div_ceil(4));
        for (_, identity) in &order {
            self.weight -= self.all.remove(identity).map_or(0, |exporter| exporter.weight);
        }
        let all = &self.all;
        let numbers: BTreeSet<_> = all.values().map(|exporter| exporter.number).collect();
        self.known.exporters.retain(|known| numbers.contains(&known.number));
        self.known.samplers.retain(|known| numbers.contains(&known.exporter));
        order.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Target;
    use crate::template::Field;

    fn identity(domain: u32) -> Identity {
        Identity::new(Address::V4(0x0a00_0001), 9, domain)
    }

    fn template(fields: usize) -> Template {
        let field = Field { enterprise: 0, id: 1, length: 4, target: Target::Octets };
        Template::of(vec![field; fields], 0).unwrap()
    }

    #[test]
    fn exporters_have_numbers_in_the_order_of_appearance() {
        let mut exporters = Exporters::default();
        assert_eq!([7, 3, 7].map(|domain| exporters.meet(identity(domain)).number), [1, 2, 1]);
    }

    #[test]
    fn templates_of_exporters_that_are_silent_make_room_for_those_of_others() {
        let mut exporters = Exporters::default();
        for domain in 0..10_000 {
            assert!(exporters.put_template(identity(domain), 256, template(1000)));
            exporters.meet(identity(0));
        }
        assert!(exporters.now.weight <= MAX_WEIGHT && exporters.forgotten > 9000);
        assert!(exporters.template(identity(0), 256).is_some());
        assert_eq!(exporters.now.weight, exporters.now.all.values().map(|exporter| exporter.weight).sum::<usize>());
    }

    #[test]
    fn one_exporter_cannot_fill_the_memory() {
        let mut exporters = Exporters::default();
        for id in 256..=u16::MAX {
            assert!(exporters.put_template(identity(1), id, template(1000)));
        }
        assert!(exporters.now.weight <= MAX_WEIGHT && exporters.forgotten == 0);
        assert!(exporters.template(identity(1), u16::MAX).is_some());
    }

    #[test]
    fn what_is_saved_is_what_was_known_before_the_input_that_is_not_done() {
        let mut exporters = Exporters::default();
        assert!(exporters.put_template(identity(1), 256, template(1)));
        assert!(exporters.settled().all.is_empty());
        exporters.settle();
        assert!(exporters.put_template(identity(1), 256, template(1)) && exporters.before.is_none());
        exporters.withdraw(identity(1), |_, _| true);
        assert_eq!(exporters.settled().all.values().map(|exporter| exporter.templates.len()).sum::<usize>(), 1);
    }
}
