// Checks a proof in this browser: nothing leaves it. The same steps as docs/verifier_preuve.py.
const page = document.querySelector("[data-ac-preuve]");
const reponse = page.querySelector("[data-ac-reponse]");
const formulaire = page.querySelector("form");
const fichier = formulaire.querySelector("input[type=file]");
const mots = JSON.parse(page.dataset.acMots);
const CHAMPS = "chemin,cle,entree,format,note,ouverture,position";
const ENTREE =
  "acte,action,auteur_genre,demarche,details,engagement,fs_nom,fs_ref,id,instant,structure_nom,structure_ref,version";
const TAILLE_MAX = 64 * 1024;

class Refus extends Error {}

function exiger(vrai, motif) {
  if (!vrai) throw new Refus(motif);
}

// --- Bytes ---

const coder = (texte) => new TextEncoder().encode(texte);
const joindre = (...morceaux) => new Uint8Array(morceaux.flatMap((m) => [...m]));
const enHexa = (octets) => [...octets].map((o) => o.toString(16).padStart(2, "0")).join("");
const deBase64 = (texte) => Uint8Array.from(atob(texte), (c) => c.charCodeAt(0));
const enBase64 = (octets) => btoa(String.fromCharCode(...octets));
const condenser = async (nom, octets) => new Uint8Array(await crypto.subtle.digest(nom, octets));
const hacher = (octets) => condenser("SHA-256", octets);

function deHexa(texte) {
  exiger(/^([0-9a-f]{2})*$/.test(texte), "illisible");
  return Uint8Array.from(texte.match(/../g) ?? [], (paire) => parseInt(paire, 16));
}

// One byte string for one content: sorted ASCII keys, no space, everything but ASCII escaped.
function canonique(valeur) {
  if (typeof valeur === "number") exiger(Number.isSafeInteger(valeur), "illisible");
  if (typeof valeur === "string") return citer(valeur);
  if (valeur === null || typeof valeur !== "object") return JSON.stringify(valeur);
  exiger(!Array.isArray(valeur), "illisible");
  const cles = Object.keys(valeur).sort();
  return `{${cles.map((cle) => `${citer(cle)}:${canonique(valeur[cle])}`).join(",")}}`;
}

function citer(texte) {
  const echapper = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(texte).replace(/[\u007f-\uffff]/g, echapper);
}

// --- The proof ---

async function verifier(texte) {
  const preuve = lire(texte);
  const tete = await lireNote(preuve.note, preuve.cle);
  exiger(mots.cles.includes(preuve.cle), "cle");
  const feuille = await hacher(joindre([0], coder(canonique(preuve.entree))));
  const chemin = preuve.chemin.map(deHexa);
  const racine = await remonter(feuille, preuve.position, tete.taille, chemin);
  exiger(enBase64(racine) === tete.racine, "arbre");
  if (preuve.ouverture !== null) await ouvrir(preuve.ouverture, preuve.entree.engagement);
  const datee = "jeton" in preuve ? await lireJeton(preuve.jeton, preuve.note) : null;
  return { ...preuve, datee, tete: { ...tete, hexa: enHexa(racine) } };
}

function lire(texte) {
  try {
    const preuve = JSON.parse(texte);
    const champs = Object.keys(preuve).filter((nom) => nom !== "jeton").sort();
    const juste =
      champs.join() === CHAMPS &&
      preuve.format === "aidants-connect/preuve/1" &&
      Object.keys(preuve.entree).sort().join() === ENTREE &&
      Number.isSafeInteger(preuve.position);
    exiger(juste, "illisible");
    return preuve;
  } catch {
    throw new Refus("illisible");
  }
}

async function lireNote(note, cle) {
  const [, nom, identifiant, corps] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(cle) ?? [];
  const fin = note.lastIndexOf("\n\n");
  exiger(nom && fin > 0, "signature");
  const [texte, ligne] = [note.slice(0, fin + 1), note.slice(fin + 2)];
  exiger(ligne.startsWith(`\u2014 ${nom} `) && ligne.endsWith("\n"), "signature");
  const publique = deBase64(corps);
  const signature = deBase64(ligne.slice(nom.length + 3, -1));
  const condense = enHexa((await hacher(joindre(coder(`${nom}\n`), publique))).slice(0, 4));
  const sienne = condense === identifiant && condense === enHexa(signature.slice(0, 4));
  exiger(sienne && publique.length === 33 && publique[0] === 1, "signature");
  exiger(await aSigne(publique.slice(1), signature.slice(4), coder(texte)), "signature");
  const lignes = texte.slice(0, -1).split("\n");
  exiger(lignes.length === 5 && /^\d+$/.test(lignes[1]), "signature");
  exiger(lignes[0].replace(/\/\d+$/, "") === nom, "signature");
  return { taille: Number(lignes[1]), racine: lignes[2], instant: lignes[3].replace("instant ", "") };
}

async function aSigne(publique, signature, octets) {
  const cle = await importer(publique);
  return crypto.subtle.verify({ name: "Ed25519" }, cle, signature, octets);
}

