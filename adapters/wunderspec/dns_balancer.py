r"""
A DNS control plane that can take itself down.

A planner publishes numbered plans: which balancers the database answers from, and with which weights. Several
deployers apply the plans to one DNS zone, each at its own pace and in order, and each cleans up the plans that are
old *as it sees it*. The zone is transactional and a lock record keeps deployers from overwriting each other, and
still the root name can end up pointing at a plan that is gone:

    one deployer applies plans 0 to 3; a slow one reads the lock, now applies plan 0, and with it turns the root
    back to plan 0; the first one cleans up, plan 0 is old, and its records go, root or not.

That is `no_inconsistent_root`, and the shortest way to violate it has 12 states: `init`, four `planner_generate`,
four `deployer_apply` by one deployer, `deployer_query` and `deployer_apply` by another, one `deployer_gc`.

    wunderspec run dns_balancer.py --instance n3_5_3 --property no_inconsistent_root --max-steps 40

For readers of TLA+ and Quint: `Param` is CONSTANT, `StateVar` is VARIABLE, `c.assume(P)` is a guard, assigning to
`s.x` is `x' = …`, `c.one_of(S)` is `\E x \in S` (`nondet x = S.oneOf()`), and `c.alternatives` is a disjunction
(`any { … }`). A variable that an action does not assign stays as it is.

Decided here, because the description of the machine leaves it open:

- Plans are called `plan0` to `plan{n-1}`. The planner takes the names in any order; what makes a plan older or newer
  is its index in `planner_updates`, from 0, and that is what `deployer_next_plan` counts. The number in the name says
  nothing.
- Labels hold the very values of the step: `ips` and `old_indices` are sets, `weights` is a map from ip to weight, the
  `lock` of `Sync` and `Backoff` is the whole lock record, every root and rollback is a canonical name. In `Deploy`
  `new_root` is always `plan_id` and `rollback` always `previous_root`; they are there for readers.
- `old_indices` of `Cleanup` are all plans that are old for this deployer, also those whose records were gone already.
- A plan id that is published already, or an empty set of ips, is a guard and not missing from the choice.
- A search takes the five actions with equal chance, and each deployer with equal chance.
"""

from typing import Annotated

from wunderspec import (
    AllMaps,
    AllSubsets,
    And,
    BoolExpr,
    Context,
    Exists,
    Expr,
    ExprLike,
    Field,
    Interval,
    List,
    MachineStateBase,
    Map,
    Param,
    Set,
    SetExpr,
    SetIf,
    StateVar,
    Tuple,
    Unit,
    Val,
    Variant,
    action,
    example,
    instance,
    invariant,
    record,
    state,
    union,
)

ZONE = "db.us-east-1.example.com"  # the root: the name that customers resolve
ROLLBACK = "rollback.db.example.com"
LOCK = "lock.example.com"
INIT_PLAN = "plan-init.db.example.com"
INIT_BALANCER = "lb-1-init.db.example.com"

Deployer = Annotated[Expr, str]


# ---------------------------------------------------------------------------------------------------------- types


@record
class DnsRecord:
    """
    One record of the zone. What the pair means depends on the kind:

    TXT `<<host name, epoch>>`, A `<<ip, 1>>`, CNAME `<<canonical name, weight>>`.
    """

    name: Field[str]
    kind: Field[str]
    value: Field[tuple[str, int]]


@record
class Plan:
    plan_id: Field[str]
    creates: Field[set[DnsRecord]]


@record
class View:
    """What a deployer saw when it last looked at the zone, or wrote to it."""

    lock: Field[DnsRecord]
    root: Field[str]
    rollback: Field[str]


@record
class GeneratePlanLabel:
    plan_id: Field[str]
    ips: Field[set[str]]
    weights: Field[dict[str, int]]


@record
class SyncLabel:
    deployer: Field[str]
    lock: Field[DnsRecord]
    root: Field[str]
    rollback: Field[str]


@record
class BackoffLabel:
    deployer: Field[str]
    lock: Field[DnsRecord]


@record
class DeployLabel:
    deployer: Field[str]
    plan_id: Field[str]
    previous_root: Field[str]
    new_root: Field[str]
    rollback: Field[str]
    new_epoch: Field[int]


@record
class CleanupLabel:
    deployer: Field[str]
    next_plan: Field[int]
    old_indices: Field[set[int]]


@union
class Label:
    """What the last step did. It takes no part in the protocol; it is there for whoever reads or replays a trace."""

    Init: Variant[Unit]
    GeneratePlan: Variant[GeneratePlanLabel]
    Sync: Variant[SyncLabel]
    Backoff: Variant[BackoffLabel]
    Deploy: Variant[DeployLabel]
    Cleanup: Variant[CleanupLabel]


