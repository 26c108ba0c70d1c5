// Comfort only: every page works without this file.
document.documentElement.classList.add("ac-js");

// DSFR's own script comes once the style sheets are there: on a slow line it would hold them back,
// and nothing is drawn without them. The page's `load` still waits for it.
function chargerDsfr(adresse) {
  const attendues = [...document.querySelectorAll('link[rel="stylesheet"]')].filter((l) => !l.sheet);
  let restent = attendues.length;
  const charger = () => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = adresse;
    document.head.append(script);
  };
  const arrivee = () => --restent || charger();
  for (const lien of attendues) {
    lien.addEventListener("load", arrivee);
    lien.addEventListener("error", arrivee);
  }
  if (!restent) charger();
}

const moduleDsfr = document.currentScript.dataset.module;
document.addEventListener("DOMContentLoaded", () => chargerDsfr(moduleDsfr));

// The paper's code in capitals, in groups, as it is printed.
function grouper(texte) {
  const signes = texte.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 16);
  return signes.match(/.{1,5}/g)?.join("-") ?? "";
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-ac-focus]")?.focus();

  const code = document.querySelector("[data-ac-code-papier] input");
  code?.addEventListener("input", () => {
    // In the middle of the field, leave the cursor where the person is correcting.
    if (code.selectionStart === code.value.length) code.value = grouper(code.value);
  });
  code?.addEventListener("change", () => {
    code.value = grouper(code.value);
  });
});
