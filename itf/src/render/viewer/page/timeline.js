// The timeline: a lane for each action, a tick for each step.

const LANE = 18, MARKS = 12;

function makeLanes() {
  $('lanes').append(...lanes.map(lane => {
    const box = el('input', { type: 'checkbox', checked: true, onchange: () => {
      box.checked ? chosen.off.delete(lane.name) : chosen.off.add(lane.name);
      relist();
      update();
    } });
    lane.box = box;
    const name = lane.name === '' ? '(no label)' : hasLabels ? visible(lane.name) : plainName(lane.name);
    return el('label', { class: 'lane', title: name }, box, el('span', { class: `dot lane-${lane.color}`, 'aria-hidden': 'true' }),
      el('span', { class: 'lane-name' }, name), el('span', { class: 'soft' }, String(lane.count)));
  }));
}

/** Ticks as one path: neighbours that would be the same pixels are one. */
function ticks(places, y, height, x, width) {
  let path = '', end = -1;
  for (const at of places) {
    const from = Math.max(x(at), end), to = x(at) + Math.max(1.5, width);
    if (to <= end) continue;
    path += `M${from.toFixed(1)} ${y}H${to.toFixed(1)}v${height}H${from.toFixed(1)}z`;
    end = to;
  }
  return path;
}

/** What the picture without its cursor depends on, when it was drawn. */
let pictured = '', cursors = [];

function drawTimeline() {
  const strip = $('strip'), width = Math.max(40, strip.clientWidth), height = lanes.length * LANE;
  const x = at => (at / Math.max(1, rows.length)) * width, each = width / Math.max(1, rows.length);
  const tick = each > 4 ? each - 2 : each;
  const key = JSON.stringify([width, wanted, [...chosen.off], chosen.side]);
  if (key !== pictured) strip.replaceChildren(lanesPicture(width, height, x, tick), marksPicture(width, x, each, tick));
  pictured = key;
  if (chosen.row) {
    const line = `M${(x(chosen.row.at) + Math.min(each, tick) / 2).toFixed(1)} 0V${Math.max(height, MARKS)}`;
    for (const cursor of cursors) cursor.setAttribute('d', line);
  }
  strip.setAttribute('aria-valuemax', rows.length - 1);
  strip.setAttribute('aria-valuenow', chosen.row ? chosen.row.at : 0);
  strip.setAttribute('aria-valuetext', said());
}

/** A picture with a place for the cursor, which is the last in it. */
function picture(width, height, className, ...paths) {
  const made = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, class: className, 'aria-hidden': 'true' });
  made.append(...paths, svg('path', { class: 'cursor', d: '' }));
  return made;
}

function lanesPicture(width, height, x, tick) {
  const places = new Map(lanes.map(lane => [lane.name, []]));
  for (const row of rows) {
    if (hasLabels) places.get(labelOf(row)?.name ?? '')?.push(row.at);
    else {
      const side = sideOf(row), at = row[side];
      if (at > 0) for (const name of changedNames(stateOf(side, at), stateOf(side, at - 1))) places.get(name)?.push(row.at);
    }
  }
  const made = picture(width, height, 'lanes', ...lanes.flatMap((lane, at) => [
    svg('path', { class: 'rail', d: `M0 ${at * LANE + LANE / 2}H${width}` }),
    svg('path', { class: `tick lane-${lane.color}${chosen.off.has(lane.name) ? ' off' : ''}`,
      d: ticks(places.get(lane.name), at * LANE + 4, LANE - 8, x, tick) }),
  ]));
  cursors = [made.lastChild];
  return made;
}

/** What is beside the lanes, in sight however many these are: what differs, what was found, and where a lasso goes back to. */
function marksPicture(width, x, each, tick) {
  const paths = [];
  if (right) paths.push(svg('path', { class: 'tick differs', d: ticks(rows.filter(isDifferent).map(row => row.at), 1, 4, x, tick) }));
  if (hits.length) paths.push(svg('path', { class: 'tick hit', d: ticks(hits.map(row => row.at), 6, 4, x, tick) }));
  if (left.loop !== null && rowOf.a[left.loop - left.first]) {
    const from = x(rowOf.a[left.loop - left.first].at) + each / 2, to = x(rows.length) - each / 2;
    paths.push(svg('path', { class: 'lasso', d: `M${to} 0V9H${from}V2M${from - 3} 5l3 -4l3 4` }));
  }
  const made = picture(width, MARKS, 'marks', ...paths);
  cursors.push(made.lastChild);
  return made;
}

function listenToTimeline() {
  const strip = $('strip');
  const jump = event => {
    const at = Math.floor(((event.clientX - strip.getBoundingClientRect().left) / strip.clientWidth) * rows.length);
    choose(rows[Math.max(0, Math.min(rows.length - 1, at))]);
  };
  strip.addEventListener('pointerdown', event => { strip.setPointerCapture(event.pointerId); jump(event); });
  strip.addEventListener('pointermove', event => { if (event.buttons) jump(event); });
}
