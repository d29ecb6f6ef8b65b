//! `itf lab`: the example system, served and driven.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use itf::render::Palette;
use itf::{Label, Labels, Layout, Record, State, Trace, Value};
use itf_adapters::{End, Explain, ReplayedStep, System, explain};
use itf_dns_lab::server::{Background, ServeError, ServeOptions, Server};

use crate::cli::{Lab, LabDrive, LabServe};
use crate::exit::Answer;
use crate::input::{Input, STDIN};
use crate::output::Terminal;
use crate::trouble::Trouble;

/// The version of the JSON that `drive` prints.
const VERSION: u32 = 1;
/// The variable that holds the labels of a schedule that is no trace.
const ACTION: &str = "action";

pub(crate) fn run(args: &Lab, terminal: &Terminal) -> Result<Answer, Trouble> {
    match args {
        Lab::Serve(args) => serve(args, terminal),
        Lab::Drive(args) => drive(args, terminal),
    }
}

impl From<ServeError> for Trouble {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::System(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Self::ReaderGone,
            error => Self::new(error.to_string()),
        }
    }
}

fn serve(args: &LabServe, terminal: &Terminal) -> Result<Answer, Trouble> {
    let variable = |name: &str| std::env::var(name).ok();
    let background = if args.no_background { None } else { Background::from_environment(variable)? };
    let base = std::env::var_os("DNS_LAB_BASE_DIR").map(PathBuf::from).unwrap_or_default();
    let folder = base.join(&args.dir);
    let address = SocketAddr::new(args.listen, args.port);
    let server =
        Server::bind(&ServeOptions { address, folder: folder.clone(), background }).map_err(|error| {
            let hint = match &error {
                ServeError::Listen(_, why) if why.kind() == std::io::ErrorKind::AddrInUse => {
                    format!("; another port: --port {}", args.port.saturating_add(1))
                }
                _ => String::new(),
            };
            Trouble::new(format!("{error}{hint}"))
        })?;
    if !args.listen.is_loopback() {
        terminal.note("everybody who reaches this address may use the lab");
    }
    let loops = if background.is_some() { "with background loops" } else { "nothing happens by itself" };
    terminal.note(&format!("the lab keeps its state in {}; {loops}; Ctrl-C ends it", folder.display()));
    let url = format!("http://{}", server.address());
    let color = terminal.color();
    server.run(move || {
        let terminal = Terminal::new(color);
        let mut out = terminal.stdout();
        let written = writeln!(out, "{url}").and_then(|()| out.flush());
        written.map_err(|e| std::io::Error::new(e.kind(), format!("cannot write standard output: {e}")))
    })?;
    Ok(Answer::Yes)
}

fn drive(args: &LabDrive, terminal: &Terminal) -> Result<Answer, Trouble> {
    let mut system = match &args.url {
        Some(url) => itf_dns_lab::remote(url)?,
        None => itf_dns_lab::system(),
    };
    let input = Input::read(args.schedule.as_deref().unwrap_or(Path::new(STDIN)), terminal)?;
    let given = args.action.labels()?;
    let mut answer = Answer::Yes;
    for (trace, labels) in schedules(&input)? {
        let labels = match labels {
            Some(labels) => labels,
            None => system.labels(&trace, given.as_ref())?,
        };
        answer = answer.and(driven(args, &mut system, &input.name, &trace, &labels, terminal)?);
    }
    Ok(answer)
}

fn driven(
    args: &LabDrive,
    system: &mut System,
    name: &str,
    trace: &Trace,
    labels: &Labels,
    terminal: &Terminal,
) -> Result<Answer, Trouble> {
    let mut out = terminal.stdout();
    let mut written = Ok(());
    // A step is told when the next one is there: only the last one can be a failure.
    let mut before: Option<ReplayedStep> = None;
    let run = system.replay(trace, labels, &mut |step| {
        if let Some(before) = before.replace(step.clone()).filter(|_| args.json && written.is_ok()) {
            written = writeln!(out, "{}", step_json(&before, None)).and_then(|()| out.flush());
        }
    })?;
    written?;
    if args.json {
        if let Some(last) = run.steps.last() {
            writeln!(out, "{}", step_json(last, run.failure()))?;
        }
        if let End::Broken(step, fault) = &run.end {
            out.flush()?;
            terminal.complain(&format!("{name}: step {step}: {fault}"));
        }
    } else {
        let how = Explain { palette: Palette::ansi(), context: None, most: usize::MAX };
        out.write_all(explain(name, trace, &run, &how).as_bytes())?;
    }
    out.flush()?;
    Ok(match run.end {
        End::Agreed => Answer::Yes,
        End::Failed(_) => Answer::No,
        End::Broken(..) => Answer::Trouble,
    })
}

