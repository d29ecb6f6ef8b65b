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
    let json = |line: &[u8]| serde_json::from_slice::<serde_json::Value>(line).unwrap_or_default();
    let asked: Vec<&[u8]> =
        input.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    let told: Vec<&[u8]> = answers.split(|b| *b == b'\n').filter(|line| !line.is_empty()).collect();
    for (line, request) in told.iter().zip(&asked) {
        let answer: serde_json::Value = serde_json::from_slice(line).expect("JSON");
        assert!(answer.get("status").is_some(), "{answer}");
        let id = answer.get("id").expect("an id, if only null");
        // A request without a number has number 0; and serde takes a list for a request, too.
        let request = json(request);
        let number = request.get("id").or(request.get(0)).cloned().unwrap_or_else(|| 0.into());
        assert!(id.is_null() || *id == number, "{answer}");
        assert!(!id.is_null() || answer["status"] == "invalid", "{answer}");
    }
    // All lines are answered, up to the one that says that it is over.
    let is_over = told.len().checked_sub(1).is_some_and(|last| json(asked[last])["op"] == "shutdown");
    assert!(
        told.len() == asked.len() || (told.len() < asked.len() && is_over),
        "{} of {}",
        told.len(),
        asked.len()
    );
    if let Ok(text) = std::str::from_utf8(input) {
        let _ = HttpConsumer::parse("fuzz.toml", text, Some("http://127.0.0.1:9"));
    }
}
