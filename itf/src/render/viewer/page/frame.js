'use strict';
// In the frame of a view: what a view may call, and the messages of the page around it.

(() => {
  let view = null;
  /** Why the script of the view did not come to its end. */
  let broken = null;
  let isTwice = false;

  const make = node => (props = {}, ...children) => {
    for (const [name, value] of Object.entries(props || {})) {
      if (name.startsWith('on') && typeof value === 'function') node.addEventListener(name.slice(2), value);
      else if (value !== false && value != null) node.setAttribute(name, value === true ? '' : String(value));
    }
    node.append(...children.flat(Infinity).filter(child => child != null && child !== false)
      .map(child => (child instanceof Node ? child : String(child))));
    return node;
  };
  const el = (tag, ...rest) => make(document.createElement(tag))(...rest);
  const svg = (tag, ...rest) => make(document.createElementNS('http://www.w3.org/2000/svg', tag))(...rest);
  const go = step => parent.postMessage({ step }, '*');
  /** The line of the view in which something was thrown, if the browser tells. */
  const lineOf = error => {
    const lines = [...String(error && error.stack || '').matchAll(/:(\d+):\d+\)?$/gm)].map(found => found[1] - LINES_BEFORE_THE_VIEW);
    const line = lines.find(line => line > 0);
    return line ? `line ${line}: ` : '';
  };
  const fail = error => document.body.replaceChildren(
    el('p', { class: 'error' }, `The view fails: ${lineOf(error)}${error && error.message || error}`));

  const tellHeight = () => parent.postMessage({ height: Math.ceil(document.body.getBoundingClientRect().height) }, '*');

  /** A view calls this once: `{ css, draw }`. */
  globalThis.itfView = given => {
    if (view) { isTwice = true; return; }
    view = given;
    if (given.css) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(given.css);
      document.adoptedStyleSheets = [sheet];
    }
  };

  addEventListener('message', event => {
    if (event.source !== parent) return;
    const { scheme, ...about } = event.data;
    document.documentElement.style.colorScheme = scheme;
    if (isTwice) fail('it calls itfView twice');
    else if (!view) fail(broken || 'it does not call itfView({ draw })');
    if (isTwice || !view) { tellHeight(); return; }
    try {
      const drawn = view.draw({ ...about, el, svg, go });
      if (drawn instanceof Promise) throw 'draw returns a Promise; it has to return what is shown';
      document.body.replaceChildren(...[drawn].flat(Infinity).filter(node => node != null && node !== false));
    } catch (error) { fail(error); }
    // An observer waits for the frame to be in sight.
    tellHeight();
  });
  addEventListener('error', event => {
    const line = event.lineno - LINES_BEFORE_THE_VIEW;
    broken = line > 0 ? `line ${line}: ${event.message}` : event.message;
    fail(broken);
    tellHeight();
  });
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !['j', 'k', 'n', 'N', 'ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    event.preventDefault();
    parent.postMessage({ key: event.key }, '*');
  });
  addEventListener('DOMContentLoaded', () => {
    new ResizeObserver(tellHeight).observe(document.body);
    parent.postMessage({ ready: true }, '*');
  });
})();
