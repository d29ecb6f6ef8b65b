'use strict';
// Values. A value is a number, its place in the table of nodes: every distinct value is there once, after its parts, so
// equal values are equal numbers and to compare two states costs what differs.

const data = JSON.parse(document.getElementById('trace').textContent);
const { nodes, shapes, traces } = data;

/** What stands where there is no value. */
const NONE = -1;

/** `null`, `boolean`, `number`, `string`; `i` a large integer, `u` unserializable, `o` other JSON; `l` list, `t` tuple,
 *  `s` set, `m` map, `r` record, `v` variant. */
function kind(id) {
  const node = nodes[id];
  return node === null ? 'null' : Array.isArray(node) ? node[0] : typeof node;
}

const isCompound = id => 'ltsmrv'.includes(kind(id)[0]) && kind(id).length === 1;
const isUnit = id => { const n = nodes[id]; return n === null || (Array.isArray(n) && 'tr'.includes(n[0]) && !parts(id).length); };

/** The parts of a value: the key that identifies each, what it is called, and its value. */
function parts(id) {
  const node = nodes[id];
  switch (kind(id)) {
    case 'l': case 't': return node.slice(1).map((part, at) => ({ key: 'i' + at, name: `[${at}]`, id: part }));
    case 's': return node.slice(1).map(part => ({ key: 'e' + part, name: null, id: part }));
    case 'r': return shapes[node[1]].map((name, at) => ({ key: 'f' + name, name: plainName(name), id: node[at + 2] }));
    case 'v': return [{ key: 'v', name: null, id: node[2] }];
    case 'm': {
      const found = [];
      for (let at = 1; at < node.length; at += 2) {
        found.push({ key: 'k' + node[at], name: brief(node[at], 60), id: node[at + 1] });
      }
      return found;
    }
    default: return [];
  }
}

// How values are written: what is before, after and between the parts, and around the keys of maps.
const NOTATIONS = {
  quint: {
    l: ['[', ']', ', '], t: ['(', ')', ', '], s: ['Set(', ')', ', '], m: ['Map(', ')', ', ', '', ' -> ', ''],
    r: ['{ ', ' }', ', ', ': '], v: tag => [plainName(tag) + '(', ')'], unit: tag => plainName(tag),
    bool: String, big: digits => digits, u: text => `unserializable(${quoted(text)})`, o: text => `json(${quoted(text)})`,
    field: plainName,
  },
  tla: {
    l: ['<<', '>>', ', '], t: ['<<', '>>', ', '], s: ['{', '}', ', '], m: ['(', ')', ' @@ ', '', ' :> ', ''],
    r: ['[', ']', ', ', ' |-> '], v: tag => [`Variant(${quoted(tag)}, `, ')'], unit: tag => `Variant(${quoted(tag)}, UNIT)`,
    bool: value => String(value).toUpperCase(), big: digits => digits, u: text => text, o: text => `json(${quoted(text)})`,
    field: plainName,
  },
  json: {
    l: ['[', ']', ', '], t: ['{"#tup": [', ']}', ', '], s: ['{"#set": [', ']}', ', '],
    m: ['{"#map": [', ']}', ', ', '[', ', ', ']'], r: ['{', '}', ', ', ': '],
    v: tag => [`{"tag": ${quoted(tag)}, "value": `, '}'], unit: null,
    bool: String, big: digits => `{"#bigint": "${digits}"}`, u: text => `{"#unserializable": ${quoted(text)}}`,
    o: text => text, field: quoted,
  },
};
const notation = NOTATIONS[data.notation] || NOTATIONS.quint;

