// The search of a site that was exported to files: it does in the browser what a server does for a live site. It loads
// small files of an index as scripts, since a browser opens scripts, but no data, from a disk: see site/searching.py.
(function () {
  "use strict";
  var place = document.getElementById("found");
  if (!place) { return; }  // a server has answered
  var asked = new URLSearchParams(location.search), query = (asked.get("q") || "").trim().slice(0, 200);
  var language = document.documentElement.lang;
  var ROUND = 10;  // documents to show before the reader asks for more
  var MOST = 60;   // files to load for them
  var LONGEST = 40;
  if (!query && location.protocol !== "file:") { return; }

  // What only a server can answer is not asked for.
  document.querySelectorAll("[data-live]").forEach(function (field) { field.remove(); });
  document.querySelectorAll("form.ask [name]").forEach(function (field) {
    if (asked.get(field.name)) { field.value = asked.get(field.name); }
  });
  if (!query) { return; }

  // ---- loading
  var waiting = {}, loaded = {};
  window.tosmonitorIndex = function (name, held) { if (waiting[name]) { waiting[name](held); } };
  function load(name) {
    if (!loaded[name]) {
      loaded[name] = new Promise(function (resolve) {
        var script = document.createElement("script");
        waiting[name] = resolve;
        script.onerror = function () { resolve(null); };
        script.src = place.dataset.index.replace("documents.js", name + ".js");
        document.head.append(script);
      });
    }
    return loaded[name];
  }

  // ---- words, compared as the index compares them
  function folded(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase();
  }
  function tokens(text) {
    var found = [], each = /[\p{L}\p{N}\u0300-\u036f]+/gu, match;
    while ((match = each.exec(text))) {
      found.push({ word: folded(match[0]), start: match.index, end: match.index + match[0].length });
    }
    return found;
  }

  // ---- the query: alternatives (OR) of terms that must all be in a passage; a term is a phrase, or the beginning of one
  function parsed(text) {
    var either = [[]], refused = [], each = /(-?)(?:"([^"]*)"|(\S+))(\*?)/g, match, joined = false;
    text = text.replace(/[“”„«»]/g, '"');
    while ((match = each.exec(text))) {
      var said = match[2] || match[3] || "";
      if (match[3] === "OR" && either[0].length) { joined = true; continue; }
      var term = { words: tokens(said).map(function (one) { return one.word; }), open: match[4] === "*" || said.endsWith("*") };
      if (!term.words.length) { continue; }
      if (match[1]) { refused.push(term); continue; }
      if (joined) { either.push([]); joined = false; }
      either[either.length - 1].push(term);
    }
    return { either: either.filter(function (terms) { return terms.length; }), refused: refused };
  }

  // ---- which documents may answer
  function numbers(steps) {
    var at = 0;
    return steps.split(" ").map(function (step) { at += parseInt(step, 36); return at; });
  }
  function holding(entry, word, open) {
    var key = word.slice(0, LONGEST), stretches = entry.words, wanted = [];
    for (var at = 0; at < stretches.length; at += 1) {
      var begins = stretches[at][1], next = at + 1 < stretches.length ? stretches[at + 1][1] : null;
      var past = begins > key && !(open && begins.startsWith(key));
      if (!past && (next === null || next > key)) { wanted.push(load("words/" + stretches[at][0])); }
    }
    return Promise.all(wanted).then(function (parts) {
      var found = new Set();
      parts.forEach(function (part) {
        Object.keys(part || {}).forEach(function (one) {
          if (one === key || (open && one.startsWith(key))) { numbers(part[one]).forEach(function (n) { found.add(n); }); }
        });
      });
      return found;
    });
  }
  function candidates(entry, wanted) {
    return Promise.all(wanted.either.map(function (terms) {
      var sets = [];
      terms.forEach(function (term) {
        term.words.forEach(function (word, at) {
          sets.push(holding(entry, word, term.open && at === term.words.length - 1));
        });
      });
      return Promise.all(sets).then(function (held) {
        return Array.from(held[0]).filter(function (n) { return held.every(function (set) { return set.has(n); }); });
      });
    })).then(function (groups) { return Array.from(new Set(groups.flat())); });
  }

  // ---- where in a passage
  function spans(found, term) {
    var all = [], last = term.words.length - 1;
    for (var at = 0; at + last < found.length; at += 1) {
      var fits = term.words.every(function (word, n) {
        var here = found[at + n].word;
        return n === last && term.open ? here.startsWith(word) : here === word;
      });
      if (fits) { all.push([at, at + last]); }
    }
    return all;
  }
  function answers(words, wanted) {
    var found = tokens(words);
    if (wanted.refused.some(function (term) { return spans(found, term).length; })) { return null; }
    var marks = [];
    wanted.either.forEach(function (terms) {
      var held = terms.map(function (term) { return spans(found, term); });
      if (held.every(function (one) { return one.length; })) { marks = marks.concat(held.flat()); }
    });
    marks.sort(function (a, b) { return a[0] - b[0]; });
    return marks.length ? { words: words, found: found, marks: marks } : null;
  }
  function snippet(answer) {
    var out = document.createDocumentFragment(), found = answer.found, words = answer.words;
    var first = Math.max(0, answer.marks[0][0] - 14), last = Math.min(found.length - 1, first + 44);
    var at = first ? found[first].start : 0;
    if (first) { out.append("… "); }
    answer.marks.forEach(function (mark) {
      var begin = found[mark[0]].start, end = found[mark[1]].end;
      if (mark[1] > last || begin < at) { return; }
      var shown = document.createElement("mark");
      shown.textContent = words.slice(begin, end);
      out.append(words.slice(at, begin), shown);
      at = end;
    });
    var cut = last < found.length - 1;
    out.append(words.slice(at, cut ? found[last].end : words.length), cut ? " …" : "");
    return out;
  }

  // ---- what is shown
  var list = place.querySelector("ul"), status = place.querySelector("[role=status]"), more = place.querySelector("button");
  var pattern = place.querySelector("template").content;
  var count = new Intl.NumberFormat(language);
  var day = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  function say(name) {
    place.querySelectorAll("[data-say]").forEach(function (note) { note.hidden = note.dataset.say !== name; });
  }
  function label(id, value) {
    var option = document.querySelector("#" + id + " option[value='" + value + "']");
    return option ? option.textContent : value;
  }
  function address(name, document_id, stamp, anchor) {
    var parts = document_id.split("/");
    var made = place.dataset[name].replace("SERVICE", parts[0]).replace("TYPE", parts[1]).replace("STAMP", stamp || "");
    return made + (anchor ? "#" + anchor : "");
  }
  function show(entry, document_, hits) {
    var item = pattern.cloneNode(true).querySelector("li"), passage = item.querySelector("div"), title = item.querySelector("h2 a");
    title.textContent = entry.services[document_[1]][1] + " · " + label("f-type", entry.types[document_[2]]);
    title.href = address("document", document_[0]);
    passage.remove();
    hits.slice(0, 3).forEach(function (hit) {
      var one = passage.cloneNode(true), time = document.createElement("time"), stamp = hit.since;
      one.querySelector(".said").append(snippet(hit.answer));
      if (document_[3]) { one.querySelector(".said").lang = document_[3]; }
      one.querySelector("[data-there]").href = address("document", document_[0], "", hit.name);
      one.querySelector("[data-since]").href = address(hit.brought ? "change" : "version", document_[0], stamp);
      time.dateTime = stamp.slice(0, 4) + "-" + stamp.slice(4, 6) + "-" + stamp.slice(6, 8);
      time.textContent = day.format(new Date(time.dateTime));
      one.querySelector("[data-since]").append(time);
      item.querySelector("[data-rest]").before(one);
    });
    var rest = item.querySelector("[data-rest]");
    if (hits.length > 3) { rest.querySelector("b").textContent = count.format(hits.length - 3); } else { rest.remove(); }
    list.append(item);
  }
  function hitsOf(runs, wanted) {
    var hits = [];
    (runs || []).forEach(function (run) {
      run[2].forEach(function (block) {
        var answer = answers(block[1], wanted);
        if (answer) { hits.push({ name: block[0], since: run[0], brought: run[1], answer: answer }); }
      });
    });
    return hits;
  }

  function round(entry, wanted, queue, state) {
    var shown = 0, opened = 0;
    more.hidden = true;
    function step() {
      if (!queue.length || shown >= ROUND || opened >= MOST) { return null; }
      var batch = queue.splice(0, Math.min(ROUND, MOST - opened));
      opened += batch.length;
      return Promise.all(batch.map(function (n) { return load("texts/" + entry.documents[n][0]); })).then(function (texts) {
        texts.forEach(function (runs, at) {
          var hits = hitsOf(runs, wanted);
          if (hits.length) { show(entry, entry.documents[batch[at]], hits); shown += 1; state.found += 1; }
        });
        state.looked += batch.length;
        return step();
      });
    }
    return Promise.resolve(step()).then(function () {
      say(state.found || queue.length ? "done" : "nothing");
      status.querySelector("[data-found]").textContent = count.format(state.found);
      status.querySelector("[data-looked]").textContent = count.format(state.looked);
      status.querySelector("[data-all]").textContent = count.format(state.looked + queue.length);
      more.hidden = !queue.length;
      more.onclick = function () { round(entry, wanted, queue, state); };
    });
  }
  function passes(entry, document_) {
    var service = entry.services[document_[1]], named = (asked.get("service") || "").trim();
    return (!named || service[0] === named || service[1].toLowerCase() === named.toLowerCase()) &&
      (!asked.get("type") || entry.types[document_[2]] === asked.get("type")) &&
      (!asked.get("tag") || service[2].indexOf(asked.get("tag")) >= 0) &&
      (!asked.get("language") || document_[3].split("-")[0].toLowerCase() === asked.get("language"));
  }

  say("busy");
  load("documents").then(function (entry) {
    if (!entry) { say("absent"); return null; }
    var wanted = parsed(query);
    if (!wanted.either.length) { say("nothing"); return null; }
    return candidates(entry, wanted).then(function (found) {
      var queue = found.filter(function (n) { return passes(entry, entry.documents[n]); });
      function name(n) { return entry.services[entry.documents[n][1]][1] + "\u0000" + entry.documents[n][0]; }
      queue.sort(function (a, b) { return name(a).localeCompare(name(b), language); });
      return round(entry, wanted, queue, { found: 0, looked: 0 });
    });
  });
})();
