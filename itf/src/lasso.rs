//! Lassos: traces whose last states repeat for ever.

use crate::trace::{State, Trace};

impl<S> Trace<S> {
    /// The states in the order in which they happen: those of a lasso for ever.
    ///
    /// ```
    /// let lasso = itf::read(br#"{"vars":["x"],"states":[{"x":0},{"x":1},{"x":2}],"loop":1}"#)?.remove(0);
    /// let word: Vec<_> = lasso.unrolled().take(6).map(|s| s.get("x").unwrap().as_i64().unwrap()).collect();
    /// assert_eq!(word, [0, 1, 2, 1, 2, 1]);
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn unrolled(&self) -> impl Iterator<Item = &State<S>> + Clone {
        let cycle = self.back().map_or(&[][..], |back| &self.states[back..]);
        self.states.iter().chain(cycle.iter().cycle())
    }

    /// The state to which the last one returns, if there is such a state.
    fn back(&self) -> Option<usize> {
        self.loop_index.and_then(|index| usize::try_from(index).ok()).filter(|back| *back < self.states.len())
    }
}

impl<S: PartialEq> Trace<S> {
    /// Whether both show the same states in the same order, those of lassos for ever. What else is said of the traces,
    /// and `#meta`, does not count.
    ///
    /// ```
    /// let traces = itf::read(br#"
    ///     {"vars":["x"],"states":[{"x":0},{"x":1},{"x":2}],"loop":1}
    ///     {"vars":["x"],"states":[{"x":0},{"x":1},{"x":2},{"x":1},{"x":2},{"x":1}],"loop":4}
    /// "#)?;
    /// assert!(traces[0].is_same_word(&traces[1]));
    /// assert_ne!(traces[0].states.len(), traces[1].states.len());
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn is_same_word(&self, other: &Self) -> bool {
        let agree =
            |n| self.unrolled().take(n).map(|s| &s.value).eq(other.unrolled().take(n).map(|s| &s.value));
        match (self.back(), other.back()) {
            (None, None) => self.states.len() == other.states.len() && agree(self.states.len()),
            // Two periodic words that agree for as long as both periods together are equal: N. J. Fine and H. S. Wilf,
            // "Uniqueness theorems for periodic functions", 1965.
            (Some(a), Some(b)) => {
                let (p, q) = (self.states.len() - a, other.states.len() - b);
                agree(a.max(b) + p + q)
            }
            _ => false,
        }
    }

    /// The shortest trace that shows the same: of a lasso the loop is one turn, and begins as early as it can.
    ///
    /// ```
    /// let long = itf::read(br#"{"vars":["x"],"states":[{"x":0},{"x":1},{"x":0},{"x":1},{"x":0}],"loop":3}"#)?.remove(0);
    /// let short = long.clone().normalized();
    /// assert_eq!((short.states.len(), short.loop_index), (2, Some(0)));
    /// assert!(short.is_same_word(&long));
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    #[must_use]
    pub fn normalized(mut self) -> Self {
        let Some(back) = self.back() else { return self };
        let values: Vec<&S> = self.states.iter().map(|state| &state.value).collect();
        let (back, turn) = normal_form(&values, back);
        self.states.truncate(back + turn);
        self.loop_index = Some(back as u64);
        self
    }
}

/// The normal form of the infinite word that states `states` stand for, the last of which returns to the one at `back`:
/// the length of the prefix and of one turn of the loop, which are the first so many states. The turn is primitive, no
/// repetition of a shorter one, and begins as early as it can; so two lassos stand for the same word exactly when their
/// normal forms are equal. `back` is the index of a state.
pub(crate) fn normal_form<T: PartialEq>(states: &[T], mut back: usize) -> (usize, usize) {
    let length = states.len() - back;
    let repeats = |turn: &usize| {
        length.is_multiple_of(*turn) && (back + turn..states.len()).all(|at| states[at] == states[at - turn])
    };
    let turn = (1..=length).find(repeats).unwrap_or(length);
    // The last state before the loop may be the last one of a turn: then the loop begins with it.
    while back > 0 && states[back - 1] == states[back - 1 + turn] {
        back -= 1;
    }
    (back, turn)
}
