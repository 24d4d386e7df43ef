// The desk's keys, and the next letter without waiting. Everything here only presses what stands on
// the page and shows what the desk answers: without this file the desk works by forms and links.
"use strict";
(() => {
  // Milliseconds after a letter took another's place in which nothing is decided about it. A page
  // that was loaded is no such surprise.
  const UNREAD = 250;
  const DIFFERENCE_AFTER = 500; // milliseconds without typing

  let unread = 0; // the timer of a letter that has just appeared
  let sending = false;
  let wanted = []; // keys pressed while a decision is under way, with the letter they were meant for

  const one = (selector, inside = document) => inside.querySelector(selector);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  const isWriting = (place) =>
    place.isContentEditable ||
    /^(TEXTAREA|SELECT)$/.test(place.tagName) ||
    (place.tagName === "INPUT" && !/^(radio|checkbox|submit|button)$/.test(place.type));

  // The letter on the key; where the keyboard writes another script, the place of the key.
  const keyOf = (event) =>
    /^[a-z0-9?/]$/i.test(event.key)
      ? event.key.toLowerCase()
      : event.code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase();

  const begin = () => {
    const first = one("#main [autofocus]") || one("#main [data-first]");
    if (first) first.focus({ preventScroll: true });
  };

  // A letter that has just appeared: nobody has read it, whatever is pressed.
  const appeared = () => {
    clearTimeout(unread);
    document.body.dataset.unread = "yes";
    unread = setTimeout(() => delete document.body.dataset.unread, UNREAD);
    begin();
  };

  const isUnread = (button) =>
    document.body.dataset.unread &&
    button?.closest(".case .decide") &&
    !/^(edit|redact)$/.test(button.value);

  // Down to the end of a letter that does not fit, a screen at a time; whether there was more.
  const readOn = () => {
    const text = one(".case .comment-text");
    const bar = one(".case .decide");
    if (!text || !bar) return false;
    const edge = Math.min(bar.getBoundingClientRect().top, innerHeight);
    const rest = text.getBoundingClientRect().bottom - edge;
    if (rest <= 4) return false;
    const before = scrollY;
    scrollBy(0, Math.min(rest + 24, edge - 80));
    return scrollY > before;
  };

  // Ready words.

  const readyFor = (form, clause, use) =>
    all(`option[data-clause="${clause}"][data-use="${use}"]`, form).map((option) => option.text);

  const standsReady = (form, text) =>
    text === "" || all("option[data-use]", form).some((option) => option.text === text);

  // The next of the ready words into the field, unless somebody wrote there; after the last, none.
  const offer = (form, use, always) => {
    const clause = one("[name=clause]:checked", form);
    const field = one("[name=reason]", form);
    if (!clause || !field || !standsReady(form, field.value)) return false;
    const ready = readyFor(form, clause.value, use);
    if (always && (!ready.length || ready.includes(field.value))) return false;
    field.value = ready[ready.indexOf(field.value) + 1] || "";
    const choice = one("[name=ready]", form);
    if (choice) choice.value = "";
    return true;
  };

  const useOf = (form) => form.dataset.use || "decline";

  document.addEventListener("change", (event) => {
    const { name, form } = event.target;
    if (name === "clause") offer(form, useOf(form), false);
    if (name === "all") all("[name=chosen]", form).forEach((box) => (box.checked = event.target.checked));
    if (name === "chosen" && !event.target.checked && form.elements.all) form.elements.all.checked = false;
  });

  // Keys.

  const entries = () => all("[data-entry]");

  const move = (by) => {
    const rows = entries();
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (row) one("input[name=chosen], a", row)?.focus();
    if (row) row.scrollIntoView({ block: "nearest" });
    return Boolean(row);
  };

  const special = {
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const row = document.activeElement.closest("[data-entry]") || entries()[0];
      const box = row && one("input[name=chosen]", row);
      if (box) box.click();
      if (box) box.focus();
      return Boolean(box);
    },
    // The first press brings ready advice, or leads to the field; the second sends it.
    b: () => {
      const button = one('[data-key="b"]');
      if (!button || !one("[name=clause]:checked", button.form)) return false;
      if (offer(button.form, "advice", true)) return true;
      const field = one("[name=reason]", button.form);
      if (field.value) return false;
      field.focus();
      return true;
    },
  };

  // A button of a line that is not wholly on the screen: what it decides may not have been read.
  const isOffScreen = (place) => {
    if (!place.matches("[data-entry] button")) return false;
    const { top, bottom } = place.getBoundingClientRect();
    if (top >= 0 && bottom <= innerHeight) return false;
    place.scrollIntoView({ block: "nearest" });
    return true;
  };

  // What a key presses: in a list only what stands in the line that has the focus.
  const keyed = (key) => {
    const row = document.activeElement.closest("[data-entry]");
    const places = all(`[data-key="${CSS.escape(key)}"]`);
    return places.find((place) => (place.closest("[data-entry]") || row) === row);
  };

  const press = (key) => {
    const place = keyed(key);
    if (special[key] && special[key]()) return true;
    // In a list without a line in focus, a key of the lines leads to the first and does no more.
    if (!place) return Boolean(one(`[data-entry] [data-key="${CSS.escape(key)}"]`)) && move(1);
    if (isOffScreen(place)) return true;
    if (/^[ad]$/.test(key) && readOn()) return true;
    if (place.type === "radio") {
      place.focus();
      if (place.checked) offer(place.form, useOf(place.form), false);
      else place.click();
    } else place.click();
    return true;
  };

  const isOpen = () => one(".case")?.dataset.id;

  // While a decision is under way, the next one waits for its answer: a slow line loses no key, and
  // an undo takes back what was meant.
  const wait = (key) => {
    const button = one(`:is(.decide, #last) [data-key="${CSS.escape(key)}"]`);
    if (!sending || !button) return false;
    if (!isUnread(button)) wanted.push([key, isOpen()]);
    return true;
  };

  const goOn = () => {
    while (!sending && wanted.length) {
      const [key, meant] = wanted.shift();
      if (key === "u" || meant === isOpen()) press(key);
    }
  };

  // One key cuts what is selected in the wording that will be printed.
  const redact = (field) => {
    if (field.selectionStart === field.selectionEnd) return false;
    field.setRangeText("[…]", field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const { target, key } = event;
    if (event.repeat) {
      // A key that is held decides once.
      if (/^(Enter| )$/.test(key) && target.closest("button")) event.preventDefault();
      return;
    }
    if (one("#keys")?.open) return;
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (press("ctrl-enter")) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Escape") {
      if (isWriting(target)) target.blur();
      else press("escape");
      return;
    }
    if (key === "[" && target.id === "text" && redact(target)) return event.preventDefault();
    if (document.body.dataset.keys === "off" || isWriting(target)) return;
    if (wait(keyOf(event)) || press(keyOf(event))) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (isUnread(event.target.closest("button"))) return event.preventDefault();
    const help = one("#keys");
    if (event.target.closest('[data-key="?"]') && help?.showModal) {
      event.preventDefault();
      help.showModal();
    }
  });

  // Decisions: the next letter stands there at once, and the desk is told meanwhile.

  const show = (page, address) => {
    if (one("[data-whole]", page)) return location.assign(address); // it brings a script of its own
    const here = isOpen();
    const there = one(".case", page)?.dataset.id;
    if (here && here === there) {
      for (const part of ["#last", "#queue", "#next"]) {
        const [old, fresh] = [one(part), one(part, page)];
        if (old && fresh) old.replaceWith(document.adoptNode(fresh));
        else if (fresh) one("#main").after(document.adoptNode(fresh));
        else old?.remove();
      }
    } else {
      document.title = page.title;
      document.body.replaceWith(document.adoptNode(page.body));
      scrollTo(0, 0);
      appeared();
    }
    history.replaceState(null, "", address);
  };

  // Who was away meanwhile says first who it is: until then nothing takes the cover's place.
  const uncovered = async () => {
    if (document.body.dataset.away)
      await new Promise((goOn) => document.addEventListener("uncovered", goOn, { once: true }));
  };

  const showNext = () => {
    const next = one("#next");
    if (!next) return;
    one("#main").replaceChildren(next.content.cloneNode(true));
    history.replaceState(null, "", next.dataset.address);
    next.remove();
    if (scrollY > one("#main").offsetTop) one("#main").scrollIntoView();
    appeared();
  };

  const send = async (form, button) => {
    const fields = new URLSearchParams(new FormData(form));
    fields.append(button.name, button.value);
    const { action } = form;
    sending = true;
    try {
      const sent = fetch(action, { method: "POST", body: fields, keepalive: true });
      showNext();
      const answer = await sent;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!one("#main", page)) throw new Error("no page of the desk");
      await uncovered();
      show(page, answer.url);
    } catch {
      await uncovered();
      const unsent = one("#unsent");
      one("a", unsent).href = action.replace("/decide/", "/");
      unsent.hidden = false;
    }
    sending = false;
    goOn();
  };

  const isWhole = (form, decision) => {
    if (/^(approve|skip)$/.test(decision)) return true;
    const clause = one("[name=clause]:checked", form) || one("[name=ready]", form).value;
    if (decision === "decline") return Boolean(clause);
    const words = one("[name=reason]", form).value || one("[name=ready]", form).value;
    return decision === "advise" && Boolean(clause && words);
  };

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.method !== "post" || "leaves" in form.dataset) return; // who leaves waits for nothing
    if (sending) {
      if (submitter?.dataset.key) wait(submitter.dataset.key);
      return event.preventDefault();
    }
    if (form.matches(".case") && submitter && isWhole(form, submitter.value)) {
      event.preventDefault();
      send(form, submitter);
      return;
    }
    // One press, one decision: a second press while the first is under way is not sent.
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });

  // The difference of an edit follows the typing.

  let typing = 0;
  document.addEventListener("input", (event) => {
    if (!/^(text|name)$/.test(event.target.id) || !one("#difference")) return;
    clearTimeout(typing);
    typing = setTimeout(async () => {
      const { form } = event.target;
      const fields = new URLSearchParams(new FormData(form));
      fields.append("do", "diff");
      const answer = await fetch(form.action, { method: "POST", body: fields });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = one("#difference", page);
      if (fresh) one("#difference").replaceWith(document.adoptNode(fresh));
    }, DIFFERENCE_AFTER);
  });

  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
    sending = false;
  });
  begin();
})();
