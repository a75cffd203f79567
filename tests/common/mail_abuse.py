"""One hour in which somebody makes the site mail one address by every form that can."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.test import Client

from jobboard.common.models import Email
from tests.factories import PASSWORD, CompanyFactory, MembershipFactory, UserFactory
from tests.recruiting.test_first_post import filled

VICTIM = "jobs@victim.example"
MINUTES = 60
STEP = 3  # minutes between two rounds through all forms


@dataclass
class Attack:
    """``network`` gives the address of the attacker's machine in each minute."""

    network: Callable[[int], str]
    owned: list[int] = field(default_factory=list)  # companies of the victim

    def __post_init__(self) -> None:
        self.owner = UserFactory(email="attacker@evil.example")
        self.companies = [
            MembershipFactory(user=self.owner, company__domain="victim.example").company.pk
            for _ in range(6)
        ]

    def run(self, clock) -> None:
        for minute in range(0, MINUTES, STEP):
            for send in self.forms(minute):
                send()
            clock.shift(STEP * 60)

    def forms(self, minute: int) -> Iterator[Callable[[], object]]:
        address = self.network(minute)
        stranger, owner = Client(REMOTE_ADDR=address), Client(REMOTE_ADDR=address)
        owner.force_login(self.owner)
        company = f"/recruit/companies/{self.companies[minute // STEP % len(self.companies)]}"
        yield lambda: stranger.post("/accounts/login/code/", {"email": VICTIM})
        yield lambda: stranger.post("/accounts/password/reset/", {"email": VICTIM})
        yield lambda: Client(REMOTE_ADDR=address).post(
            "/accounts/signup/", {"email": VICTIM, "password1": PASSWORD}
        )
        yield lambda: stranger.post(
            f"/alerts/new/?q=word{minute}", {"email": VICTIM, "frequency": "daily"}
        )
        yield lambda: stranger.post("/alerts/", {"email": VICTIM})
        yield lambda: self.first_post(address)
        yield lambda: owner.post(f"{company}/invite/", {"email": VICTIM, "part": "editor"})
        yield lambda: owner.post(f"{company}/verify/", {"name": VICTIM.partition("@")[0]})
        for owned in self.owned:
            yield lambda owned=owned: self.ask_to_join(owned, address)

    def first_post(self, address: str) -> None:
        client = Client(REMOTE_ADDR=address)
        client.post("/post/", filled(email=VICTIM))
        client.post("/post/send/")

    def ask_to_join(self, company: int, address: str) -> None:
        client = Client(REMOTE_ADDR=address)
        client.force_login(UserFactory())
        client.post(f"/recruit/companies/{company}/join/")


def owned_by_victim() -> list[int]:
    """The victim has an account, and is the owner of a company."""
    victim = UserFactory(email=VICTIM)
    return [MembershipFactory(user=victim, company=CompanyFactory()).company.pk]


def mailed() -> Counter[str]:
    """How many emails the victim gets, by purpose."""
    return Counter(Email.objects.filter(to__iexact=VICTIM).values_list("purpose", flat=True))
