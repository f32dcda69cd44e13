//! A filter ready to run: conditions in a row, each with where to go when it holds and when it does not.
//!
//! `and`, `or`, `not` are gone: they are where the jumps lead. Every jump leads to a condition that was laid down earlier, so a run ends.

use super::condition::Condition;
use super::tree::Tree;
use crate::record::Flow;

const ACCEPT: u32 = u32::MAX;
const REJECT: u32 = u32::MAX - 1;

/// Conditions and jumps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    steps: Vec<Step>,
    start: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    condition: Condition,
    yes: u32,
    no: u32,
}

impl Program {
    /// The program that takes every flow.
    pub fn all() -> Self {
        Self { steps: Vec::new(), start: ACCEPT }
    }

    /// Lays a tree down.
    pub fn new(tree: Tree) -> Self {
        let mut program = Self::all();
        program.start = program.lay(tree, false, ACCEPT, REJECT);
        program
    }

    /// Whether the flow is taken. Allocates nothing.
    #[inline(always)]
    pub fn takes(&self, flow: &Flow<'_>) -> bool {
        self.start == ACCEPT || self.run(flow)
    }

    #[inline(never)]
    fn run(&self, flow: &Flow<'_>) -> bool {
        let mut at = self.start;
        while let Some(step) = self.steps.get(at as usize) {
            at = if step.condition.holds(flow) { step.yes } else { step.no };
        }
        at == ACCEPT
    }

    /// Gives where the tree begins. `negated`: below an odd number of `not`.
    fn lay(&mut self, tree: Tree, negated: bool, yes: u32, no: u32) -> u32 {
        match tree {
            Tree::Leaf(condition) => self.push(if negated { condition.below_not() } else { condition }, yes, no),
            Tree::Not(inner) => self.lay(*inner, !negated, no, yes),
            Tree::All(parts) => parts.into_iter().rev().fold(yes, |next, part| self.lay(part, negated, next, no)),
            Tree::Any(parts) => parts.into_iter().rev().fold(no, |next, part| self.lay(part, negated, yes, next)),
        }
    }

    fn push(&mut self, condition: Condition, yes: u32, no: u32) -> u32 {
        let at = self.steps.len() as u32;
        self.steps.push(Step { condition, yes, no });
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::field::Field;

    fn bit(index: u8) -> Tree {
        // Each port below holds one bit of the case.
        let field = [Field::SrcPort, Field::DstPort, Field::Protocol][usize::from(index)];
        Condition::equal(field, 1).into()
    }

    fn truth(tree: &Tree) -> Vec<bool> {
        let program = Program::new(tree.clone());
        let flow = |case: u16| Flow { src_port: case & 1, dst_port: case >> 1 & 1, protocol: (case >> 2 & 1) as u8, ..Flow::default() };
        (0..8).map(|case| program.takes(&flow(case))).collect()
    }

    fn expected(of: impl Fn(bool, bool, bool) -> bool) -> Vec<bool> {
        (0..8).map(|case| of(case & 1 == 1, case >> 1 & 1 == 1, case >> 2 & 1 == 1)).collect()
    }

    #[test]
    fn jumps_give_the_truth_of_the_tree() {
        let tree = Tree::any(vec![Tree::all(vec![bit(0), Tree::Not(Box::new(bit(1)))]), bit(2)]);
        assert_eq!(truth(&tree), expected(|a, b, c| a && !b || c));
        assert_eq!(truth(&Tree::Not(Box::new(tree))), expected(|a, b, c| !(a && !b || c)));
        let tree = Tree::all(vec![Tree::any(vec![bit(0), bit(1)]), Tree::Not(Box::new(Tree::all(vec![bit(1), bit(2)])))]);
        assert_eq!(truth(&tree), expected(|a, b, c| (a || b) && !(b && c)));
    }

    #[test]
    fn the_program_that_takes_all_takes_all() {
        assert!(Program::all().takes(&Flow::default()));
    }
}
