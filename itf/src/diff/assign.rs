//! Minimum-cost assignment.

/// A column without a row.
const FREE: usize = usize::MAX;

/// Assigns every row a column of its own so that the sum of costs is least. There are no more rows than columns; `costs`
/// are row by row. Of equally good columns the first is taken, so the answer depends on nothing but the input.
///
/// Shortest augmenting paths with potentials: R. Jonker and A. Volgenant, "A shortest augmenting path algorithm for
/// dense and sparse linear assignment problems", Computing 38, 1987.
pub(super) fn assign(rows: usize, columns: usize, costs: &[i32]) -> Vec<usize> {
    debug_assert!(rows <= columns && costs.len() == rows * columns);
    let mut row_potential = vec![0_i64; rows];
    let mut column_potential = vec![0_i64; columns];
    let mut row_of = vec![FREE; columns];
    let mut least = vec![0_i64; columns];
    let mut from = vec![FREE; columns];
    let mut done = vec![false; columns];
    for start in 0..rows {
        least.fill(i64::MAX);
        done.fill(false);
        from.fill(FREE);
        let mut row = start;
        let mut column = FREE;
        loop {
            let mut step = i64::MAX;
            let mut next = FREE;
            let line = &costs[row * columns..(row + 1) * columns];
            for (at, &cost) in line.iter().enumerate() {
                if done[at] {
                    continue;
                }
                let reduced = i64::from(cost) - row_potential[row] - column_potential[at];
                if reduced < least[at] {
                    least[at] = reduced;
                    from[at] = column;
                }
                if least[at] < step {
                    step = least[at];
                    next = at;
                }
            }
            row_potential[start] += step;
            for at in 0..columns {
                if done[at] {
                    row_potential[row_of[at]] += step;
                    column_potential[at] -= step;
                } else {
                    least[at] -= step;
                }
            }
            column = next;
            done[column] = true;
            if row_of[column] == FREE {
                break;
            }
            row = row_of[column];
        }
        // Hand the columns of the path on, from its end to its start.
        loop {
            let before = from[column];
            if before == FREE {
                row_of[column] = start;
                break;
            }
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let mut assigned = vec![0; rows];
    for (column, &row) in row_of.iter().enumerate() {
        if row != FREE {
            assigned[row] = column;
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::assign;

    fn brute_force(rows: usize, columns: usize, costs: &[i32], used: u32) -> i32 {
        let Some(row) = rows.checked_sub(1) else { return 0 };
        let free = (0..columns).filter(|c| used & (1 << c) == 0);
        free.map(|c| costs[row * columns + c] + brute_force(row, columns, costs, used | (1 << c)))
            .min()
            .unwrap_or(0)
    }

    proptest! {
        #[test]
        fn no_assignment_costs_less(rows in 0_usize..6, more in 0_usize..3, all in proptest::collection::vec(-9..9, 48)) {
            let columns = rows + more;
            let costs = &all[..rows * columns];
            let assigned = assign(rows, columns, costs);
            let cost: i32 = assigned.iter().enumerate().map(|(r, c)| costs[r * columns + c]).sum();
            prop_assert_eq!(cost, brute_force(rows, columns, costs, 0));
            let different: std::collections::HashSet<_> = assigned.iter().collect();
            prop_assert_eq!(different.len(), rows);
        }
    }
}
