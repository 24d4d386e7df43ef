/* Letterslot: puts a story's thread and form into a page when its place comes into view.
 *
 *   <div data-letterslot="https://courier.example/stories/harvest/"><a href="…">Comments</a></div>
 *   <script defer src="https://courier.example/thread.js"></script>
 *
 * Until then, without scripts, and whenever something fails, the link stays. Only stories of the
 * site that this file came from are shown; nothing is stored, and nobody is told who reads. */
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;

  const piece = async (story, name) => {
    const asked = { credentials: "omit", referrerPolicy: "no-referrer" };
    const answer = await fetch(story + name, asked);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.text();
  };

  const show = async (place) => {
    const address = new URL(place.dataset.letterslot, home);
    if (address.origin !== home) return;
    const story = home + address.pathname.replace(/\/?$/, "/");
    const pieces = ["thread.html", "form.html"].map((name) => piece(story, name));
    const [thread, form] = await Promise.all(pieces);
    if (!thread) return; /* a story that is not known there */
    place.innerHTML = thread + form;
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && place.contains(target)) target.scrollIntoView();
  };

  const asked = /^#(comments|write-comment|c-[\w-]+)$/.test(location.hash);
  const watch = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting && !asked) continue;
      watch.unobserve(target);
      show(target).catch(() => {});
    }
  }, { rootMargin: "400px" });
  for (const place of document.querySelectorAll("[data-letterslot]")) watch.observe(place);
})();
