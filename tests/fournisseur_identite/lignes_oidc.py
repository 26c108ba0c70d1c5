"""Every row that the provider is held to, by its name, with the test that shows it.

`fichier::test` names a test; `ECART` is a deliberate deviation, whose reason stands in
docs/integration-fs.md under the name of the row.
"""

ECART = "écart"

SOCLE = {  # OAuth 2.0, OpenID Connect Core, RFC 9700
    "code: once": "test_echange::test_code_is_accepted_once_and_a_replay_kills_the_token",
    "code: once, at the same instant": "test_concurrence::"
    "test_one_code_presented_at_once_serves_once_and_its_token_is_dead",
    "code: 60 s": "test_echange::test_code_lives_sixty_seconds",
    "code: entropy": "test_lignes_oidc_directes::test_codes_have_entropy",
    "code: bound to its client": "test_delegation::test_code_of_another_client",
    "code: bound to its address": "test_echange::test_other_redirect_uri_is_refused",
    "redirect_uri: exact": "test_authorize::test_address_that_is_not_the_registered_one",
    "redirect_uri: page, never a redirect": "test_authorize::test_unknown_client",
    "redirect_uri: a query of its own": "test_authorize::"
    "test_registered_address_with_a_query_of_its_own",
    "PKCE: S256 only": "test_authorize::test_errors",
    "PKCE: verifier needed": "test_echange::test_missing_verifier_is_refused",
    "PKCE: a wrong try burns the code": "test_echange::test_wrong_verifier_burns_the_code",
    "PKCE: no downgrade": "test_lignes_oidc_directes::test_verifier_without_challenge_is_refused",
    "PKCE: nonce in its place": "test_authorize::test_franceconnect_must_send_a_nonce",
    "iss: on success and error": "test_authorize::test_errors",
    "client: one same answer": "test_echange::test_wrong_credentials_get_one_same_answer",
    "client: one way": "test_lignes_oidc_directes::test_one_way_of_authentication",
    "client: private_key_jwt": "test_private_key_jwt::test_refused",
    "client: jti once": "test_private_key_jwt::test_serves_once",
    "client: alg pinned": "test_private_key_jwt::test_forged",
    "client: jwks_uri": "test_jwks_uri::test_new_key_is_found_when_it_is_met",
    "client: jwks_uri within bounds": "test_jwks_uri::test_private_addresses_are_never_called",
    "client: two secrets": "test_secrets::test_never_more_than_two",
    "no implicit": "test_authorize::test_errors",
    "no password grant": "test_lignes_oidc_directes::test_no_other_grant",
    "no token in an address": "test_lignes_oidc_directes::"
    "test_token_in_a_body_or_in_an_address_is_no_token",
    "303": "test_authorize::test_post_comes_back_by_get",
    "no open redirector": "test_logout::test_unregistered_address",
    "clickjacking": "test_lignes_oidc_directes::test_no_page_can_be_framed",
    "referrer": "test_lignes_oidc_directes::test_no_page_can_be_framed",
    "state: untouched": "test_authorize::test_state_is_echoed_byte_for_byte",
    "opaque request": "test_delegation::test_no_page_carries_the_request",
    "session fixation": "../aidants/test_connexion::test_session_key_changes_at_login",
    "session: bound": "test_delegation::test_request_of_another_browser",
    "session: aidant changed": "test_delegation::test_another_aidant_logs_in_meanwhile",
    "token: 60 s": "test_echange::test_token_lives_sixty_seconds",
    "token: hashed": "test_echange::test_code_and_token_are_kept_as_digests",
    "token: challenge": "test_echange::test_userinfo_without_token_challenges",
    "token: dead with the mandat": "test_delegation::test_between_token_and_userinfo",
    "no refresh": "test_lignes_oidc_directes::test_id_token_never_waits_and_names_one_audience",
    "logs": "test_fuzz_oidc::test_token",
    "id_token: its claims": "test_echange::test_id_token_holds_no_more_than_the_subject",
    "alg: none refused": "test_logout::test_forged_hint",
    "keys: rotation": "test_cles::test_a_life_by_the_calendar",
    "keys: emergency": "test_cles::test_a_revoked_key_leaves_at_once_for_one_that_clients_have",
    "discovery: issuer": "test_decouverte::test_issuer_is_one_string_everywhere",
    "discovery: CORS": "test_decouverte::test_nothing_else_is_open_to_other_origins",
    "logout: expired hint": "test_logout::test_expired_hint",
    "logout: asks without a hint": ECART,
    "limits: sizes and duplicates": "test_authorize::test_state_too_long_or_repeated",
    "limits: body": "test_lignes_oidc_directes::test_large_body_is_refused",
    "limits: rate": "test_debits::test_authorize",
}

