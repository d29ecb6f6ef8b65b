//! The path of a trace through its states, as a graph: equal states are one node, so that what comes back is seen.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::Exported;
use crate::action::Labels;
use crate::trace::Trace;
use crate::value::{Record, Value};

/// How long a line of a label may be, in characters.
const WIDTH: usize = 48;
/// How many changed variables a node shows.
const LINES: usize = 4;

struct Node {
    /// The numbers of the states that are this one.
    numbers: Vec<usize>,
    /// What is new in it, a line a variable.
    lines: Vec<String>,
}

struct Graph {
    nodes: Vec<Node>,
    /// From, to, and what was done.
    edges: Vec<(usize, usize, String)>,
}

impl Graph {
    fn of(trace: &Trace, labels: Option<&Labels>) -> Self {
        let apart: Vec<&str> = labels.map(Labels::variables).unwrap_or_default();
        let what_it_is = |state: &Record| apart.iter().fold(state.clone(), |state, name| state.without(name));
        let mut known: HashMap<Value, usize> = HashMap::new();
        let mut graph = Self { nodes: Vec::new(), edges: Vec::new() };
        let mut last: Option<(usize, Record)> = None;
        for (at, state) in trace.states.iter().enumerate() {
            let value = what_it_is(&state.value);
            let node = *known.entry(Value::Record(value.clone())).or_insert(graph.nodes.len());
            if node == graph.nodes.len() {
                let before = last.as_ref().map(|(_, before)| before);
                let changed = value.iter().filter(|(name, v)| before.is_none_or(|b| b.get(name) != Some(v)));
                let lines = changed.map(|(name, value)| cut(&format!("{}: {value}", &**name))).collect();
                graph.nodes.push(Node { numbers: Vec::new(), lines });
            }
            graph.nodes[node].numbers.push(at);
            if let Some((from, _)) = last {
                let label = labels.and_then(|labels| labels.label(state, at).ok());
                let label = label.map_or_else(String::new, |label| format!(": {label}"));
                graph.edges.push((from, node, cut(&format!("{at}{label}"))));
            }
            last = Some((node, value));
        }
        let back = trace.loop_index.and_then(|index| usize::try_from(index).ok());
        let to = back.and_then(|index| graph.nodes.iter().position(|node| node.numbers.contains(&index)));
        if let (Some(to), Some((from, _))) = (to, last) {
            graph.edges.push((from, to, "forever".into()));
        }
        graph
    }
}

/// A text within the width of a label, with nothing in it that acts.
fn cut(text: &str) -> String {
    let text = crate::render::escape(text);
    if text.chars().count() <= WIDTH {
        return text;
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}

fn title(node: &Node) -> String {
    let numbers: Vec<String> = node.numbers.iter().map(usize::to_string).collect();
    cut(&format!("state {}", numbers.join(", ")))
}

fn shown(node: &Node) -> Vec<String> {
    let mut lines = vec![title(node)];
    lines.extend(node.lines.iter().take(LINES).cloned());
    if node.lines.len() > LINES {
        lines.push(format!("and {} more", node.lines.len() - LINES));
    }
    lines
}

/// The states as a graph in the language of Graphviz; `labels` says what its steps did, if that is to be shown.
///
/// ```
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}],"loop":0}"#)?[0];
/// let graph = itf::export::dot(trace, None).text;
/// assert!(graph.contains(r#"s0 [label="state 0\lx: 1\l"]"#) && graph.contains("s1 -> s0 [label=\"forever\"]"));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn dot(trace: &Trace, labels: Option<&Labels>) -> Exported {
    let graph = Graph::of(trace, labels);
    // Graphviz reads `&lt;` in a label as it reads HTML.
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
    let mut text = String::from("digraph trace {\n  node [shape=box, fontname=\"monospace\"];\n");
    for (at, node) in graph.nodes.iter().enumerate() {
        let lines: Vec<String> = shown(node).iter().map(|line| quoted(line)).collect();
        let _ = writeln!(text, "  s{at} [label=\"{}\\l\"];", lines.join("\\l"));
    }
    for (from, to, label) in &graph.edges {
        let _ = writeln!(text, "  s{from} -> s{to} [label=\"{}\"];", quoted(label));
    }
    text.push_str("}\n");
    Exported { text, notes: Vec::new() }
}

/// The states as a flowchart in the language of Mermaid, as Markdown on many sites shows it; `labels` says what its steps
/// did, if that is to be shown.
///
/// ```
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// let graph = itf::export::mermaid(trace, None).text;
/// assert!(graph.starts_with("flowchart TD\n  s0[\"state 0<br>x: 1\"]\n"));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn mermaid(trace: &Trace, labels: Option<&Labels>) -> Exported {
    let graph = Graph::of(trace, labels);
    let quoted = |text: &str| {
        let mut out = String::new();
        for c in text.chars() {
            // Mermaid's own entities; nothing else is safe in a label.
            if c.is_alphanumeric() || " _.,:-()[]{}/+*=…'".contains(c) {
                out.push(c);
            } else {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
        out
    };
    let mut text = String::from("flowchart TD\n");
    for (at, node) in graph.nodes.iter().enumerate() {
        let lines: Vec<String> = shown(node).iter().map(|line| quoted(line)).collect();
        let _ = writeln!(text, "  s{at}[\"{}\"]", lines.join("<br>"));
    }
    for (from, to, label) in &graph.edges {
        let _ = writeln!(text, "  s{from} -->|\"{}\"| s{to}", quoted(label));
    }
    Exported { text, notes: Vec::new() }
}
