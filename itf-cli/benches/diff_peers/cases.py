"""Pairs of traces of which it is known what is different.

From the fixtures, always (`f-T1` …); from a folder of larger ones that are kept outside of the repository, if it is there
(`T1` …). The forms are those in which real traces differ:

    T1  three edits: a state deleted, a leaf altered, an element of a set removed, for one state each
    T2  the same, with all sets, maps and records in another order
    T3  the same as T1, with the states numbered anew
    T4  both
    T5  the same edits, which last to the end, and the states numbered anew
    T6  that in another order
    W1  nothing but the order    W2  two findings    swap  two states swapped
    ren, ren-edit                the names are others, and one element is gone in one state
    BIG a long trace, of which a state is deleted and an element is missing from the middle on, wherever it was
    SET a set of a thousand elements, each changed in one leaf
"""

import copy
import json
import random
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Case:
    name: str
    left: Path
    right: Path
    causes: int | None
    rename: bool = False
    seconds: float = 0.03
    megabytes: int = 20
    peers: bool = True


def all_cases(root, folder, scratch):
    yield from of_fixtures(root / "fixtures/wunderspec", scratch)
    if (folder / "tftp_a.itf.json").exists():
        yield from of_folder(folder, scratch)
    else:
        print(f"NOT COMPARED: the larger cases; {folder} is not there")


def of_fixtures(fixtures, scratch):
    trace, other = (first(fixtures / f"root-{number}.ndjson") for number in (4, 5))
    numbered(trace)

    def write(trace, name):
        path = scratch / f"{name}.itf.json"
        path.write_text(json.dumps(trace))
        return path

    left = write(trace, "f")
    for number, (lasting, renumber, shuffle) in enumerate(
        [(False, False, False), (False, False, True), (False, True, False), (False, True, True), (True, True, False), (True, True, True)]
    ):
        edited = edit(trace, lasting)
        if renumber:
            numbered(edited)
        if shuffle:
            edited = shuffled(edited, random.Random(number))
        yield Case(f"f-T{number + 1}", left, write(edited, f"f-T{number + 1}"), 3)
    yield Case("f-W1", left, write(shuffled(trace, random.Random(7)), "f-W1"), 0)
    yield Case("f-W2", left, write(other, "f-W2"), None)
    swapped = copy.deepcopy(trace)
    states = swapped["states"]
    states[10], states[25] = states[25], states[10]
    yield Case("f-swap", left, write(swapped, "f-swap"), None)
    yield Case("f-ren", left, write(renamed(trace), "f-ren"), 0, rename=True)
    one_less = copy.deepcopy(trace)
    remove(one_less["states"][20], "zone_records", staying(trace)[0])
    yield Case("f-ren-edit", left, write(renamed(one_less), "f-ren-edit"), 1, rename=True)
    # Every copy has a number of its own, so that no two states are equal.
    copies = [{**state, "copy": {"#bigint": str(number)}} for number in range(70) for state in trace["states"]]
    yield big("f-BIG", {**trace, "vars": [*trace["vars"], "copy"], "states": copies}, "zone_records",
              lambda at: staying(trace)[0], scratch)


