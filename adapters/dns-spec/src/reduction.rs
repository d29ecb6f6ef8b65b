//! States that breadth-first search need not tell apart.

use crate::id::{Deployer, PlanId, PlanSet};
use crate::record::{Lock, View};
use crate::state::Core;

/// Which states count as one; each reduction includes those before it. With any of them the trace that is found is a
/// run of the spec, and as short as the shortest: two states that count as one have, call by call, the same calls
/// enabled, reach states that count as one, and agree on every property.
///
/// The label decides nothing, and is never part of what makes a state new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reduction {
    /// Tries every pick of `planner_generate`, and tells all plans and deployers apart. For the smallest instances.
    None,
    /// One set of ips, one weight, plans in ascending order of their names.
    ///
    /// A guard asks which plans are published, whether a lock or a root is in the zone, and whether *some* record of a
    /// plan is; a property asks for *some* CNAME of a plan. A plan creates at least one CNAME and one A record whatever
    /// its ips and weights are, and its records come and go together. So ips and weights can be replaced by others in
    /// every run. Likewise nothing tells one of `PLAN_IDS` from another and the initial state names none, so every run
    /// can be renamed to one that takes them in ascending order. Of `planner_updates` only the length is left.
    Picks,
    /// States that differ by a renaming of the deployers.
    ///
    /// The initial state treats all deployers alike, so does every action, and no property names one; renamed
    /// everywhere, as holders of locks too, a run is again a run.
    Deployers,
    /// States that differ in what deployers with a lost lock have seen, or in who holds the lock.
    ///
    /// A lock is replaced by one with a higher epoch, so a lost lock never comes back: such a deployer can back off or
    /// clean up, for which it does not matter what it has seen, or look again, which replaces it. A deployer whose lock
    /// is in the zone has seen what the zone says, because all three change together. The epoch need not be kept: it
    /// is the number of deploys, the sum of all `deployer_next_plan`, and the latest one has been seen by its writer.
    Views,
}

/// The least of the states that differ from this one by a renaming of the deployers.
pub(crate) fn representative(core: &Core) -> Core {
    use Deployer::{A, B, C};
    const RENAMINGS: [[Deployer; 3]; 5] = [[A, C, B], [B, A, C], [B, C, A], [C, A, B], [C, B, A]];
    RENAMINGS.iter().map(|renaming| renamed(core, *renaming)).fold(*core, Core::min)
}

/// The state in which deployer number `i` is called `names[i]`.
fn renamed(core: &Core, names: [Deployer; 3]) -> Core {
    let rename_view = |view: View| View {
        lock: Lock { holder: view.lock.holder.map(|deployer| names[deployer.index()]), ..view.lock },
        ..view
    };
    let mut result = Core { zone: rename_view(core.zone), ..*core };
    for deployer in Deployer::ALL {
        let (from, to) = (deployer.index(), names[deployer.index()].index());
        result.views[to] = rename_view(core.views[from]);
        result.next_plan[to] = core.next_plan[from];
    }
    result
}

/// What is left of a state under [`Reduction::Views`].
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Essence {
    published: PlanSet,
    installed: PlanSet,
    root: PlanId,
    rollback: PlanId,
    /// The index of the next plan, and whether the lock it has seen is in the zone; in ascending order, because
    /// deployers have no names here.
    deployers: [(u8, bool); 3],
}

pub(crate) fn essence(core: &Core) -> Essence {
    let has_lock = |deployer: Deployer| core.views[deployer.index()].lock == core.zone.lock;
    let mut deployers = Deployer::ALL.map(|deployer| (core.next_plan[deployer.index()], has_lock(deployer)));
    deployers.sort_unstable();
    Essence {
        published: core.published,
        installed: core.installed,
        root: core.zone.root,
        rollback: core.zone.rollback,
        deployers,
    }
}
