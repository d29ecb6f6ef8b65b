//! Exploring a spec: random walks, breadth-first search, and which actions they took.
//!
//! What is explored is a [`Space`]: something that says where it starts, what can be done next, and what comes of it. A
//! Rust state machine is one ([`Spec`](crate::Spec)), and so is every [`Producer`](crate::Producer) that lists its enabled
//! calls ([`ProducerSpace`]), wherever it runs.
//!
//! - [`random_walks`] and [`parallel_walks`]: seeded, with weights per action; walk number *n* of a seed is the same walk
//!   whoever makes it, so results do not depend on the number of workers.
//! - [`breadth_first`]: a shortest way to what is looked for, or a proof that there is none up to a length.

mod breadth;
mod parallel;
mod producer;
mod profile;
mod random;
mod space;
mod walk;

pub use breadth::{Breadth, BreadthReport, Reached, breadth_first};
pub(crate) use parallel::{Event, parallel_watched, watched};
pub use parallel::{WalkReport, parallel_walks, random_walks};
pub(crate) use producer::successors;
pub use producer::{Place, ProducerSpace};
pub use profile::{ActionCount, Profile};
pub use random::{Random, walk_seed};
pub use space::Space;
pub use walk::{Walk, Walks, walk};
