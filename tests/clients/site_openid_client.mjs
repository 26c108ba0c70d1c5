// A partner site on the guide's openid-client 6: it proves who it is by a key that it publishes, and
// is told of the end of a use. `RELAIS` is the way that its calls take to the product.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { arrive, configure, depart, leave } from './guide/openid_client.mjs';

const { SERVICE, CLIENT_ID, RELAIS, SITE } = process.env;

const direct = globalThis.fetch;
globalThis.fetch = (url, options) => direct(String(url).replace(SERVICE, RELAIS), options);

const sessions = new Map(); // by the visitor's cookie
const ended = [];
let generation = 0;
let key;
let published;
let configuration;

/** Another pair: the product must find its public half when it meets its `kid`. */
async function rotate() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const kid = `site-${++generation}`;
  published = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] };
  configuration = undefined;
  key = { key: privateKey, kid };
}

const config = async () => (configuration ??= await configure(key));

/** The session of this visitor, and the cookie that names it. */
function sessionOf(request) {
  const known = /visiteur=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  const id = sessions.has(known) ? known : randomBytes(16).toString('hex');
  if (!sessions.has(id)) sessions.set(id, {});
  return [sessions.get(id), `visiteur=${id}; HttpOnly; SameSite=Lax; Path=/`];
}

/** Back-Channel Logout 1.0, section 2.6. */
async function noteEnd(body) {
  const keys = createRemoteJWKSet(new URL(`${RELAIS}/oidc/jwks`));
  const { payload } = await jwtVerify(new URLSearchParams(body).get('logout_token'), keys, {
    issuer: SERVICE,
    audience: CLIENT_ID,
    typ: 'logout+jwt',
    algorithms: ['ES256'],
    requiredClaims: ['iat', 'exp', 'jti', 'sid', 'sub'],
  });
  if (payload.nonce !== undefined) throw new Error('nonce');
  if (!payload.events['http://schemas.openid.net/event/backchannel-logout']) throw new Error('events');
  ended.push({ sub: payload.sub, sid: payload.sid });
}

const json = (value) => ({ body: JSON.stringify(value), type: 'application/json' });

const PAGES = {
  '/connexion': async ({ session }) => ({ location: await depart(await config(), session) }),
  '/retour': async ({ session, url }) => {
    session.person = await arrive(await config(), session, url);
    return json(session.person);
  },
  '/moi': async ({ session }) => json(session.person ?? null),
  '/deconnexion': async ({ session }) => {
    session.person = null;
    return { location: leave(await config(), session) };
  },
  '/sortie': async () => json('au revoir'),
  '/jwks': async () => json(published),
  '/tourner': async () => json(await rotate().then(() => key.kid)),
  '/fin-de-session': async ({ body }) => json(await noteEnd(body)),
  '/fins': async () => json(ended),
};

async function answer(request, response) {
  const url = new URL(request.url, SITE);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const [session, cookie] = sessionOf(request);
  response.setHeader('set-cookie', cookie);
  try {
    const page = await PAGES[url.pathname]({ session, url, body });
    if (page.location) return response.writeHead(303, { location: String(page.location) }).end();
    return response.writeHead(200, { 'content-type': page.type }).end(page.body);
  } catch (error) {
    const said = { refus: `${error.code ?? error.name}: ${error.message} ${error.cause?.message ?? ''}` };
    return response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  }
}

await rotate();
createServer(answer).listen(Number(new URL(SITE).port), '127.0.0.1');
