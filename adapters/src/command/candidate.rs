//! Candidates made of the states of a trace.

use itf::{State, Trace};

/// The trace of the initial state and the states at `kept`; `#meta.index` counts them where it was there. The loop goes
/// back to the first state that is left of it.
///
/// ```
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":0},{"x":1},{"x":2}],"loop":1}"#)?[0];
/// let candidate = itf_adapters::candidate_trace(trace, &[2]);
/// assert_eq!((candidate.states.len(), candidate.loop_index), (2, Some(1)));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn candidate_trace(trace: &Trace, kept: &[usize]) -> Trace {
    let positions: Vec<usize> = std::iter::once(0).chain(kept.iter().copied()).collect();
    let mut candidate = Trace {
        meta: trace.meta.clone(),
        params: trace.params.clone(),
        vars: trace.vars.clone(),
        extra: trace.extra.clone(),
        loop_index: None,
        states: Vec::with_capacity(positions.len()),
    };
    for (index, &at) in positions.iter().enumerate() {
        let State { mut meta, value } = trace.states[at].clone();
        if meta.get("index").is_some_and(|i| i.is_number()) {
            meta.set("index", serde_json::json!(index));
        }
        candidate.states.push(State { meta, value });
    }
    candidate.loop_index = trace.loop_index.and_then(|start| {
        let at = positions.iter().position(|&at| at as u64 >= start)?;
        u64::try_from(at).ok()
    });
    candidate
}
