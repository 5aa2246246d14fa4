// Signs somebody in with a passkey, or makes one: asks the observatory for a question, has the browser answer it (W3C
// WebAuthn), and brings the answer back. What goes wrong is said on the page.
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const send = async (path, body) => {
    const answer = await fetch(path, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body });
    if (answer.status === 204) return null;
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.message);
    return said;
  };

  const known = (list) => (list || []).map((k) => ({ ...k, id: bytes(k.id) }));

  const use = async () => {
    const { publicKey } = await send("/entrer/question");
    const key = await navigator.credentials.get({ publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: known(publicKey.allowCredentials) } });
    const { clientDataJSON, authenticatorData, signature, userHandle } = key.response;
    await send("/entrer/clef", JSON.stringify({
      id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: {},
      response: { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle ? text(userHandle) : "" },
    }));
    location.assign("/");
  };

  const make = async () => {
    const { publicKey } = await send("/moi/question");
    const user = { ...publicKey.user, id: bytes(publicKey.user.id) };
    const key = await navigator.credentials.create({ publicKey: { ...publicKey, user, challenge: bytes(publicKey.challenge), excludeCredentials: known(publicKey.excludeCredentials) } });
    const { clientDataJSON, attestationObject } = key.response;
    await send("/moi/clef", JSON.stringify({
      name: document.getElementById("key-name").value,
      answer: { id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: {}, response: { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) } },
    }));
    location.assign("/moi");
  };

  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.addEventListener("click", async () => {
      const answer = document.getElementById("answer");
      answer.hidden = true;
      button.disabled = true;
      try {
        await (button.dataset.passkey === "make" ? make() : use());
      } catch (fault) {
        answer.textContent = fault instanceof DOMException || !fault.message ? button.dataset.failed : fault.message;
        answer.hidden = false;
      } finally {
        button.disabled = false;
      }
    });
  }
})();
