"""How passwords are hashed: as Django does it, at a pace that leaves room for others."""

from threading import Lock

from django.contrib.auth.hashers import PBKDF2PasswordHasher

one_at_a_time = Lock()


class OneAtATimeHasher(PBKDF2PasswordHasher):
    """A hash keeps a core busy for half a second, so each process makes one at a time: many who
    sign in at once wait for each other, and readers for none of them.
    """

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with one_at_a_time:
            return super().encode(password, salt, iterations)
