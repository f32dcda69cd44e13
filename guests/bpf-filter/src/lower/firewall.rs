//! The log of the packet filter pf: length, family, action, reason, interface, rule set, rule, rule of the set.

use super::{Lowering, link};
use crate::program::{Fragment, Size};
use crate::syntax::{FirewallField, FirewallName};
use crate::wrong::Wrong;

impl Lowering {
    fn firewall_only(&self) -> Result<(), Wrong> {
        if self.link == link::PFLOG {
            Ok(())
        } else {
            Err(self.wrong(format!("no log of pf: these packets are of {}", link::name(self.link))))
        }
    }

    pub(super) fn firewall_number(&mut self, field: FirewallField, value: u32) -> Result<Fragment, Wrong> {
        self.firewall_only()?;
        let (at, size) = match field {
            FirewallField::Action => (2, Size::One),
            FirewallField::Reason => (3, Size::One),
            FirewallField::Rule => (36, Size::Four),
            FirewallField::Subrule => (40, Size::Four),
        };
        Ok(self.equal(self.header.field(at, size), value))
    }

    pub(super) fn firewall_text(&mut self, field: FirewallName, text: &str) -> Result<Fragment, Wrong> {
        self.firewall_only()?;
        let at = match field {
            FirewallName::Interface => 4,
            FirewallName::RuleSet => 20,
        };
        Ok(self.bytes(self.header, at, text.as_bytes()))
    }
}
