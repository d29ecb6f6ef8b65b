//! Integers between two bounds as a regular expression over their digits, for JSON Schema has bounds for numbers only.
//!
//! Of numbers with equally many digits, those between two are: below the digit in which the bounds part, the rest of the
//! lower bound and all above; between the digits, anything; above, the rest of the upper bound and all below.

/// Bounds with more digits are none: the expression grows with the square of their number, and nobody reads it.
const MOST_DIGITS: usize = 40;

/// The expression for all integers from `low` to `high`, in decimal digits without zeros in front.
pub(super) fn pattern(low: &str, high: &str) -> String {
    if low.len().max(high.len()) > MOST_DIGITS {
        return "^(?:0|-?[1-9][0-9]*)$".to_owned();
    }
    let mut choices = Vec::new();
    match (low.strip_prefix('-'), high.strip_prefix('-')) {
        (Some(low), Some(high)) => negative(high, low, &mut choices),
        (Some(low), None) => {
            negative("1", low, &mut choices);
            naturals("0", high, &mut choices);
        }
        _ => naturals(low, high, &mut choices),
    }
    format!("^(?:{})$", choices.join("|"))
}

fn negative(low: &str, high: &str, choices: &mut Vec<String>) {
    let mut positive = Vec::new();
    naturals(low, high, &mut positive);
    choices.extend(positive.into_iter().map(|choice| format!("-{choice}")));
}

/// All from `low` to `high`, by their number of digits.
fn naturals(low: &str, high: &str, choices: &mut Vec<String>) {
    if low.len() == high.len() {
        return same_length(low, high, "", choices);
    }
    same_length(low, &"9".repeat(low.len()), "", choices);
    // All numbers with more digits than the one and fewer than the other.
    if high.len() > low.len() + 1 {
        choices.push(format!("[1-9]{}", digits(low.len(), high.len() - 2)));
    }
    let smallest = format!("1{}", "0".repeat(high.len() - 1));
    same_length(&smallest, high, "", choices);
}

fn same_length(low: &str, high: &str, before: &str, choices: &mut Vec<String>) {
    let same = low.bytes().zip(high.bytes()).take_while(|(a, b)| a == b).count();
    let before = format!("{before}{}", &low[..same]);
    let (low, high) = (&low[same..], &high[same..]);
    let (Some(first), Some(last)) = (low.bytes().next(), high.bytes().next()) else {
        choices.push(before);
        return;
    };
    let rest = low.len() - 1;
    let low_is_full = low[1..].bytes().all(|b| b == b'0');
    let high_is_full = high[1..].bytes().all(|b| b == b'9');
    let from = if low_is_full { first } else { first + 1 };
    let to = if high_is_full { last } else { last - 1 };
    if !low_is_full {
        same_length(&low[1..], &"9".repeat(rest), &format!("{before}{}", char::from(first)), choices);
    }
    if from <= to {
        choices.push(format!("{before}{}{}", class(from, to), digits(rest, rest)));
    }
    if !high_is_full {
        same_length(&"0".repeat(rest), &high[1..], &format!("{before}{}", char::from(last)), choices);
    }
}

fn class(from: u8, to: u8) -> String {
    let (from, to) = (char::from(from), char::from(to));
    if from == to { from.to_string() } else { format!("[{from}-{to}]") }
}

fn digits(least: usize, most: usize) -> String {
    match (least, most) {
        (0, 0) => String::new(),
        (1, 1) => "[0-9]".to_owned(),
        _ if least == most => format!("[0-9]{{{least}}}"),
        _ => format!("[0-9]{{{least},{most}}}"),
    }
}
