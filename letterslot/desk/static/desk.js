// Keys for the desk. Everything here only presses what stands on the page: without this file the
// desk works by forms and links.
"use strict";
(() => {
  const help = document.getElementById("keys");
  const lettersOff = document.body.dataset.keys === "off";

  const isWriting = (place) =>
    place.isContentEditable ||
    /^(TEXTAREA|SELECT)$/.test(place.tagName) ||
    (place.tagName === "INPUT" && !/^(radio|checkbox|submit|button)$/.test(place.type));

  // The letter on the key; where the keyboard writes another script, the place of the key.
  const keyOf = (event) =>
    /^[a-z0-9?]$/i.test(event.key)
      ? event.key.toLowerCase()
      : event.code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase();

  const press = (key) => {
    const place = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!place) return false;
    if (place.type === "radio") place.focus();
    place.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    if (help && help.open) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (press("ctrl-enter")) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (isWriting(event.target)) event.target.blur();
      else press("escape");
      return;
    }
    if (lettersOff || isWriting(event.target)) return;
    if (press(keyOf(event))) event.preventDefault();
  });

  const opener = document.querySelector('[data-key="?"]');
  if (opener && help && help.showModal) {
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      help.showModal();
    });
  }

  // One press, one decision: a second press of the same button while the first is under way is
  // not sent.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
})();