@state
class DnsState(MachineStateBase):
    DEPLOYERS: Param[set[str]]
    PLAN_IDS: Param[set[str]]
    IPS: Param[set[str]]
    BALANCER_NAMES: Param[dict[tuple[str, str], str]]  # (plan id, ip) -> name of the balancer
    WEIGHTS: Param[set[int]]
    MAX_PLAN_AGE: Param[int]

    zone_records: StateVar[set[DnsRecord]]
    planner_updates: StateVar[list[Plan]]
    deployer_next_plan: StateVar[dict[str, int]]  # an index into `planner_updates`, perhaps one past its end
    deployer_view: StateVar[dict[str, View]]
    ghost_action: StateVar[Label]


# ----------------------------------------------------------------------------------------------------- vocabulary


def txt(name: ExprLike, hostname: ExprLike, epoch: ExprLike) -> Expr:
    return DnsRecord(name=name, kind="TXT", value=Tuple(hostname, epoch))


def a(name: ExprLike, ip: ExprLike) -> Expr:
    return DnsRecord(name=name, kind="A", value=Tuple(ip, 1))


def cname(name: ExprLike, canonical: ExprLike, weight: ExprLike) -> Expr:
    return DnsRecord(name=name, kind="CNAME", value=Tuple(canonical, weight))


def cnames(records: Expr, name: str) -> SetExpr:
    """The CNAME records of one name."""
    return SetIf(And(r.kind == "CNAME", r.name == name) for r in records)


def targets(records: Expr, name: str) -> SetExpr:
    """The canonical names that one name stands for."""
    return Set(r.value[0] for r in cnames(records, name))


def locks(records: Expr) -> SetExpr:
    return SetIf(And(r.kind == "TXT", r.name == LOCK) for r in records)


# -------------------------------------------------------------------------------------------------------- actions


@action(init=True)
def init(c: Context[DnsState]):
    s = c.state
    genesis = txt(LOCK, "genesis", 0)
    s.zone_records = Set(
        genesis,
        cname(ZONE, INIT_PLAN, 1),
        # The balancer of the initial plan has no A record: the outside world is not part of the model.
        cname(INIT_PLAN, INIT_BALANCER, 100),
        cname(ROLLBACK, INIT_PLAN, 1),
    )
    s.planner_updates = List(Plan)
    s.deployer_next_plan = Map(Val(0) for _ in s.DEPLOYERS)
    s.deployer_view = Map(View(lock=genesis, root=INIT_PLAN, rollback=INIT_PLAN) for _ in s.DEPLOYERS)
    s.ghost_action = Label.Init()


@action(inline=False)
def planner_generate(c: Context[DnsState]):
    """Publish one more plan. Nothing happens to the zone yet."""
    s = c.state
    with c.one_of(s.PLAN_IDS, "plan_id") as plan_id:
        c.assume(~Exists(plan.plan_id == plan_id for plan in s.planner_updates))
        with c.one_of(AllSubsets(s.IPS), "ips") as ips:
            c.assume(~ips.is_empty)
            with c.one_of(AllMaps(ips, s.WEIGHTS), "weights") as weights:
                balancers = Set(cname(plan_id, s.BALANCER_NAMES[Tuple(plan_id, ip)], weights[ip]) for ip in ips)
                addresses = Set(a(plan_id, ip) for ip in ips)
                plan = Plan(plan_id=plan_id, creates=balancers | addresses)
                s.planner_updates = s.planner_updates + List(plan)
                s.ghost_action = Label.GeneratePlan(GeneratePlanLabel(plan_id=plan_id, ips=ips, weights=weights))


@action(inline=False)
def deployer_query(c: Context[DnsState], deployer: Deployer):
    """Look at the zone. Each of the three is a choice among what the zone holds; as a rule it holds one of each."""
    s = c.state
    with (
        c.one_of(locks(s.zone_records), "lock") as lock,
        c.one_of(targets(s.zone_records, ZONE), "root") as root,
        c.one_of(targets(s.zone_records, ROLLBACK), "rollback") as rollback,
    ):
        s.deployer_view[deployer] = View(lock=lock, root=root, rollback=rollback)
        s.ghost_action = Label.Sync(SyncLabel(deployer=deployer, lock=lock, root=root, rollback=rollback))


@action(inline=False)
def deployer_backoff(c: Context[DnsState], deployer: Deployer):
    """Somebody else has taken the lock since this deployer looked, so it does nothing, and says so."""
    s = c.state
    lock = s.deployer_view[deployer].lock
    c.assume(~s.zone_records.contains(lock))
    s.ghost_action = Label.Backoff(BackoffLabel(deployer=deployer, lock=lock))


