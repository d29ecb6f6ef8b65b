//! A small machine that keeps what it has, and random runs of it: traces to make known differences in.

use itf::{Record, State, Trace, Value};

/// Pseudo-random numbers (splitmix64): the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bits = usize::try_from((z ^ (z >> 31)) >> 33).expect("31 bits");
        bits % bound
    }
}

/// Nodes exchange messages: a clock, the messages on their way, and for each node a role, a term and a log.
pub(crate) fn run(random: &mut Random, length: usize) -> Trace {
    let names = ["ann", "bob", "cleo"];
    let mut clock = 0;
    let mut next_message = 0;
    let mut messages: Vec<Value> = Vec::new();
    let mut nodes: Vec<(usize, i64, Vec<Value>)> = vec![(0, 0, Vec::new()); names.len()];
    let roles = ["follower", "candidate", "leader"];
    let mut states = Vec::new();
    for _ in 0..length {
        let value = [
            ("clock", Value::from(clock)),
            ("messages", Value::set(&messages)),
            (
                "nodes",
                Value::map(names.iter().zip(&nodes).map(|(name, (role, term, log))| {
                    let node = [
                        ("role", Value::from(roles[*role])),
                        ("term", Value::from(*term)),
                        ("log", Value::list(log)),
                    ];
                    (*name, Value::record(node))
                })),
            ),
        ];
        states.push(State::from(value.into_iter().collect::<Record>()));
        clock += 1 + i64::try_from(random.below(3)).expect("small");
        let node = random.below(names.len());
        match random.below(4) {
            0 => {
                next_message += 1;
                messages.push(Value::record([
                    ("id", Value::from(next_message)),
                    ("to", names[node].into()),
                    ("kind", ["ping", "vote"][random.below(2)].into()),
                    ("hops", random.below(9).into()),
                ]));
            }
            1 if !messages.is_empty() => {
                let at = random.below(messages.len());
                nodes[node].2.push(messages.remove(at));
            }
            2 => nodes[node].0 = (nodes[node].0 + 1) % roles.len(),
            _ => nodes[node].1 += 1,
        }
    }
    Trace::new(["clock", "messages", "nodes"], states)
}

/// The state with another value in the variable `name`.
pub(crate) fn with(state: &State, name: &str, change: impl FnOnce(&Value) -> Value) -> State {
    let value = change(state.get(name).expect("a variable of the machine"));
    State::from(state.value.with(name, value))
}
