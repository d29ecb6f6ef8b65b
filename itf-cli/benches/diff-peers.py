#!/usr/bin/env python3
"""Compares `itf diff` with the peers that are installed, on the same files, in the same run.

    cargo build --release -p itf-cli
    python3 itf-cli/benches/diff-peers.py CASES [--itf target/release/itf] [--runs 5]

CASES is a folder with the pairs of known truth `tftp_a` against `tftp_{b,bs,br,bsr,p,ps,swap}` and `w0_a` against
`w0_b`, as .itf.json files (see itf/tests/it/diff/cases.rs for what they are). Two more inputs are made of `tftp_a`: BIG,
twenty copies of the trace in sequence, with eleven causes, and SET, a thousand elements each changed in one leaf.

Peers: deepdiff and graphtage (as `python3 -m`, of the Python that runs this), jd (on the path), jsondiffpatch (in the
node_modules of the folder that NODE_PATH names). One that is not there is said to be missing. Time is the processor
time of the process, the least of the runs; memory the largest resident set. A peer gets one run and TIMEOUT seconds.

A report is *right* if it says "same" or "different" rightly and, for the edits, lists exactly as many changes as there
are causes. Text of graphtage is not counted: of it only the verdict is judged.
"""

import argparse
import copy
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

TIMEOUT = 240
KNOWN = {"b": 3, "bs": 3, "br": 3, "bsr": 3, "p": 3, "ps": 3}
NAMES = {"b": "T1", "bs": "T2", "br": "T3", "bsr": "T4", "p": "T5", "ps": "T6"}

DEEPDIFF = """
import json, sys
from deepdiff import DeepDiff
a, b = (json.load(open(f)) for f in sys.argv[1:])
for t in (a, b):
    t.pop("#meta", None)
d = DeepDiff(a, b, ignore_order=True)
print(sum(len(v) for v in d.values()))
"""
JSONDIFFPATCH = """
const fs = require("fs"), p = require("path");
const entry = require.resolve("jsondiffpatch");
import(entry).then(({diff}) => {
  const [a, b] = process.argv.slice(1).map(f => JSON.parse(fs.readFileSync(f)));
  const count = d => d === undefined ? 0 : Array.isArray(d) ? 1
    : Object.entries(d).reduce((n, [k, v]) => n + (k === "_t" ? 0 : count(v)), 0);
  console.log(count(diff(a, b)));
});
"""