fn step_json(step: &ReplayedStep, failure: Option<&itf_shrink::Failure>) -> String {
    let fields = [
        ("version", VERSION.to_string()),
        ("step", step.index.to_string()),
        ("action", Value::from(step.label.name.as_str()).to_json()),
        ("args", Value::Record(step.label.args.clone()).to_json()),
        ("outcome", Value::from(&step.reply.outcome).to_json()),
        ("detail", step.reply.detail.as_ref().map_or("null".into(), |d| Value::from(d).to_json())),
        ("failure", failure.map_or("null".into(), failure_json)),
    ];
    let fields: Vec<String> = fields.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
    crate::quiet::json(&format!("{{{}}}", fields.join(","))).into_owned()
}

fn failure_json(failure: &itf_shrink::Failure) -> String {
    let parts = [("kind", &failure.kind), ("site", &failure.site), ("message", &failure.message)];
    Value::record(parts.map(|(name, text)| (name, Value::from(text)))).to_json()
}

/// The schedules of an input: its traces, or its labels as one trace, with where that says what was done.
fn schedules(input: &Input) -> Result<Vec<(Trace, Option<Labels>)>, Trouble> {
    let first = input.bytes.split(|b| *b == b'\n').find(|line| !line.trim_ascii().is_empty());
    let Some(first) = first else {
        return Err(Trouble::new(format!("{}: the schedule is empty", input.name)));
    };
    let mut reader = crate::limits::reader();
    let is_label = reader.value(first.trim_ascii()).is_ok_and(|value| label(&value).is_some());
    if !is_label {
        let traces = reader.read(&input.bytes);
        let traces = traces.map_err(|e| Trouble::new(format!("{}:{e}", input.name)))?;
        return Ok(traces.into_iter().map(|trace| (trace, None)).collect());
    }
    let mut labels = vec![Label::new("Init", Record::default())];
    for (number, line) in (1..).zip(input.bytes.split(|b| *b == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let value = reader.value(line.trim_ascii());
        let value = value.map_err(|e| Trouble::new(format!("{}:{number}: {e}", input.name)))?;
        let Some(label) = label(&value) else {
            let message = format!(
                "{}:{number}: no label: one is {{\"action\": NAME, \"args\": {{…}}}} or {{\"tag\": NAME, \"value\": {{…}}}}",
                input.name
            );
            return Err(Trouble::new(message));
        };
        // The initial step is made by the reset.
        if number > 1 || &*label.name != "Init" {
            labels.push(label);
        }
    }
    let mut trace = Trace::new([ACTION], []);
    for label in labels {
        let action = Value::variant(&label.name, Value::Record(label.args));
        let value = Record::from_iter([(ACTION, action)]);
        trace.states.push(State { value, ..State::default() });
    }
    // Read once more, as any trace: what is shown of it has the same form.
    let text = itf::to_string(&trace, Layout::Compact);
    let traces = crate::limits::reader().read(text.as_bytes()).map_err(|e| Trouble::new(e.to_string()))?;
    let labels = Labels::parse(&format!("variant:{ACTION}")).map_err(|e| Trouble::new(e.to_string()))?;
    Ok(traces.into_iter().map(|trace| (trace, Some(labels.clone()))).collect())
}

/// The label that a line of a schedule is.
fn label(value: &Value) -> Option<Label> {
    match value {
        Value::Variant(variant) => {
            let args = variant.payload().as_record().cloned();
            Some(Label::new(variant.tag(), args.unwrap_or_default()))
        }
        Value::Record(record) => {
            let name = record.get(ACTION)?.as_str()?;
            let args = match record.get("args") {
                None => Record::default(),
                Some(args) => args.as_record()?.clone(),
            };
            Some(Label::new(name, args))
        }
        _ => None,
    }
}
