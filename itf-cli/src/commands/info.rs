//! `itf info`.

use crate::cli::Info;
use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(crate) fn run(_args: &Info, _terminal: &Terminal) -> Result<Answer, Trouble> {
    Err(Trouble::new("not built yet"))
}
