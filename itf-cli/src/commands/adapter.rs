//! `itf adapter`: for the authors of adapters.

use std::io::{self, BufReader, Write};

use anstyle::AnsiColor;
use itf_adapters::jsonl::check::{Finding, Outcome, Trial, check};
use itf_adapters::jsonl::{Role, serve_consumer, serve_producer};

use crate::cli::{Adapter, AdapterCheck, AdapterRole, AdapterServe};
use crate::exit::Answer;
use crate::input::Input;
use crate::output::Terminal;
use crate::plugs;
use crate::trouble::Trouble;

pub(crate) fn run(args: &Adapter, terminal: &Terminal) -> Result<Answer, Trouble> {
    match args {
        Adapter::Check(args) => tried(args, terminal),
        Adapter::Serve(args) => served(args),
    }
}

/// Serves a producer or a system on the standard streams.
fn served(args: &AdapterServe) -> Result<Answer, Trouble> {
    let (mut input, mut output) = (BufReader::new(io::stdin()), io::stdout());
    // What is a system is no producer, and the other way round.
    match plugs::system(&args.name) {
        Ok(mut system) => serve_consumer(&mut system, &mut input, &mut output)?,
        Err(no_system) => match plugs::producer(&args.name, None) {
            Ok(mut producer) => serve_producer(producer.as_mut(), &mut input, &mut output)?,
            Err(_) if args.name.starts_with("jsonl:") => return Err(no_system),
            Err(no_producer) => {
                return Err(Trouble::new(format!("{no_producer}; the systems are {}", plugs::SYSTEMS)));
            }
        },
    }
    Ok(Answer::Yes)
}

/// Runs an adapter through the conformance list.
fn tried(args: &AdapterCheck, terminal: &Terminal) -> Result<Answer, Trouble> {
    let trace = args.trace.as_deref().map(|path| {
        let input = Input::read(path, terminal)?;
        let traces = crate::limits::reader().read(&input.bytes);
        let traces = traces.map_err(|e| Trouble::new(format!("{}:{e}", input.name)))?;
        let first = traces.into_iter().next();
        first.ok_or_else(|| Trouble::new(format!("{}: no traces", input.name)))
    });
    let role = args.role.map(|role| match role {
        AdapterRole::Producer => Role::Producer,
        AdapterRole::Consumer => Role::Consumer,
    });
    let trial =
        Trial { role, trace: trace.transpose()?, labels: args.action.labels()?, limits: plugs::limits()? };
    plugs::end_with_us();
    let mut out = terminal.stdout();
    let mut written: io::Result<()> = Ok(());
    let findings = check(&args.command, &trial, &mut |finding| {
        if written.is_ok() {
            written = line(&mut out, finding).and_then(|()| out.flush());
        }
    })?;
    written?;
    let failed = findings.iter().filter(|f| matches!(f.outcome, Outcome::Failed(_))).count();
    let passed = findings.iter().filter(|f| f.outcome == Outcome::Passed).count();
    let skipped = findings.len() - failed - passed;
    writeln!(out, "{passed} passed, {failed} failed, {skipped} not tried")?;
    out.flush()?;
    Ok(if failed == 0 { Answer::Yes } else { Answer::No })
}

/// One item of the list; the explanation of a failure below it.
fn line(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let (green, red) = (AnsiColor::Green.on_default(), AnsiColor::Red.on_default().bold());
    match &finding.outcome {
        Outcome::Passed => writeln!(out, "{green}ok{green:#}    {}", finding.item),
        Outcome::Failed(why) => {
            writeln!(out, "{red}FAILS{red:#} {}", finding.item)?;
            why.lines().try_for_each(|line| writeln!(out, "      {}", itf::render::escape(line)))
        }
        Outcome::Skipped(why) => writeln!(out, "-     {} ({})", finding.item, itf::render::escape(why)),
    }
}
