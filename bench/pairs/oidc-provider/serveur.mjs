// npm oidc-provider with its in-memory adapter: no database, no journal. `POST /codes?n=` makes codes.
import { createServer } from "node:http";
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import Provider from "oidc-provider";

const [port] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const client = { client_id: "banc", client_secret: randomBytes(32).toString("hex") };
const retour = "https://fs.example.org/retour";
const verifier = randomBytes(32).toString("base64url");
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const provider = new Provider(issuer, {
  clients: [{
    ...client, redirect_uris: [retour], token_endpoint_auth_method: "client_secret_post",
    id_token_signed_response_alg: "ES256",
  }],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256" }] },
  scopes: ["openid", "profile"],
  claims: { openid: ["sub"], profile: ["given_name", "family_name", "birthdate", "gender"] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: async () => ({
      sub: id, given_name: "Angela Claire", family_name: "DUBOIS", birthdate: "1962-08-24",
      gender: "female",
    }),
  }),
});

async function code() {
  const accountId = "usager";
  const grant = new provider.Grant({ accountId, clientId: client.client_id });
  grant.addOIDCScope("openid profile");
  const valeurs = {
    accountId, clientId: client.client_id, grantId: await grant.save(), redirectUri: retour,
    scope: "openid profile", nonce: randomBytes(16).toString("hex"),
    authTime: Math.floor(Date.now() / 1000), claims: {}, codeChallengeMethod: "S256",
    codeChallenge: createHash("sha256").update(verifier).digest("base64url"),
  };
  const trouve = await provider.Client.find(client.client_id);
  return new provider.AuthorizationCode({ ...valeurs, client: trouve }).save();
}

const repondre = provider.callback();
createServer(async (requete, reponse) => {
  if (!requete.url.startsWith("/codes?")) return repondre(requete, reponse);
  const nombre = Number(new URL(requete.url, issuer).searchParams.get("n"));
  const codes = [];
  for (let i = 0; i < nombre; i++) codes.push(await code());
  const formulaire = {
    grant_type: "authorization_code", redirect_uri: retour, code_verifier: verifier, ...client,
  };
  return reponse.end(JSON.stringify({ codes, formulaire }));
}).listen(Number(port), "127.0.0.1", () => console.log("pret"));
