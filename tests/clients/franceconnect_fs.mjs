// FranceConnect as it is to its sites: npm oidc-provider 9, which it runs itself, set up as it is.
//
// `node franceconnect_fs.mjs PORT`, with the client in CLIENT (JSON). What FranceConnect's pages ask
// a person is a form of three fields: `identite` (claims, JSON), `acr`, or `erreur`. A POST of
// `chemin` and `mode` to /_panne breaks one endpoint, until the next; `mode` empty mends it.

import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const client = JSON.parse(process.env.CLIENT);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const people = new Map(); // claims by account
let broken = { chemin: '', mode: '' };

const CLAIMS = [
  'given_name', 'family_name', 'preferred_username', 'gender', 'birthdate', 'birthplace',
  'birthcountry', 'email', 'idp_birthdate', 'idp_id',
];

const provider = new Provider(issuer, {
  clients: [{
    ...client,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: 'ES256',
    userinfo_signed_response_alg: 'ES256',
    subject_type: 'pairwise',
  }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'pkcs11:ES256:hsm', use: 'sig', alg: 'ES256' }] },
  routes: {
    authorization: '/authorize', token: '/token', userinfo: '/userinfo', jwks: '/jwks',
    end_session: '/session/end', revocation: '/token/revocation',
  },
  responseTypes: ['code'],
  clientAuthMethods: ['client_secret_post', 'private_key_jwt'],
  subjectTypes: ['pairwise'],
  pairwiseIdentifier: (_, account) => `${createHash('sha256').update(account).digest('hex')}v1`,
  acrValues: ['eidas1', 'eidas2', 'eidas3'],
  scopes: ['openid', ...CLAIMS],
  claims: { openid: ['sub'], acr: null, amr: null, auth_time: null, ...Object.fromEntries(CLAIMS.map((c) => [c, [c]])) },
  ttl: { AuthorizationCode: 30, AccessToken: 60, IdToken: 60, Grant: 30, Interaction: 1800, Session: 1800 },
  features: {
    claimsParameter: { enabled: true },
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: (ctx, form) => { ctx.body = form; } },
  },
  pkce: { required: () => false },
  interactions: { url: (_, { uid }) => `/choix/${uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
  loadExistingGrant: async (ctx) => {
    const { accountId } = ctx.oidc.session;
    const grant = new ctx.oidc.provider.Grant({ accountId, clientId: ctx.oidc.client.clientId });
    grant.addOIDCScope(['openid', ...CLAIMS].join(' '));
    await grant.save();
    return grant;
  },
});

async function form(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

/** What the person answers, on FranceConnect's own pages. */
async function choose(request, response) {
  const said = await form(request);
  if (said.erreur) {
    const error = { error: said.erreur, error_description: 'said by FranceConnect' };
    return provider.interactionFinished(request, response, error);
  }
  const account = createHash('sha256').update(said.identite).digest('hex');
  people.set(account, JSON.parse(said.identite));
  const login = { accountId: account, acr: said.acr || 'eidas1', remember: false };
  return provider.interactionFinished(request, response, { login });
}

const say = (response, status, body, type = 'application/json') =>
  response.writeHead(status, { 'content-type': type }).end(body);

const BREAKDOWNS = {
  500: (response) => say(response, 500, 'erreur'),
  302: (response) => response.writeHead(302, { location: `${issuer}/ailleurs` }).end(),
  muet: () => {}, // nothing is ever answered
  page: (response) => say(response, 200, '<html>Maintenance</html>', 'text/html'),
  vide: (response) => say(response, 200, JSON.stringify({ issuer })),
  tronque: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 5000 });
    response.write('{"keys": [');
    setTimeout(() => response.destroy(), 20);
  },
};

const serve = provider.callback();
createServer(async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === '/_panne') {
    broken = await form(request);
    return say(response, 200, '{}');
  }
  if (broken.mode && pathname === broken.chemin) return BREAKDOWNS[broken.mode](response);
  if (pathname.startsWith('/choix/') && request.method === 'POST') return choose(request, response);
  if (pathname.startsWith('/choix/')) return say(response, 200, 'Qui êtes-vous ?', 'text/plain');
  return serve(request, response);
}).listen(port, '127.0.0.1');
