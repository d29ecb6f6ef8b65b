//! The properties of the spec.

use crate::id::Deployer;
use crate::state::State;

/// What a property is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PropertyKind {
    /// Should hold in every state; a search looks for a violation.
    Invariant,
    /// Should hold in some state; a search looks for an example.
    Example,
}

/// A property of states.
///
/// None of them looks at weights or at the label, or tells one ip, plan or deployer from another. The reductions of
/// `itf_adapters::engine` rest on this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Property {
    /// Invariant: the zone has exactly one root target, and some CNAME bears that name.
    NoInconsistentRoot,
    /// Invariant: the zone has exactly one rollback target, and some CNAME bears that name.
    NoInconsistentRollback,
    /// Example: some deployer has seen epoch 5 (or a later one).
    Epoch5,
    /// Example: at least three plans are published.
    Plans3,
}

impl Property {
    /// All properties: the invariants, then the examples.
    pub const ALL: [Property; 4] =
        [Property::NoInconsistentRoot, Property::NoInconsistentRollback, Property::Epoch5, Property::Plans3];

    /// The name of the property in the spec.
    ///
    /// ```
    /// assert_eq!(itf_dns_spec::Property::Plans3.name(), "plans3");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Property::NoInconsistentRoot => "no_inconsistent_root",
            Property::NoInconsistentRollback => "no_inconsistent_rollback",
            Property::Epoch5 => "epoch5",
            Property::Plans3 => "plans3",
        }
    }

    /// The property of that name, or `None`.
    ///
    /// ```
    /// use itf_dns_spec::Property;
    ///
    /// assert_eq!(Property::named("epoch5"), Some(Property::Epoch5));
    /// assert_eq!(Property::named("epoch6"), None);
    /// ```
    pub fn named(name: &str) -> Option<Property> {
        Property::ALL.into_iter().find(|property| property.name() == name)
    }

    /// Whether it is an invariant or an example.
    ///
    /// ```
    /// use itf_dns_spec::{Property, PropertyKind};
    ///
    /// assert_eq!(Property::Epoch5.kind(), PropertyKind::Example);
    /// ```
    pub const fn kind(self) -> PropertyKind {
        match self {
            Property::NoInconsistentRoot | Property::NoInconsistentRollback => PropertyKind::Invariant,
            Property::Epoch5 | Property::Plans3 => PropertyKind::Example,
        }
    }

    /// The truth value of the property in a state.
    ///
    /// ```
    /// use itf_dns_spec::{Instance, Property, init};
    ///
    /// let state = init(&Instance::named("n3_5_3").ok_or("no such instance")?);
    /// assert!(Property::NoInconsistentRoot.holds(&state));
    /// assert!(!Property::Plans3.holds(&state));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn holds(self, state: &State) -> bool {
        match self {
            // A zone has one root and one rollback at any time, and a plan in the zone has at least one CNAME.
            Property::NoInconsistentRoot => state.is_installed(state.zone().root),
            Property::NoInconsistentRollback => state.is_installed(state.zone().rollback),
            Property::Epoch5 => Deployer::ALL.iter().any(|&deployer| state.view(deployer).lock.epoch >= 5),
            Property::Plans3 => state.planner_updates().len() >= 3,
        }
    }

    /// Whether the state is what a search for this property looks for: a violation of an invariant, an instance of
    /// an example.
    ///
    /// ```
    /// use itf_dns_spec::{Instance, Property, init};
    ///
    /// let state = init(&Instance::named("n3_5_3").ok_or("no such instance")?);
    /// assert!(Property::ALL.iter().all(|property| !property.is_found_in(&state)));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn is_found_in(self, state: &State) -> bool {
        match self.kind() {
            PropertyKind::Invariant => !self.holds(state),
            PropertyKind::Example => self.holds(state),
        }
    }
}
