// The DNS view: how the names resolve, as a tree, with the root and the rollback, and what each deployer believes. A state
// of the example spec: `itf show --format html --view adapters/dns-spec/view.js -o found.html found.itf.json`.

const ZONE = 'db.us-east-1.example.com', ROLLBACK = 'rollback.db.example.com', LOCK = 'lock.example.com';

const css = `
  .zone { display: grid; grid-template-columns: minmax(0, 560px) minmax(max-content, 1fr); gap: 4px 24px; align-items: start; }
  h3 { margin: 0 0 4px; font-size: 12px; color: var(--soft); font-weight: 600; }
  .verdict { margin: 0 0 8px; font-weight: 600; grid-column: 1 / -1; }
  .good { color: var(--good); } .bad { color: var(--bad); }
  table { border-collapse: collapse; width: 100%; }
  td, th { padding: 2px 10px 2px 0; text-align: left; font-size: 12.5px; vertical-align: top; white-space: nowrap; }
  th { font-weight: 600; color: var(--soft); overflow-wrap: normal; }
  tr.acts td { font-weight: 600; }
  .card { fill: var(--ground); stroke: var(--line); }
  .card.new { stroke: var(--changed); stroke-width: 2; }
  .card.gone { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 4 3; }
  .edge { fill: none; stroke: var(--soft); stroke-width: 1.25; }
  .edge.rollback { stroke-dasharray: 5 3; }
  .edge.broken { stroke: var(--bad); stroke-width: 2; }
  svg .small { font-size: 11px; fill: var(--soft); }
  svg .bad { fill: var(--bad); font-weight: 600; }
  @media (max-width: 620px) { .zone { grid-template-columns: minmax(0, 1fr); } }
`;

const short = name => String(name).replace(/\.db\.example\.com$|\.example\.com$/, '');

/** What the zone says: who points where, which addresses a name has. */
function read(zone) {
  const found = { targets: new Map(), addresses: new Map(), lock: null };
  for (const { name, kind, value: [text, number] } of zone) {
    const list = kind === 'CNAME' ? found.targets : kind === 'A' ? found.addresses : null;
    if (list) list.set(name, [...(list.get(name) || []), { text, number }]);
    else if (name === LOCK) found.lock = { text, number };
  }
  return found;
}

itfView({
  css,
  draw({ state, before, label, el, svg }) {
    const now = read(state.zone_records || []), was = before && read(before.zone_records || []);
    const isThere = name => now.targets.has(name);
    const plans = [...new Set([...now.targets.keys()].filter(name => name !== ZONE && name !== ROLLBACK))];
    const roots = { [ZONE]: now.targets.get(ZONE) || [], [ROLLBACK]: now.targets.get(ROLLBACK) || [] };
    // What something points at is drawn even where it is not there: that is the outage.
    for (const { text } of [...roots[ZONE], ...roots[ROLLBACK]]) if (!plans.includes(text)) plans.push(text);
    plans.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

    const ROW = 50, width = 560, height = Math.max(3, plans.length) * ROW + 4;
    const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': 'The zone as a tree of names' });
    const middle = at => 2 + at * ROW + 25;
    const place = new Map(plans.map((name, at) => [name, middle(at)]));
    const card = (x, y, w, classes, ...lines) => {
      picture.append(svg('rect', { x, y: y - 21, width: w, height: 42, rx: 7, class: `card ${classes}` }));
      lines.filter(Boolean).forEach(([text, kind], at, all) => picture.append(
        svg('text', { x: x + 10, y: y + (all.length === 1 ? 4 : at * 16 - 4), class: kind }, text)));
    };
    Object.entries(roots).forEach(([name, targets], at) => {
      const y = height / 2 + (at ? 36 : -36), isRoot = name === ZONE;
      const moved = was && JSON.stringify(was.targets.get(name)) !== JSON.stringify(now.targets.get(name));
      for (const { text } of targets) {
        picture.append(svg('path', { class: `edge ${isRoot ? '' : 'rollback'} ${isThere(text) ? '' : 'broken'}`,
          d: `M120 ${y}C165 ${y} 155 ${place.get(text)} 200 ${place.get(text)}` }));
      }
      card(4, y, 116, moved ? 'new' : '', [isRoot ? 'root' : 'rollback', ''], [targets.map(t => short(t.text)).join(', ') || 'nothing', 'small']);
    });
    for (const name of plans) {
      const y = place.get(name), there = isThere(name), isNew = there && was && !was.targets.has(name);
      const addresses = (now.addresses.get(name) || []).map(a => a.text), balancers = now.targets.get(name) || [];
      card(200, y, 108, there ? (isNew ? 'new' : '') : 'gone', [short(name), there ? '' : 'bad'], there ? null : ['is not there', 'bad']);
      if (!there) continue;
      picture.append(svg('path', { class: 'edge', d: `M308 ${y}H328` }));
      card(328, y, 228, '', [balancers.map(b => `${short(b.text)} ×${b.number}`).join('  ') || 'no balancer', 'small'],
        addresses.length ? [addresses.join('  '), ''] : null);
    }

    const [root] = roots[ZONE];
    const works = root && isThere(root.text);
    const verdict = !root ? ['bad', 'The zone has no root.'] : works ? ['good', `The root resolves by ${short(root.text)}.`]
      : ['bad', `Outage: the root is ${short(root.text)}, which is not there.`];
    const views = state.deployer_view instanceof Map ? [...state.deployer_view] : [];
    const byName = name => String(name).replace(/^deployer-/, '');
    const lock = ([text, number]) => `${byName(text)} ${number}`;
    const stale = (is, of) => (is === of ? '' : 'bad');
    return el('div', { class: 'zone' },
      el('p', { class: `verdict ${verdict[0]}` }, works ? '✓ ' : '✗ ', verdict[1]),
      el('div', {}, picture),
      el('div', {},
        el('h3', {}, now.lock ? `Lock: ${byName(now.lock.text)} ${now.lock.number}` : 'No lock'),
        el('table', {}, el('tr', {}, ['deployer', 'lock seen', 'root seen', 'next plan'].map(text => el('th', { scope: 'col' }, text))),
          views.map(([name, seen]) => el('tr', { class: label && label.args.deployer === name ? 'acts' : '' },
            el('td', {}, byName(name)), el('td', { class: now.lock && stale(lock(seen.lock.value), lock([now.lock.text, now.lock.number])) }, lock(seen.lock.value)),
            el('td', { class: root && stale(seen.root, root.text) }, short(seen.root)),
            el('td', {}, state.deployer_next_plan?.get?.(name) ?? ''))))));
  },
});
