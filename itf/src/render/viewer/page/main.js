// What is chosen, from where it is chosen: address, keys, buttons.

let drawing = false;

/** Draws all that depends on what is chosen, once before the next picture. */
function update() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    drawList();
    drawState();
    drawTimeline();
    drawView();
    $('found').textContent = wanted ? `${hits.length} step${hits.length === 1 ? '' : 's'}` : '';
    for (const button of [$('hit-before'), $('hit-after')]) button.disabled = !hits.length;
    remember();
  });
}

function choose(row) {
  if (!row) return;
  chosen.row = row;
  reveal();
  $('live').textContent = said();
  update();
}

function chooseNumber(side, number) {
  const found = rowOf[side][number - (traceOf(side)?.first ?? 0)];
  if (found) choose(found);
}

// The address.

let written = null;

function remember() {
  const row = chosen.row, words = new URLSearchParams();
  if (!row) return;
  const side = sideOf(row);
  words.set('step', numberOf(side, row[side]));
  if (side === 'b') words.set('side', 'b');
  if (chosen.against !== (right ? 'other' : 'previous')) words.set('vs', chosen.against);
  if (chosen.full !== data.full) words.set('full', chosen.full ? '1' : '0');
  if (chosen.query) words.set('q', chosen.query);
  const hides = names.filter(name => chosen.hidden.has(name));
  if (hides.length !== data.hide.length || hides.some(name => !data.hide.includes(name))) {
    few(words, ['var', 'hide'], names, chosen.hidden);
  }
  if (chosen.off.size) few(words, ['action', 'without'], lanes.map(lane => lane.name), chosen.off);
  const hash = `#${words}`;
  if (hash === location.hash) return;
  written = hash;
  try { history.replaceState(null, '', hash); } catch { /* Where the address cannot be written, it is not. */ }
}

/** Names those that are there, or those that are not, whatever is less. */
function few(words, [key, not], all, off) {
  const out = all.filter(name => off.has(name));
  if (out.length && 2 * out.length < all.length) for (const name of out) words.append(not, name);
  else for (const name of all) if (!off.has(name)) words.append(key, name);
}

function recall() {
  if (location.hash === written) return;
  const hash = location.hash.slice(1);
  // How the steps were called in pages without a viewer.
  const words = new URLSearchParams(hash.replace(/^step-(\d+)$/, 'step=$1'));
  if (right && words.get('side') === 'b') chosen.side = 'b';
  const vs = words.get('vs');
  if (vs !== null) chosen.against = /^\d+$/.test(vs) ? Number(vs) : ['none', 'previous', ...(right ? ['other'] : [])].includes(vs) ? vs : chosen.against;
  if (words.has('full')) chosen.full = words.get('full') === '1';
  if (words.has('var')) chosen.hidden = new Set(names.filter(name => !words.getAll('var').includes(name)));
  if (words.has('hide')) chosen.hidden = new Set(words.getAll('hide'));
  if (words.has('action') || words.has('without')) {
    const [on, off] = [words.getAll('action'), words.getAll('without')];
    chosen.off = new Set(lanes.map(lane => lane.name).filter(name => (off.length ? off.includes(name) : !on.includes(name))));
    for (const lane of lanes) lane.box.checked = !chosen.off.has(lane.name);
  }
  if (words.has('q')) { chosen.query = words.get('q'); $('query').value = chosen.query; }
  relist();
  rehit();
  const step = Number(words.get('step') ?? NaN);
  if (Number.isInteger(step)) chooseNumber(chosen.side, step);
  update();
}

// Keys.

