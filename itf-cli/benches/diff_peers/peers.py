"""The tools that people use for want of a better one, and how to read how many changes they tell.

Each gets what it has to be told to do its best: that order does not matter, or how items of arrays are recognised. What it
prints is kept as it is, so that lines can be counted.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import venv

PYTHON = ["deepdiff==9.1.0", "graphtage==0.5.0"]
JSONDIFFPATCH = "jsondiffpatch@0.7.3"

DEEPDIFF = """
import json, sys
from deepdiff import DeepDiff
a, b = (json.load(open(f)) for f in sys.argv[1:])
for path, changes in DeepDiff(a, b, ignore_order=True).items():
    for change in changes:
        print(path, change)
"""

JSONDIFFPATCH_SCRIPT = """
import fs from "node:fs";
import { create } from "jsondiffpatch";
const [a, b] = process.argv.slice(2).map((file) => JSON.parse(fs.readFileSync(file)));
const delta = create({ objectHash: (value) => JSON.stringify(value) }).diff(a, b);
const tell = (d, path) => {
  if (d === undefined) return;
  if (Array.isArray(d)) console.log(path);
  else for (const [key, part] of Object.entries(d)) if (key !== "_t") tell(part, `${path}/${key}`);
};
tell(delta, "");
"""


class Peer:
    """A command for two files, and the number of changes in what came of it."""

    def __init__(self, name, command, count):
        self.name, self.command, self.count = name, command, count


def itf_causes(text):
    """The causes in the JSON report of `itf diff`: an unpaired state is one, and so is each new difference."""
    report = json.loads(text)
    return len(report["header"]) + sum(1 if e["kind"] == "only" else len(e["new"]) for e in report["entries"])


def lines(run):
    """Those that print one line for each change."""
    return run.text.count("\n") if run.status == 0 else None


def hunks(run):
    """jd: a line with `@` begins a change; 1 is its word for different."""
    return len(re.findall(r"^@ ", run.text, re.MULTILINE)) if run.status in (0, 1) else None


def marked(run):
    """graphtage: runs of lines with marks of insertion or removal."""
    if run.status not in (0, 1):
        return None
    marks = [bool(re.search(r"\+\+|~~|->", line)) for line in run.text.splitlines()]
    return sum(now and not before for before, now in zip([False, *marks], marks))


def found(folder, may_install):
    """The peers that are there, after installing those that are not."""
    if may_install:
        install(folder)
    python, node = folder / "venv/bin/python", folder / "npm"
    # Neither Debian nor npm has it: who has it on the path sees it compared.
    jd = shutil.which("jd")
    peers = []
    if python.exists():
        if has(python, "deepdiff"):
            peers.append(Peer("deepdiff", lambda a, b: [python, "-c", DEEPDIFF, a, b], lines))
        if has(python, "graphtage"):
            graphtage = [python, "-m", "graphtage", "--no-status", "--no-color", "--ignore-list-order"]
            peers.append(Peer("graphtage", lambda a, b: [*graphtage, a, b], marked))
    if jd:
        peers.append(Peer("jd", lambda a, b: [jd, a, b], hunks))
        peers.append(Peer("jd -set", lambda a, b: [jd, "-set", a, b], hunks))
    if (node / "node_modules/jsondiffpatch").exists():
        (node / "diff.mjs").write_text(JSONDIFFPATCH_SCRIPT)
        peers.append(Peer("jsondiffpatch", lambda a, b: ["node", node / "diff.mjs", a, b], lines))
    there = [peer.name for peer in peers]
    for name in ("deepdiff", "graphtage", "jd", "jsondiffpatch"):
        if name not in there:
            print(f"NOT COMPARED: {name} is not there", file=sys.stderr)
    return peers


def has(python, module):
    return subprocess.run([python, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode == 0


def install(folder):
    """Installs what is not there; what cannot be installed is told, and left out."""
    folder.mkdir(parents=True, exist_ok=True)
    python, node = folder / "venv/bin/python", folder / "npm"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not (has(python, "deepdiff") and has(python, "graphtage")):
        attempt("deepdiff and graphtage", [*pip, *PYTHON])
    if not (node / "node_modules/jsondiffpatch").exists() and shutil.which("npm"):
        node.mkdir(exist_ok=True)
        attempt("jsondiffpatch", ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", node, JSONDIFFPATCH])


def attempt(name, command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        print(f"NOT INSTALLED: {name}: {said[-1] if said else done.returncode}", file=sys.stderr)
    return done.returncode == 0
