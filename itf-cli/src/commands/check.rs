//! `itf check`.

use crate::cli::Check;
use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(crate) fn run(_args: &Check, _terminal: &Terminal) -> Result<Answer, Trouble> {
    Err(Trouble::new("not built yet"))
}
