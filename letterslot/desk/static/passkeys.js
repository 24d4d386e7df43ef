// Asks the browser for a passkey, or to make one, and sends what it answers as an ordinary form. What
// it is asked stands on the form; the desk checks the answer.
"use strict";
(() => {
  const bytes = (words) =>
    Uint8Array.from(atob(words.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const words = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const read = ({ publicKey: asked }) => {
    const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
    const ready = { ...asked, challenge: bytes(asked.challenge) };
    if (asked.user) ready.user = { ...asked.user, id: bytes(asked.user.id) };
    if (asked.allowCredentials) ready.allowCredentials = known(asked.allowCredentials);
    if (asked.excludeCredentials) ready.excludeCredentials = known(asked.excludeCredentials);
    return { publicKey: ready };
  };

  const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const written = (credential) => ({
    id: credential.id,
    rawId: words(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(
      PARTS.filter((part) => credential.response[part]).map((part) => [
        part,
        words(credential.response[part]),
      ]),
    ),
  });

  const ask = (form) => {
    const asked = read(JSON.parse(form.dataset.options));
    return form.dataset.passkey === "make"
      ? navigator.credentials.create(asked)
      : navigator.credentials.get(asked);
  };

  for (const form of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential) break;
    form.hidden = false;
    form.parentNode.querySelector("[data-without-passkey]").hidden = true;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation(); // it is sent when the browser has answered, and not before
      const fault = form.querySelector(".fault");
      fault.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(written(await ask(form)));
        form.submit();
      } catch {
        fault.hidden = false;
      }
    });
  }
})();
