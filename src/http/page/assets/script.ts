/**
 * Keeps the page current: while the page is visible, fetches it every two seconds and updates the document in place, so
 * that scroll position, focus, selection and open details stay. Without the script the page is complete and reloads
 * itself.
 *
 * Elements with the same `data-key` are treated as the same element, others are matched by their order. Constant,
 * because the content security policy contains its hash.
 */
export const script = String.raw`
(() => {
  'use strict';
  const everyMs = 2000;
  const patienceMs = 10000;
  const notice = document.getElementById('lost');
  let heardAt = Date.now();
  let timer;
  let asking = false;

  const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute('data-key') : null);

  const sameKind = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

  const likenAttributes = (live, next) => {
    for (const { name } of [...live.attributes]) {
      if (name !== 'open' && !next.hasAttribute(name)) live.removeAttribute(name);
    }
    for (const { name, value } of next.attributes) {
      if (name !== 'open' && live.getAttribute(name) !== value) live.setAttribute(name, value);
    }
  };

  const likenChildren = (live, next) => {
    const wantedKeys = new Set([...next.children].map(keyOf));
    const known = new Map();
    for (const child of [...live.children]) {
      const key = keyOf(child);
      if (key === null) continue;
      if (wantedKeys.has(key) && !known.has(key)) known.set(key, child);
      else child.remove();
    }
    let at = live.firstChild;
    for (const wanted of [...next.childNodes]) {
      const key = keyOf(wanted);
      const candidate = key === null ? at : known.get(key);
      if (candidate && sameKind(candidate, wanted)) {
        known.delete(key);
        if (candidate === at) at = at.nextSibling;
        else live.insertBefore(candidate, at);
        liken(candidate, wanted);
      } else {
        live.insertBefore(wanted, at);
      }
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  };

  const liken = (live, next) => {
    if (live.isEqualNode(next)) return;
    if (live.nodeType !== 1) {
      live.data = next.data;
      return;
    }
    likenAttributes(live, next);
    likenChildren(live, next);
  };

  const sameProgram = (next) =>
    ['style', 'script'].every(
      (name) => next.querySelector(name)?.textContent === document.querySelector(name).textContent,
    );

  const show = (text) => {
    const next = new DOMParser().parseFromString(text, 'text/html');
    if (next.querySelector('main') === null) throw new Error('not the page of pgm');
    if (!sameProgram(next)) {
      location.reload();
      return;
    }
    for (const part of ['header', 'main', 'footer']) {
      liken(document.querySelector(part), next.querySelector(part));
    }
    document.title = next.title;
    const icon = document.querySelector('link[rel=icon]');
    const address = next.querySelector('link[rel=icon]').getAttribute('href');
    if (icon.getAttribute('href') !== address) icon.setAttribute('href', address);
  };

  const found = () => {
    heardAt = Date.now();
    notice.hidden = true;
    document.documentElement.removeAttribute('data-lost');
  };

  const lost = () => {
    const since = new Date(heardAt).toISOString().slice(11, 19);
    const words = 'No answer since ' + since + ' UTC. This page shows the state at that time; trying again.';
    if (notice.textContent !== words) notice.textContent = words;
    notice.hidden = false;
    document.documentElement.setAttribute('data-lost', '');
    document.title = '\u25b2 no answer \u00b7 pgm';
  };

  const look = async () => {
    if (asking || document.visibilityState !== 'visible') return;
    asking = true;
    clearTimeout(timer);
    const began = performance.now();
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const answer = await fetch(location.pathname, { cache: 'no-store', signal });
      if (!answer.ok) throw new Error('status ' + answer.status);
      show(await answer.text());
      found();
    } catch {
      lost();
    }
    asking = false;
    // A page that takes long to render or to send is fetched less often.
    timer = setTimeout(look, Math.max(everyMs, 8 * (performance.now() - began)));
  };

  document.addEventListener('visibilitychange', look);
  timer = setTimeout(look, everyMs);
})();
`;
