use itf::{Label, Labels, Record, State, Trace};
use itf_adapters::{Action, Fault, Next, Producer, Property, http::HttpConsumer, jsonl::serve_producer};

/// Counts to three, and says what it was asked.
struct Clock(u64);

impl Producer for Clock {
    fn name(&self) -> String {
        "clock".to_owned()
    }
    fn header(&self) -> Trace {
        Trace::new(["hour"], [])
    }
    fn labels(&self) -> Labels {
        Labels::Meta
    }
    fn properties(&self) -> Vec<Property> {
        Vec::new()
    }
    fn reset(&mut self) -> Result<State, Fault> {
        self.0 = 0;
        Ok(State::from(Record::from_iter([("hour", self.0)])))
    }
    fn execute(&mut self, action: &Action) -> Result<Next, Fault> {
        if self.0 == 3 || action.name != "tick" {
            return Ok(Next::Disabled("it stands".to_owned()));
        }
        self.0 += 1;
        Ok(Next::State { state: State::from(Record::from_iter([("hour", self.0)])), picks: None })
    }
    fn holds(&mut self, _: &str) -> Result<bool, Fault> {
        Ok(self.0 < 3)
    }
    fn call(&self, label: &Label) -> Result<Action, Fault> {
        Ok(Action::new(&label.name))
    }
}

/// Whatever a peer writes, each request has one answer of one line, with its id; declarations of services are read or refused.
pub fn law(input: &[u8]) {
    let mut answers = Vec::new();
    let _ = serve_producer(&mut Clock(0), &mut &input[..], &mut answers);
    for line in answers.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
        let answer: serde_json::Value = serde_json::from_slice(line).expect("JSON");
        assert!(answer.get("id").is_some() && answer.get("status").is_some(), "{answer}");
    }
    if let Ok(text) = std::str::from_utf8(input) {
        let _ = HttpConsumer::parse("fuzz.toml", text, Some("http://127.0.0.1:9"));
    }
}
