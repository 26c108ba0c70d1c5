import os

SERVICE = os.environ["SERVICE"]

OIDC_OP_ISSUER = SERVICE
OIDC_RP_CLIENT_ID = os.environ["CLIENT_ID"]
OIDC_RP_CLIENT_SECRET = os.environ["CLIENT_SECRET"]
OIDC_RP_SIGN_ALGO = "ES256"
OIDC_RP_SCOPES = "openid profile birth email"
OIDC_USE_PKCE = True
OIDC_AUTH_REQUEST_EXTRA_PARAMS = {"acr_values": "eidas1"}
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{SERVICE}/oidc/authorize"
OIDC_OP_TOKEN_ENDPOINT = f"{SERVICE}/oidc/token"
OIDC_OP_USER_ENDPOINT = f"{SERVICE}/oidc/userinfo"
OIDC_OP_JWKS_ENDPOINT = f"{SERVICE}/oidc/jwks"
OIDC_OP_LOGOUT_ENDPOINT = f"{SERVICE}/oidc/logout"
OIDC_TIMEOUT = 6  # seconds; without it a call may wait for ever
OIDC_STORE_ID_TOKEN = True  # the logout needs it
OIDC_CALLBACK_CLASS = "demarches.oidc.Callback"
OIDC_OP_LOGOUT_URL_METHOD = "demarches.oidc.logout_url"
LOGOUT_REDIRECT_URL = "/sortie"  # the logout needs it too, even though it goes through us
AUTHENTICATION_BACKENDS = ["demarches.oidc.Backend"]