DELEGATION = {
    "usager outside": "test_delegation::test_usager_of_another_structure",
    "ended before the code": "test_delegation::test_before_the_confirmation",
    "ended before the token": "test_delegation::test_between_code_and_token",
    "ended before userinfo": "test_delegation::test_between_token_and_userinfo",
    "démarche outside the mandat": "test_lignes_delegation::"
    "test_demarche_that_is_not_in_the_mandat",
    "démarche outside the structure's": "test_delegation::test_before_the_confirmation",
    "aidant logged out": "test_lignes_delegation::test_aidant_who_logged_out_on_the_way",
    "SSO at FranceConnect: logout advised": "test_lignes_delegation::"
    "test_logging_out_of_the_site_is_advised",
    "usager anonymised": "../aidants_connect/test_purge::test_anonymous_usager_is_a_row_and_a_date",
    "démarche outside rep_scope": "test_claims::"
    "test_other_perimeter_than_the_one_asked_cannot_be_used",
    "démarche outside the FS": "test_claims::test_perimeter_never_widens_the_clients_own",
    "two tabs": "test_delegation::test_two_tabs_never_mix",
    "back button": "test_delegation::test_second_click_finds_it_done",
    "aidant deactivated": "test_fin_d_un_compte::test_live_token_dies",
    "two organisations": "test_delegation::test_structure_that_was_used_is_journaled",
    "usager deceased": ECART,
    "names and births": "test_lignes_oidc_directes::test_identities_arrive_letter_for_letter",
    "long names": "test_lignes_oidc_directes::test_longest_names_arrive_whole",
    "pairwise": "test_echange::test_sub_is_pairwise",
    "act": "test_acteur::test_no_other_learns_who_acts",
    "journal once": "test_echange::test_each_use_is_journaled_once",
    "FS told of the end of the mandat": "test_fins_de_mandat::test_revocation_is_told_at_once",
    "FS told of the end of the aidant's session": "test_fins_de_mandat::"
    "test_end_of_the_aidants_session_is_told",
    "races": "test_concurrence::test_nothing_is_used_after_a_revocation",
}

