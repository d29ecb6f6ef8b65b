//! A model-based test: random operations on a ring buffer and on a plain queue, until they differ; then the fewest and
//! smallest operations with which they do, and why each is needed.
//!
//!     cargo run -p itf-shrink --example operations
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::collections::VecDeque;

use itf_shrink::{Normalise, Oracle, Report, Run, ShrinkError, Shrinker, Verdict};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    Push(u32),
    Pop,
    Clear,
}

/// A ring buffer of three places that forgets to go back to the first place after `clear`.
#[derive(Default)]
struct Ring {
    places: [u32; 3],
    first: usize,
    length: usize,
    offset: usize,
}

impl Ring {
    fn push(&mut self, value: u32) {
        self.places[(self.first + self.length + self.offset) % 3] = value;
        self.length += 1;
    }

    fn pop(&mut self) -> u32 {
        let value = self.places[self.first];
        (self.first, self.length) = ((self.first + 1) % 3, self.length - 1);
        value
    }

    fn clear(&mut self) {
        self.offset = usize::from(self.length == 3);
        (self.first, self.length) = (0, 0);
    }
}

/// Runs operations on both. Those that are not allowed are skipped, and the engine adopts what was executed.
struct Compare;

impl Oracle<Operation> for Compare {
    /// The model's state guides the shrinker: where it comes again, what is between can go.
    type State = VecDeque<u32>;

    fn run(&mut self, operations: &[Operation]) -> Run<Operation, Self::State> {
        let (mut model, mut ring) = (VecDeque::new(), Ring::default());
        let (mut executed, mut states) = (Vec::new(), vec![model.clone()]);
        for &operation in operations {
            let mut same = true;
            match operation {
                Operation::Push(value) if model.len() < 3 => {
                    model.push_back(value);
                    ring.push(value);
                }
                Operation::Pop if !model.is_empty() => same = model.pop_front() == Some(ring.pop()),
                Operation::Clear => {
                    model.clear();
                    ring.clear();
                }
                Operation::Push(_) | Operation::Pop => continue,
            }
            executed.push(operation);
            states.push(model.clone());
            if !same {
                let verdict = Verdict::fails("differs", "pop", "the ring gives another value than the model");
                return Run { verdict, executed, states: Some(states) };
            }
        }
        Run { verdict: Verdict::Passes, executed, states: Some(states) }
    }
}

/// Small numbers are simpler.
struct Small;

impl Normalise<Operation> for Small {
    fn simpler(&self, operation: &Operation) -> Vec<Operation> {
        match operation {
            Operation::Push(value) => (0..*value).map(Operation::Push).collect(),
            Operation::Pop | Operation::Clear => Vec::new(),
        }
    }
}

pub(crate) fn shrink_operations(
    operations: &[Operation],
) -> Result<Report<Operation, VecDeque<u32>>, ShrinkError> {
    let class =
        |operation: &Operation| vec![format!("{operation:?}").split('(').next().unwrap_or("").to_owned()];
    Shrinker::new(&mut Compare).classes(&class).normalise(&Small).shrink(operations)
}

/// Operations that show the bug, with many that do not matter.
pub(crate) fn found() -> Vec<Operation> {
    use Operation::{Clear, Pop, Push};
    let noise = [Push(7), Push(9), Pop, Push(4), Pop, Pop, Clear, Push(5), Pop, Pop];
    let bug = [Push(8), Push(6), Push(2), Clear, Push(3), Pop];
    noise.iter().chain(&bug).chain(&noise).copied().collect()
}

fn main() -> Result<(), ShrinkError> {
    let report = shrink_operations(&found())?;
    println!("{} operations, {} runs", report.items.len(), report.calls);
    for (operation, needed) in report.items.iter().zip(&report.needed) {
        println!("{operation:?}\twithout it: {:?}", needed.without);
    }
    Ok(())
}
