// The list follows what is typed. Without this file, the button of the search does the same.
(() => {
  const form = document.querySelector("form.ac-recherche");
  const liste = document.querySelector("[data-ac-trouves]");
  if (!form || !liste) return;

  // The list is replaced whole: its count is said by a region that stays.
  const annonce = document.createElement("p");
  annonce.className = "fr-sr-only";
  annonce.setAttribute("role", "status");
  form.after(annonce);
  let attente, requete;

  form.addEventListener("input", () => {
    clearTimeout(attente);
    attente = setTimeout(chercher, 200);
  });
  form.addEventListener("submit", () => clearTimeout(attente));

  async function chercher() {
    requete?.abort();
    requete = new AbortController();
    const adresse = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
    try {
      const reponse = await fetch(adresse, { signal: requete.signal, redirect: "error" });
      if (reponse.ok) montrer(await reponse.text(), adresse);
    } catch {
      // Typed on, or no answer: the button still asks.
    }
  }

  function montrer(texte, adresse) {
    const page = new DOMParser().parseFromString(texte, "text/html");
    const trouves = page.querySelector("[data-ac-trouves]");
    if (!trouves) return;
    const compte = trouves.querySelector("[role=status]");
    compte?.removeAttribute("role");
    liste.replaceChildren(...trouves.childNodes);
    annonce.textContent = compte?.textContent ?? "";
    history.replaceState(null, "", adresse);
  }
})();
