//! The same trace with its labels in the way of another tool.

use std::collections::BTreeSet;

use itf::{Label, LabelError, Labels, Path, Record, Trace, Value};

use crate::{Fault, FaultKind};

/// A way in which a tool writes what the steps of a trace did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelStyle {
    /// Wunderspec's: the variable `ghost_action` is a variant, its payload a record of the arguments.
    Wunderspec,
    /// Quint's `--mbt`: the variable `mbt::actionTaken` is the spec's action, `mbt::nondetPicks` a record of options.
    Quint,
}

const GHOST: &str = "ghost_action";
const TAKEN: &str = "mbt::actionTaken";
const PICKS: &str = "mbt::nondetPicks";

/// `trace`, which says what its steps did by `from`, saying it in another style. In Quint's, variables are added: the spec's
/// own stay, with unit as Quint writes it, and `recorded` says what `--mbt` records of a step (the action of the spec and its
/// choices, see [`Producer::recorded`](crate::Producer::recorded)). In Wunderspec's, variables that carried nothing but the
/// labels are replaced; where a label was part of a variable, that stays as it is. A first state without a label gets the one
/// that the tool gives it: `Init` or `init`.
///
/// # Errors
///
/// A step without a label, or one that is not known to `recorded`.
///
/// ```
/// use itf::Labels;
/// use itf_adapters::{LabelStyle, relabel};
/// let trace = &itf::read(br##"{"vars":["x","did"],"states":[{"x":0,"did":{"tag":"Init","value":null}},{"x":1,"did":{"tag":"Add","value":{"n":1}}}]}"##)?[0];
/// let quint = relabel(trace, &Labels::parse("variant:did")?, LabelStyle::Quint, &|label| Ok(label.clone()))?;
/// let add = Labels::QuintMbt.label(&quint.states[1], 1)?;
/// assert_eq!(add.to_string(), "Add(n: 1)");
/// assert_eq!(quint.vars, ["x", "did", "mbt::actionTaken", "mbt::nondetPicks"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn relabel(
    trace: &Trace,
    from: &Labels,
    style: LabelStyle,
    recorded: &dyn Fn(&Label) -> Result<Label, Fault>,
) -> Result<Trace, Fault> {
    if *from == style.labels() {
        return Ok(trace.clone());
    }
    let first = match style {
        LabelStyle::Wunderspec => "Init",
        LabelStyle::Quint => "init",
    };
    let mut labels: Vec<Label> = Vec::with_capacity(trace.states.len());
    for (at, state) in trace.states.iter().enumerate() {
        let label = match (from.label(state, at), style) {
            (Err(_), _) | (_, LabelStyle::Quint) if at == 0 => Label::new(first, Record::default()),
            (label, LabelStyle::Wunderspec) => label.map_err(|e| unlabelled(&e))?,
            (label, LabelStyle::Quint) => recorded(&label.map_err(|e| unlabelled(&e))?)?,
        };
        labels.push(label);
    }
    let old: Vec<&str> = match style {
        LabelStyle::Wunderspec => from.variables(),
        LabelStyle::Quint => Vec::new(),
    };
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
        let as_written = |value: &Value| match style {
            LabelStyle::Wunderspec => value.clone(),
            LabelStyle::Quint => value.unified(),
        };
        let mut values: Vec<(&str, Value)> =
            kept.map(|(name, value)| (name.as_str(), as_written(value))).collect();
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

fn unlabelled(error: &LabelError) -> Fault {
    Fault::new(FaultKind::Invalid, error.to_string())
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
