//! What every page is held to: nothing wrong, nothing loaded, readable in light and dark and on a narrow screen, and all of
//! it reached by keys.

use serde_json::{Value as Json, json};

use crate::browser::Browser;

/// After the next picture.
pub(crate) const DRAWN: &str =
    "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";

/// Text whose contrast with what is behind it is less than WCAG's AA asks for: 4.5 to 1.
pub(crate) const FAINT: &str = "(() => {
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const behind = node => { for (; node; node = node.parentElement) {
    const color = rgb(getComputedStyle(node).backgroundColor); if (color.length === 3 || color[3] === 1) return color; }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255]; };
  const faint = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let seen = 0; walk.nextNode();) {
    const node = walk.currentNode, parent = node.parentElement, box = parent.getBoundingClientRect();
    if (!node.data.trim() || !box.width || box.width < 2 || parent.closest('script, style, noscript, option, :disabled, .unseen')) continue;
    const style = getComputedStyle(parent), color = parent.closest('svg') ? style.fill : style.color;
    const [a, b] = [light(rgb(color)), light(behind(parent))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${node.data.slice(0, 30)}: ${contrast.toFixed(2)}`);
  }
  return faint;
})()";

/// Nothing went wrong, and nothing was asked for but what begins like this.
pub(crate) fn is_clean(browser: &mut Browser, url: &str) {
    let (wrong, asked) = browser.told();
    assert_eq!(wrong, Vec::<Json>::new());
    let page = url.split('#').next().expect("a page");
    let others: Vec<&String> =
        asked.iter().filter(|a| !a.starts_with(page) && !a.starts_with("about:")).collect();
    assert_eq!(others, Vec::<&String>::new());
}

/// In light and in dark, everything can be read; on a narrow screen nothing sticks out.
pub(crate) fn is_readable(browser: &mut Browser) {
    for scheme in ["light", "dark"] {
        in_colours(browser, scheme);
        assert_eq!(browser.value(FAINT), json!([]), "{scheme}");
    }
    let narrow = json!({"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": false});
    browser.ask("Emulation.setDeviceMetricsOverride", &narrow);
    let wide = "[...document.querySelectorAll('body *')].filter(e => document.documentElement.scrollWidth > 400 &&
        !e.closest('pre') && e.getBoundingClientRect().right > 400).map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 30)}`)";
    assert_eq!(browser.value(wide), json!([]));
    assert_eq!(browser.value("document.documentElement.scrollWidth <= 400"), true);
    browser.ask("Emulation.clearDeviceMetricsOverride", &json!({}));
}

/// As somebody sees it who likes it light, or dark.
pub(crate) fn in_colours(browser: &mut Browser, scheme: &str) {
    let wanted = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    browser.ask("Emulation.setEmulatedMedia", &wanted);
    // Colours may glide.
    browser.value("Promise.all(document.getAnimations().map(a => a.finished)).then(() => true)");
}

/// Whatever can be used is reached by the key Tab.
pub(crate) fn is_reached_by_keys(browser: &mut Browser) {
    browser.value(
        "document.addEventListener('focusin', e => (window.reached ||= new Set()).add(e.target)), document.body.focus(), null",
    );
    let usable =
        "[...document.querySelectorAll('a[href], button, input, select, summary, iframe, [tabindex=\"0\"]')]
        .filter(e => !e.disabled && e.checkVisibility())";
    let missing = format!(
        "{usable}.filter(e => !window.reached?.has(e) && document.activeElement !== e).map(e => e.id || e.textContent || e.className)"
    );
    let most = browser.value(&format!("{usable}.length")).as_u64().expect("a number") * 2 + 2;
    for _ in 0..most {
        browser.press("Tab");
        if browser.value("document.activeElement?.tagName == 'IFRAME'") == true {
            browser.value("(window.reached ||= new Set()).add(document.activeElement), null");
        }
    }
    assert_eq!(browser.value(&missing), json!([]));
}
