//! `itf show`.

use crate::cli::Show;
use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(crate) fn run(_args: &Show, _terminal: &Terminal) -> Result<Answer, Trouble> {
    Err(Trouble::new("not built yet"))
}
