"""A figure, as figure.rs writes it."""

import json
import os


def write(figure, unit, ours, *, more_is_better=False, peer=None, theirs=None, target=None):
    """Adds a figure to the file that ITF_FIGURES names, if it does. The target is one of the ratio where there is a peer."""
    path = os.environ.get("ITF_FIGURES")
    if path is None:
        return
    ratio = None
    if theirs is not None and ours and theirs:
        ratio = ours / theirs if more_is_better else theirs / ours
    reached = None
    if target is not None:
        value, more = (ours, more_is_better) if ratio is None else (ratio, True)
        reached = value >= target if more else value <= target
    row = {"figure": figure, "unit": unit, "more_is_better": more_is_better, "ours": ours, "peer": peer,
           "theirs": theirs, "ratio": ratio, "target": target, "reached": reached}
    with open(path, "a") as file:
        file.write(json.dumps(row) + "\n")
