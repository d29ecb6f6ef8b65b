//! The same trace with its labels in the way of another tool.

use std::collections::BTreeSet;

use itf::{Label, LabelError, Labels, Path, Record, Trace, Value};

use crate::{Action, Picks};

/// A way in which a tool writes what the steps of a trace did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelStyle {
    /// Wunderspec's: the variable `ghost_action` is a variant, its payload a record of the arguments.
    Wunderspec,
    /// Quint's `--mbt`: the variable `mbt::actionTaken` is the name, `mbt::nondetPicks` a record of options.
    Quint,
}

const GHOST: &str = "ghost_action";
const TAKEN: &str = "mbt::actionTaken";
const PICKS: &str = "mbt::nondetPicks";

/// `trace`, which says what its steps did by `from`, saying it in another style. A first state without a label gets the
/// one that the tool gives it: `Init` or `init`.
///
/// Wunderspec's labels take the place of variables that carried nothing else. Quint records what it *called*, beside the
/// variables of the spec: `call` says for a label which call that was, or nothing, and then it is the label itself.
///
/// # Errors
///
/// A step without a label.
///
/// ```
/// use itf::Labels;
/// use itf_adapters::{LabelStyle, relabel};
/// let trace = &itf::read(br##"{"vars":["x","did"],"states":[{"x":0,"did":{"tag":"Init","value":null}},{"x":1,"did":{"tag":"Add","value":{"n":1}}}]}"##)?[0];
/// let call = |label: &itf::Label| (label.name == "Add").then(|| itf_adapters::Action::new("add_up").arg("n", 1));
/// let quint = relabel(trace, &Labels::parse("variant:did")?, LabelStyle::Quint, &call)?;
/// let add = Labels::QuintMbt.label(&quint.states[1], 1)?;
/// assert_eq!(add.to_string(), "add_up(n: 1)");
/// assert_eq!(quint.vars, ["x", "did", "mbt::actionTaken", "mbt::nondetPicks"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn relabel(
    trace: &Trace,
    from: &Labels,
    style: LabelStyle,
    call: &dyn Fn(&Label) -> Option<Action>,
) -> Result<Trace, LabelError> {
    if style == LabelStyle::Quint && *from == Labels::QuintMbt {
        return Ok(trace.clone());
    }
    let first = match style {
        LabelStyle::Wunderspec => "Init",
        LabelStyle::Quint => "init",
    };
    let mut labels: Vec<Label> = Vec::with_capacity(trace.states.len());
    for (at, state) in trace.states.iter().enumerate() {
        labels.push(match from.label(state, at) {
            Err(_) if at == 0 => Label::new(first, Record::default()),
            label => label?,
        });
    }
    if style == LabelStyle::Quint {
        for (at, label) in labels.iter_mut().enumerate() {
            *label = if at == 0 { Label::new(first, Record::default()) } else { called(label, call) };
        }
    }
    // Quint's record is beside what the spec says of itself.
    let old: Vec<&str> = if style == LabelStyle::Quint { Vec::new() } else { from.variables() };
    let new: &[&str] = match style {
        LabelStyle::Wunderspec => &[GHOST],
        LabelStyle::Quint => &[TAKEN, PICKS],
    };
    let is_label = |name: &str| old.contains(&name) || new.contains(&name);
    let mut done = trace.clone();
    done.vars.retain(|name| !is_label(name));
    done.vars.extend(new.iter().map(|&name| name.to_owned()));
    // Every state of a variable has one type: a record of all picks there are.
    let names: BTreeSet<&str> =
        labels.iter().flat_map(|label| label.args.names()).map(itf::Str::as_str).collect();
    for (state, label) in done.states.iter_mut().zip(&labels) {
        let kept = state.value.iter().filter(|(name, _)| !is_label(name));
        let mut values: Vec<(&str, Value)> =
            kept.map(|(name, value)| (name.as_str(), value.clone())).collect();
        match style {
            LabelStyle::Wunderspec => values.push((GHOST, label.to_variant())),
            LabelStyle::Quint => {
                values.push((TAKEN, Value::from(&*label.name)));
                let pick = |name: &&str| match label.args.get(name) {
                    Some(value) => Value::variant("Some", value.clone()),
                    None => Value::variant("None", Value::unit()),
                };
                values.push((PICKS, Value::Record(names.iter().map(|name| (*name, pick(name))).collect())));
            }
        }
        state.value = values.into_iter().collect();
    }
    Ok(done)
}

/// The label of the call that a label stands for: its name, and arguments and picks by their names.
fn called(label: &Label, call: &dyn Fn(&Label) -> Option<Action>) -> Label {
    match call(label) {
        Some(Action { name, args, picks: Picks::ByName(picks) }) => {
            let all = args.iter().chain(picks.iter());
            Label::new(&name, all.map(|(name, value)| (name.as_str(), value.clone())).collect())
        }
        _ => label.clone(),
    }
}

impl LabelStyle {
    /// Where a trace in this style says what its steps did.
    ///
    /// ```
    /// assert_eq!(itf_adapters::LabelStyle::Quint.labels(), itf::Labels::QuintMbt);
    /// ```
    pub fn labels(self) -> Labels {
        match self {
            Self::Wunderspec => Labels::Variant(Path::root().field(GHOST)),
            Self::Quint => Labels::QuintMbt,
        }
    }
}
