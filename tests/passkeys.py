"""What a device answers when somebody adds a passkey."""

from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

EC2, ES256, P256 = 2, -7, 1  # of COSE keys: their kind, algorithm and curve


def passkey_answer() -> dict:
    """As the account library stores it."""
    key = {1: EC2, 3: ES256, -1: P256, -2: bytes(32), -3: bytes(32)}
    made = AuthenticatorData.create(
        rp_id_hash=bytes(32),
        flags=AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT,
        counter=0,
        credential_data=AttestedCredentialData.create(bytes(16), b"key", key),
    )
    answer = AuthenticatorAttestationResponse(
        client_data=CollectedClientData.create(
            "webauthn.create", b"challenge", "https://x.example"
        ),
        attestation_object=AttestationObject.create("none", made, {}),
    )
    return dict(RegistrationResponse(raw_id=b"key", response=answer))
