//! `itf diff`.

use crate::cli::Diff;
use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(crate) fn run(_args: &Diff, _terminal: &Terminal) -> Result<Answer, Trouble> {
    Err(Trouble::new("not built yet"))
}