BASIC = {  # OpenID Foundation, oidcc-basic-certification-test-plan
    "oidcc-server": "test_echange::test_code_token_identity",
    "response-type-missing": "test_authorize::test_errors",
    "idtoken-signature": "test_algorithmes::test_id_token",
    "idtoken-unsigned": "test_decouverte::test_nothing_is_promised_that_is_not_kept",
    "userinfo-get": "test_lignes_oidc_directes::test_userinfo_by_header",
    "userinfo-post-header": "test_lignes_oidc_directes::test_userinfo_by_header",
    "userinfo-post-body": ECART,
    "ensure-request-without-nonce-succeeds-for-code-flow": "test_lignes_oidc_directes::"
    "test_without_nonce_nor_state",
    "scope-profile": "test_lignes_oidc_directes::test_claims_by_scope",
    "scope-email": "test_lignes_oidc_directes::test_claims_by_scope",
    "scope-address": ECART,
    "scope-phone": ECART,
    "scope-all": "test_lignes_oidc_directes::test_claims_by_scope",
    "alternate-happy-flow": "test_authorize::test_franceconnects_own_shape",
    "display-page": "test_authorize::test_passes",
    "display-popup": "test_authorize::test_passes",
    "prompt-login": "test_code_recent::test_fresh_code_comes_back_and_is_the_auth_time",
    "prompt-none-not-logged-in": "test_authorize::test_prompt_none_when_logged_out",
    "prompt-none-logged-in": ECART,
    "max-age-1": "test_code_recent::test_age_of_the_code",
    "max-age-10000": "test_code_recent::test_age_of_the_code",
    "ensure-request-with-unknown-parameter-succeeds": "test_authorize::test_passes",
    "id-token-hint": ECART,
    "login-hint": "test_authorize::test_passes",
    "ui-locales": "test_authorize::test_passes",
    "claims-locales": "test_authorize::test_passes",
    "ensure-request-with-acr-values-succeeds": "test_authorize::test_passes",
    "codereuse": "test_echange::test_code_is_accepted_once_and_a_replay_kills_the_token",
    "codereuse-30seconds": "test_echange::test_code_is_accepted_once_and_a_replay_kills_the_token",
    "ensure-registered-redirect-uri": "test_authorize::test_address_that_is_not_the_registered_one",
    "ensure-post-request-succeeds": "test_authorize::test_post_comes_back_by_get",
    "server-client-secret-post": "test_echange::test_code_token_identity",
    "request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": "test_authorize::"
    "test_errors",
    "unsigned-request-object-supported-correctly-or-rejected-as-unsupported": "test_authorize::"
    "test_errors",
    "claims-essential": "test_lignes_oidc_directes::test_essential_claim_of_userinfo",
    "ensure-request-object-with-redirect-uri": "test_authorize::test_errors",
    "refresh-token": ECART,
    "ensure-request-with-valid-pkce-succeeds": "test_echange::test_code_token_identity",
}

CONFIG_ET_SORTIE = {  # Config OP, RP-Initiated Logout, Back-Channel Logout
    "discovery-endpoint-verification": "test_decouverte::test_every_endpoint_is_ours",
    "rp-initiated-logout": "test_logout::test_sends_back_with_the_state",
    "rp-initiated-logout-bad-post-logout-redirect-uri": "test_logout::test_unregistered_address",
    "rp-initiated-logout-modified-id-token-hint": "test_logout::test_forged_hint",
    "rp-initiated-logout-bad-id-token-hint": "test_logout::test_forged_hint",
    "rp-initiated-logout-no-id-token-hint": "test_logout::test_no_hint_or_no_id_token",
    "rp-initiated-logout-no-params": "test_logout::test_no_hint_or_no_id_token",
    "rp-initiated-logout-no-post-logout-redirect-uri": "test_logout::test_unregistered_address",
    "rp-initiated-logout-no-state": "test_logout::test_without_state",
    "rp-initiated-logout-only-state": "test_logout::test_no_hint_or_no_id_token",
    "rp-initiated-logout-query-added-to-post-logout-redirect-uri": "test_logout::"
    "test_unregistered_address",
    "backchannel-discovery": "test_decouverte::test_nothing_is_promised_that_is_not_kept",
    "backchannel-rp-initiated-logout": "test_fins::test_logout_is_told",
}

