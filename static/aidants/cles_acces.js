// Passkeys: the browser's part of the ceremonies (WebAuthn). Without support, nothing of it shows.
const ANNULATION =
  "Vous avez annulé, le temps est passé, ou cet appareil n’a pas de clé pour ce site. Vous pouvez réessayer.";
const MESSAGES = {
  AbortError: ANNULATION,
  NotAllowedError: ANNULATION,
  InvalidStateError: "Cet appareil a déjà une clé d’accès pour votre compte.",
  ConstraintError: "Cet appareil ne sait pas vérifier que c’est bien vous. Essayez-en un autre.",
  NotSupportedError: "Cet appareil ne sait pas créer cette clé. Essayez-en un autre.",
};
const PANNE = "Cela n’a pas marché. Rechargez la page, puis réessayez.";

class Refus extends Error {}
class Depart extends Error {}

const estPris = Boolean(window.PublicKeyCredential && navigator.credentials?.create);

function versOctets(texte) {
  const base64 = texte.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (signe) => signe.charCodeAt(0));
}

function versTexte(tampon) {
  const signes = Array.from(new Uint8Array(tampon), (octet) => String.fromCharCode(octet)).join("");
  return btoa(signes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function envoyer(bloc, adresse, corps) {
  const jeton = bloc.querySelector("input[name=csrfmiddlewaretoken]").value;
  const reponse = await fetch(adresse, {
    method: "POST",
    redirect: "manual", // a code is asked again: the page itself leads there
    headers: { "Content-Type": "application/json", "X-CSRFToken": jeton },
    body: JSON.stringify(corps),
  });
  if (reponse.type === "opaqueredirect") throw new Depart();
  const lue = await reponse.json().catch(() => ({}));
  if (!reponse.ok) throw new Refus(lue.message ?? PANNE);
  return lue;
}

function lireClefs(descriptions = []) {
  return descriptions.map((description) => ({ ...description, id: versOctets(description.id) }));
}

function ecrire(cle, reponse) {
  return { id: cle.id, rawId: versTexte(cle.rawId), type: cle.type, response: reponse };
}

async function creer(options) {
  const publicKey = {
    ...options,
    challenge: versOctets(options.challenge),
    user: { ...options.user, id: versOctets(options.user.id) },
    excludeCredentials: lireClefs(options.excludeCredentials),
  };
  const cle = await navigator.credentials.create({ publicKey });
  const ecrite = ecrire(cle, {
    clientDataJSON: versTexte(cle.response.clientDataJSON),
    attestationObject: versTexte(cle.response.attestationObject),
    transports: cle.response.getTransports?.() ?? [],
  });
  const { credProps } = cle.getClientExtensionResults();
  return credProps ? { ...ecrite, clientExtensionResults: { credProps } } : ecrite;
}

async function presenter(options) {
  const publicKey = {
    ...options,
    challenge: versOctets(options.challenge),
    allowCredentials: lireClefs(options.allowCredentials),
  };
  const cle = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = cle.response;
  return ecrire(cle, {
    clientDataJSON: versTexte(clientDataJSON),
    authenticatorData: versTexte(authenticatorData),
    signature: versTexte(signature),
    userHandle: userHandle?.byteLength ? versTexte(userHandle) : null,
  });
}

function dire(bloc, message) {
  const alerte = bloc.querySelector("[data-ac-cle-erreur]");
  alerte.hidden = !message;
  alerte.classList.toggle("fr-alert--info", message === ANNULATION); // nothing went wrong
  alerte.classList.toggle("fr-alert--error", message !== ANNULATION);
  alerte.querySelector("p").textContent = message;
}

// One ceremony: what to ask, what the browser does, what to hand over, and where it leads.
async function derouler(bloc, demande, faire) {
  const bouton = bloc.querySelector("button");
  dire(bloc, "");
  bouton.disabled = true;
  try {
    const options = await envoyer(bloc, bloc.dataset.acDebut, demande);
    const lue = await envoyer(bloc, bloc.dataset.acFin + location.search, await faire(options));
    location.assign(lue.suite);
  } catch (erreur) {
    bouton.disabled = false;
    if (erreur instanceof Depart) throw erreur;
    dire(bloc, erreur instanceof Refus ? erreur.message : (MESSAGES[erreur.name] ?? PANNE));
    bouton.focus();
  }
}

function preparerConnexion(bloc) {
  const demande = { reprise: "acReprise" in bloc.dataset };
  bloc.querySelector("button").addEventListener("click", () => {
    derouler(bloc, demande, presenter).catch(() => location.reload());
  });
}

function preparerCreation(bloc) {
  bloc.querySelector("form").addEventListener("submit", (evenement) => {
    evenement.preventDefault();
    const { nom } = evenement.target.elements;
    const revenir = () => {
      const parametres = new URLSearchParams(location.search); // where one goes afterwards stays
      parametres.set("nom", nom.value);
      location.assign(`${location.pathname}?${parametres}`);
    };
    derouler(bloc, { nom: nom.value }, creer).catch(revenir);
  });
}

if (estPris) {
  for (const bloc of document.querySelectorAll("[data-ac-cle]")) {
    (bloc.dataset.acCle === "creer" ? preparerCreation : preparerConnexion)(bloc);
    bloc.hidden = false;
  }
  for (const bloc of document.querySelectorAll("[data-ac-sans-cle]")) bloc.hidden = true;
}
