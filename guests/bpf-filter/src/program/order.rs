//! Brings the nodes that can be reached into an order in which every way on leads forward.

use super::node::{Node, Program, Target};

impl Program {
    /// Drops what cannot be reached and numbers the rest anew.
    pub(super) fn ordered(self) -> Self {
        let finished = self.finished();
        let mut numbers = vec![Target::REJECT; self.nodes.len()];
        for (number, &old) in finished.iter().rev().enumerate() {
            if let Some(place) = numbers.get_mut(old) {
                *place = Target(number as u32);
            }
        }
        let renumbered = |target: Target| target.node().map_or(target, |old| numbers.get(old).copied().unwrap_or_default());
        let nodes = finished.iter().rev().filter_map(|&old| self.nodes.get(old)).map(|node| node.redirected(renumbered)).collect();
        Self { root: renumbered(self.root), nodes, ..self }
    }

    /// The nodes that can be reached, each after all that it leads to.
    fn finished(&self) -> Vec<usize> {
        let mut finished = Vec::new();
        let mut seen = vec![false; self.nodes.len()];
        let mut path: Vec<(usize, u8)> = Vec::new();
        path.extend(self.root.node().map(|root| (root, 0)));
        while let Some((node, ways)) = path.last_mut() {
            let (number, way) = (*node, *ways);
            *ways += 1;
            if way == 0 && seen.get(number).copied().unwrap_or(true) {
                path.pop();
                continue;
            }
            if let (0, Some(place)) = (way, seen.get_mut(number)) {
                *place = true;
            }
            match self.nodes.get(number).and_then(|node| node.ways().get(usize::from(way)).copied()) {
                Some(target) => path.extend(target.node().map(|next| (next, 0))),
                None => {
                    finished.push(number);
                    path.pop();
                }
            }
        }
        finished
    }
}

impl Node {
    /// Where it leads. A slot that is set leads to one place.
    pub(super) fn ways(&self) -> [Target; 2] {
        match *self {
            Self::Test { yes, no, .. } => [no, yes],
            Self::Set { next, .. } => [next, next],
        }
    }

    pub(super) fn redirected(self, to: impl Fn(Target) -> Target) -> Self {
        match self {
            Self::Test { test, yes, no } => Self::Test { test, yes: to(yes), no: to(no) },
            Self::Set { slot, computation, next } => Self::Set { slot, computation, next: to(next) },
        }
    }
}