FAPI = {  # FAPI 2.0 Security Profile: its negatives, for a client that must push its requests
    "happy-flow": "test_par::test_whole_use",
    "discovery-end-point-verification": "test_decouverte::test_every_endpoint_is_ours",
    "access-token-type-header-case-sensitivity": "test_lignes_oidc_directes::"
    "test_userinfo_by_header",
    "attempt-reuse-authorization-code-after-one-second": "test_echange::"
    "test_code_is_accepted_once_and_a_replay_kills_the_token",
    "ensure-authorization-request-with-64-char-nonce-success": "test_lignes_oidc_directes::"
    "test_long_nonce_and_state_come_back",
    "ensure-authorization-request-with-long-nonce": "test_lignes_oidc_directes::"
    "test_long_nonce_and_state_come_back",
    "ensure-authorization-request-with-long-state": "test_lignes_oidc_directes::"
    "test_long_nonce_and_state_come_back",
    "ensure-authorization-request-without-nonce-success": "test_lignes_oidc_directes::"
    "test_without_nonce_nor_state",
    "ensure-authorization-request-without-state-success": "test_lignes_oidc_directes::"
    "test_without_nonce_nor_state",
    "ensure-holder-of-key-required": ECART,
    "ensure-other-scope-order-succeeds": "test_authorize::test_passes",
    "ensure-pkce-code-verifier-required": "test_echange::test_missing_verifier_is_refused",
    "incorrect-pkce-code-verifier-rejected": "test_echange::test_wrong_verifier_burns_the_code",
    "par-ensure-pkce-required": "test_par::test_refused_at_once",
    "par-plain-pkce-rejected": "test_par::test_refused_at_once",
    "ensure-redirect-uri-in-authorization-request": "test_par::test_refused_at_once",
    "ensure-registered-redirect-uri": "test_par::test_refused_at_once",
    "ensure-response-type-code-idtoken-fails": "test_par::test_refused_at_once",
    "ensure-response-type-token-fails": "test_par::test_refused_at_once",
    "ensure-token-endpoint-fails-with-expired-auth-code": "test_echange::"
    "test_code_lives_sixty_seconds",
    "ensure-unsigned-authorization-request-without-using-par-fails": "test_par::"
    "test_required_of_a_client",
    "par-attempt-invalid-http-method": "test_par::test_post_only",
    "par-attempt-reuse-request_uri": "test_par::test_same_browser_may_come_again_until_it_is_done",
    "par-attempt-to-use-expired-request_uri": "test_par::test_lives_sixty_seconds",
    "par-authorization-request-containing-request_uri": "test_par::test_refused_at_once",
    "par-authorization-request-containing-request_uri-form-param": "test_par::test_refused_at_once",
    "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds": "test_par::"
    "test_same_browser_may_come_again_until_it_is_done",
    "par-test-array-as-audience-fails": "test_private_key_jwt::"
    "test_strict_where_pushed_requests_are_required",
    "par-test-par-endpoint-url-as-audience-fails": "test_private_key_jwt::test_refused",
    "par-test-token-endpoint-url-as-audience-fails": "test_private_key_jwt::"
    "test_strict_where_pushed_requests_are_required",
    "par-without-duplicate-parameters": "test_par::test_what_stands_in_the_address_is_not_read",
    "test-claims-parameter-identity-claims": "test_lignes_oidc_directes::"
    "test_identity_claims_stay_out_of_the_id_token",
    "test-essential-acr-sca-claim": "test_claims::test_essential_level_that_we_do_not_offer",
    "user-rejects-authentication": "test_delegation::test_cancelled_is_said_to_the_service_once",
    "refresh-token": ECART,
    "request-object": ECART,
    "codes live at most 60 s": "test_echange::test_code_lives_sixty_seconds",
    "client clock 10 s ahead": "test_private_key_jwt::"
    "test_clock_of_the_client_may_be_a_little_ahead",
    "no http address": "test_fiche::test_addresses_that_cannot_be_registered",
    "no RS256 signature": "test_private_key_jwt::test_strict_where_pushed_requests_are_required",
}

FRANCECONNECT = {
    "FC1": "test_authorize::test_franceconnects_own_shape",
    "FC2": "test_claims::test_without_perimeters_the_clients_own_are_open",
    "FC3": "test_authorize::test_errors",
    "FC4": "test_authorize::test_state_is_echoed_byte_for_byte",
    "FC5": "test_authorize::test_errors",
    "FC6": "test_algorithmes::test_secret_signs_for_franceconnect",
    "FC7": "test_lignes_oidc_directes::test_id_token_never_waits_and_names_one_audience",
    "FC8": "test_algorithmes::test_userinfo",
    "FC9": "test_dto_franceconnect::test_every_identity_passes_franceconnects_own_rules",
    "FC10": "test_claims::test_id_token_names_the_perimeter_in_the_words_of_the_request",
    "FC11": "test_algorithmes::test_logout_knows_its_hint",
    "FC12": "test_delegation::test_request_lives_thirty_minutes",
    "FC13": ECART,
    "FC14": "test_decouverte::test_no_sql",
    "FC15": "test_cles::test_no_key_signs_before_its_notice",
}

TABLE = {
    "5.1": SOCLE, "5.2": DELEGATION, "5.3-5.5": FAPI, "5.4": BASIC, "5.4b": CONFIG_ET_SORTIE,
    "5.6": FRANCECONNECT,
}  # fmt: skip