function press(event) {
  const typing = event.target.closest?.('input:not([type=checkbox]), select, textarea, dialog');
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const inList = event.target === $('steps') || event.target === $('strip');
  const page = Math.max(1, Math.floor($('steps').clientHeight / HEIGHT) - 1);
  const acts = {
    j: () => go(1), ArrowRight: () => go(1), k: () => go(-1), ArrowLeft: () => go(-1),
    n: () => goHit(1), N: () => goHit(-1), '/': () => $('query').focus(), '?': () => $('help').showModal(),
    u: () => { chosen.full = !chosen.full; update(); }, c: () => chosen.row && copy(stateText(), $('copy-state')), t: nextTheme,
    ...(inList ? {
      ArrowDown: () => go(1), ArrowUp: () => go(-1), PageDown: () => go(page), PageUp: () => go(-page),
      Home: () => choose(listed[0]), End: () => choose(listed.at(-1)), Enter: () => $('values').focus(),
    } : {}),
  };
  const act = Object.hasOwn(acts, event.key) && acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

// Buttons.

const stateText = () => { const side = sideOf(chosen.row); return itfState(traceOf(side), chosen.row[side]) + '\n'; };

async function copy(string, button) {
  const words = button.textContent;
  let done = true;
  try { await navigator.clipboard.writeText(string); } catch {
    const area = el('textarea', { class: 'unseen', 'aria-hidden': 'true' });
    area.value = string;
    document.body.append(area);
    area.select();
    done = document.execCommand('copy');
    area.remove();
    button.focus();
  }
  $('live').textContent = button.textContent = done ? 'Copied' : 'Not copied';
  setTimeout(() => { button.textContent = words; }, 1200);
}

const THEMES = ['light dark', 'light', 'dark'];
function setTheme(theme) {
  document.documentElement.style.colorScheme = theme;
  $('theme').textContent = { light: '☀', dark: '☾' }[theme] || '◐';
  $('theme').setAttribute('aria-label', `Colours: ${{ light: 'light', dark: 'dark' }[theme] || 'as the system'}`);
  try { localStorage.setItem('itf-theme', theme); } catch { /* It is for this time only, then. */ }
}
function nextTheme() {
  setTheme(THEMES[(THEMES.indexOf(document.documentElement.style.colorScheme) + 1) % THEMES.length]);
  update();
}

function start() {
  const short = name => name.split('/').at(-1) || name;
  $('title').textContent = visible(traces.map(trace => short(trace.name)).join(' → '));
  $('title').title = visible(traces.map(trace => trace.name).join(' → '));
  const count = ({ states: { length }, first }) => `${length} state${length === 1 ? '' : 's'}${length > 1 ? `, ${first} to ${first + length - 1}` : ''}`;
  $('facts').textContent = traces.map(count).join(' and ') + (left.loop === null ? '' : `, those from ${left.loop} on repeat for ever`)
    + (left.about.length ? ' · ' + left.about.map(visible).join(' · ') : '');
  $('copy-trace').hidden = left.partial;
  makeLanes();
  makeOptions();
  makeView();
  let theme = 'light dark';
  try { theme = localStorage.getItem('itf-theme') || theme; } catch { /* As the system. */ }
  setTheme(THEMES.includes(theme) ? theme : 'light dark');

  listenToTimeline();
  $('steps').addEventListener('scroll', () => requestAnimationFrame(drawList), { passive: true });
  new ResizeObserver(update).observe($('strip'));
  new ResizeObserver(update).observe($('steps'));
  document.addEventListener('keydown', press);
  window.addEventListener('hashchange', recall);
  $('before').onclick = () => go(-1);
  $('after').onclick = () => go(1);
  $('hit-before').onclick = () => goHit(-1);
  $('find').onsubmit = event => { event.preventDefault(); goHit(1); };
  let waiting = 0;
  $('query').oninput = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { chosen.query = $('query').value; rehit(); update(); }, 120);
  };
  $('query').onkeydown = event => { if (event.key === 'Escape') $('steps').focus(); };
  $('against').onchange = () => {
    const value = $('against').value;
    chosen.against = value === 'number' ? traceOf(sideOf(chosen.row)).first : value;
    update();
  };
  $('number').oninput = () => { if ($('number').value !== '') { chosen.against = Math.max(0, Math.floor(Number($('number').value))); update(); } };
  $('which').onchange = () => { chosen.side = $('which').value; update(); };
  $('full').onchange = () => { chosen.full = $('full').checked; update(); };
  $('copy-state').onclick = () => copy(stateText(), $('copy-state'));
  $('copy-trace').onclick = () => copy(itfTrace(traceOf(chosen.side)), $('copy-trace'));
  $('theme').onclick = nextTheme;
  $('keys').onclick = () => $('help').showModal();
  $('app').hidden = false;
  // Where there is most to see: where two traces part, and where one fails.
  if (right && !location.hash) chosen.row = rows.find(isDifferent) || rows[0];
  else if (left.fails) chosen.row = rows.at(-1) || null;
  recall();
  // The list is as high as the timeline lets it be.
  drawTimeline();
  reveal();
  update();
}

start();
