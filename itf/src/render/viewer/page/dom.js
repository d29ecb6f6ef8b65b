// Making elements. Text is always text: nothing here reads markup.

const $ = id => document.getElementById(id);

function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter(child => child != null));
  return node;
}

function svg(tag, props = {}) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
  return node;
}

/** Text in which what is searched for is marked. */
function text(string) {
  const found = document.createDocumentFragment();
  const lower = string.toLowerCase();
  let at = 0;
  // Where lower case is of another length, places would not fit.
  for (let next; wanted && lower.length === string.length && (next = lower.indexOf(wanted, at)) >= 0; at = next + wanted.length) {
    found.append(string.slice(at, next), el('mark', {}, string.slice(next, next + wanted.length)));
  }
  found.append(string.slice(at));
  return found;
}
