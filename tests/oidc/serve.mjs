// A certified OpenID Connect provider (`oidc-provider`) that nobody of ours wrote, with one client and no passwords.
//
// `node serve.mjs REDIRECT_URI` prints its port and answers until it is killed. Whoever comes is signed in as whom the
// parameter `as` of the address names, and agrees to everything. `PUT /people/NAME` says what else is known of somebody.

import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [redirectUri] = process.argv.slice(2);
const people = new Map();

const claimsOf = (name) => ({
  sub: name,
  name: name.toUpperCase(),
  email: `${name}@company.example`,
  email_verified: true,
  groups: [],
  ...people.get(name),
});

function configured() {
  return {
    clients: [
      {
        client_id: "arcano",
        client_secret: "the client's own secret",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
      },
    ],
    scopes: ["openid", "email", "profile", "groups", "offline_access"],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    extraParams: ["as"],
    cookies: { keys: ["of a test"] },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, name) => ({ accountId: name, claims: () => claimsOf(name) }),
    issueRefreshToken: () => true,
    ttl: { AccessToken: 60, Session: 600, Grant: 600, Interaction: 600, IdToken: 600, RefreshToken: 600 },
    renderError: (ctx, out) => {
      ctx.body = out;
    },
  };
}

/** Sign in, or agree, at once. */
async function goOn(provider, { req, res }) {
  const { prompt, params, session } = await provider.interactionDetails(req, res);
  if (prompt.name === "login") {
    return provider.interactionFinished(req, res, { login: { accountId: params.as } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(req, res, { consent }, { mergeWithLastSubmission: true });
}

async function hearAbout(name, req) {
  const parts = [];
  for await (const part of req) parts.push(part);
  people.set(name, JSON.parse(Buffer.concat(parts).toString()));
}

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, configured());
  provider.use(async (ctx, next) => {
    const [, place, name] = ctx.path.split("/");
    if (place === "interaction") {
      ctx.respond = false;
      await goOn(provider, ctx);
    } else if (place === "people") {
      await hearAbout(name, ctx.req);
      ctx.status = 204;
    } else {
      await next();
    }
  });
  server.on("request", provider.callback());
  console.log(port);
});
