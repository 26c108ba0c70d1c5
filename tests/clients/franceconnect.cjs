// FranceConnect as the client of an identity provider: openid-client 5.7.0, set up as core-fcp does.
//
// One order on stdin, one answer on stdout, both JSON. An order names the provider (`issuer`), the
// client (`client_id`, `client_secret`, `redirect_uri`, `post_logout_redirect_uri`,
// `userinfo_signed_response_alg`) and an `action`:
//   authorize  -> {url, state, nonce}; `perimeters` are those of the site that the person goes to
//   callback   -> what the provider gave, once every check has passed; takes `url`, `state`, `nonce`
//   end        -> {url}; takes `id_token`, `state`
//   judge      -> {faults}, one list for each of `identities`
// A failed check answers {error: {name, code, message}}.

'use strict';

const { randomBytes } = require('node:crypto');
const { custom, Issuer } = require('openid-client-franceconnect');

const TIMEOUT = 6000; // ms, REQUEST_TIMEOUT of FranceConnect's environment
const SCOPE = 'openid profile email birth';
const ACR = 'eidas1';

// --- The client ----------------------------------------------------------------------------------

custom.setHttpOptionsDefaults({ timeout: TIMEOUT });

/** A client, on metadata fetched anew: FranceConnect discovers for every client object. */
async function makeClient(order) {
  const issuer = await Issuer.discover(`${order.issuer}/.well-known/openid-configuration`);
  const client = new issuer.Client({
    client_id: order.client_id,
    client_secret: order.client_secret,
    redirect_uris: [order.redirect_uri],
    post_logout_redirect_uris: [order.post_logout_redirect_uri],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: 'ES256',
    ...(order.userinfo_signed_response_alg && {
      userinfo_signed_response_alg: order.userinfo_signed_response_alg,
    }),
  });
  client[custom.clock_tolerance] = 0;
  return client;
}

/** Its `genRandomString`: 32 characters, alphanumeric. */
const randomString = () => randomBytes(16).toString('hex');

async function authorize(order) {
  const [state, nonce] = [randomString(), randomString()];
  const client = await makeClient(order);
  const url = client.authorizationUrl({
    scope: SCOPE,
    acr_values: ACR,
    nonce,
    state,
    redirect_uri: order.redirect_uri,
    prompt: 'login',
    claims: { id_token: { rep_scope: { essential: true, values: order.perimeters } } },
  });
  return { url, state, nonce };
}

async function callback(order) {
  const client = await makeClient(order);
  const params = client.callbackParams(order.url);
  const { state, nonce } = order;
  const tokens = await client.callback(order.redirect_uri, params, {
    state,
    nonce,
    response_type: 'code',
  });
  const claims = tokens.claims();
  const received = { params, token: { ...tokens }, claims, faults: tokenFaults(claims) };
  if (order.without_userinfo) return received;
  const identity = await (await makeClient(order)).userinfo(tokens);
  return { ...received, identity, faults: [...received.faults, ...identityFaults(identity)] };
}

async function end(order) {
  const client = await makeClient(order);
  const { id_token: hint, state, post_logout_redirect_uri: uri } = order;
  return { url: client.endSessionUrl({ id_token_hint: hint, post_logout_redirect_uri: uri, state }) };
}

// --- What FranceConnect checks beside the library ------------------------------------------------

/** core-fcp's token result: the level that was asked, `amr` and `rep_scope` as lists of strings. */
function tokenFaults(claims) {
  const strings = (value) => Array.isArray(value) && value.every((one) => typeof one === 'string');
  const rules = {
    sub: isSub(claims.sub),
    acr: claims.acr === ACR,
    amr: claims.amr === undefined || strings(claims.amr),
    rep_scope: claims.rep_scope === undefined || strings(claims.rep_scope),
  };
  return broken('id_token', rules);
}

const COG = /^(?:2[AB]|[0-9]{2})[0-9]{3}$/;
const BIRTHDATE = /^[0-9]{4}-(?:00-00|(?:0[1-9]|1[0-2])-(?:0[0-9]|[12][0-9]|3[01]))$/;
const EMAIL = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i;
const FRANCE = '99100';

/** core-fcp's `OidcIdentityDto`. */
function identityFaults(identity) {
  const rules = {
    sub: isSub(identity.sub),
    given_name: isName(identity.given_name),
    family_name: isName(identity.family_name),
    birthdate: isBirthdate(identity.birthdate),
    gender: ['male', 'female', 'unspecified'].includes(identity.gender),
    birthcountry: isText(identity.birthcountry) && COG.test(identity.birthcountry),
    birthplace:
      identity.birthcountry === FRANCE
        ? isText(identity.birthplace) && COG.test(identity.birthplace)
        : identity.birthplace === '',
    email: isText(identity.email) && EMAIL.test(identity.email),
    preferred_username:
      identity.preferred_username === undefined || isText(identity.preferred_username),
  };
  return broken('userinfo', rules);
}

const isText = (value) => typeof value === 'string';
const isName = (value) => isText(value) && value.length >= 1 && value.length <= 256;
const isSub = (value) => isText(value) && /^[\x21-\x7e]+$/.test(value);

/** A day of the calendar, or a presumed one: the month known, or the year alone. */
function isBirthdate(value) {
  if (!isText(value) || !BIRTHDATE.test(value)) return false;
  if (value.endsWith('-00')) return true;
  const [year, month, day] = value.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().startsWith(value);
}

function broken(where, rules) {
  return Object.keys(rules).filter((name) => !rules[name]).map((name) => `${where}.${name}`);
}

const judge = async (order) => ({ faults: order.identities.map(identityFaults) });

// --- One order, one answer -----------------------------------------------------------------------

const ACTIONS = { authorize, callback, end, judge };

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const order = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  try {
    return await ACTIONS[order.action](order);
  } catch (error) {
    return { error: { name: error.name, code: error.error ?? error.code, message: error.message } };
  }
}

main().then((answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
