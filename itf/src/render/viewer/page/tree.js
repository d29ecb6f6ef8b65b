// A state as a tree of rows, with what changed.

/** What was opened and closed by hand, by the path of the row. */
const opened = new Map();
/** What fits on the line of its name. */
const INLINE = 120;
/** How many characters of a value are shown before somebody asks for more. */
const LONG = 2000;
/** How many parts are shown before somebody asks for more. */
const MANY = 200;

/** The rows of a list of parts. `full`: what did not change, too. */
function tree(rows, path, depth, full) {
  const list = el('ul', { class: depth ? 'parts' : 'tree' });
  fill(list, rows, path, depth, full, MANY);
  return list;
}

function fill(list, rows, path, depth, full, limit) {
  const differs = row => row.old !== undefined && row.now !== row.old;
  const same = rows.filter(row => !differs(row));
  let shown = rows;
  const key = path + '/=';
  const folds = !full && depth > 0 && same.length > 0 && same.length < rows.length;
  if (folds && !opened.get(key)) shown = rows.filter(differs);
  if (shown.length > limit) {
    // What changed is always there.
    const first = new Set(shown.filter(differs).slice(0, limit));
    for (const row of shown) { if (first.size >= limit) break; first.add(row); }
    shown = shown.filter(row => first.has(row));
  }
  const all = folds && !opened.get(key) ? rows.length - same.length : rows.length;
  for (const row of shown) list.append(line(row, `${path}/${row.key}`, depth, full));
  const again = (change, at) => () => {
    change();
    list.replaceChildren();
    fill(list, rows, path, depth, full, limit);
    const next = list.querySelectorAll(':scope > li')[at];
    (next && next.querySelector('button') || $('values')).focus();
  };
  if (all > shown.length) {
    list.append(el('li', { class: 'more' }, el('button', { onclick: again(() => { limit += 10 * MANY; }, shown.length) },
      `${all - shown.length} more`)));
  }
  if (folds) {
    const open = opened.get(key) === true;
    list.append(el('li', { class: 'more' }, el('button', {
      'aria-expanded': String(open), onclick: again(() => opened.set(key, !open), open ? same.length : shown.length),
    }, open ? 'only what changed' : `${same.length} unchanged`)));
  }
}

const SIGNS = { added: ['+', 'added: '], removed: ['−', 'removed: '], changed: ['~', 'changed: '], same: ['', ''] };

/** One row: a sign, a name, a value, and the parts of it if it is open. */
function line(row, path, depth, full) {
  const { now, old } = row;
  const what = old === undefined || now === old ? 'same' : old === NONE ? 'added' : now === NONE ? 'removed' : 'changed';
  const id = now === NONE ? old : now;
  const byParts = what === 'changed' && isAlike(now, old) && Math.max(sizes[now], sizes[old]) > 48;
  const folds = isCompound(id) && (byParts || (what !== 'changed' && sizes[id] > (what === 'same' ? INLINE : 1.5 * INLINE) && parts(id).length > 0));
  const item = el('li', { class: what });
  const head = el('div', { class: 'row' });
  item.append(head);
  const [sign, said] = SIGNS[what];
  head.append(el('span', { class: 'sign', 'aria-hidden': 'true' }, sign), said ? el('span', { class: 'unseen' }, said) : '');
  const called = row.name === null && byParts ? sameFields(now, old) : row.name;
  const name = called === null ? null : el('span', { class: 'name' }, text(called));
  const usual = byParts ? true : what === 'same' ? full && (depth === 0 || sizes[id] < 4000) : depth < 3;
  let open = folds && (opened.get(path) ?? usual);
  const value = el('span', { class: 'value' });
  if (folds) {
    const button = el('button', { class: 'fold', 'aria-expanded': String(open), onclick: () => {
      open = !open;
      opened.set(path, open);
      button.setAttribute('aria-expanded', String(open));
      item.querySelector(':scope > ul')?.remove();
      show();
    } }, name || el('span', { class: 'name soft' }, tagged(id)));
    head.append(button, value);
  } else if (name) head.append(name, value);
  else head.append(value);

  function show() {
    value.replaceChildren();
    if (!folds) {
      if (what === 'changed') {
        value.append(clipped('del', old), el('span', { class: 'arrow' }, ' → '), clipped('ins', now));
      } else value.append(clipped({ added: 'ins', removed: 'del' }[what] || 'span', id));
    } else if (open) {
      value.append(el('span', { class: 'soft' }, [name ? tagged(id) : '', count(id)].filter(Boolean).join(' · ')));
      const plain = what === 'added' || what === 'removed';
      const rows = plain ? merged(id) : merged(now, old);
      item.append(tree(rows, path, depth + 1, full || plain));
    } else {
      value.append(el('span', { class: 'brief' }, text(brief(id, 140))), el('span', { class: 'soft count' }, count(id)));
    }
  }
  show();
  return item;
}

/** A value, of which there may be too much: the rest is there when somebody asks for it. */
function clipped(tag, id) {
  const out = begun(id, LONG), node = el(tag, {}, text(cut(out, LONG)));
  if (out.length > LONG) node.append(el('button', { class: 'rest', onclick: () => node.replaceChildren(text(begun(id))) }, '… and more'));
  return node;
}

/** What a record that changed is known by: those of its fields that did not. */
function sameFields(now, old) {
  if (kind(now) !== 'r') return null;
  const was = fields(old), same = [...fields(now)].filter(([name, id]) => was.get(name) === id && sizes[id] < 60);
  return same.length ? `{ ${same.map(([name, id]) => `${notation.field(name)}: ${brief(id, 60)}`).join(', ')}, … }` : null;
}

/** What kind of value it is. */
function tagged(id) {
  const k = kind(id);
  return k === 'v' ? plainName(nodes[id][1]) : { l: 'List', t: 'Tuple', s: 'Set', m: 'Map', r: 'Record' }[k] || '';
}
