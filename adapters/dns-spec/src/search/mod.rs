//! Two ways to look for a state: random walks and breadth-first search.

pub(crate) mod breadth;
pub(crate) mod random;
pub(crate) mod reduction;
mod rng;
