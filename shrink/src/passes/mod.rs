//! The ways of making a sequence smaller, one a module. Each returns whether the best sequence changed.
//!
//! A pass may find the best sequence changed under its hands, by more than it asked for: what really executed
//! is adopted, and shortcuts are taken whenever a run shows one. So positions are always cut to the length.

pub(crate) mod adaptive;
pub(crate) mod cascade;
pub(crate) mod classes;
pub(crate) mod normalise;
pub(crate) mod pairs;
pub(crate) mod restarts;
pub(crate) mod singles;
pub(crate) mod windows;
