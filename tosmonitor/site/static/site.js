// A little help on pages that work without it: n and p walk through the changes, a button copies the citation, the
// address of a passage is shown beside it, and the version of a day is found in the list of versions, so that it is found
// without a server as well. A form that needs a server says so in a copy of the site that was exported to files.
(function () {
  "use strict";
  var hunks = Array.prototype.slice.call(document.querySelectorAll("[data-hunk]"));
  var walked = -1, when = 0;
  if (hunks.length > 1) { document.querySelectorAll(".keys").forEach(function (said) { said.hidden = false; }); }
  function at() {
    // While the page still scrolls to the change that was asked for, its place says nothing yet.
    if (Date.now() - when < 1500) { return walked; }
    var middle = -1;
    hunks.forEach(function (hunk, index) {
      if (hunk.getBoundingClientRect().top < 120) { middle = index; }
    });
    if (location.hash) {
      hunks.forEach(function (hunk, index) {
        if ("#" + hunk.id === location.hash && Math.abs(hunk.getBoundingClientRect().top) < innerHeight) { middle = index; }
      });
    }
    return middle;
  }
  function go(index) {
    index = Math.max(0, Math.min(hunks.length - 1, index));
    var hunk = hunks[index];
    if (!hunk) { return; }
    walked = index;
    when = Date.now();
    history.replaceState(null, "", "#" + hunk.id);
    document.querySelectorAll("[data-counter]").forEach(function (said) { said.textContent = hunk.getAttribute("aria-label"); });
    hunk.focus({ preventScroll: true });
    location.replace("#" + hunk.id);
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(input|select|textarea)$/i.test(event.target.tagName)) { return; }
    if (event.key === "n") { go(at() + 1); }
    if (event.key === "p") { go(at() - 1); }
  });
  Array.prototype.forEach.call(document.querySelectorAll("[data-copy]"), function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      var cited = document.getElementById(button.getAttribute("data-copy")).innerText.trim();
      var own = document.querySelector("link[rel=canonical]").href;
      // The change that one has walked to, or whose address was followed, is the one that is cited.
      if (hunks.some(function (hunk) { return "#" + hunk.id === location.hash; })) { cited = cited.replace(own, own + location.hash); }
      navigator.clipboard.writeText(cited).then(function () {
        button.textContent = button.getAttribute("data-done");
      });
    });
  });
  var named = document.querySelector("[data-address]");
  if (named) {
    var sign = document.createElement("a");
    sign.className = "address";
    sign.textContent = "¶";
    sign.title = named.getAttribute("data-address");
    sign.setAttribute("aria-label", sign.title);
    document.addEventListener("mouseover", function (event) {
      var passage = event.target.closest(".terms [id]");
      if (!passage || passage.contains(sign)) { return; }
      sign.href = "#" + passage.id;
      (passage.matches("tr") ? passage.lastElementChild : passage).appendChild(sign);
    });
  }
  Array.prototype.forEach.call(document.querySelectorAll("[data-versions]"), function (form) {
    form.addEventListener("submit", function (event) {
      var last = form.elements.on.value.replace(/-/g, "") + "235959", best = "", target = "";
      Array.prototype.forEach.call(document.querySelectorAll(".timeline a[href]"), function (link) {
        var found = /(?:^|\/)(\d{14})\/(?:index\.html)?$/.exec(link.getAttribute("href"));
        if (found && found[1] <= last && found[1] > best && !link.closest("li").querySelector(".state")) {
          best = found[1];
          target = link.href;
        }
      });
      if (target) {
        event.preventDefault();
        location.assign(target);
      }
    });
  });
  Array.prototype.forEach.call(document.querySelectorAll("[data-unanswered]"), function (note) {
    new URLSearchParams(location.search).forEach(function (value, name) {
      if (value && document.querySelector("form.ask [name='" + CSS.escape(name) + "']")) { note.hidden = false; }
    });
  });
})();
