"""Where a provider sends browsers back to."""

from fastapi import Request


def redirect_address(request: Request, provider: str) -> str:
    """Where the provider sends browsers back to: the address by which they reach us, as far as we are told."""
    origins: frozenset[str] = request.scope.get("arcano.public_origins", frozenset())
    here = f"{request.url.scheme}://{request.url.netloc}"
    same_host = [one for one in origins if one.partition("://")[2] == request.url.netloc]
    origin = next(iter(same_host or ([] if here in origins else sorted(origins))), here)
    return f"{origin.rstrip('/')}/api/sign-in/{provider}/callback"
