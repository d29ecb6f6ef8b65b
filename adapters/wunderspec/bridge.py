"""
Any Wunderspec spec as a producer of the JSON-lines protocol 1 of the ITF toolkit.

    python bridge.py SPEC.py [INSTANCE]

It builds the AST of each action once, as `wunderspec run` does, and executes it on an environment that is a persistent
map, so that snapshots cost nothing. Picks come by the `name=` of `one_of`, or in the order in which the action asks; each
must be in its set. A pick from a one-element set is no choice: that element is taken, and the answer says so. A choice
among alternatives is a number, counted from 0; a `split` is a Boolean.

A label of a trace is not a call. Beside SPEC.py may lie SPEC.labels.toml, which says what the labels stand for:

    at = "variant:ghost_action"      # where states have the label; without it, the variable of a union sort
                                     # whose name has `action` in it
    [labels]
    Backoff = "deployer_backoff"     # arguments and picks: what label and action have in common, by name

    [labels.Sync]
    action = "deployer_query"
    args = { deployer = "who" }      # parameter of the action = argument of the label; or a list, where they are the same
    picks = ["lock", "root"]         # arguments of the label that answer the choices in order; or { choice = "argument" }

What a label has besides is a recorded output, and ignored. Without a rule the label is the action of that name, or of
that name in snake_case. What a label leaves open (a pick that it does not record, or a step without any label) is found
by the recorded states, by search among the choices of the action, or of `step`.

This uses interfaces of Wunderspec that are not public, hence one version, and no other.
"""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from pathlib import Path

WANTED = "0.141.1"
PROTOCOL = 1
# How many ways through an action are tried to find a recorded state, and how many elements of a set.
WAYS = 20_000
ELEMENTS = 4_096
# How often an action is tried with random picks before it counts as not enabled.
TRIES = 30
# How many ways through a `step` that calls no action are proposed.
STEPS = 8
# How many ways in all are tried to list what is enabled.
LISTED = 512


class Refusal(Exception):
    """The answer is a status and a reason."""

    def __init__(self, status: str, reason: str):
        super().__init__(reason)
        self.status = status


def invalid(reason: str) -> Refusal:
    return Refusal("invalid", reason)


class Infinite(Exception):
    """The action asks for an element of a set that cannot be drawn from."""


class Disabled(Exception):
    """The action has no successor under these picks."""


def version_or_refuse() -> None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("wunderspec")
    except PackageNotFoundError:
        found = None
    if found != WANTED:
        had = f"Wunderspec {found} was found" if found else "Wunderspec was not found"
        raise Refusal(
            "unsupported",
            f"{had} by {sys.executable}, and {WANTED} is needed: `pip install wunderspec=={WANTED}`, "
            "or name another Python by the environment variable ITF_PYTHON",
        )


