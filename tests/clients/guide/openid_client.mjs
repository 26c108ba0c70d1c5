// openid-client 6. `session` is the visitor's own, kept by your server; `key` signs for you, and its
// public half is what your jwks_uri publishes: { key: CryptoKey, kid: '...' }.
import * as client from 'openid-client';

const { SERVICE, CLIENT_ID, SITE } = process.env;

/** Read our discovery document, once. */
export async function configure(key) {
  const execute = [client.enableNonRepudiationChecks]; // checks the signature of the id_token
  if (SERVICE.startsWith('http:')) execute.push(client.allowInsecureRequests); // to try it at home
  const proof = client.PrivateKeyJwt(key);
  return client.discovery(new URL(SERVICE), CLIENT_ID, undefined, proof, { execute });
}

/** Where to send the browser, when the aidant wants to act for somebody. */
export async function depart(config, session) {
  session.state = client.randomState();
  session.nonce = client.randomNonce();
  session.verifier = client.randomPKCECodeVerifier();
  return client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: `${SITE}/retour`,
    scope: 'openid profile birth email',
    acr_values: 'eidas1',
    claims: JSON.stringify({ id_token: { rep_scope: { essential: true, values: ['social'] } } }),
    state: session.state,
    nonce: session.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(session.verifier),
    code_challenge_method: 'S256',
  });
}

/** Who the person is, when the browser comes back to `url`. It throws if anything is wrong. */
export async function arrive(config, session, url) {
  const { state, nonce, verifier } = session;
  for (const once of ['state', 'nonce', 'verifier']) delete session[once];
  const tokens = await client.authorizationCodeGrant(config, url, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  const identity = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  session.idToken = tokens.id_token;
  return { ...identity, rep_scope: claims.rep_scope };
}

/** Where to send the browser, once your own session of that person is over. */
export function leave(config, session) {
  return client.buildEndSessionUrl(config, {
    id_token_hint: session.idToken,
    post_logout_redirect_uri: `${SITE}/sortie`,
  });
}
