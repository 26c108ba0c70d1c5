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

// The drawn signature, here rather than in a file of its own, which would be one request more on its
// page: strokes kept as whole numbers from 0 to 1000, in the hidden field.
const LARGEUR = 1000;
const HAUTEUR = 467;
const ECART = 4; // points closer than this add nothing to the line
const TRAITS_MAX = 200;
const POINTS_MAX = 5000;

function dessinerSignature(zone, champ) {
  const toile = zone.querySelector("canvas");
  const etat = zone.querySelector("[role=status]");
  const annuler = zone.querySelector("[data-ac-annuler]");
  const effacer = zone.querySelector("[data-ac-effacer]");
  const crayon = toile.getContext("2d");
  let traits = lire();
  let enCours = null;

  function lire() {
    try {
      const lus = JSON.parse(champ.value || "[]");
      return Array.isArray(lus) ? lus.filter(Array.isArray) : [];
    } catch {
      return [];
    }
  }

  function point(evenement) {
    const cadre = toile.getBoundingClientRect();
    const x = ((evenement.clientX - cadre.left) / cadre.width) * LARGEUR;
    const y = ((evenement.clientY - cadre.top) / cadre.height) * HAUTEUR;
    const borner = (valeur, max) => Math.min(max, Math.max(0, Math.round(valeur)));
    return [borner(x, LARGEUR), borner(y, HAUTEUR)];
  }

  function tracer(trait) {
    crayon.beginPath();
    trait.forEach(([x, y], rang) => (rang ? crayon.lineTo(x, y) : crayon.moveTo(x, y)));
    crayon.stroke();
  }

  function montrer() {
    crayon.fillStyle = "#fff";
    crayon.fillRect(0, 0, LARGEUR, HAUTEUR);
    Object.assign(crayon, { strokeStyle: "#000", lineWidth: 5, lineCap: "round", lineJoin: "round" });
    traits.forEach(tracer);
  }

  function garder() {
    champ.value = traits.length ? JSON.stringify(traits) : "";
    annuler.disabled = effacer.disabled = !traits.length;
    etat.textContent = traits.length ? "Votre signature est dessinée." : "La zone est vide.";
  }

  function ajouter(evenement) {
    const [x, y] = point(evenement);
    const [x0, y0] = enCours.at(-1);
    if (Math.hypot(x - x0, y - y0) < ECART) return;
    if (traits.reduce((total, trait) => total + trait.length, 0) >= POINTS_MAX) return;
    enCours.push([x, y]);
    tracer(enCours.slice(-2));
  }

  toile.addEventListener("pointerdown", (evenement) => {
    if (evenement.button !== 0 || enCours || traits.length >= TRAITS_MAX) return;
    evenement.preventDefault();
    toile.setPointerCapture(evenement.pointerId);
    enCours = [point(evenement)];
    traits.push(enCours);
  });

  // Else a quick stroke is a fling to the browser, which takes the next touch, on a button, as its end.
  toile.addEventListener("touchstart", (evenement) => evenement.preventDefault(), { passive: false });

  toile.addEventListener("pointermove", (evenement) => {
    if (!enCours) return;
    const fins = evenement.getCoalescedEvents?.() ?? [];
    (fins.length ? fins : [evenement]).forEach(ajouter);
  });

  function lever() {
    if (!enCours) return;
    if (enCours.length === 1) {
      const [x, y] = enCours[0]; // a dot, such as that of an i
      enCours.push([x < LARGEUR ? x + 1 : x - 1, y]);
    }
    enCours = null;
    montrer();
    garder();
  }
  toile.addEventListener("pointerup", lever);
  toile.addEventListener("pointercancel", lever);

  annuler.addEventListener("click", () => {
    traits.pop();
    montrer();
    garder();
  });
  effacer.addEventListener("click", () => {
    traits = [];
    montrer();
    garder();
  });

  zone.hidden = false;
  montrer();
  garder();
}

document.addEventListener("DOMContentLoaded", () => {
  const zone = document.querySelector("[data-ac-signature]");
  const champ = document.getElementById("id_trace");
  if (zone && champ) dessinerSignature(zone, champ);
});
