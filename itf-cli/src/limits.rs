//! What the reader refuses: the limits of the library, as they were changed on the command line or in the environment.

use std::sync::OnceLock;

use itf::{ErrorKind, Limits, Reader};

use crate::trouble::Trouble;

/// The variable with limits for every command, also for those that git starts: `part=2GiB depth=500`.
const VARIABLE: &str = "ITF_LIMITS";

/// Set once, before a command runs: all readers of a process have the same.
static LIMITS: OnceLock<Limits> = OnceLock::new();

/// A reader with the limits of this process.
pub(crate) fn reader() -> Reader {
    Reader::with_limits(limits())
}

/// The limits of this process.
pub(crate) fn limits() -> Limits {
    LIMITS.get().cloned().unwrap_or_default()
}

/// The bytes of an input that is held in memory as a whole: those that were asked for, or what a machine can be taken to have.
pub(crate) fn held() -> u64 {
    const USUAL: u64 = 4 << 30;
    let Limits { bytes, .. } = limits();
    if bytes == Limits::default().bytes { USUAL } else { bytes }
}

/// Which option lets more through, where a limit was hit.
pub(crate) fn option(error: &ErrorKind) -> String {
    let (name, more) = match error {
        ErrorKind::TooDeep(limit) if *limit >= Limits::MAX_DEPTH => return String::new(),
        ErrorKind::TooDeep(_) => ("depth", Limits::MAX_DEPTH.to_string()),
        ErrorKind::TooManyDigits { found, .. } => ("digits", found.to_string()),
        ErrorKind::TooManyValues(_) => ("distinct", "N".to_owned()),
        ErrorKind::TooManyBytes(_) => ("bytes", "N".to_owned()),
        ErrorKind::PartTooLong(_) => ("part", "N".to_owned()),
        _ => return String::new(),
    };
    format!("; --input-limit {name}={more} allows more")
}

/// Takes the limits of the environment, then those of the command line.
pub(crate) fn set(options: &[String]) -> Result<(), Trouble> {
    let mut limits = Limits::default();
    let variable = std::env::var(VARIABLE).unwrap_or_default();
    for word in variable.split_whitespace() {
        change(&mut limits, word).map_err(|error| Trouble::new(format!("{VARIABLE}: {error}")))?;
    }
    for option in options {
        change(&mut limits, option).map_err(|error| Trouble::new(format!("--input-limit: {error}")))?;
    }
    // In a process that was here before, as tests are, the first limits stay.
    let _ = LIMITS.set(limits);
    Ok(())
}

/// Whether this is a limit: for the command line.
pub(crate) fn parse(text: &str) -> Result<String, String> {
    change(&mut Limits::default(), text).map(|()| text.to_owned())
}

fn change(limits: &mut Limits, text: &str) -> Result<(), String> {
    let (name, number) =
        text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=NUMBER, such as part=2GiB"))?;
    let number = amount(number)?;
    let size = || usize::try_from(number).map_err(|_| format!("`{text}` is too large for this machine"));
    match name {
        "bytes" => limits.bytes = number,
        "part" if size()? < Limits::MIN_PART => {
            return Err(format!("`{text}`: part is at least {}", Limits::MIN_PART));
        }
        "part" => limits.part = size()?,
        "depth" if size()? > Limits::MAX_DEPTH => {
            return Err(format!("`{text}`: depth is at most {}", Limits::MAX_DEPTH));
        }
        "depth" => limits.depth = size()?,
        "digits" => limits.digits = size()?,
        "distinct" => limits.distinct = size()?,
        _ => {
            return Err(format!(
                "there is no limit `{name}`; there are bytes, part, depth, digits and distinct"
            ));
        }
    }
    Ok(())
}

/// `1000`, `1_000`, `64KiB`, `512MiB`, `2GiB`, `1TiB`.
fn amount(text: &str) -> Result<u64, String> {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)];
    let unit = units.iter().find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, *shift)));
    let (digits, shift) = unit.unwrap_or((text, 0));
    let number = digits.replace('_', "").parse::<u64>().ok();
    number
        .filter(|_| digits.starts_with(|c: char| c.is_ascii_digit()))
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or_else(|| format!("`{text}` is no number such as 1000, 64KiB, 512MiB or 2GiB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_numbers_with_units() {
        let changed = |text: &str| {
            let mut limits = Limits::default();
            change(&mut limits, text).map(|()| limits)
        };
        let is = |text: &str, limits: Limits| assert_eq!(changed(text), Ok(limits), "{text}");
        is("part=2GiB", Limits { part: 2 << 30, ..Limits::default() });
        is("bytes=1_000", Limits { bytes: 1_000, ..Limits::default() });
        is("depth=1000", Limits { depth: 1_000, ..Limits::default() });
        is("digits=10", Limits { digits: 10, ..Limits::default() });
        is("distinct=64KiB", Limits { distinct: 65_536, ..Limits::default() });
        for wrong in [
            "part",
            "part=",
            "part=-1",
            "part=+1",
            "part=1.5GiB",
            "bytes=16777216TiB",
            "depth=1001",
            "part=63",
            "x=1",
            "part=_1",
            "part=1 MiB",
        ] {
            assert!(changed(wrong).is_err(), "{wrong}");
        }
    }
}
