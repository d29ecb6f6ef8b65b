//! Where the items of a sequence stood in the original: what an explanation needs.

use std::collections::HashSet;

use crate::intern::Id;

/// A position in the original; `None` for an item that came from another run.
pub(crate) type Origin = Option<usize>;

/// Sequences longer than this, multiplied, are aligned from the left only.
const MOST: usize = 1 << 20;

/// The origins of what executed of the original.
pub(crate) fn of_original(original: &[Id], executed: &[Id]) -> Vec<Origin> {
    let all: Vec<Origin> = (0..original.len()).map(Some).collect();
    follow(original, &all, executed)
}

/// The origins of `new`, which was made out of `old`: equal items are the same item, in order where that explains all; items
/// without an equal are those that are left, replaced or renamed, if there are as many.
pub(crate) fn follow(old: &[Id], origins: &[Origin], new: &[Id]) -> Vec<Origin> {
    let at = |places: Vec<Option<usize>>| -> Vec<Origin> {
        places.into_iter().map(|place| place.and_then(|p| origins.get(p).copied().flatten())).collect()
    };
    if new.len() < old.len() {
        return at(in_order(old, new));
    }
    let mut used = vec![false; old.len()];
    let mut places: Vec<Option<usize>> = vec![None; new.len()];
    // First those that stayed where they were, then those that moved, then those that were replaced.
    for (place, item) in new.iter().enumerate() {
        if old.get(place) == Some(item) {
            (places[place], used[place]) = (Some(place), true);
        }
    }
    for (place, item) in new.iter().enumerate() {
        if places[place].is_none()
            && let Some(from) = (0..old.len()).find(|&from| !used[from] && old[from] == *item)
        {
            (places[place], used[from]) = (Some(from), true);
        }
    }
    if new.len() == old.len() {
        let mut left = (0..old.len()).filter(|&from| !used[from]);
        for place in &mut places {
            if place.is_none() {
                *place = left.next();
            }
        }
    }
    at(places)
}

/// A longest common subsequence, as positions in `old`.
fn in_order(old: &[Id], new: &[Id]) -> Vec<Option<usize>> {
    let mut places = Vec::with_capacity(new.len());
    let mut from = 0;
    for item in new {
        let found = (from..old.len()).find(|&at| old[at] == *item);
        places.push(found);
        from = found.map_or(from, |at| at + 1);
    }
    if places.iter().all(Option::is_some) || old.len() * new.len() > MOST {
        return places;
    }
    let mut longest = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i][j] = if old[i] == new[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut places = vec![None; new.len()];
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            places[j] = Some(i);
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    places
}

/// The positions of the original that are in `before` and no longer in `after`.
pub(crate) fn missing(before: &[Origin], after: &[Origin]) -> Vec<usize> {
    let here: HashSet<usize> = after.iter().copied().flatten().collect();
    before.iter().copied().flatten().filter(|at| !here.contains(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::{follow, missing, of_original};

    #[test]
    fn items_are_followed_through_deletion_moves_and_replacement() {
        assert_eq!(of_original(&[5, 6, 5, 7], &[6, 7]), [Some(1), Some(3)]);
        let all = [Some(0), Some(1), Some(2), Some(3)];
        assert_eq!(follow(&[5, 6, 7, 8], &all, &[5, 8, 6, 7]), [Some(0), Some(3), Some(1), Some(2)]);
        assert_eq!(follow(&[5, 6, 7, 8], &all, &[5, 9, 7, 8]), all);
        // 9 came from another run; what is around it is still known.
        assert_eq!(follow(&[5, 6, 7, 8], &all, &[5, 9, 8]), [Some(0), None, Some(3)]);
        assert_eq!(missing(&all, &[Some(3), None]), [0, 1, 2]);
    }
}
