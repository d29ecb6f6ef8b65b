//! "Did you mean": the name that is nearest to a mistyped one.

/// The most alike of `names`, if one is alike enough to be meant.
pub(super) fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = typed.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    names
        .into_iter()
        // Any other name of one letter is near.
        .filter(|name| *name != typed && (length > 2 || name.eq_ignore_ascii_case(typed)))
        .map(|name| (distance(typed, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// How many characters must be put in, taken out, replaced or swapped with the next; case counts half, rounded up once.
fn distance(a: &str, b: &str) -> usize {
    if a.eq_ignore_ascii_case(b) {
        return 1;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // No name is that long; a text of that length is not worth the square of it.
    if a.len().max(b.len()) > 100 {
        return usize::MAX;
    }
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let above = &rows[i - 1];
            let mut cost =
                (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + usize::from(a[i - 1] != b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(rows[i - 2][j - 2] + 1);
            }
            row.push(cost);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_found_and_another_word_is_not() {
        let names = ["votes", "round", "leader"];
        assert_eq!(nearest("vote", names), Some("votes"));
        assert_eq!(nearest("ruond", names), Some("round"));
        assert_eq!(nearest("Leader", names), Some("leader"));
        assert_eq!(nearest("zebra", names), None);
        assert_eq!((nearest("q", ["e", "x"]), nearest("X", ["e", "x"])), (None, Some("x")));
    }
}
