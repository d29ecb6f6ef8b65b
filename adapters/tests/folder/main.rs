//! Each trace of the folder is a test: see `itf_adapters::replay_folder!`.

use itf_adapters::{Driver, System, driven};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
enum Action {
    Push { item: String },
    Pop,
}

#[derive(Deserialize, Serialize, Default, Clone)]
struct Stack {
    items: Vec<String>,
}

impl Driver for Stack {
    type State = Self;
    type Action = Action;
    type Reply = ();
    type Observed = Self;

    fn reset(&mut self, initial: Self) {
        *self = initial;
    }

    fn step(&mut self, action: Action) {
        match action {
            Action::Push { item } => self.items.push(item),
            Action::Pop => drop(self.items.pop()),
        }
    }

    fn observe(&mut self) -> Option<Self> {
        Some(self.clone())
    }
}

fn stack() -> System {
    driven("stack", Stack::default)
}

itf_adapters::replay_folder!("tests/folder/traces", stack);
