//! Where traces go, with their labels as they are wanted.

use itf::{Labels, Trace};
use itf_adapters::engine::Profile;
use itf_adapters::{LabelStyle, Producer, relabel};

use crate::cli::{Generate, LabelsOf};
use crate::output::{Output, write_traces};
use crate::plugs;
use crate::trouble::Trouble;

/// What is counted where a trace does not say what a step did.
const UNNAMED: &str = "(no name)";

/// Writes traces of a producer.
pub(super) struct Writer {
    out: Output,
    labels: Labels,
    style: Option<Restyled>,
}

/// Another way to say what steps did.
struct Restyled {
    style: LabelStyle,
    /// The spec once more, for it is at work while its traces are written; only where it is asked.
    spec: Option<Box<dyn Producer>>,
}

impl Writer {
    pub(super) fn open(args: &Generate, producer: &dyn Producer) -> Result<Self, Trouble> {
        let labels = producer.labels();
        let style = args.labels.map(|labels| match labels {
            LabelsOf::Wunderspec => LabelStyle::Wunderspec,
            LabelsOf::Quint => LabelStyle::Quint,
        });
        let style = style.filter(|style| style.labels() != labels).map(|style| {
            let asks = style == LabelStyle::Quint;
            let spec = asks.then(|| plugs::producer(&args.spec, args.instance.as_deref())).transpose()?;
            Ok::<_, Trouble>(Restyled { style, spec })
        });
        Ok(Self { out: Output::open(args.out.file.as_deref())?, labels, style: style.transpose()? })
    }

    pub(super) fn write(&mut self, trace: &Trace) -> Result<(), Trouble> {
        let Some(Restyled { style, spec }) = &self.style else { return write_traces(&mut self.out, [trace]) };
        let recorded = |label: &itf::Label| match spec {
            Some(spec) => spec.recorded(label),
            None => Ok(label.clone()),
        };
        let trace = relabel(trace, &self.labels, *style, &recorded);
        let trace = trace.map_err(|fault| Trouble::new(format!("--labels: {}", fault.message)))?;
        write_traces(&mut self.out, [&trace])
    }

    /// Counts the actions of a trace.
    pub(super) fn count(&self, profile: &mut Profile, trace: &Trace) {
        for (at, state) in trace.states.iter().enumerate().skip(1) {
            match self.labels.label(state, at) {
                Ok(label) => profile.add(&label.name, 1, 0),
                Err(_) => profile.add(UNNAMED, 1, 0),
            }
        }
    }

    pub(super) fn finish(self) -> Result<(), Trouble> {
        self.out.finish()
    }
}
