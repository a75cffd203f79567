from django import forms
from django.core.exceptions import ValidationError


class DeleteForm(forms.Form):
    """Proof that it is meant: the password or, where there is none, the own address."""

    proof = forms.CharField(max_length=254)

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.has_usable_password():
            self.fields["proof"].label = "Your password"
            self.fields["proof"].widget = forms.PasswordInput(
                attrs={"autocomplete": "current-password"}
            )
        else:
            self.fields["proof"].label = "Your email address"
            self.fields["proof"].help_text = "Type it to confirm."

    def clean_proof(self) -> str:
        proof = self.cleaned_data["proof"]
        if self.user.has_usable_password():
            if not self.user.check_password(proof):
                raise ValidationError("That password is incorrect.")
        elif proof.strip().lower() != self.user.email:
            raise ValidationError("That is not your account’s email address.")
        return proof
