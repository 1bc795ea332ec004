"""Signing in for the page: a session cookie that holds a token of the user's own, by name or by an identity provider.

In development a key of the instance's own signs for whoever gives a name. With a provider, the edge is its client: the
authorization code flow with PKCE (RFC 6749, 7636; OpenID Connect Core 1.0), so that no token is in a URL or where a
script of others can read it.
"""

from edge.sign_in.session import SignIn

__all__ = ["SignIn"]
