// The pane of one state.

/** What is shown, and what it is compared with: `[now, old]`, where `old` may be `undefined`. */
function compared() {
  const row = chosen.row, side = sideOf(row), at = row[side];
  const now = stateOf(side, at);
  switch (chosen.against) {
    case 'none': return [now, undefined];
    case 'previous': return [now, at > 0 ? stateOf(side, at - 1) : undefined];
    case 'other': return row.a === NONE || row.b === NONE ? [now, undefined] : [stateOf('b', row.b), stateOf('a', row.a)];
    default: return [now, stateOf(side, chosen.against - traceOf(side).first) ?? undefined];
  }
}

/** Where we are, in words. */
function said() {
  const row = chosen.row;
  if (!row) return 'no states';
  const side = sideOf(row), label = labelOf(row), number = numberOf(side, row[side]);
  return `state ${number} of ${traceOf(side).first + traceOf(side).states.length - 1}${label ? ', ' + visible(label.name) : ''}`;
}

function drawState() {
  const row = chosen.row;
  if (!row) {
    $('where').textContent = 'This trace has no states.';
    for (const part of [$('steps-group'), $('options'), $('strip')]) part.hidden = true;
    return;
  }
  const side = sideOf(row), label = labelOf(row), [now, old] = compared();
  $('where').replaceChildren(right ? where(row) : said().split(',')[0]);
  $('label').replaceChildren(...labelLine(label));
  // What the other trace did instead.
  const instead = right && row.a !== NONE && row.b !== NONE && traceOf(side === 'a' ? 'b' : 'a').labels?.[row[side === 'a' ? 'b' : 'a']];
  if (instead && !(label && instead[0] === label.name && instead[1] === label.args)) {
    $('label').append(el('span', { class: 'break' }), el('span', { class: 'soft' }, side === 'a' ? 'second: ' : 'first: '), ...labelLine({ name: instead[0], args: instead[1] }));
  }
  const is = fields(now), was = old === undefined ? null : fields(old);
  const shown = names.filter(name => !chosen.hidden.has(name) && (is.has(name) || was?.has(name)))
    .map(name => ({ key: 'f' + name, name: plainName(name), now: is.get(name) ?? NONE, old: was ? was.get(name) ?? NONE : undefined }))
    // Parameters are in the first state only.
    .filter(part => !(part.now === NONE && parameters.has(part.key.slice(1))));
  const full = chosen.full || old === undefined;
  const differs = part => part.old !== undefined && part.now !== part.old;
  // Constants never say what happened: they come last, and are folded.
  const isConstant = part => parameters.has(part.key.slice(1)) && !differs(part);
  const constants = shown.filter(isConstant), moving = shown.filter(part => !isConstant(part));
  const changed = moving.filter(differs), same = moving.filter(part => !differs(part));
  const box = $('values');
  box.replaceChildren();
  if (was && !changed.length) box.append(el('p', { class: 'soft' }, chosen.against === 'other' ? 'Both are the same here.' : 'Nothing changed.'));
  box.append(tree(full ? moving : changed, '', 0, full));
  if (!full && same.length) {
    box.append(el('h3', { class: 'soft' }, 'unchanged'), tree(same, '', 0, false));
    box.lastChild.classList.add('quiet');
  }
  if (constants.length) box.append(folded(constants, moving.length === 0));
  $('before').disabled = row === listed[0];
  $('after').disabled = row === listed.at(-1);
  $('number-label').hidden = typeof chosen.against !== 'number';
  if (typeof chosen.against === 'number' && document.activeElement !== $('number')) $('number').value = chosen.against;
  $('against').value = typeof chosen.against === 'number' ? 'number' : chosen.against;
  $('which-label').hidden = !right || chosen.against === 'other';
  $('which').value = side;
  $('full').checked = chosen.full;
  const variables = names.filter(name => !parameters.has(name)), hidden = variables.filter(name => chosen.hidden.has(name));
  $('chosen').textContent = hidden.length ? `variables (${variables.length - hidden.length} of ${variables.length})` : 'variables';
  $('chosen').title = hidden.length ? `not shown: ${hidden.map(plainName).join(', ')}` : '';
  for (const box of $('variables').querySelectorAll('input')) box.checked = !chosen.hidden.has(box.value);
}

/** Constants, closed unless somebody opened them, looks for something in them, or there is nothing else. */
function folded(constants, isAll) {
  const isSought = () => wanted && constants.some(part => part.name.toLowerCase().includes(wanted) || isHit(part.now, NONE));
  const fold = el('details', { class: 'constants', open: opened.get('/constants') ?? (isAll || !!isSought()) },
    el('summary', { class: 'soft' }, `${constants.length} constant${constants.length === 1 ? '' : 's'}`));
  const list = () => { if (fold.open && !fold.querySelector('ul')) fold.append(tree(constants, '', 0, true)); };
  // Only what is done by hand is remembered.
  fold.firstChild.addEventListener('click', () => opened.set('/constants', !fold.open));
  fold.addEventListener('toggle', list);
  list();
  return fold;
}

function labelLine(label) {
  if (!label) return [];
  return [el('b', { class: 'action' }, text(visible(label.name))),
    ...[...(label.args >= 0 ? fields(label.args) : [])].map(([name, value]) => el('span', { class: 'argument' },
      el('span', { class: 'soft' }, text(plainName(name)), ' '), el('span', {}, text(brief(value, 200)))))];
}

/** Where we are in two traces. */
function where(row) {
  const one = (side, word) => (row[side] === NONE ? null : `${word} ${numberOf(side, row[side])}`);
  return [one('a', 'first: state'), one('b', 'second: state')].filter(Boolean).join(' · ');
}

function makeOptions() {
  const choice = (value, words) => el('option', { value }, words);
  if (right) $('against').append(choice('other', 'first → second'));
  $('against').append(choice('previous', 'the state before'), choice('number', 'state number …'), choice('none', 'nothing'));
  $('which').append(choice('a', `first: ${left.name}`), ...(right ? [choice('b', `second: ${right.name}`)] : []));
  $('variables').append(...names.map(name => el('label', {}, el('input', { type: 'checkbox', value: name, onchange: event => {
    event.target.checked ? chosen.hidden.delete(name) : chosen.hidden.add(name);
    rehit();
    update();
  } }), plainName(name))));
}
