"""How passwords are hashed: as Django does it, at a pace that leaves room for others."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from jobboard.common.turns import one_at_a_time


class OneAtATimeHasher(PBKDF2PasswordHasher):
    """A hash keeps a core busy for up to half a second."""

    @one_at_a_time
    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return super().encode(password, salt, iterations)