def of_folder(folder, scratch):
    def case(name, left, right, causes, **more):
        return Case(name, *(folder / f"{side}.itf.json" for side in (left, right)), causes, **more)

    for number, form in enumerate(["b", "bs", "br", "bsr", "p", "ps"]):
        yield case(f"T{number + 1}", "tftp_a", f"tftp_{form}", 3)
    yield case("swap", "tftp_a", "tftp_swap", None)
    yield case("W1", "w0_a", "w0_b", 0)
    yield case("W2", "w0_a", "w1_a", None)
    yield case("ren", "w0_a", "w0_ren", 0, rename=True)
    yield case("ren-edit", "w0_a", "w0_ren_edit", 1, rename=True)
    trace, persistent = (json.loads((folder / f"{name}.itf.json").read_text()) for name in ("tftp_a", "tftp_p"))
    length = len(trace["states"])
    # The element that the second edit of T5 takes away.
    before, after = (t["states"][-1]["packets"]["#set"] for t in (trace, persistent))
    gone = next(element for element in before if element not in after and not alike(element, after))
    copies = [shifted(state, 31 * number) for number in range(20) for state in trace["states"]]
    yield big("BIG", {**trace, "states": copies}, "packets", lambda at: shifted(gone, 31 * (at // length)), scratch)
    yield thousand(scratch)


def alike(element, others):
    """Whether another element is this one but for the leaf that the first edit of T5 altered."""
    strip = lambda value: json.dumps(value, sort_keys=True).replace('"7"', '"0"')
    return any(strip(element) == strip(other) for other in others)


def big(name, trace, variable, element, scratch):
    """The trace, and the same with one state deleted and an element missing from the middle on."""
    numbered(trace)
    other = copy.deepcopy(trace)
    states = other["states"]
    start, deleted = len(states) // 2 + 20, len(states) // 3
    # A cause wherever the element would have come, or is when it begins to be missing.
    causes, was_there = 1, False
    for at in range(start, len(states)):
        is_there = remove(states[at], variable, element(at))
        causes += is_there and not was_there
        was_there = is_there
    del states[deleted]
    numbered(other)
    paths = []
    for side, text in (("a", trace), ("b", other)):
        path = scratch / f"{name}_{side}.itf.json"
        path.write_text(json.dumps(text))
        paths.append(path)
    return Case(name, *paths, causes, seconds=0.15, megabytes=80, peers=False)


def thousand(scratch):
    def element(n, by):
        return {"id": f"e{n}", "kind": f"k{n % 7}", "to": f"node{n % 31}", "size": n * 3, "hops": n % 9 + by}

    paths = []
    for by in (0, 100):
        paths.append(scratch / f"set_{by}.itf.json")
        states = [{"s": {"#set": [element(n, by) for n in range(1000)]}}]
        paths[-1].write_text(json.dumps({"vars": ["s"], "states": states}))
    return Case("SET", *paths, 1000, seconds=0.7, megabytes=80, peers=False)


def first(path):
    with path.open() as file:
        return json.loads(file.readline())


def numbered(trace):
    """`#meta.index` counted anew."""
    for at, state in enumerate(trace["states"]):
        state["#meta"] = {**state.get("#meta", {}), "index": at}


DELETED, ALTERED, REMOVED = 12, 20, 26


def staying(trace):
    """Records that are in all states from that of the first edit on."""
    states = trace["states"]
    sets = [state["zone_records"]["#set"] for state in states[ALTERED:]]
    return [record for record in sets[0] if all(record in other for other in sets)]


def edit(trace, lasting):
    """One record altered, one removed and one state deleted; the edits last to the end, or for one state."""
    altered, removed = staying(trace)[:2]
    edited = copy.deepcopy(trace)
    states = edited["states"]
    for at in range(ALTERED, len(states) if lasting else ALTERED + 1):
        elements = states[at]["zone_records"]["#set"]
        elements[elements.index(altered)] = {**altered, "kind": "TXT"}
    for at in range(REMOVED, len(states) if lasting else REMOVED + 1):
        remove(states[at], "zone_records", removed)
    del states[DELETED]
    return edited


def remove(state, variable, element):
    """Takes the element away, and says whether it was there."""
    elements = state[variable]["#set"]
    kept = [other for other in elements if other != element]
    state[variable] = {"#set": kept}
    return len(kept) < len(elements)


def shuffled(value, order):
    """The same with all sets, maps and records in another order."""
    if isinstance(value, list):
        return [shuffled(item, order) for item in value]
    if not isinstance(value, dict):
        return value
    fields = [(name, shuffled(part, order)) for name, part in value.items()]
    order.shuffle(fields)
    for name, part in fields:
        if name in ("#set", "#map"):
            order.shuffle(part)
    return dict(fields)


def renamed(trace):
    """Every plan under another name."""
    text = json.dumps(trace)
    for plan in range(5):
        text = text.replace(f"plan{plan}.db", f"zz-{7 - plan}.acme")
    return json.loads(text)


def shifted(value, by):
    """The same with the clock so much later."""
    if isinstance(value, list):
        return [shifted(item, by) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: later(part, by) if name in ("clock", "timestamp") else shifted(part, by) for name, part in value.items()}


def later(value, by):
    if isinstance(value, dict) and "#bigint" in value:
        return {"#bigint": str(int(value["#bigint"]) + by)}
    return value + by if isinstance(value, int) else shifted(value, by)
