//! `itf demo`.

use crate::cli::Demo;
use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(crate) fn run(_args: &Demo, _terminal: &Terminal) -> Result<Answer, Trouble> {
    Err(Trouble::new("not built yet"))
}