def measured(command, env=None, timeout=TIMEOUT):
    """Exit status, output, seconds of processor time and MB at most."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=env)
        deadline = time.monotonic() + timeout
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                process.kill()
                _, status, usage = os.wait4(process.pid, 0)
                return None, "", usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
            time.sleep(0.002)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return process.returncode, out.read().decode(errors="replace"), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def itf_causes(text):
    """The causes in the JSON report of `itf diff`."""
    report = json.loads(text)
    return len(report["header"]) + sum(1 if e["kind"] == "only" else len(e["new"]) for e in report["entries"])


def peers():
    python = sys.executable
    found = {}
    if importlib.util.find_spec("deepdiff"):
        found["deepdiff"] = lambda a, b: [python, "-c", DEEPDIFF, a, b]
    if importlib.util.find_spec("graphtage"):
        found["graphtage"] = lambda a, b: [python, "-m", "graphtage", "--no-status", "-e", "--ignore-list-order", a, b]
    if shutil.which("jd"):
        found["jd -set"] = lambda a, b: ["jd", "-set", a, b]
    if os.environ.get("NODE_PATH") and shutil.which("node"):
        found["jsondiffpatch"] = lambda a, b: ["node", "-e", JSONDIFFPATCH, a, b]
    for name in ("deepdiff", "graphtage", "jd -set", "jsondiffpatch"):
        if name not in found:
            print(f"{name}: not installed, not run", file=sys.stderr)
    return found


def verdict(name, code, text, causes):
    """Whether the peer is right about a pair with so many causes (None: different, no matter how)."""
    if code is None:
        return "none in time"
    if name == "graphtage":
        different = code != 0
        return "right" if different == (causes != 0) else "wrong"
    if name == "jd -set":
        count = text.count("\n@ ") + text.startswith("@ ")
    else:
        try:
            count = int(text.strip() or "-1")
        except ValueError:
            return "failed"
    if causes is None:
        return "right" if count > 0 else "wrong"
    return "right" if count == causes else f"wrong ({count})"


def big(path, folder):
    """Twenty copies of the trace with the clock going on; and what is made of it with eleven causes."""
    trace = json.loads(path.read_text())
    length = len(trace["states"])
    packets = lambda state: state["packets"]["#set"]
    # The element that the second edit of T5 takes away: in state 70 of the original, not in that of the edited one.
    edited = json.loads((path.parent / "tftp_p.itf.json").read_text())
    gone = lambda left, right: [p for p in packets(left) if p not in packets(right)]
    element = gone(trace["states"][-1], edited["states"][-1])[0]
    states = []
    def shift(value, by):
        if isinstance(value, dict):
            return {k: plus(v, by) if k in ("clock", "timestamp") else shift(v, by) for k, v in value.items()}
        return [shift(v, by) for v in value] if isinstance(value, list) else value
    def plus(value, by):
        if isinstance(value, dict) and "#bigint" in value:
            return {"#bigint": str(int(value["#bigint"]) + by)}
        return value + by if isinstance(value, int) else shift(value, by)
    for copy_ in range(20):
        for state in trace["states"]:
            states.append(shift(state, 31 * copy_))
    def written(states, name):
        for at, state in enumerate(states):
            state.setdefault("#meta", {})["index"] = at
        out = folder / name
        out.write_text(json.dumps({**trace, "states": states}))
        return out
    left = written(states, "big_a.itf.json")
    other = copy.deepcopy(states)
    for at in range(1000, len(other)):
        shifted = shift(element, 31 * (at // length))
        kept = [p for p in packets(other[at]) if p != shifted]
        other[at]["packets"]["#set"] = kept
    del other[700]
    return left, written(other, "big_b.itf.json")


def thousand(folder):
    """A set of a thousand elements, all changed in one leaf."""
    def element(n, by):
        return {"id": f"e{n}", "kind": f"k{n % 7}", "to": f"node{n % 31}", "size": n * 3, "hops": n % 9 + by}
    paths = []
    for by in (0, 100):
        out = folder / f"set_{by}.itf.json"
        trace = {"vars": ["s"], "states": [{"s": {"#set": [element(n, by) for n in range(1000)]}}]}
        out.write_text(json.dumps(trace))
        paths.append(out)
    return paths


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", type=pathlib.Path)
    parser.add_argument("--itf", default="target/release/itf")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-peers", action="store_true")
    args = parser.parse_args()
    case = lambda name: args.cases / f"{name}.itf.json"
    others = {} if args.no_peers else peers()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        # Name, files, causes, target in seconds and MB, whether peers are run.
        rows = [(NAMES[k], case("tftp_a"), case(f"tftp_{k}"), n, 0.03, 20, True) for k, n in KNOWN.items()]
        rows += [
            ("swap", case("tftp_a"), case("tftp_swap"), None, 0.03, 20, True),
            ("W1", case("w0_a"), case("w0_b"), 0, 0.03, 20, True),
            ("BIG", *big(case("tftp_a"), folder), 11, 0.15, 80, False),
            ("SET", *thousand(folder), 1000, 0.7, 80, False),
        ]
        ok = True
        print(f"{'case':6}{'tool':16}{'seconds':>9}{'MB':>7}  {'answer':14}{'target'}")
        for name, left, right, causes, seconds, megabytes, with_peers in rows:
            files = [str(left), str(right)]
            # The report for people is what is timed; the JSON report of the same comparison is what is judged.
            runs = [measured([args.itf, "diff", *files]) for _ in range(args.runs)]
            _, text, _, _ = measured([args.itf, "diff", "--format", "json", *files])
            found = itf_causes(text)
            answer = "right" if found == causes or causes is None and found else f"wrong ({found})"
            least, most = min(r[2] for r in runs), max(r[3] for r in runs)
            met = answer == "right" and least <= seconds and most <= megabytes
            ok &= met
            target = f"<= {seconds} s, {megabytes} MB: {'met' if met else 'MISSED'}"
            print(f"{name:6}{'itf':16}{least:9.3f}{most:7.0f}  {answer:14}{target}", flush=True)
            for peer, command in others.items() if with_peers else ():
                code, text, cpu, mb = measured(command(*files))
                told = verdict(peer, code, text, causes)
                print(f"{'':6}{peer:16}{cpu:9.3f}{mb:7.0f}  {told:14}{cpu / max(least, 1e-3):.0f} times", flush=True)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