/** Text with everything escaped that could hide or act: control characters, directional overrides, zero widths. */
function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udfff]/gu, c =>
    ({ '\n': '\\n', '\t': '\\t', '\r': '\\r' })[c] || `\\u{${c.codePointAt(0).toString(16)}}`);
}
function quoted(text) { return '"' + visible(text.replace(/["\\]/g, '\\$&')) + '"'; }
function plainName(name) { return /^[\p{L}\p{N}_$:#]+$/u.test(name) ? name : quoted(name); }

function atom(id) {
  const node = nodes[id];
  switch (kind(id)) {
    case 'null': return 'null';
    case 'boolean': return notation.bool(node);
    case 'number': return notation.big(String(node));
    case 'string': return quoted(node);
    case 'i': return notation.big(node[1]);
    case 'u': return notation.u(node[1]);
    default: return notation.o(node[1]);
  }
}

/** The beginning of a text; no character of it is cut in two. */
function cut(text, limit) {
  return text.slice(0, /[\ud800-\udbff]/.test(text[limit - 1]) ? limit - 1 : limit);
}

/** A value on one line, of which no more is written than makes it longer than `limit` characters. */
function begun(id, limit = Infinity) {
  let out = '';
  const write = id => {
    if (out.length > limit) return;
    const k = kind(id), node = nodes[id];
    if (!isCompound(id)) { out += atom(id); return; }
    if (k === 'v') {
      if (notation.unit && isUnit(node[2])) { out += notation.unit(node[1]); return; }
      const [open, close] = notation.v(node[1]);
      out += open; write(node[2]); out += close;
      return;
    }
    const [open, close, between, ...rest] = notation[k];
    const first = k === 'r' ? 2 : 1, step = k === 'm' ? 2 : 1;
    if (node.length <= first) { out += open.trim() + close.trim(); return; }
    out += open;
    for (let at = first; at < node.length && out.length <= limit; at += step) {
      if (at > first) out += between;
      if (k === 'm') { out += rest[0]; write(node[at]); out += rest[1]; write(node[at + 1]); out += rest[2]; }
      else { if (k === 'r') out += notation.field(shapes[node[1]][at - 2]) + rest[0]; write(node[at]); }
    }
    out += close;
  };
  write(id);
  return out;
}

/** A value on one line, cut after `limit` characters. */
function brief(id, limit = Infinity) {
  const out = begun(id, limit);
  return out.length > limit ? cut(out, limit).trimEnd() + '…' : out;
}

/** How long each value is on one line, about; parts are before wholes, so one pass does it. */
const sizes = new Uint32Array(nodes.length);
for (let id = 0; id < nodes.length; id++) {
  const node = nodes[id];
  let size = typeof node === 'string' ? node.length + 2 : String(node).length;
  if (Array.isArray(node)) {
    if ('iuo'.includes(node[0])) size = node[1].length;
    else {
      size = 6 + (node[0] === 'v' ? node[1].length : 0);
      const first = 'rv'.includes(node[0]) ? 2 : 1;
      if (node[0] === 'r') for (const name of shapes[node[1]]) size += name.length + 4;
      for (let at = first; at < node.length; at++) size += sizes[node[at]] + 2;
    }
  }
  sizes[id] = Math.min(size, 1e9);
}

/** A value in words of its kind: `8 elements`. */
function count(id) {
  const node = nodes[id];
  const said = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;
  switch (kind(id)) {
    case 'l': return said(node.length - 1, 'item');
    case 's': return said(node.length - 1, 'element');
    case 'm': return said((node.length - 1) / 2, 'entry').replace('entrys', 'entries');
    case 'r': return said(node.length - 2, 'field');
    default: return '';
  }
}

/** The fields of a record as a `Map` from name to value. */
function fields(id) {
  return new Map(id >= 0 ? shapes[nodes[id][1]].map((name, at) => [name, nodes[id][at + 2]]) : []);
}

/** A value as ITF, exactly. */
function itf(id) {
  const node = nodes[id], list = (from, write = itf) => node.slice(from).map(write).join(',');
  switch (kind(id)) {
    case 'number': return `{"#bigint":"${node}"}`;
    case 'i': return `{"#bigint":"${node[1]}"}`;
    case 'u': return `{"#unserializable":${JSON.stringify(node[1])}}`;
    case 'o': return node[1];
    case 'l': return `[${list(1)}]`;
    case 't': return `{"#tup":[${list(1)}]}`;
    case 's': return `{"#set":[${list(1)}]}`;
    case 'v': return `{"tag":${JSON.stringify(node[1])},"value":${itf(node[2])}}`;
    case 'm': {
      const entries = [];
      for (let at = 1; at < node.length; at += 2) entries.push(`[${itf(node[at])},${itf(node[at + 1])}]`);
      return `{"#map":[${entries.join(',')}]}`;
    }
    case 'r': return `{${[...fields(id)].map(([name, part]) => JSON.stringify(name) + ':' + itf(part)).join(',')}}`;
    default: return JSON.stringify(node);
  }
}

/** A state as ITF, with its `#meta`. */
function itfState(trace, at) {
  const meta = trace.metas && trace.metas[at], body = itf(trace.states[at]);
  return meta ? `{"#meta":${meta}${body === '{}' ? '' : ','}${body.slice(1)}` : body;
}

/** A trace as ITF. */
function itfTrace(trace) {
  const head = [];
  if (trace.meta) head.push(`"#meta":${trace.meta}`);
  if (trace.params.length) head.push(`"params":${JSON.stringify(trace.params)}`);
  head.push(`"vars":${JSON.stringify(trace.vars)}`);
  for (const [name, text] of trace.extra) head.push(`${JSON.stringify(name)}:${text}`);
  if (trace.loop !== null) head.push(`"loop":${trace.loop}`);
  return `{${head.join(',')},"states":[\n${trace.states.map((_, at) => itfState(trace, at)).join(',\n')}\n]}\n`;
}

/** A value for a view, as plain JavaScript: see the page about views. */
function plain(id) {
  const node = nodes[id];
  switch (kind(id)) {
    case 'i': return BigInt(node[1]);
    case 'u': case 'o': return node[1];
    case 'l': case 't': case 's': return node.slice(1).map(plain);
    case 'v': return { tag: node[1], value: plain(node[2]) };
    case 'm': {
      const map = new Map();
      for (let at = 1; at < node.length; at += 2) map.set(plain(node[at]), plain(node[at + 1]));
      return map;
    }
    case 'r': {
      const record = {};
      for (const [name, part] of fields(id)) {
        Object.defineProperty(record, name, { value: plain(part), enumerable: true, configurable: true, writable: true });
      }
      return record;
    }
    default: return node;
  }
}