async function importer(publique) {
  try {
    return await crypto.subtle.importKey("raw", publique, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Refus("navigateur");
  }
}

// RFC 9162, section 2.1.3.2. Sizes stay under 2^53: no bitwise operator.
async function remonter(feuille, position, taille, chemin) {
  exiger(position >= 0 && position < taille, "arbre");
  let [indice, dernier, sommet] = [position, taille - 1, feuille];
  for (const voisin of chemin) {
    exiger(dernier > 0 && voisin.length === 32, "arbre");
    const droite = indice % 2 === 1 || indice === dernier;
    sommet = await hacher(droite ? joindre([1], voisin, sommet) : joindre([1], sommet, voisin));
    while (droite && indice && indice % 2 === 0) {
      [indice, dernier] = [indice / 2, Math.floor(dernier / 2)];
    }
    [indice, dernier] = [Math.floor(indice / 2), Math.floor(dernier / 2)];
  }
  exiger(dernier === 0, "arbre");
  return sommet;
}

async function ouvrir(ouverture, engagement) {
  exiger(Object.keys(ouverture).sort().join() === "sel,sujet", "personnes");
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const cle = await crypto.subtle.importKey("raw", deHexa(ouverture.sel), hmac, false, ["sign"]);
  const condense = await crypto.subtle.sign(hmac, cle, coder(canonique(ouverture.sujet)));
  exiger(enHexa(new Uint8Array(condense)) === engagement, "personnes");
}

// What stands at these ranks of DER values, one within the other.
function dans(octets, ...rangs) {
  for (const rang of rangs) {
    let valeur;
    for (let n = 0; n <= rang; n += 1) {
      exiger(octets.length > 1, "jeton");
      const debut = 2 + Math.max(octets[1] - 128, 0);
      const longueur = debut > 2 ? octets.slice(2, debut) : octets.slice(1, 2);
      const fin = debut + longueur.reduce((total, octet) => total * 256 + octet, 0);
      exiger(fin <= octets.length, "jeton");
      [valeur, octets] = [octets.slice(debut, fin), octets.slice(fin)];
    }
    octets = valeur;
  }
  return octets;
}

// RFC 3161, section 2.4.2: the token must date this very note. Who signed it is not looked at here.
async function lireJeton(jeton, note) {
  const info = dans(deBase64(jeton), 0, 1, 1, 0, 2, 1, 0, 0);
  const empreinte = enHexa(dans(info, 2, 1));
  exiger(empreinte === enHexa(await condenser("SHA-512", coder(note))), "jeton");
  const date = new TextDecoder().decode(dans(info, 4));
  const morceaux = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(date);
  exiger(morceaux, "jeton");
  const [, an, mois, jour, heure, minute, seconde] = morceaux;
  return `${an}-${mois}-${jour}T${heure}:${minute}:${seconde}Z`;
}

// --- The page ---

function dater(instant) {
  const format = { dateStyle: "long", timeStyle: "medium", timeZone: "Europe/Paris" };
  return new Intl.DateTimeFormat("fr-FR", format).format(new Date(instant));
}

function remplir({ entree, ouverture, tete, cle, datee }) {
  const sujet = ouverture?.sujet ?? {};
  const valeurs = {
    quoi: mots.actions[entree.action] ?? entree.action,
    quand: dater(entree.instant),
    structure: entree.structure_nom,
    site: entree.fs_nom,
    demarche: mots.demarches[entree.demarche] ?? entree.demarche,
    auteur: sujet.auteur_nom,
    usager: sujet.usager_nom,
    scelle: dater(tete.instant),
    tiers: datee && dater(datee),
    taille: tete.taille.toLocaleString("fr-FR"),
    racine: tete.hexa,
    cle,
  };
  for (const [nom, valeur] of Object.entries(valeurs)) {
    const champ = reponse.querySelector(`[data-champ=${nom}]`);
    champ.textContent = valeur ?? "";
    champ.closest("[data-ac-ligne]").hidden = !valeur;
  }
}

async function juger(texte) {
  if (!globalThis.crypto?.subtle) return "navigateur";
  try {
    remplir(await verifier(texte));
    return "juste";
  } catch (erreur) {
    return erreur instanceof Refus ? erreur.message : "illisible";
  }
}

async function repondre(texte) {
  const motif = await juger(texte);
  for (const bloc of reponse.querySelectorAll("[data-motif]")) {
    bloc.hidden = bloc.dataset.motif !== motif;
  }
  reponse.hidden = false;
  reponse.querySelector("[data-motif]:not([hidden]) h2").focus();
}

let envoyer = false; // somebody whose browser cannot check asked for our server

formulaire.addEventListener("submit", async (evenement) => {
  const [choisi] = fichier.files;
  if (envoyer || !choisi) return;
  evenement.preventDefault();
  await repondre(choisi.size > TAILLE_MAX ? "" : await choisi.text());
});
reponse.querySelector("[data-ac-envoyer]").addEventListener("click", () => {
  envoyer = true;
  formulaire.submit();
});

// A sheet's QR code: the proof is in the fragment, which browsers never send. One decimal number,
// whose first byte is 1, then raw DEFLATE.
async function deplier(chiffres) {
  const octets = deHexa(`0${BigInt(chiffres).toString(16)}`).slice(1);
  const flux = new Blob([octets]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(flux).text();
}

async function lireAdresse() {
  const chiffres = location.hash.match(/^#preuve=(\d{1,9000})$/)?.[1];
  if (chiffres) await repondre(await deplier(chiffres).catch(() => ""));
}

addEventListener("hashchange", lireAdresse);
lireAdresse();
