// What differs between two values, and where a text is found.

/** Whether two values are compared by their parts. */
function isAlike(a, b) {
  const k = kind(a);
  return isCompound(a) && k === kind(b) && (k !== 'v' || nodes[a][1] === nodes[b][1]);
}

/** The parts of `now`, each with what it was in `old`: `undefined` if nothing is compared, `NONE` if it was not there;
 *  then those that are there no more. */
function merged(now, old) {
  if (old === undefined || old === now) return parts(now).map(part => ({ ...part, now: part.id, old }))
    .map(part => (old === undefined ? part : { ...part, old: part.now }));
  const is = parts(now), was = parts(old);
  if (kind(now) === 'l') return mergedLists(is, was);
  const left = new Map(was.map(part => [part.key, part]));
  const rows = is.map(part => {
    const before = left.get(part.key);
    left.delete(part.key);
    return { ...part, now: part.id, old: before ? before.id : NONE };
  });
  if (kind(now) === 's') pairUp(rows.filter(row => row.old === NONE), left);
  for (const part of left.values()) rows.push({ ...part, now: NONE, old: part.id });
  return rows;
}

/** Lists: what is the same at both ends stays, what is between is compared by position. */
function mergedLists(is, was) {
  let head = 0, tail = 0;
  const most = Math.min(is.length, was.length);
  while (head < most && is[head].id === was[head].id) head++;
  while (tail < most - head && is[is.length - 1 - tail].id === was[was.length - 1 - tail].id) tail++;
  const rows = [];
  for (let at = 0; at < Math.max(is.length, was.length) - tail; at++) {
    const part = is.length - tail > at ? is[at] : null, before = was.length - tail > at ? was[at] : null;
    rows.push({ ...(part || before), now: part ? part.id : NONE, old: before ? before.id : NONE });
  }
  for (const part of is.slice(is.length - tail)) rows.push({ ...part, now: part.id, old: part.id });
  return rows;
}

/** An element that came and one that went are one that changed, if at least half of them is equal; the most alike first. */
function pairUp(added, left) {
  if (added.length > 64 || left.size > 64) return;
  const pairs = [];
  for (const row of added) for (const part of left.values()) {
    const alike = likeness(row.now, part.id);
    if (alike >= 0.5) pairs.push([alike, row, part]);
  }
  pairs.sort((a, b) => b[0] - a[0]);
  for (const [, row, part] of pairs) {
    if (row.old !== NONE || !left.delete(part.key)) continue;
    row.old = part.id;
  }
}

function likeness(a, b) {
  if (!isAlike(a, b)) return 0;
  const is = parts(a), was = new Map(parts(b).map(part => [part.key, part.id]));
  if (!is.length) return 0;
  return is.filter(part => was.get(part.key) === part.id).length / Math.max(is.length, was.size);
}

/** The variables that differ between two states. */
function changedNames(now, old) {
  if (now === old || now === undefined || old === undefined || now < 0 || old < 0) return [];
  const is = fields(now), was = fields(old);
  const names = [...is.keys()].filter(name => is.get(name) !== was.get(name));
  // Parameters need not be said again after the first state.
  return names.concat([...was.keys()].filter(name => !is.has(name) && !parameters.has(name)));
}
const parameters = new Set(traces.flatMap(trace => trace.params));

// The search: one pass marks the values in which the text is.
let wanted = '', marked = null;

function search(text) {
  wanted = text.toLowerCase();
  marked = null;
  if (!wanted) return;
  const has = text => String(text).toLowerCase().includes(wanted);
  const named = shapes.map(names => names.some(has));
  marked = new Uint8Array(nodes.length);
  for (let id = 0; id < nodes.length; id++) {
    const node = nodes[id];
    if (!Array.isArray(node)) { marked[id] = has(node) ? 1 : 0; continue; }
    const k = node[0];
    let found = k === 'r' ? named[node[1]] : 'iuov'.includes(k) && has(node[1]);
    if (!'iuo'.includes(k)) {
      for (let at = 'rv'.includes(k) ? 2 : 1; at < node.length && !found; at++) found = marked[node[at]] === 1;
    }
    marked[id] = found ? 1 : 0;
  }
}

/** Whether what differs between two values has the text. */
function isHit(now, old) {
  if (now === old) return false;
  const has = id => id >= 0 && marked[id] === 1;
  if (!has(now) && !has(old)) return false;
  if (now < 0 || old < 0 || !isAlike(now, old) || kind(now) === 'v') return true;
  return merged(now, old).some(part => part.now !== part.old &&
    ((part.key[0] === 'f' && part.name.toLowerCase().includes(wanted)) || isHit(part.now, part.old)));
}