def serve(spec: str, instance: str | None) -> None:
    """Answers requests until the end. Whatever specs print must not get between the answers."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    machine, broken = None, None
    try:
        version_or_refuse()
        machine = open_machine(spec, instance)
    except Refusal as refusal:
        broken = {"status": refusal.status, "reason": str(refusal)}
    except Exception as error:
        broken = {"status": "failed", "reason": told(error, spec)}
    for line in sys.stdin:
        if not line.strip():
            continue
        request = json.loads(line)
        operation = request["op"]
        if operation == "shutdown":
            answer = {"status": "ok"}
        elif broken or machine is None:
            answer = broken
        else:
            answer = answered(machine, operation, request, spec)
        out.write(json.dumps({"id": request["id"], **answer}, separators=(",", ":")) + "\n")
        out.flush()
        if operation == "shutdown":
            return


def told(error: BaseException, spec: str) -> str:
    """What went wrong, and where in the spec."""
    while type(error).__name__ == "ApiError" and error.__context__ is not None:  # it says that loading failed, and why
        error = error.__context__
    what = f"{type(error).__name__}: {getattr(error, 'msg', None) or error}"
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}:{error.offset}: {what}"
    own = Path(spec).resolve().parent
    places = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if (file := Path(frame.filename).resolve()) != Path(__file__).resolve()
        and file.is_relative_to(own)
        and "site-packages" not in file.parts
    ]
    if not places:
        return f"{spec}: {what}"
    is_spec = Path(places[-1].filename).resolve() == Path(spec).resolve()
    return f"{spec if is_spec else places[-1].filename}:{places[-1].lineno}: {what}"


def answered(machine, operation: str, request: dict, spec: str) -> dict:
    try:
        method = getattr(machine, f"op_{operation}", None)
        if method is None:
            raise Refusal("unsupported", f"there is no operation `{operation}` here")
        return {"status": "ok", **method(request)}
    except Disabled as why:
        return {"status": "disabled", "reason": str(why)}
    except Refusal as refusal:
        return {"status": refusal.status, "reason": str(refusal)}
    except Exception as error:  # the spec itself broke
        return {"status": "failed", "reason": told(error, spec)}


def open_machine(spec: str, instance: str | None):
    """The machine; all that needs Wunderspec is in here, so that its absence can be told as an answer."""
    import inspect
    import itertools
    import random
    import tomllib
    from copy import copy
    from itertools import islice
    from typing import Annotated, get_args, get_origin

    from pyrsistent import pmap
    from wunderspec import api, itf_trace
    from wunderspec import interpreter_value as iv
    from wunderspec.ast import action_ast
    from wunderspec.ast.sorts import EnumSort, SetSort, UnionSort, sort_of
    from wunderspec.exec import (
        AssumptionViolated,
        ScriptedScheduler,
        SchedulerAlternative,
        SchedulerRequestAlternative,
        SchedulerRequestOneOf,
        SchedulerSplit,
        SchedulerValue,
        action_execute,
        state_view,
    )
    from wunderspec.expr import Expr, VarExpr
    from wunderspec.interpreter import native_action_context, value
    from wunderspec.interpreter_sampling import EmptySetError, SamplingHint, UniformSamplingStrategy
    from wunderspec.sym_context import SymbolicContext

    decode_as_it_is = itf_trace.itf_to_value

    def decode(json_value, sort):
        # The tool writes an element of an enumeration as `Color.RED` and reads `RED`.
        if isinstance(sort, EnumSort) and isinstance(json_value, str):
            json_value = json_value.removeprefix(f"{sort.enum_type.__name__}.")
        return decode_as_it_is(json_value, sort)

    # It calls itself through the module, and so the parts of a value are read in the same way.
    itf_trace.itf_to_value = decode

    def read(json_value, sort, what: str):
        try:
            return decode(json_value, sort)
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise invalid(f"{what}: {error}") from None

    def encode(v):
        """The ITF of a value, as `wunderspec run` writes it."""
        match v:
            case iv.BoolValue() | iv.StrValue():
                return v.value
            case iv.IntValue():
                return {"#bigint": str(v.value)}
            case iv.RecordValue():
                return {name: encode(field) for name, field in v.fields}
            case iv.TupleValue():
                return {"#tup": [encode(item) for item in v.elements]}
            case iv.ListValue():
                return [encode(item) for item in v.elements]
            case iv.MapValue():
                return {"#map": [[encode(key), encode(val)] for key, val in v.mappings.items()]}
            case iv.AbstractSetValue():
                return {"#set": [encode(item) for item in v.materialize()]}
            case iv.UnionValue():
                return {"tag": v.tag, "value": None if v.payload is None else encode(v.payload)}
            case iv.EnumValue():
                return itf_trace.value_to_itf(v)
            case _:
                raise TypeError(f"a {type(v).__name__} has no ITF")

    def elements(base, most):
        """The first elements of a set; of the integers, those nearest to 0."""
        if isinstance(base, iv.InfIntSetValue):
            signs = (1, -1) if base.is_signed else (1,)
            every = itertools.chain([0], (sign * n for n in itertools.count(1) for sign in signs))
            return (iv.IntValue(n) for n in islice(every, most))
        try:
            return islice(base, most)
        except RuntimeError as error:  # a set made of infinite ones
            raise Infinite(str(error)) from None

    class Chooser(ScriptedScheduler):
        """
        Answers what an action asks from the picks of a call, and what they leave open from `open_choice`.

        It must be a ScriptedScheduler: Wunderspec silently replaces what it does not know by a random scheduler.
        """

        def load(self, picks, open_choice):
            self.named = dict(picks) if isinstance(picks, dict) else {}
            self.queue = list(picks) if isinstance(picks, list) else []
            self.by_name = isinstance(picks, dict)
            self.open_choice = open_choice
            self.name = None
            self.used = []  # (name, json)
            self.changed = False

        def on_action(self, node):
            self.name = node.var.name if isinstance(node, action_ast.NondetChoiceNode) else None

        def take(self):
            if self.name is not None and self.name in self.named:
                return True, self.named.pop(self.name)
            if self.queue:
                return True, self.queue.pop(0)
            return False, None

        def one_of(self, request):
            base = value(request.base_set)
            sort = request.base_set.sort
            if not isinstance(sort, SetSort):
                raise invalid(f"one_of over {sort!r}, which is no set")
            what = f"the pick `{self.name}`" if self.name else "a pick"
            given, pick = self.take()
            chosen = None
            if given:
                chosen = read(pick, sort.elem_sort, what)
                if chosen not in base:
                    chosen = None
            if chosen is None:
                self.changed = True
                first_two = list(elements(base, 2))
                if len(first_two) == 1:
                    chosen = first_two[0]
                elif not first_two:
                    raise Disabled(f"{what} is from an empty set")
                elif given:
                    raise Disabled(f"{what} is not in its set: {json.dumps(pick)}")
                else:
                    chosen = self.open_choice(what, base)
            self.used.append((self.name, encode(chosen)))
            return SchedulerValue(Expr(iv.IValueNode(chosen)))

        def pick_of(self, what, options):
            given, pick = self.take()
            if given and isinstance(pick, dict):
                pick = int(pick.get("#bigint", -1))
            if not given:
                self.changed = True
                pick = self.open_choice(what, options)
            if pick not in options:
                raise invalid(f"the pick among {what} is {pick!r}")
            self.used.append((None, pick if isinstance(pick, bool) else {"#bigint": str(pick)}))
            return pick

        def decide(self, request):
            if isinstance(request, SchedulerRequestOneOf):
                return self.one_of(request)
            if isinstance(request, SchedulerRequestAlternative):
                names = request.alternatives
                return SchedulerAlternative(names[self.pick_of("alternatives", range(len(names)))])
            return SchedulerSplit(self.pick_of("split", (False, True)))

        def picks(self):
            """All that was used, in the form in which it was asked for if that can hold it."""
            names = [name for name, _ in self.used]
            if self.by_name and None not in names and len(set(names)) == len(names):
                return dict(self.used)
            return [pick for _, pick in self.used]

    def nothing_open(what, _options):
        raise Disabled(f"the action asks for {what}, and the call has none")

    class Machine:
        def __init__(self):
            self.module = api.load_module(Path(spec))
            factories = dict(api.find_instance_factories(self.module))
            self.instance = instance or (next(iter(factories)) if len(factories) == 1 else None)
            if self.instance is not None and self.instance not in factories:
                known = ", ".join(factories) or "none"
                raise invalid(f"{spec} has no instance `{self.instance}`; it has {known}")
            if self.instance is None and factories:
                raise invalid(f"{spec} has several instances; name one: {spec}::{next(iter(factories))}")
            if self.instance is not None:
                self.proto = factories[self.instance]()
            else:
                classes = api.find_state_classes(self.module)
                if len(classes) != 1:
                    raise invalid(f"{spec} has {len(classes)} state classes and no instance")
                self.proto = classes[0]()
            self.vars, self.params = list(self.proto._vars), list(self.proto._params)
            self.sorts = {name: getattr(self.proto, name).sort for name in self.vars}
            self.param_values = {name: value(getattr(self.proto, name)) for name in self.params}
            self.functions = {}  # action -> (function, {parameter: sort})
            for name, function in inspect.getmembers(self.module, callable):
                if getattr(function, "_action_name", None) == name:
                    parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
                    self.functions[name] = (function, {p.name: self.sort_of_hint(p.annotation) for p in parameters})
            self.properties = {}
            for name, function in inspect.getmembers(self.module, inspect.isfunction):
                for kind in ("invariant", "example"):
                    if getattr(function, f"_is_{kind}", False):
                        self.properties[name] = (function, kind)
            self.nodes = {}
            self.read_rules()
            self.chooser = Chooser()
            self.rng = random.Random(1)
            self.env = None
            self.snapshots = []
            self.written = {}  # variable -> (value, json): most variables do not change in a step
            self.actions = {getattr(f, "_action_name"): f for f, _ in self.functions.values()}

        @staticmethod
        def sort_of_hint(hint):
            return sort_of(get_args(hint)[1] if get_origin(hint) is Annotated else hint)

        def read_rules(self):
            """The rules of SPEC.labels.toml."""
            path = Path(spec).with_suffix(".labels.toml")
            self.rules_path = path

            def wrong(why):
                return invalid(f"{path}: {why}")

            def known(table, names, where):
                strange = next((key for key in table if key not in names), None)
                if strange is not None:
                    raise wrong(f"there is no `{strange}` {where}; there is {', '.join(names)}")

            def action(name, where):
                if name not in self.functions:
                    raise wrong(f"{where}: there is no action `{name}`; there are {', '.join(self.functions)}")
                return name

            try:
                rules = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise wrong(f"no TOML: {error}") from None
            known(rules, ("at", "init", "step", "labels"), "at the top")
            self.init, self.step = rules.get("init", "init"), rules.get("step", "step")
            for key, name in (("init", self.init), ("step", self.step)):
                if key in rules:
                    action(name, key)
            if self.init not in self.functions:
                raise invalid(f"{spec}: there is no action `{self.init}`; there are {', '.join(self.functions)}")
            self.rules = {}
            if not isinstance(rules.get("labels", {}), dict):
                raise wrong("`labels` is a table: a line `LABEL = \"ACTION\"` under `[labels]`, or `[labels.LABEL]`")
            for label, rule in rules.get("labels", {}).items():
                rule = {"action": rule} if isinstance(rule, str) else rule
                where = f"in [labels.{label}]"
                if not isinstance(rule, dict):
                    raise wrong(f"{where}: neither the name of an action nor a table")
                known(rule, ("action", "args", "picks"), where)
                if "action" not in rule:
                    raise wrong(f"{where}: `action` is missing")
                name = action(rule["action"], where)
                for key, names in (("args", list(self.functions[name][1])), ("picks", self.choices(self.node(name)))):
                    self.check_names(rule.get(key, {}), key, names, f"{where}, {key}", wrong)
                self.rules[label] = rule
            self.label_at = rules.get("at")
            if self.label_at is not None:
                self.check_at(self.label_at, wrong)
            if self.label_at is None:
                unions = [n for n in self.vars if isinstance(self.sorts[n], UnionSort) and "action" in n.lower()]
                self.label_at = f"variant:{unions[0]}" if unions else None

        @staticmethod
        def check_names(given, key, names, where, wrong):
            """A list of arguments of the label, or a table of those that the action's own names stand for."""
            if isinstance(given, list) and all(isinstance(name, str) for name in given):
                # Picks in order: the action's own names for its choices do not matter.
                ours = given if key == "args" else []
            elif isinstance(given, dict) and all(isinstance(name, str) for name in given.values()):
                ours = given
            else:
                raise wrong(f"{where}: neither a list of names nor a table of them")
            for name in ours:
                if name not in names:
                    raise wrong(f"{where}: the action has no `{name}`; it has {', '.join(names) or 'none'}")

        def check_at(self, at, wrong):
            kind, _, path = at.partition(":") if isinstance(at, str) else ("", "", "")
            if at in ("quint-mbt",):
                return
            if kind not in ("variant", "fields") or not path:
                raise wrong(f"at = {at!r}: it is \"variant:VARIABLE\" or \"fields:VARIABLE\"")
            for name in path.split(","):
                if name.split(".")[0] not in self.vars:
                    raise wrong(f"at = {at!r}: there is no variable `{name}`; there are {', '.join(self.vars)}")

        # ------------------------------------------------------------------------------------------- executing

        def node(self, name: str):
            """The AST of an action, with variables for its parameters that no choice of the spec can be called."""
            if name not in self.nodes:
                function, sorts = self.functions[name]
                context = SymbolicContext(copy(self.proto), inline_all=True)
                function(context, *(VarExpr(f"${p}", sort) for p, sort in sorts.items()))
                self.nodes[name] = context.build()
            return self.nodes[name]

        def choices(self, node) -> list[str]:
            """The names of the choices in an action."""
            found = []
            if isinstance(node, action_ast.NondetChoiceNode):
                found.append(node.var.name)
            parts = [*getattr(node, "actions", ()), *([node.body] if hasattr(node, "body") else [])]
            for part in parts:
                found += [name for name in self.choices(part) if name not in found]
            return found

        def actuals(self, name: str, args: dict) -> dict:
            if name not in self.functions:
                raise Refusal("unsupported", f"{spec} has no action `{name}`; it has {', '.join(self.functions)}")
            sorts = self.functions[name][1]
            if set(args) != set(sorts):
                raise invalid(f"{name} takes ({', '.join(sorts)}), and got ({', '.join(args)})")
            return {f"${p}": read(args[p], sort, f"the argument `{p}` of {name}") for p, sort in sorts.items()}

        def run(self, name, env, actuals, picks, open_choice):
            """The environment after an action; raises Disabled if there is none."""
            self.chooser.load(picks, open_choice)
            try:
                after = action_execute(self.node(name), env.update(actuals), self.chooser, self.chooser.on_action)
            except (AssumptionViolated, EmptySetError) as why:
                raise Disabled(str(why)) from None
            if after is None:
                raise Disabled(f"a guard of {name} is false")
            if self.chooser.queue:
                raise invalid(f"picks are left over: {json.dumps(self.chooser.queue)}")
            strange = [choice for choice in self.chooser.named if choice not in self.choices(self.node(name))]
            if strange:
                raise invalid(f"{name} has no choice `{strange[0]}`; it has {', '.join(self.choices(self.node(name)))}")
            return pmap({variable: after[variable] for variable in self.vars})

        def ways(self, name, env, actuals, picks, most=WAYS):
            """
            All ways through an action under these picks, by depth-first search over what they leave open, and None for each
            that leads nowhere. Afterwards `cut` says whether there are more.
            """
            script, sizes, cut = [], [], False
            self.cut = True

            def open_choice(_what, options):
                nonlocal cut
                at = len(sizes)
                options = list(elements(options, ELEMENTS + 1))
                cut = cut or len(options) > ELEMENTS
                del options[ELEMENTS:]
                sizes.append(len(options))
                if at == len(script):
                    script.append(0)
                return options[script[at]]

            for _ in range(most):
                sizes.clear()
                try:
                    after = self.run(name, env, actuals, picks, open_choice)
                except Disabled:
                    after = None
                yield after
                del script[len(sizes) :]
                while script and script[-1] + 1 >= sizes[len(script) - 1]:
                    script.pop()
                if not script:
                    self.cut = cut
                    return
                script[-1] += 1

        def ends(self, *args):
            """The environments that the ways through an action lead to."""
            return (after for after in self.ways(*args) if after is not None)

        def state(self, with_params=False) -> dict:
            state = {name: encode(v) for name, v in self.param_values.items()} if with_params else {}
            for name in self.vars:
                current = self.env[name]
                known = self.written.get(name)
                if known is None or known[0] is not current:
                    known = self.written[name] = (current, encode(current))
                state[name] = known[1]
            return state

        def matches(self, env, recorded: dict) -> bool:
            """Whether these are the recorded values; what was not recorded cannot differ."""
            return all(name not in recorded or env[name] == recorded[name] for name in self.vars)

        def decoded(self, state: dict) -> dict:
            return {name: read(state[name], sort, name) for name, sort in self.sorts.items() if name in state}

        # ------------------------------------------------------------------------------------------------ labels

        def call(self, label: str, args: dict) -> dict:
            """The call that a label stands for."""
            rule = self.rules.get(label)
            if rule is None:
                snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", label).lower()
                found = next((name for name in (label, snake) if name in self.functions), None)
                if found is None:
                    known = ", ".join([*self.rules, *self.functions])
                    raise Refusal(
                        "unsupported",
                        f"no action of {spec} is called `{label}`; known are {known}. "
                        f"Write which one it stands for into {self.rules_path}, under [labels]: {json.dumps(label)} = \"ACTION\"",
                    )
                rule = {"action": found}
            name = rule["action"]

            def chosen(wanted, known):
                pairs = wanted.items() if isinstance(wanted, dict) else ((n, n) for n in wanted or known)
                return {ours: args[theirs] for ours, theirs in pairs if theirs in args}

            picks = rule.get("picks")
            if isinstance(picks, list):
                picks = [args[theirs] for theirs in picks if theirs in args]
            else:
                picks = chosen(picks, self.choices(self.node(name)))
            return {"action": name, "args": chosen(rule.get("args"), self.functions[name][1]), "picks": picks}

        def label_of(self, state: dict, at: str | None):
            """The label of a recorded state, or None where there is none to be read."""

            def look(path):
                found = state
                for name in path.split("."):
                    found = found.get(name) if isinstance(found, dict) else None
                return found

            kind, _, path = (at or "").partition(":")
            if kind == "variant":
                found = look(path)
                if isinstance(found, dict) and isinstance(found.get("tag"), str):
                    payload = found.get("value")
                    is_record = isinstance(payload, dict) and not any(key.startswith("#") for key in payload)
                    return found["tag"], payload if is_record else {"value": payload}
            elif kind == "fields":
                name_path, _, args_path = path.partition(",")
                name, args = look(name_path), look(args_path) if args_path else {}
                if isinstance(name, str):
                    return name, args if isinstance(args, dict) else {}
            return None

        # -------------------------------------------------------------------------------------------- operations

        def op_hello(self, request):
            if request.get("role", "producer") != "producer":
                raise Refusal("unsupported", "a spec is a producer")
            hello = {
                "protocol": PROTOCOL,
                "name": f"wunderspec:{spec}" + (f"::{self.instance}" if self.instance else ""),
                "version": WANTED,
                "capabilities": {"call": True, "check": True, "enabled": True, "snapshot": True, "trace": True, "starts": True},
                "vars": self.vars,
                "params": self.params,
                "properties": [{"name": name, "kind": kind} for name, (_, kind) in self.properties.items()],
                "actions": {
                    name: {"args": list(sorts), "picks": self.choices(self.node(name))}
                    for name, (_, sorts) in self.functions.items()
                    if name not in self.never_drawn()
                },
            }
            return hello if self.label_at is None else {**hello, "labels": self.label_at}

        def never_drawn(self) -> set[str]:
            """What is no step by itself: `init`, and `step` where it calls actions, which are drawn then."""
            if self.step not in self.functions or self.functions[self.step][1]:
                return {self.init}
            context = SymbolicContext(copy(self.proto), inline_all=False)
            self.functions[self.step][0](context)

            def calls(node):
                if isinstance(node, action_ast.ActionCallNode):
                    return node.action_name in self.functions
                parts = [*getattr(node, "actions", ()), *([node.body] if hasattr(node, "body") else [])]
                return any(calls(part) for part in parts)

            return {self.init, self.step} if calls(context.build()) else {self.init}

        def begin(self, env):
            self.env, self.snapshots = env, []

        def op_reset(self, request):
            recorded = self.decoded(request["state"]) if "state" in request else None
            if "picks" in request:
                self.begin(self.run(self.init, pmap(), {}, request["picks"], nothing_open))
                return {"state": self.state(True)}
            found, picks, several = None, None, False
            for env in self.ends(self.init, pmap(), {}, {}):
                wanted = recorded is None or self.matches(env, recorded)
                if found is None or wanted:
                    found, picks, several = env, self.chooser.picks(), bool(self.chooser.used)
                if wanted:
                    break
            if found is None:
                raise Refusal("failed", f"{self.init} has no initial state")
            self.begin(found)
            return {"state": self.state(True), **({"picks": picks} if several else {})}

        def op_starts(self, _request):
            """All initial states, if they are few: of ways to the same one, one. There has to be a reset afterwards."""
            found = {}
            try:
                for env in self.ends(self.init, pmap(), {}, {}):
                    state = json.dumps({name: encode(env[name]) for name in self.vars})
                    found.setdefault(state, {"action": self.init, "picks": self.chooser.picks()})
                    if len(found) > LISTED:
                        break
                more = f"there are too many ways through {self.init}" if self.cut else None
            except Infinite as why:
                more = f"{self.init}: {why}"
            self.env = None
            return {"calls": list(found.values()), **({"partial": True, "reason": more} if more else {})}

        def op_execute(self, request):
            if self.env is None:
                raise invalid("execute before the first reset")
            name, picks = request["action"], request.get("picks", {})
            self.env = self.run(name, self.env, self.actuals(name, request.get("args", {})), picks, nothing_open)
            used = {"picks": self.chooser.picks()} if self.chooser.changed else {}
            return {"state": self.state(), **used}

        def op_call(self, request):
            return {"call": self.call(request["action"], request.get("args", {}))}

        def op_check(self, request):
            if self.env is None:
                raise invalid("check before the first reset")
            view, holds = state_view(self.proto, self.env, self.param_values), {}
            with native_action_context(self.proto, self.actions):
                for name in request.get("properties", []):
                    if name not in self.properties:
                        raise Refusal("unsupported", f"{spec} has no property `{name}`; it has {', '.join(self.properties)}")
                    holds[name] = bool(value(self.properties[name][0](view)).value)
            return {"holds": holds}

        def op_snapshot(self, _request):
            self.snapshots.append(self.env)
            return {"snapshot": len(self.snapshots) - 1}

        def op_restore(self, request):
            at = request.get("snapshot")
            if not isinstance(at, int) or not 0 <= at < len(self.snapshots):
                raise invalid(f"there is no snapshot {at} in this run")
            self.env = self.snapshots[at]
            return {"state": self.state()}

        def op_enabled(self, request):
            """
            Each action that `step` calls, with the arguments it gives: all ways through it, if they are few; and otherwise,
            or with a `seed`, the first random picks that lead anywhere. Of a `step` that calls no action, the same.
            """
            if self.env is None:
                raise invalid("enabled before the first reset")
            if self.step not in self.functions:
                raise invalid(f"{spec} has no action `{self.step}`")
            self.rng = random.Random(request.get("seed", 1))
            calls, sites, reasons, self.cut, left = [], {}, [], False, LISTED
            try:
                for name, args in self.call_sites():
                    sites.setdefault((name, tuple(args.values())), args)
            except Infinite as why:
                reasons.append(f"{self.step}: {why}")
            if self.cut:
                reasons.append(f"{self.step} calls actions with more arguments than {ELEMENTS}")
            tried = [(name, args) for (name, _), args in sites.items()] or [(self.step, {})]
            for at, (name, args) in enumerate(tried):
                try:
                    if "seed" not in request:
                        found, used = self.all_of(name, args, max(left // (len(tried) - at), 1))
                        left -= used
                        if found is not None:
                            calls += found
                            continue
                        reasons.append(f"there are too many ways through {name}")
                    for _ in range(1 if sites else STEPS):
                        calls += [call for call in self.tried(name, args) if call not in calls]
                except Infinite as why:
                    reasons.append(f"{name}: {why}")
            return {"calls": calls, **({"partial": True, "reason": "; ".join(dict.fromkeys(reasons))} if reasons else {})}

        def called(self, name, args):
            """The call that was just made."""
            return {"action": name, "args": {p: encode(v) for p, v in args.items()}, "picks": self.chooser.picks()}

        def all_of(self, name, args, most):
            """All calls of an action that lead anywhere, or None if there are too many; and how many ways were tried."""
            actuals, calls, used = {f"${p}": v for p, v in args.items()}, [], 0
            for after in self.ways(name, self.env, actuals, {}, most):
                used += 1
                if after is not None:
                    calls.append(self.called(name, args))
            return (None if self.cut else calls), used

        def tried(self, name, args):
            """The call with the first random picks that lead anywhere, if any of so many do."""
            actuals = {f"${p}": v for p, v in args.items()}
            for _ in range(TRIES):
                try:
                    self.run(name, self.env, actuals, {}, self.random_choice)
                except Disabled:
                    continue
                return [self.called(name, args)]
            return []

        def random_choice(self, what, options):
            if isinstance(options, (tuple, range)):
                return self.rng.choice(options)
            try:
                return UniformSamplingStrategy().draw(options, SamplingHint(rng=self.rng, size=2**31 - 1))
            except EmptySetError:
                raise Disabled(f"{what} is from an empty set") from None
            except (RuntimeError, ValueError, TypeError, OverflowError) as error:
                raise Infinite(f"{what}: {error}") from None

        def call_sites(self):
            """The actions that `step` calls (those with `inline=False`), with the values of their arguments."""
            context = SymbolicContext(copy(self.proto), inline_all=False)
            self.functions[self.step][0](context)

            def walk(node, env):
                match node:
                    case action_ast.ActionCallNode() if node.action_name in self.functions:
                        parameters = self.functions[node.action_name][1]
                        values = [value(arg, env) for arg in node.args]
                        yield node.action_name, dict(zip(parameters, values))
                    case action_ast.NondetChoiceNode():
                        options = list(elements(value(node.base_set, env), ELEMENTS + 1))
                        self.cut = self.cut or len(options) > ELEMENTS
                        for element in options[:ELEMENTS]:
                            yield from walk(node.body, env.set(node.var.name, element))
                    case action_ast.ActionLetNode():
                        yield from walk(node.body, env.set(node.name, value(node.value, env)))
                    case action_ast.ActionAndNode() | action_ast.ActionChoiceNode():
                        for part in node.actions:
                            yield from walk(part, env)

            yield from walk(context.build(), self.env)

        def op_trace(self, request):
            """The calls that lead through recorded states."""
            states, at = request["states"], request.get("labels") or self.label_at
            init = self.op_reset({"state": states[0]}) if states else {}
            env, calls = self.env, []
            follows = bool(states) and self.matches(env, self.decoded(states[0]))
            for index, state in enumerate(states[1:], 1):
                label = self.label_of(state, at)
                call = self.call(*label) if label else None
                after = None
                if follows:
                    recorded = self.decoded(state)
                    call, after = self.step_to(env, call, recorded)
                    follows = after is not None and self.matches(after, recorded)
                if call is None:
                    raise invalid(
                        f"state {index} has no label, and no way through `{self.step}` leads to it: "
                        "the trace is of another spec, or the choices are too many to be searched"
                    )
                calls.append(call)
                env = after
            return {"calls": calls, **({"picks": init["picks"]} if "picks" in init else {})}

        def step_to(self, env, call, recorded):
            """The call to a recorded state and the state it really leads to: what is recorded, if that can be."""
            first = None
            if call is not None:
                actuals = self.actuals(call["action"], call["args"])
                for after in self.ends(call["action"], env, actuals, call["picks"]):
                    found = ({**call, "picks": self.chooser.picks()}, after)
                    if self.matches(after, recorded):
                        return found
                    first = first or found
                return first or (call, None)
            if self.step in self.functions:
                for after in self.ends(self.step, env, {}, []):
                    if self.matches(after, recorded):
                        return {"action": self.step, "args": {}, "picks": self.chooser.picks()}, after
            return None, None

    return Machine()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python bridge.py SPEC.py [INSTANCE]")
    sys.setrecursionlimit(10_000)
    serve(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else None)
