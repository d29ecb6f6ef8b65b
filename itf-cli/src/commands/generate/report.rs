//! What is said about generated traces.

use std::io::Write;

use itf::render::escape;
use itf_adapters::engine::Profile;
use itf_adapters::{Fault, PropertyKind};
use serde_json::{Value, json};

use crate::cli::{Generate, ReportFormat};
use crate::output::{Terminal, counted};
use crate::trouble::Trouble;

/// What was done.
#[derive(Default)]
pub(super) struct Generated {
    pub(super) property: Option<String>,
    pub(super) kind: Option<PropertyKind>,
    pub(super) found: usize,
    /// Walks, where somebody counted them.
    pub(super) walks: Option<u64>,
    pub(super) steps: u64,
    /// Walks that ended early because nothing was enabled.
    pub(super) stuck: u64,
    /// The states of a shortest trace.
    pub(super) length: Option<usize>,
    /// Distinct states that an exhaustive search visited.
    pub(super) visited: Option<usize>,
    /// The length up to which there is no trace.
    pub(super) none_up_to: Option<usize>,
    pub(super) profile: Profile,
    /// Whether it was interrupted.
    pub(super) stopped: bool,
    /// What went wrong after something was found.
    pub(super) broken: Option<Fault>,
}

/// Says what was done: to standard error, as standard output carries the traces.
pub(super) fn tell(args: &Generate, generated: &Generated, terminal: &Terminal) -> Result<(), Trouble> {
    if args.format == ReportFormat::Json {
        let json = json(args, generated).to_string();
        let json = crate::quiet::json(&json);
        if args.out.file.is_some() {
            let mut out = terminal.stdout();
            writeln!(out, "{json}")?;
            out.flush()?;
        } else {
            writeln!(terminal.stderr(), "{json}")?;
        }
        return Ok(());
    }
    terminal.note(&words(args, generated));
    if args.profile {
        table(&mut terminal.stderr(), &generated.profile)?;
    }
    Ok(())
}

fn words(args: &Generate, generated: &Generated) -> String {
    let Generated { found, steps, .. } = generated;
    let (one, many) = match generated.kind {
        Some(PropertyKind::Example) => ("reaches", "reach"),
        _ => ("violates", "violate"),
    };
    let verb = if *found == 1 { one } else { many };
    let visited = generated.visited.unwrap_or_default();
    let mut words = match (generated.length, generated.none_up_to, generated.walks) {
        (Some(states), ..) => {
            format!("the shortest trace has {states} states; {visited} different states were visited")
        }
        (_, Some(len), _) => {
            format!("no trace of up to {len} states; {visited} different states were visited")
        }
        (.., Some(walks)) => {
            let walked = match &generated.property {
                Some(property) => {
                    format!("{found} of {} {verb} {property}", counted(to_usize(walks), "walk"))
                }
                None => counted(to_usize(walks), "walk"),
            };
            format!("{walked}, {}, seed {}", counted(to_usize(*steps), "step"), args.seed)
        }
        // Another tool made them, and does not say how many it tried.
        (.., None) => {
            let traces = counted(*found, "trace");
            let what = generated.property.as_ref().map_or(String::new(), |p| format!(" that {verb} {p}"));
            format!("{traces}{what}, seed {}", args.seed)
        }
    };
    if generated.stuck > 0 {
        words = format!("{words}; {} ended early, where nothing was enabled", generated.stuck);
    }
    // A search that ends at once has taken few actions, and that says nothing.
    let never = generated.profile.never();
    if generated.walks.is_some_and(|walks| walks >= 100) && !never.is_empty() {
        words = format!("{words}; never taken: {}", never.join(", "));
    }
    if generated.stopped {
        words += "; interrupted";
    }
    words
}

fn to_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The coverage of actions: how often each was taken, and drawn in vain.
fn table(out: &mut impl Write, profile: &Profile) -> Result<(), Trouble> {
    let total: u64 = profile.actions().iter().map(|action| action.taken).sum();
    let rows = profile.actions().iter().map(|action| {
        // In tenths of a percent, without a float.
        let share = (u128::from(action.taken) * 1000).checked_div(u128::from(total)).unwrap_or(0);
        let share = format!("{}.{} %", share / 10, share % 10);
        [escape(&action.name), action.taken.to_string(), share, action.disabled.to_string()]
    });
    let head = ["action", "taken", "share", "disabled when drawn"].map(str::to_owned);
    let rows: Vec<[String; 4]> = std::iter::once(head).chain(rows).collect();
    let mut widths = [0; 4];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let [name, taken, share, disabled] = widths;
    for [a, b, c, d] in &rows {
        writeln!(out, "  {a:name$}  {b:>taken$}  {c:>share$}  {d:>disabled$}")?;
    }
    Ok(())
}

/// As schemas/generate-report-1.schema.json has it.
fn json(args: &Generate, generated: &Generated) -> Value {
    let actions: Vec<Value> = generated
        .profile
        .actions()
        .iter()
        .map(|a| json!({"name": a.name, "taken": a.taken, "disabled": a.disabled}))
        .collect();
    let mut report = json!({
        "version": 1,
        "spec": args.spec,
        "found": generated.found,
        "steps": generated.steps,
        "actions": actions,
        "interrupted": generated.stopped,
    });
    let mut set = |key: &str, value: Option<Value>| {
        if let (Some(map), Some(value)) = (report.as_object_mut(), value) {
            map.insert(key.to_owned(), value);
        }
    };
    set("property", generated.property.as_deref().map(Value::from));
    if args.shortest {
        set("states_visited", generated.visited.map(Value::from));
        set("none_up_to", generated.none_up_to.map(Value::from));
        set("shortest", generated.length.map(Value::from));
    } else {
        set("seed", Some(args.seed.into()));
        set("walks", generated.walks.map(Value::from));
        set("stuck", Some(generated.stuck.into()));
    }
    report
}
