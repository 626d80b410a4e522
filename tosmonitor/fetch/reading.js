// What the renderer asks of a page: how much text it shows, to refuse a consent banner, to tell its whole content.
// The page's own scripts cannot be trusted, so nothing here is relied on for safety.
(() => {
  "use strict";
  const CONSENT = /cookie|consent|cmp|gdpr|rgpd|onetrust|didomi|usercentrics|truste|trustarc|quantcast|sp_message|axeptio|privacy-?(banner|notice|popup|modal)/i;
  const REFUSE = /^(reject|refuse|decline|deny|disagree|opt[- ]?out|no,? thanks|only (strictly )?(necessary|essential)|(strictly )?(necessary|essential) (cookies )?only|use (only )?necessary|continue without|tout refuser|refuser|je refuse|continuer sans|non,? merci|uniquement (les )?(essentiels|nécessaires)|interdire|alle ablehnen|ablehnen|nur (notwendige|erforderliche|essenzielle)|nicht zustimmen|weiter ohne|rifiuta|rechazar|denegar|solo (las |los |i )?necessari|weigeren|alles afwijzen|afwijzen|recusar|rejeitar|odrzuć|avvisa|afvis|hylkää|odmítnout|elutasít|refuz|απόρριψη|отклонить)/i;
  const ACCEPT = /^(accept|agree|allow|i agree|ok(ay)?$|got it|consent|tout accepter|accepter|j.accepte|autoriser|alle akzeptieren|akzeptieren|zustimmen|einverstanden|accetta|aceptar|accepteren|akkoord|aceitar|akceptuj|godkänn|acceptera|accepter alle|hyväksy|přijmout|elfogad|αποδοχή|принять)/i;
  const SKIP = new Set(["SCRIPT", "STYLE", "NOSCRIPT"]);
  const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);
  const MOST = 40_000_000; // characters

  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\u00a0/g, "&nbsp;");
  const quote = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
  const children = (node) => {
    if (node.nodeType === 1 && node.shadowRoot) return node.shadowRoot.childNodes;
    if (node.nodeName === "SLOT") { const given = node.assignedNodes(); if (given.length) return given; }
    return (node.nodeName === "TEMPLATE" && node.content) ? node.content.childNodes : node.childNodes;
  };
  const frameOf = (node) => {
    if (node.nodeName !== "IFRAME" && node.nodeName !== "FRAME") return null;
    try {
      const inner = node.contentDocument;
      const box = node.getBoundingClientRect();
      return inner && inner.body && box.width * box.height >= 10000 ? inner.body : null;
    } catch { return null; }
  };

  // Without recursion: pages nest deeper than the stack.
  function* walk(root) {
    const stack = [[root, null]];
    while (stack.length) {
      const [node, end] = stack.pop();
      if (end !== null) { yield [null, end]; continue; }
      yield [node, null];
      if (node.nodeType === 1 && SKIP.has(node.nodeName)) continue;
      if (node.nodeType === 1) {
        const tag = node.localName;
        const inner = frameOf(node);
        if (inner) {
          stack.push([null, "</div>"]);
          for (let i = inner.childNodes.length - 1; i >= 0; i--) stack.push([inner.childNodes[i], null]);
        } else if (node.nodeName === "IFRAME") {
          continue;
        } else {
          if (!VOID.has(tag)) stack.push([null, `</${tag}>`]);
          const below = children(node);
          for (let i = below.length - 1; i >= 0; i--) stack.push([below[i], null]);
        }
      }
    }
  }

  const serialise = () => {
    const out = ["<!DOCTYPE html>"];
    let size = 0;
    const say = (text) => { size += text.length; out.push(text); };
    for (const [node, end] of walk(document.documentElement)) {
      if (size > MOST) throw new Error("too large");
      if (end !== null) { say(end); continue; }
      if (node.nodeType === 3) { say(escape(node.data)); continue; }
      if (node.nodeType !== 1 || SKIP.has(node.nodeName)) continue;
      const framed = frameOf(node);
      const tag = framed ? "div" : node.localName;
      if (node.nodeName === "IFRAME" && !framed) {
        say(`<iframe src="${quote(node.src || "")}"></iframe>`);
        continue;
      }
      let open = `<${tag}`;
      for (const { name, value } of node.attributes) {
        if (/^on|^nonce$/i.test(name) || !/^[\w:.-]+$/.test(name) || (framed && name !== "id" && name !== "class")) continue;
        open += ` ${name}="${quote(value)}"`;
      }
      say(open + ">");
    }
    return out.join("");
  };

  const textOf = (root, skipConsent) => {
    let text = "";
    let skipping = null;
    const open = [];
    for (const [node, end] of walk(root)) {
      if (end !== null) { if (open.pop() === skipping) skipping = null; continue; }
      if (node.nodeType === 3) { if (!skipping) text += node.data + " "; continue; }
      if (node.nodeType !== 1 || SKIP.has(node.nodeName)) continue;
      if (node.nodeName === "IFRAME" && !frameOf(node)) continue;
      if (VOID.has(node.localName)) continue;
      open.push(node);
      if (skipConsent && !skipping && node !== root && node !== document.body && isConsent(node)) skipping = node;
    }
    return text.replace(/\s+/g, " ").trim();
  };

  const isConsent = (node) => {
    if (node.checkVisibility && !node.checkVisibility()) return false;
    const name = `${node.id} ${typeof node.className === "string" ? node.className : ""} ${node.getAttribute("aria-label") || ""} ${node.localName}`;
    if (CONSENT.test(name) && node.nodeName !== "HTML" && node.nodeName !== "BODY" && node.nodeName !== "MAIN" && node.nodeName !== "ARTICLE") {
      const position = getComputedStyle(node).position;
      return position === "fixed" || position === "sticky" || position === "absolute" || node.getAttribute("role") === "dialog" || node.localName === "dialog" || node.localName.includes("-");
    }
    return (node.getAttribute("role") === "dialog" || node.getAttribute("aria-modal") === "true" || node.localName === "dialog")
      && CONSENT.test((node.textContent || "").slice(0, 2000) + (node.shadowRoot ? node.shadowRoot.textContent : ""));
  };

  const banners = () => {
    const found = [];
    for (const [node] of walk(document.documentElement)) {
      if (node && node.nodeType === 1 && !SKIP.has(node.nodeName) && isConsent(node)) found.push(node);
      if (found.length > 50) break;
    }
    return found;
  };

  const press = (pattern, roots) => {
    for (const root of roots) {
      for (const [node] of walk(root)) {
        if (!node || node.nodeType !== 1) continue;
        const role = node.getAttribute("role");
        if (node.nodeName !== "BUTTON" && node.nodeName !== "A" && role !== "button" && node.type !== "button" && node.type !== "submit") continue;
        const label = (node.innerText || node.value || node.getAttribute("aria-label") || "").replace(/\s+/g, " ").trim();
        if (label.length > 60 || !pattern.test(label)) continue;
        const link = node.nodeName === "A" && node.getAttribute("href");
        if (link && !/^(#|javascript:)/i.test(link)) continue;
        node.click();
        return label;
      }
    }
    return null;
  };

  const pdfs = () => {
    const isPdf = (url) => /^https?:.*\.pdf($|[?#])/i.test(url || "");
    const embedded = [...document.querySelectorAll("embed, object, iframe")]
      .map((node) => [node.src || node.data, node.type])
      .filter(([url, type]) => isPdf(url) || (type === "application/pdf" && /^https?:/i.test(url || "")))
      .map(([url]) => url);
    const linked = [...document.querySelectorAll("a[href]")]
      .filter((node) => isPdf(node.href) && !node.closest("nav, footer"))
      .map((node) => node.href);
    return { embedded: [...new Set(embedded)], linked: [...new Set(linked)] };
  };

  return {
    length: () => textOf(document.body || document.documentElement, false).length,
    refuse: () => press(REFUSE, banners()),
    accept: () => press(ACCEPT, banners()),
    refuseHere: () => press(REFUSE, [document.documentElement]),
    acceptHere: () => press(ACCEPT, [document.documentElement]),
    covered: () => banners().length > 0,
    words: () => { const text = textOf(document.body || document.documentElement, true); return text ? text.split(" ").length : 0; },
    scroll: () => {
      const below = document.documentElement.scrollHeight - innerHeight;
      if (below > 50) window.scrollTo(0, below);
      return below > 50;
    },
    serialise,
    pdfs,
  };
})()
