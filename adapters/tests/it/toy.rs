//! A small spec and a small system: a tank that is filled and emptied. The system forgets to refuse at the top.

use itf::{Label, Labels, Path, Record, State, Trace, Value};
use itf_adapters::{
    Action, Consumer, Fault, FaultKind, Next, Outcomes, Picks, Producer, Property, PropertyKind, Reply,
    System,
};

/// A tank of at most five. `fill` picks how much, of what fits; with one left to fit there is no choice.
#[derive(Default)]
pub(crate) struct Tank {
    level: i64,
}

impl Tank {
    fn state(&self, label: &Label) -> State {
        State::from(Record::from_iter([("level", Value::from(self.level)), ("action", label.to_variant())]))
    }
}

pub(crate) fn label(name: &str, amount: i64) -> Label {
    Label::new(name, Record::from_iter([("amount", amount)]))
}

pub(crate) fn fill(amount: i64) -> Action {
    Action::new("fill").picks(Picks::InOrder(vec![amount.into()]))
}

pub(crate) fn empty() -> Action {
    Action::new("empty")
}

impl Producer for Tank {
    fn name(&self) -> String {
        "tank".into()
    }

    fn header(&self) -> Trace {
        Trace::new(["level", "action"], [])
    }

    fn labels(&self) -> Labels {
        Labels::Variant(Path::root().field("action"))
    }

    fn properties(&self) -> Vec<Property> {
        vec![
            Property { name: "not_full".into(), kind: PropertyKind::Invariant },
            Property { name: "at_three".into(), kind: PropertyKind::Example },
        ]
    }

    fn reset(&mut self) -> Result<State, Fault> {
        self.level = 0;
        Ok(self.state(&Label::new("Init", Record::default())))
    }

    fn execute(&mut self, action: &Action) -> Result<Next, Fault> {
        match &*action.name {
            "fill" => {
                let Picks::InOrder(picks) = &action.picks else {
                    return Err(Fault::new(FaultKind::Invalid, "picks come in order"));
                };
                let asked = picks.first().and_then(Value::as_i64).unwrap_or(0);
                let room = 5 - self.level;
                let amount = if room == 1 { 1 } else { asked };
                if amount < 1 || amount > room {
                    return Ok(Next::Disabled(format!("{asked} does not fit into {room}")));
                }
                self.level += amount;
                let picks = (amount != asked).then(|| Picks::InOrder(vec![amount.into()]));
                Ok(Next::State { state: self.state(&label("Fill", amount)), picks })
            }
            "empty" if self.level == 0 => Ok(Next::Disabled("it is empty".into())),
            "empty" => {
                let amount = std::mem::take(&mut self.level);
                Ok(Next::State { state: self.state(&label("Empty", amount)), picks: None })
            }
            other => Err(Fault::new(FaultKind::Unsupported, format!("no action {other}"))),
        }
    }

    fn holds(&mut self, property: &str) -> Result<bool, Fault> {
        match property {
            "not_full" => Ok(self.level < 5),
            "at_three" => Ok(self.level == 3),
            other => Err(Fault::new(FaultKind::Unsupported, other)),
        }
    }

    fn enabled(&mut self) -> Result<Vec<Action>, Fault> {
        let fills = (1..=5 - self.level).map(fill);
        Ok(fills.chain((self.level > 0).then(empty)).collect())
    }

    fn call(&self, label: &Label) -> Result<Action, Fault> {
        let amount = label.args.get("amount").and_then(Value::as_i64).unwrap_or(0);
        match &*label.name {
            "Fill" => Ok(fill(amount)),
            "Empty" => Ok(empty()),
            other => Err(Fault::new(FaultKind::Unsupported, format!("no label {other}"))),
        }
    }
}

/// A real tank, which leaks at level four and breaks down when emptied from there.
#[derive(Default)]
struct RealTank {
    level: i64,
}

impl Consumer for RealTank {
    fn name(&self) -> String {
        "real tank".into()
    }

    fn actions(&self) -> Vec<String> {
        vec!["Fill".into(), "Empty".into()]
    }

    fn reset(&mut self, _: &State) -> Result<Reply, Fault> {
        self.level = 0;
        Ok(Reply::new("reset"))
    }

    fn execute(&mut self, label: &Label) -> Result<Reply, Fault> {
        let amount = label.args.get("amount").and_then(Value::as_i64).unwrap_or(0);
        match &*label.name {
            "Fill" => {
                self.level += amount;
                Ok(Reply::new(if self.level == 4 { "leaks" } else { "filled" }))
            }
            _ if self.level == 3 => Err(Fault::new(FaultKind::Crash, "the pump broke")),
            _ => {
                self.level = 0;
                Ok(Reply::new("emptied"))
            }
        }
    }

    fn observe(&mut self) -> Result<Option<Value>, Fault> {
        Ok(Some(self.level.into()))
    }
}

pub(crate) fn real_tank() -> System {
    System {
        consumer: Box::new(RealTank::default()),
        oracles: vec![Box::new(Outcomes::new([("Fill", &["filled"][..]), ("Empty", &["emptied"])]))],
        view: None,
        compare_views: false,
        kinds: None,
    }
}
