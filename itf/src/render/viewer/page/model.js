// What the page knows: the rows of the list, and what is chosen.

const [left, right] = traces;
const names = [...new Set(traces.flatMap(trace => [...trace.params, ...trace.vars, ...trace.states.slice(0, 1)
  .flatMap(id => [...fields(id).keys()])]))];

/** One row a step; where there are two traces, one for each pair of states and for each state without a partner. */
const rows = [];
if (right) {
  let a = 0, b = 0;
  for (const [nextA, nextB] of [...data.pairs, [left.states.length, right.states.length]]) {
    while (a < nextA) rows.push({ a: a++, b: NONE });
    while (b < nextB) rows.push({ a: NONE, b: b++ });
    if (a < left.states.length || b < right.states.length) rows.push({ a: a++, b: b++ });
  }
} else for (let a = 0; a < left.states.length; a++) rows.push({ a, b: NONE });
rows.forEach((row, at) => { row.at = at; });
const rowOf = { a: [], b: [] };
for (const row of rows) for (const side of ['a', 'b']) if (row[side] !== NONE) rowOf[side][row[side]] = row;

const traceOf = side => (side === 'b' ? right : left);
const stateOf = (side, at) => traceOf(side).states[at];
/** The number of a state, counted from the beginning of the trace. */
const numberOf = (side, at) => traceOf(side).first + at;
/** The trace a row is about, if it is not about both. */
const sideOf = row => (row.a === NONE ? 'b' : row.b === NONE ? 'a' : chosen.side);

/** The label of a row: its name, and its arguments. */
function labelOf(row) {
  const side = sideOf(row), label = traceOf(side).labels?.[row[side]];
  return label ? { name: label[0], args: label[1] } : null;
}

/** Whether the two states of a row differ, apart from parameters. */
function isDifferent(row) {
  if (!right) return false;
  if (row.a === NONE || row.b === NONE) return true;
  row.differs ??= changedNames(stateOf('b', row.b), stateOf('a', row.a)).length > 0;
  return row.differs;
}

/** What the step of a row changed, of the variables that are shown. */
function changesOf(row) {
  const side = sideOf(row), at = row[side];
  if (at < 1) return [];
  return changedNames(stateOf(side, at), stateOf(side, at - 1)).filter(name => !chosen.hidden.has(name));
}

const hasLabels = traces.some(trace => trace.labels);
/** The lanes of the timeline: the actions, or where there are none the variables. */
const lanes = (() => {
  const counts = new Map();
  if (hasLabels) {
    for (const trace of traces) for (const label of trace.labels || []) {
      const name = label ? label[0] : '';
      counts.set(name, (counts.get(name) || 0) + 1);
    }
  } else {
    // What changes most comes first; what never changes says nothing.
    for (const { states } of traces) for (let at = 1; at < states.length; at++) {
      for (const name of changedNames(states[at], states[at - 1])) counts.set(name, (counts.get(name) || 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([name, count], at) => ({ name, count, color: at % 8 }));
  }
  return [...counts].map(([name, count], at) => ({ name, count, color: at % 8 }));
})();
const laneOf = new Map(lanes.map(lane => [lane.name, lane]));

/** What is chosen. `against`: `previous`, `other`, `none`, or the index of a state. */
const chosen = {
  row: rows[0] || null, side: 'a', against: right ? 'other' : 'previous', full: data.full,
  hidden: new Set(data.hide), off: new Set(), query: '',
};

/** The rows that the filters leave. */
let listed = rows;
function relist() {
  const off = chosen.off;
  listed = !off.size ? rows : rows.filter(row => {
    if (hasLabels) return !off.has(labelOf(row)?.name ?? '');
    const side = sideOf(row), at = row[side];
    return at === 0 || changedNames(stateOf(side, at), stateOf(side, at - 1)).some(name => !off.has(name));
  });
}

/** The rows with what is searched for in the label or in what changed of the variables that are shown, in their order. */
let hits = [];
function rehit() {
  search(chosen.query);
  hits = !wanted ? [] : rows.filter(row => {
    const label = labelOf(row), side = sideOf(row), at = row[side];
    if (label && (label.name.toLowerCase().includes(wanted) || (label.args >= 0 && marked[label.args]))) return true;
    const now = fields(stateOf(side, at)), old = fields(at > 0 ? stateOf(side, at - 1) : NONE);
    return names.some(name => {
      if (chosen.hidden.has(name) || (!now.has(name) && parameters.has(name))) return false;
      const [is, was] = [now.get(name) ?? NONE, old.get(name) ?? NONE];
      return is !== was && (name.toLowerCase().includes(wanted) || isHit(is, was));
    });
  });
  rows.forEach(row => { row.hit = false; });
  hits.forEach(row => { row.hit = true; });
}
