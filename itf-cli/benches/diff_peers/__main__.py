#!/usr/bin/env python3
"""Compares `itf diff` with its peers, on the same files, in the same run:

    python3 itf-cli/benches/diff_peers            # with --help: what can be chosen

Builds the command, installs the peers that are not there into target/peers, makes the pairs of traces of which it is known
what is different (cases.py), runs everything on everything, and prints a table.

Time is the processor time of the process, ours the least of several runs; memory the largest resident set (of no less than the
9 MB of the launcher, launch.py). A peer gets one
run and so many seconds of processor time. A report is *right* if it says "same" or "different" rightly and, for edits,
lists exactly as many changes as there are causes.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import cases
import peers

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "benches"))
import figure  # noqa: E402  it is not beside this file


class Run:
    """A process that was run: its exit status (none if its time was over), output, seconds of processor time, MB."""

    def __init__(self, command, seconds):
        launcher = [sys.executable, "-I", "-S", pathlib.Path(__file__).with_name("launch.py"), str(seconds)]
        run = subprocess.run([*launcher, *command], capture_output=True, check=True)
        self.text = run.stdout.decode(errors="replace")
        status, seconds, kilobytes = run.stderr.decode().split()
        self.status = int(status) if int(status) >= 0 else None
        self.seconds = float(seconds)
        self.megabytes = int(kilobytes) / 1024


def judged(count, causes):
    """Whether so many changes are what there is to tell (causes None: different, no matter how)."""
    if count is None:
        return "no answer"
    right = count > 0 if causes is None else count == causes
    return "right" if right else f"wrong: {count}"


def main():
    parser = argparse.ArgumentParser(prog="diff_peers", description="`itf diff` against its peers.")
    parser.add_argument("--cases", type=pathlib.Path, default=ROOT / "../shared/diff-cases",
                        help="a folder with more pairs (default: ../shared/diff-cases, if it is there)")
    parser.add_argument("--itf", type=pathlib.Path, help="the command (default: build it)")
    parser.add_argument("--runs", type=int, default=5, help="runs of itf for each case")
    parser.add_argument("--seconds", type=int, default=60, help="what a peer gets for a case")
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    parser.add_argument("--no-install", action="store_true", help="only peers that are there already")
    parser.add_argument("--no-peers", action="store_true", help="only itf")
    args = parser.parse_args()
    itf = args.itf
    if itf is None:
        subprocess.run(["cargo", "build", "--release", "--locked", "-p", "itf-cli"], cwd=ROOT, check=True)
        itf = ROOT / "target/release/itf"
    others = [] if args.no_peers else peers.found(ROOT / "target/peers", not args.no_install)
    missed = []
    with tempfile.TemporaryDirectory() as scratch:
        print(f"{'case':14} {'causes':>6}  {'tool':14} {'seconds':>8} {'MB':>5} {'lines':>7}  {'answer':12} ")
        for case in cases.all_cases(ROOT, args.cases, pathlib.Path(scratch)):
            if args.only not in case.name:
                continue
            pair = [str(case.left), str(case.right)]
            options = ["--rename"] if case.rename else []
            # The report for people is timed; the JSON report of the same comparison is judged.
            runs = [Run([itf, "diff", *options, *pair], args.seconds) for _ in range(args.runs)]
            count = peers.itf_causes(Run([itf, "diff", "--format", "json", *options, *pair], args.seconds).text)
            answer = judged(count, case.causes)
            least, most = min(r.seconds for r in runs), max(r.megabytes for r in runs)
            met = answer == "right" and least <= case.seconds and most <= case.megabytes
            if not met:
                missed.append(case.name)
            target = f"target {case.seconds} s, {case.megabytes} MB: {'reached' if met else 'MISSED'}"
            figure.write(f"diff {case.name}, wrong answers", "", 0 if answer == "right" else 1, target=0)
            figure.write(f"diff {case.name}", "s", least, target=case.seconds)
            figure.write(f"diff {case.name}, memory", "MB", most, target=case.megabytes)
            row(case.name, case.causes, "itf", least, most, runs[0].text, answer, target)
            for peer in others if case.peers else ():
                run = Run(peer.command(*pair), args.seconds)
                figure.write(f"diff {case.name}", "s", least, peer=peer.name, theirs=run.seconds)
                told = "out of time" if run.status is None else judged(peer.count(run), case.causes)
                row("", None, peer.name, run.seconds, run.megabytes, run.text, told,
                    f"{run.seconds / max(least, 1e-3):.0f} times the time")
    print("targets: " + (f"MISSED by {', '.join(missed)}" if missed else "all reached"))
    return 1 if missed else 0


def row(name, causes, tool, seconds, megabytes, text, answer, more):
    causes = ("some" if causes is None else causes) if name else ""
    lines = text.count("\n")
    print(f"{name:14} {causes:>6}  {tool:14} {seconds:8.3f} {megabytes:5.0f} {lines:7}  {answer:12} {more}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
