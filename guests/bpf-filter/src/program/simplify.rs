//! Makes programs smaller without a change of what they select. Tests whose outcome is known are passed over, those that lead to one place whatever
//! they find fall away, and equal ones that lead to equal places become one. libpcap does the same, so that both reject the same short packets.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::known::Known;
use super::node::{Node, Operand, Program, Target};

/// Rounds at most; two or three are enough as a rule.
const ROUNDS: usize = 8;

impl Program {
    pub(super) fn simplified(self) -> Self {
        let mut program = self.ordered();
        for _ in 0..ROUNDS {
            let before = program.clone();
            program.pass_over();
            program.merge();
            program = program.ordered();
            if program == before {
                break;
            }
        }
        program
    }

    /// Leads each way on past the tests whose outcome is known there.
    fn pass_over(&mut self) {
        let mut known: Vec<Option<Known>> = vec![None; self.nodes.len()];
        self.root = self.passed(self.root, &Known::default());
        reach(&mut known, self.root, &Known::default());
        for number in 0..self.nodes.len() {
            let Some(here) = known.get_mut(number).and_then(Option::take) else { continue };
            let Some(node) = self.nodes.get(number).copied() else { continue };
            let passed = match node {
                Node::Test { test, yes, no } => {
                    let (known_yes, known_no) = (here.with(test, true), here.with(test, false));
                    let (yes, no) = (self.passed(yes, &known_yes), self.passed(no, &known_no));
                    reach(&mut known, yes, &known_yes);
                    reach(&mut known, no, &known_no);
                    Node::Test { test, yes, no }
                }
                Node::Set { slot, computation, next } => {
                    let next = self.passed(next, &here);
                    reach(&mut known, next, &here);
                    Node::Set { slot, computation, next }
                }
            };
            if let Some(place) = self.nodes.get_mut(number) {
                *place = passed;
            }
        }
    }

    /// Where a way on leads once the tests are left out whose outcome is known.
    fn passed(&self, mut target: Target, known: &Known) -> Target {
        while let Some(Node::Test { test, yes, no }) = target.node().and_then(|node| self.nodes.get(node)) {
            match self.constant(*test).or_else(|| known.outcome(*test, &self.tests)) {
                Some(outcome) => target = if outcome { *yes } else { *no },
                None => break,
            }
        }
        target
    }

    fn constant(&self, test: u32) -> Option<bool> {
        let test = self.tests.get(test as usize)?;
        if let Operand::Constant(value) = test.operand { Some(test.holds(value)) } else { None }
    }

    /// From the last node to the first: one for all that are equal, none for a test that decides nothing.
    fn merge(&mut self) {
        let mut same: HashMap<(u32, Target, Target), Target, BuildHasherDefault<std::hash::DefaultHasher>> = HashMap::default();
        let mut becomes: Vec<Target> = (0..self.nodes.len() as u32).map(Target).collect();
        for number in (0..self.nodes.len()).rev() {
            let Some(node) = self.nodes.get(number).copied() else { continue };
            let node = node.redirected(|target| target.node().map_or(target, |old| becomes.get(old).copied().unwrap_or_default()));
            let target = match node {
                Node::Test { yes, no, .. } if yes == no => yes,
                Node::Test { test, yes, no } => *same.entry((test, yes, no)).or_insert(Target(number as u32)),
                Node::Set { .. } => Target(number as u32),
            };
            if let (Some(place), Some(became)) = (self.nodes.get_mut(number), becomes.get_mut(number)) {
                (*place, *became) = (node, target);
            }
        }
        self.root = self.root.node().map_or(self.root, |old| becomes.get(old).copied().unwrap_or_default());
    }
}

fn reach(known: &mut [Option<Known>], target: Target, with: &Known) {
    let Some(place) = target.node().and_then(|node| known.get_mut(node)) else { return };
    *place = Some(match place.take() {
        Some(before) => before.shared(with),
        None => with.clone(),
    });
}
