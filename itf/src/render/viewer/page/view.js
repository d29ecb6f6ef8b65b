// The view that a spec brings along: a document in a frame of its own, which has no origin and no network, and is told
// states by messages.

let frame = null, ready = false;

function makeView() {
  const block = document.getElementById('view-document');
  if (!block) return;
  frame = el('iframe', { sandbox: 'allow-scripts', title: 'View of the state', srcdoc: JSON.parse(block.textContent) });
  $('view').append(frame);
  $('view').hidden = false;
  window.addEventListener('message', event => {
    if (event.source !== frame.contentWindow || typeof event.data !== 'object' || !event.data) return;
    const { ready: is, height, key, step } = event.data;
    if (is) { ready = true; drawView(); }
    if (Number.isFinite(height)) frame.style.height = `${Math.max(20, Math.min(height, 4000))}px`;
    if (Number.isInteger(step)) chooseNumber('a', step);
    if (typeof key === 'string') press({ key, target: document.body, preventDefault() {} });
  });
}

function drawView() {
  if (!ready || !chosen.row) return;
  const row = chosen.row, side = sideOf(row), [now, old] = compared(), label = labelOf(row);
  const whole = id => plain(id);
  const params = {};
  for (const [name, value] of fields(stateOf(side, 0))) if (parameters.has(name)) params[name] = plain(value);
  frame.contentWindow.postMessage({
    state: whole(now), before: old === undefined ? null : whole(old), params, step: numberOf(side, row[side]),
    steps: traceOf(side).states.length, label: label && { name: label.name, args: label.args >= 0 ? plain(label.args) : {} },
    scheme: document.documentElement.style.colorScheme,
  }, '*');
}
