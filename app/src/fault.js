// Keeps what is typed and pressed before the browser half has taken over, and tells in words when it cannot go on (see fault.rs).
(function () {
  "use strict";
  var root = document.documentElement, own = root.dataset.build || "", KEPT = "typed", FIELDS = "input,textarea,select";
  var NO = /^(hidden|file|submit|button|image|reset)$/;
  var ready = false, dead = false, leaving = false, touched = new Map(), pressed, handed, notes = {}, sent = [];

  function ticks(el) { return el.type === "checkbox" || el.type === "radio"; }
  function stateOf(el) { return ticks(el) ? el.checked : el.value; }
  function nameOf(el) { return el.id || el.name || el.getAttribute("aria-label") || ""; }
  function place() { return location.pathname + location.search; }
  function storage(work) { try { return work(sessionStorage); } catch (e) { return null; } }

  // --- what was typed ---
  function touch(e) {
    var el = e.target;
    if (!el.matches || !el.matches(FIELDS) || NO.test(el.type)) return;
    if (touched.size > 60) touched.forEach(function (_, old) { if (!old.isConnected) touched.delete(old); });
    touched.set(el, stateOf(el));
  }
  addEventListener("input", touch, true);
  addEventListener("change", touch, true);

  // As if it had been typed now, so that the page hears of it.
  function give(el, state) {
    if (ticks(el)) { if (el.checked !== state) el.click(); return; }
    el.value = state;
    el.dispatchEvent(new Event("input", { bubbles: true }));
    if (document.activeElement !== el) el.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function save() {
    var fields = [];
    touched.forEach(function (_, el) { if (el.isConnected && el.type !== "password" && nameOf(el)) fields.push([nameOf(el), stateOf(el)]); });
    if (fields.length) storage(function (s) { s.setItem(KEPT, JSON.stringify({ at: place(), fields: fields })); });
    return fields.length > 0;
  }
  // What a page that could not go on had in its fields, on the same address: once, in the fields as they appear.
  var back = storage(function (s) { var text = s.getItem(KEPT); s.removeItem(KEPT); return JSON.parse(text); });
  back = back && back.at === place() ? back.fields : [];
  function recall() {
    if (!back.length) return;
    var told = false, at = place();
    function fill() {
      if (at !== place()) back = [];
      back = back.filter(function (one) {
        var all = document.querySelectorAll(FIELDS), i = 0;
        while (i < all.length && (NO.test(all[i].type) || nameOf(all[i]) !== one[0])) i += 1;
        if (i === all.length) return true;
        if (stateOf(all[i]) !== one[1]) give(all[i], one[1]);
        if (!told) note("back", "What you had typed is back.", "Look it over before you go on.");
        told = true;
        return false;
      });
      if (!back.length) watch.disconnect();
    }
    var watch = new MutationObserver(fill);
    watch.observe(document.body, { childList: true, subtree: true });
    setTimeout(function () { watch.disconnect(); }, 15000);
    fill();
  }

  // --- what was pressed ---
  function wait(el) {
    if (pressed) delete pressed.dataset.waits;
    pressed = el;
    pressed.dataset.waits = "";
  }
  addEventListener("click", function (e) {
    var el = !ready && e.target.closest && e.target.closest("a[href],button,[role=button]");
    if (!el || el.closest(".fault-note")) return;
    // A link loads its page whole; nothing else would answer it yet.
    if (el.tagName === "A") return e.stopImmediatePropagation();
    // The browser itself opens menus, and hands in forms.
    if (el.hasAttribute("popovertarget") || (el.form && el.type === "submit")) return;
    wait(el);
    handed = null;
  }, true);
  addEventListener("submit", function (e) {
    var form = e.target;
    if (ready || form.method === "post" || form.hasAttribute("action")) return;
    e.preventDefault();
    handed = [form, e.submitter];
    if (e.submitter) wait(e.submitter);
  }, true);

  // --- telling ---
  function note(key, title, text, act, label) {
    var box = notes[key] || document.createElement(key === "dead" ? "dialog" : "div");
    box.className = "fault-note";
    box.setAttribute("role", key === "dead" ? "alertdialog" : "status");
    box.setAttribute("aria-label", title);
    box.replaceChildren();
    [["strong", title], ["p", text]].forEach(function (part) {
      var el = document.createElement(part[0]);
      el.textContent = part[1];
      box.append(el);
    });
    function button(words, work) {
      var el = document.createElement("button");
      el.type = "button";
      el.textContent = words;
      el.addEventListener("click", work);
      box.append(el);
    }
    if (act) button(label, act);
    button(act ? "Not now" : "Close this note", function () { drop(key); });
    notes[key] = box;
    if (!box.isConnected) (document.body || root).append(box);
    if (key === "dead" && !box.open) box.showModal();
  }
  function drop(key) { if (notes[key]) notes[key].remove(); delete notes[key]; }

  function asked() {
    return fetch("/build", { cache: "no-store" }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    });
  }
  // Only when there is something to load: a window without a connection would show the browser's own error.
  function again(key) {
    return function () {
      asked().then(function () {
        save();
        leaving = dead;
        location.reload();
      }, function () {
        notes[key].querySelector("p").textContent = "The server cannot be reached yet. Check the connection and try again.";
      });
    };
  }
  // Kinds and places only: never what was typed, and of the address only the first word.
  function report(kind, at) {
    if (sent.length > 4 || sent.indexOf(kind + at) >= 0) return;
    sent.push(kind + at);
    var page = "/" + (location.pathname.split("/")[1] || "");
    var body = JSON.stringify({ kind: kind, at: at, page: page, build: own });
    try { navigator.sendBeacon("/faults", new Blob([body], { type: "application/json" })); } catch (e) { /* then the console has it */ }
  }
  function fault(kind, at) {
    var saved = save();
    report(kind, at);
    if (dead) return;
    dead = true;
    note("dead", "This page stopped working",
      "Something in it failed, so nothing here answers any more. Load it again to go on." +
      (saved ? " What you typed is put back into the fields that are there then; passwords are not." : ""), again("dead"), "Load again");
  }
  function compare(build) {
    if (!build || !own || build === own) return false;
    note("newer", "A new version is here", "Load it when it suits you. What you typed is put back into the fields that are there then; passwords are not.",
      again("newer"), "Load it now");
    return true;
  }
  function heldUp() {
    note("held", "This page is not whole yet",
      "A part of it could not be fetched. You can read it and type; buttons answer once the part is there.", again("held"), "Load again");
  }

  // A trap that no panic told of, such as a stack that is full; and a module that did not come at all.
  function fatal(error) { return error instanceof WebAssembly.RuntimeError || error instanceof RangeError; }
  addEventListener("error", function (e) { if (fatal(e.error)) fault("trap", ""); });
  addEventListener("unhandledrejection", function (e) {
    if (fatal(e.reason)) return fault("trap", "");
    if (!ready && !dead) { report("load", ""); heldUp(); }
  });
  addEventListener("beforeunload", function (e) { if (leaving) e.stopImmediatePropagation(); }, true);
  // Not what the next person types into the next page.
  addEventListener("submit", function (e) {
    if (e.target.getAttribute("action") === "/sign-out") storage(function (s) { s.removeItem(KEPT); });
  }, true);

  window.outreach = {
    fault: fault, report: report, compare: compare, heldUp: heldUp,
    whole: function () { drop("held"); },
    replaced: function (address) {
      return asked().then(function (build) {
        if (!own || !build || build === own) return false;
        location.assign(address || location.href);
        return true;
      }, function () { return false; });
    },
    ready: function () {
      var early = Array.from(touched);
      ready = true;
      document.body.setAttribute("data-hydrated", "");
      drop("held");
      early.forEach(function (one) { if (one[0].isConnected) give(one[0], one[1]); });
      recall();
      if (pressed) delete pressed.dataset.waits;
      // A moment later, when what was typed has enabled its button.
      if (pressed || handed) setTimeout(function () {
        if (handed) { if (handed[0].isConnected) handed[0].requestSubmit(handed[1] || undefined); }
        else if (pressed.isConnected && !pressed.disabled) pressed.click();
      }, 50);
    },
  };
})();