@action(inline=False)
def deployer_apply(c: Context[DnsState], deployer: Deployer):
    """
    Install the deployer's next plan in one transaction, against the lock it has seen.

    Here is the bug: the lock says that nobody wrote in between. It does not say that this plan is newer than the
    one that is installed.
    """
    s = c.state
    # Bound with `cache`, not only named: `wunderspec run` carries out assignments in order, and a plain Python name
    # is looked up where it is used, so after `s.deployer_view[deployer] = …` it would mean the new view.
    zone = c.cache(s.zone_records, name="zone")
    view = c.cache(s.deployer_view[deployer], name="view")
    index = c.cache(s.deployer_next_plan[deployer], name="index")
    c.assume(index < s.planner_updates.size)
    c.assume(zone.contains(view.lock))
    c.assume(Exists(And(r.kind == "CNAME", r.value[0] == view.root) for r in zone))

    plan = c.cache(s.planner_updates[index], name="plan")
    epoch = view.lock.value[1] + 1
    lock = txt(LOCK, deployer, epoch)

    removed = Set(view.lock) | cnames(zone, ZONE) | cnames(zone, ROLLBACK)
    added = plan.creates | Set(lock, cname(ZONE, plan.plan_id, 100), cname(ROLLBACK, view.root, 1))
    s.zone_records = (zone - removed) | added

    s.deployer_view[deployer] = View(lock=lock, root=plan.plan_id, rollback=view.root)
    s.deployer_next_plan[deployer] = index + 1
    s.ghost_action = Label.Deploy(
        DeployLabel(
            deployer=deployer,
            plan_id=plan.plan_id,
            previous_root=view.root,
            new_root=plan.plan_id,
            rollback=view.root,
            new_epoch=epoch,
        )
    )


@action(inline=False)
def deployer_gc(c: Context[DnsState], deployer: Deployer):
    """
    Remove what plans created that are old as this deployer sees it, in use or not. It asks for no lock.

    No plan creates the zone, lock and rollback records, so these stay, whatever they point at.
    """
    s = c.state
    next_plan = s.deployer_next_plan[deployer]
    old_indices = c.cache(SetIf(next_plan > i + s.MAX_PLAN_AGE for i in s.planner_updates.keys), name="old_indices")
    old_records = Set(s.planner_updates[i].creates for i in old_indices).flattened
    c.assume(Exists(old_records.contains(r) for r in s.zone_records))

    s.zone_records = s.zone_records - old_records
    s.ghost_action = Label.Cleanup(CleanupLabel(deployer=deployer, next_plan=next_plan, old_indices=old_indices))


@action
def step(c: Context[DnsState]):
    generate, query, backoff, apply, gc = c.alternatives("generate", "query", "backoff", "apply", "gc")
    with generate:
        planner_generate(c)
    with query:
        with c.one_of(c.state.DEPLOYERS, "deployer") as deployer:
            deployer_query(c, deployer)
    with backoff:
        with c.one_of(c.state.DEPLOYERS, "deployer") as deployer:
            deployer_backoff(c, deployer)
    with apply:
        with c.one_of(c.state.DEPLOYERS, "deployer") as deployer:
            deployer_apply(c, deployer)
    with gc:
        with c.one_of(c.state.DEPLOYERS, "deployer") as deployer:
            deployer_gc(c, deployer)


# ----------------------------------------------------------------------------------------------------- properties


def leads_somewhere(records: Expr, name: str) -> BoolExpr:
    """The name stands for exactly one other name, and there is a CNAME of that name to go on with."""
    goals = targets(records, name)
    return And(
        goals.size == 1,
        Exists(And(r.kind == "CNAME", goals.contains(r.name)) for r in records),
    )


@invariant
def no_inconsistent_root(s: DnsState) -> BoolExpr:
    return leads_somewhere(s.zone_records, ZONE)


@invariant
def no_inconsistent_rollback(s: DnsState) -> BoolExpr:
    return leads_somewhere(s.zone_records, ROLLBACK)


@example
def epoch5(s: DnsState) -> BoolExpr:
    """Some deployer has seen epoch 5. Epochs go up one at a time, so the first state to show it shows exactly 5."""
    return Exists(s.deployer_view[d].lock.value[1] >= 5 for d in s.DEPLOYERS)


@example
def plans3(s: DnsState) -> BoolExpr:
    return s.planner_updates.size >= 3


# ------------------------------------------------------------------------------------------------------ instances


def control_plane(plans: int, max_plan_age: int) -> DnsState:
    """Three deployers, three addresses, weights 100 to 120; plans are numbered from 0, addresses from 1."""
    plan_ids = [f"plan{i}.db.example.com" for i in range(plans)]
    ips = [f"192.0.2.{k}" for k in range(1, 4)]
    balancer_names = [
        (Tuple(plan_id, ip), f"lb-{k}-{i}.db.example.com")
        for i, plan_id in enumerate(plan_ids)
        for k, ip in enumerate(ips, start=1)
    ]
    return DnsState(
        DEPLOYERS=Set("deployer-a", "deployer-b", "deployer-c"),
        PLAN_IDS=Set(*plan_ids),
        IPS=Set(*ips),
        BALANCER_NAMES=Map(*balancer_names),
        WEIGHTS=Interval(100, 120),
        MAX_PLAN_AGE=Val(max_plan_age),
    )


@instance
def n3_5_3() -> DnsState:
    return control_plane(plans=5, max_plan_age=3)


@instance
def n3_20_3() -> DnsState:
    return control_plane(plans=20, max_plan_age=3)


@instance
def n3_30_20() -> DnsState:
    return control_plane(plans=30, max_plan_age=20)
