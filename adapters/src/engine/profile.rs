//! Which actions were taken.

/// How often one action was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionCount {
    /// Its name.
    pub name: String,
    /// Steps that took it.
    pub taken: u64,
    /// How often it was drawn and turned out to be disabled.
    pub disabled: u64,
}

/// The coverage of actions: how often each was taken, those that never were included.
///
/// ```
/// use itf_adapters::engine::Profile;
/// let mut profile = Profile::default();
/// profile.add("Deploy", 3, 1);
/// profile.add("Cleanup", 0, 5);
/// assert_eq!(profile.never(), ["Cleanup"]);
/// assert_eq!(profile.actions()[0].taken, 3);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    actions: Vec<ActionCount>,
}

impl Profile {
    /// Counts more of an action.
    ///
    /// ```
    /// # use itf_adapters::engine::Profile;
    /// let mut profile = Profile::default();
    /// profile.add("a", 1, 0);
    /// profile.add("a", 1, 0);
    /// assert_eq!(profile.actions().len(), 1);
    /// ```
    pub fn add(&mut self, name: &str, taken: u64, disabled: u64) {
        if let Some(count) = self.actions.iter_mut().find(|count| count.name == name) {
            count.taken += taken;
            count.disabled += disabled;
        } else {
            self.actions.push(ActionCount { name: name.to_owned(), taken, disabled });
        }
    }

    /// Counts all of another profile.
    ///
    /// ```
    /// # use itf_adapters::engine::Profile;
    /// let (mut a, mut b) = (Profile::default(), Profile::default());
    /// b.add("a", 2, 0);
    /// a.merge(&b);
    /// assert_eq!(a, b);
    /// ```
    pub fn merge(&mut self, other: &Self) {
        for count in &other.actions {
            self.add(&count.name, count.taken, count.disabled);
        }
    }

    /// The counts, in the order in which the actions became known.
    ///
    /// ```
    /// assert!(itf_adapters::engine::Profile::default().actions().is_empty());
    /// ```
    pub fn actions(&self) -> &[ActionCount] {
        &self.actions
    }

    /// The actions that were never taken.
    ///
    /// ```
    /// assert!(itf_adapters::engine::Profile::default().never().is_empty());
    /// ```
    pub fn never(&self) -> Vec<&str> {
        self.actions.iter().filter(|count| count.taken == 0).map(|count| count.name.as_str()).collect()
    }

    pub(super) fn sort(&mut self) {
        self.actions.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

/// Counts by position, while a walk is made: a profile looks names up.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(Vec<(u64, u64)>);

impl Tally {
    fn at(&mut self, action: usize) -> &mut (u64, u64) {
        if action >= self.0.len() {
            self.0.resize(action + 1, (0, 0));
        }
        &mut self.0[action]
    }

    pub(super) fn take(&mut self, action: usize) {
        self.at(action).0 += 1;
    }

    pub(super) fn refuse(&mut self, action: usize) {
        self.at(action).1 += 1;
    }

    /// The profile, with the names of the positions.
    pub(super) fn named(&self, names: &[String]) -> Profile {
        let mut profile = Profile::default();
        for (position, name) in names.iter().enumerate() {
            let (taken, disabled) = self.0.get(position).copied().unwrap_or_default();
            profile.add(name, taken, disabled);
        }
        profile
    }
}
