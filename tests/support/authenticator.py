"""A passkey without a device: makes and uses credentials as a browser would hand them over (WebAuthn, none attestation)."""

import os
from dataclasses import dataclass, field
from typing import Any, cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

# The library tells half of the types of these.
_DATA = cast("Any", AuthenticatorData).create
_CLIENT_DATA = cast("Any", CollectedClientData).create


@dataclass(slots=True)
class Authenticator:
    """One key at one origin. `counts` is how often it was used; change what it does to play a bad one."""

    origin: str
    counts: int = 0
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def host(self) -> str:
        return self.origin.partition("://")[2].rpartition(":")[0]

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer of `navigator.credentials.create`."""
        client = self._client_data(CollectedClientData.TYPE.CREATE, options)
        data: AuthenticatorData = _DATA(
            self._host_hash(),
            AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT,
            self.counts,
            bytes(
                AttestedCredentialData.create(
                    b"\0" * 16,
                    self.credential_id,
                    ES256.from_cryptography_key(self._key.public_key()),
                )
            ),
        )
        attestation = AttestationObject.create("none", data, {})
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(attestation),
            }
        )

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer of `navigator.credentials.get`."""
        self.counts += 1
        client = self._client_data(CollectedClientData.TYPE.GET, options)
        data: AuthenticatorData = _DATA(
            self._host_hash(),
            AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV,
            self.counts,
        )
        signature = self._key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
            }
        )

    def _client_data(
        self, kind: CollectedClientData.TYPE, options: dict[str, Any]
    ) -> CollectedClientData:
        challenge = websafe_decode(options["publicKey"]["challenge"])
        return _CLIENT_DATA(kind, challenge, self.origin)

    def _host_hash(self) -> bytes:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(self.host.encode())
        return digest.finalize()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        identifier = websafe_encode(self.credential_id)
        return {"id": identifier, "rawId": identifier, "type": "public-key", "response": response}
