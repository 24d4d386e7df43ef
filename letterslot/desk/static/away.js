// Who is away leaves no letter on the screen. After a quarter of an hour without a key or a touch in
// any of the desk's pages, what stands there is put aside, with all that was typed, and the desk asks
// who it is. Without this file the desk locks too, but a page that is open stays open.
"use strict";
(() => {
  const LOOK = 10_000; // milliseconds between two looks at the clock, and between two signs of life
  const others = new BroadcastChannel("desk"); // the desk's other pages in this browser

  const template = () => document.querySelector("#away");
  let seen = Date.now();
  let told = 0;
  let aside = null; // what stood on the page while it is covered

  const isHere = () => {
    seen = Date.now();
    if (aside || seen - told < LOOK) return;
    told = seen;
    others.postMessage("here");
  };

  const send = (form, more) =>
    fetch(form.action, {
      method: "POST",
      body: new URLSearchParams([...new FormData(form), [more, "yes"]]),
    });

  const uncover = () => {
    if (!aside) return;
    document.body.replaceChildren(...aside);
    aside = null;
    delete document.body.dataset.away;
    document.dispatchEvent(new Event("uncovered"));
    isHere();
  };

  const goOn = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target;
    const answer = await send(form, "stays");
    if (answer.status === 204) {
      others.postMessage("back");
      return uncover();
    }
    if (answer.redirected) return location.assign(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = page.querySelector("#fault");
    if (!said) return location.assign(form.action);
    const fault = document.querySelector(".fault");
    fault.textContent = said.textContent;
    fault.hidden = false;
    form.elements.password.value = "";
    form.elements.password.focus();
  };

  const cover = async () => {
    const content = template()?.content.cloneNode(true);
    if (!content || aside) return;
    aside = [...document.body.childNodes];
    document.body.replaceChildren(content);
    document.body.dataset.away = "yes";
    const form = document.querySelector("form");
    form.addEventListener("submit", goOn);
    form.elements.password.focus();
    send(form, "lock").catch(() => {}); // the desk locks by itself where it cannot be told
  };

  const look = () => {
    const seconds = Number(template()?.dataset.seconds);
    if (seconds && Date.now() - seen >= seconds * 1000) cover();
  };

  others.addEventListener("message", ({ data }) => {
    if (data === "here") seen = Date.now();
    if (data === "back") uncover();
    if (data === "leaves") cover();
  });
  // Who locks or signs out in one page leaves no letter on the others.
  addEventListener("submit", ({ target, defaultPrevented }) => {
    if ("leaves" in target.dataset && !defaultPrevented) others.postMessage("leaves");
  });
  for (const sign of ["keydown", "pointerdown", "pointermove", "wheel"])
    addEventListener(sign, isHere, { passive: true, capture: true });
  addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK);
})();
