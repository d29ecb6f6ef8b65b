// The list of steps. Only the rows in sight are in the document, whatever the length of the trace.

const HEIGHT = 28;
/** Between the rows and the end there may be one that says where a lasso goes back to. */
const loopRow = left.loop === null ? null : { back: true };

function drawList() {
  const box = $('steps'), first = Math.max(0, Math.floor(box.scrollTop / HEIGHT) - 8);
  const count = Math.ceil(box.clientHeight / HEIGHT) + 16;
  const ends = loopRow ? [...listed.slice(first, first + count), ...(first + count >= listed.length ? [loopRow] : [])]
    : listed.slice(first, first + count);
  $('rows').style.height = `${(listed.length + (loopRow ? 1 : 0)) * HEIGHT}px`;
  $('rows').replaceChildren(...ends.map((row, at) => (row.back ? backItem() : stepItem(row, first + at))));
  const current = chosen.row && document.getElementById(`row-${chosen.row.at}`);
  if (current) box.setAttribute('aria-activedescendant', current.id);
  else box.removeAttribute('aria-activedescendant');
  $('none').hidden = listed.length > 0 || rows.length === 0;
}

function stepItem(row, at) {
  const side = sideOf(row), number = numberOf(side, row[side]), label = labelOf(row), changes = changesOf(row);
  const inLoop = side === 'a' && left.loop !== null && number >= left.loop;
  const only = right && (row.a === NONE ? 'only in the second' : row.b === NONE ? 'only in the first' : '');
  const differs = isDifferent(row);
  const lane = hasLabels && laneOf.get(label ? label.name : '');
  const item = el('div', {
    id: `row-${row.at}`, role: 'option', 'aria-selected': String(row === chosen.row), 'aria-setsize': listed.length,
    'aria-posinset': at + 1, class: ['step', inLoop ? 'loop' : '', wanted && !row.hit ? 'dim' : '', differs ? 'differs' : ''].join(' '),
    onclick: () => choose(row),
  },
  el('span', { class: 'number' }, String(number)),
  lane ? el('span', { class: `dot lane-${lane.color}`, 'aria-hidden': 'true' }) : null,
  el('span', { class: 'what' },
    el('b', {}, text(label ? visible(label.name) : row[side] === 0 && number === 0 ? 'initial state' : '')),
    label && label.args >= 0 ? el('span', { class: 'args' }, text(argsOf(label.args, 160))) : null,
    label ? null : el('span', { class: 'args' }, text(changes.map(plainName).join(', ') || (row[side] ? 'no change' : '')))),
  only ? el('span', { class: 'badge' }, only) : differs ? el('span', { class: 'badge' }, 'differs') : null,
  el('span', { class: 'soft tally', title: changes.map(plainName).join(', ') }, row[side] ? String(changes.length) : '',
    el('span', { class: 'unseen' }, row[side] ? ' variables changed' : '')));
  item.style.top = `${at * HEIGHT}px`;
  return item;
}

/** The arguments of a label, values only where that says enough. */
function argsOf(id, limit) {
  const found = [...fields(id)].map(([name, value]) => `${plainName(name)}: ${brief(value, 48)}`).join(', ');
  return found.length > limit ? cut(found, limit) + '…' : found;
}

function backItem() {
  const back = left.loop - left.first, item = el('div', {
    class: 'step loop back', role: 'presentation',
    onclick: () => rowOf.a[back] && choose(rowOf.a[back]),
  }, el('span', { class: 'number', 'aria-hidden': 'true' }, '↺'), el('span', { class: 'what' },
    `on to state ${left.loop}` + (rowOf.a[back] ? ', for ever' : ', which is not there')));
  item.style.top = `${listed.length * HEIGHT}px`;
  return item;
}

/** Scrolls so that the chosen row is in sight. */
function reveal() {
  // What has no height yet cannot be scrolled.
  $('rows').style.height = `${(listed.length + (loopRow ? 1 : 0)) * HEIGHT}px`;
  const at = listed.indexOf(chosen.row), box = $('steps');
  if (at < 0) return;
  const top = at * HEIGHT;
  if (top < box.scrollTop) box.scrollTop = top - (top < box.scrollTop - box.clientHeight ? box.clientHeight / 2 : 0);
  if (top + HEIGHT > box.scrollTop + box.clientHeight) {
    const far = top > box.scrollTop + 2 * box.clientHeight;
    box.scrollTop = top + HEIGHT - box.clientHeight + (far ? box.clientHeight / 2 : 0);
  }
}

/** Goes on by some rows of those listed. */
function go(by) {
  if (!listed.length) return;
  let at = listed.indexOf(chosen.row);
  // From a row that the filters left out, to the next one that is there.
  if (at < 0) at = listed.findIndex(row => row.at > chosen.row.at) - (by > 0 ? 1 : 0);
  choose(listed[Math.max(0, Math.min(listed.length - 1, at + by))]);
}

/** Goes to the next match, or the one before. */
function goHit(by) {
  if (!hits.length) return;
  const at = chosen.row.at;
  const next = by > 0 ? hits.find(row => row.at > at) || hits[0] : hits.findLast(row => row.at < at) || hits.at(-1);
  choose(next);
}
