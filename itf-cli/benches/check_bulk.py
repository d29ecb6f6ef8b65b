#!/usr/bin/env python3
"""`itf check` of large traces, and of many files: time, memory, and how busy the processors are.

    cargo build --release -p itf-cli
    python3 itf-cli/benches/check_bulk.py [--itf target/release/itf] [--megabytes 128 1000] [--files 10000]

The large traces are made of a fixture: in one, most variables keep their value from state to state; in the other, every
string and every integer is one that no other state has. Memory is the largest resident set; 64 MB is the target. For the
many files, of 20 kB each and in the cache of the system, the target is that all processors are busy, or that reading them
(`cat`) takes as long.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "../../benches"))
import figure  # noqa: E402  it is not beside this file
FIXTURE = HERE / "../../fixtures/quint/root-4.itf.json"


def run(command):
    """Seconds of the clock and of the processors, and MB."""
    launcher = [sys.executable, "-I", "-S", HERE / "diff_peers/launch.py", "3600"]
    start = time.monotonic()
    done = subprocess.run([*launcher, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    wall = time.monotonic() - start
    status, seconds, kilobytes = done.stderr.decode().split()
    assert status == "0", command
    return wall, float(seconds), int(kilobytes) / 1024


def differing(value, number):
    if isinstance(value, list):
        return [differing(item, number) for item in value]
    if isinstance(value, dict):
        unlike = {"#bigint": lambda v: f"{v}{number:07}", "tag": lambda v: v}
        return {k: unlike.get(k, lambda v: differing(v, number))(v) for k, v in value.items()}
    return f"{value}~{number}" if isinstance(value, str) else value


def large(path, size, change):
    trace = json.loads(FIXTURE.read_text())
    states = trace["states"]
    written = [json.dumps({k: v for k, v in state.items() if not k.startswith("#")}) for state in states]
    with path.open("w") as out:
        out.write(json.dumps({k: v for k, v in trace.items() if k != "states"})[:-1] + ', "states": [')
        total, number = 0, 0
        while total < size:
            text = written[number % len(states)]
            if change:
                text = json.dumps(differing(json.loads(text), number))
            text = ("," if number else "") + text
            out.write(text)
            total, number = total + len(text), number + 1
        out.write("]}")


def many(folder, count):
    trace = json.loads(FIXTURE.read_text())
    for length in range(1, len(trace["states"])):
        text = json.dumps({**trace, "states": trace["states"][:length]})
        if len(text) >= 20_000:
            break
    for number in range(count):
        (folder / f"{number:05}.itf.json").write_text(text)
    return len(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--itf", default="target/release/itf")
    parser.add_argument("--megabytes", type=int, nargs="*", default=[128, 1000])
    parser.add_argument("--files", type=int, default=10_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        path = folder / "large.itf.json"
        for change in (False, True):
            for size in args.megabytes:
                large(path, size * 1_000_000, change)
                _, seconds, memory = run([args.itf, "check", path])
                name = f"{size} MB, {'leaves differ' if change else 'stuttering'}"
                verdict = "reached" if memory <= 64 else "MISSED"
                print(f"{name:26} {seconds:7.2f} s {size / seconds:6.0f} MB/s {memory:6.0f} MB, target 64 MB: {verdict}", flush=True)
                figure.write(f"itf check of {name}, memory", "MB", memory, target=64)
                figure.write(f"itf check of {name}", "MB/s", size / seconds, more_is_better=True)
                path.unlink()
        if args.files:
            size = many(folder, args.files)
            files = sorted(folder.glob("*.itf.json"))
            cat, _, _ = run(["cat", *files])
            wall, seconds, memory = run([args.itf, "check", *files])
            busy = seconds / wall / (os.cpu_count() or 1)
            figure.write(f"itf check of {args.files} files, clock", "s", wall, peer="cat", theirs=cat)
            figure.write(f"itf check of {args.files} files, memory", "MB", memory)
            print(f"{args.files} files of {size / 1000:.0f} kB: {wall:.2f} s ({cat:.2f} s to read them all), "
                  f"processors {busy:.0%} busy, {memory:.0f} MB")


if __name__ == "__main__":
    main()
