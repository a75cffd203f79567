"""Sentences that ask people for an amount of money, whatever for."""

import re
from collections.abc import Iterator

from jobboard.common.text.words import fold

from .text_risks import HEAVY, JobTexts, Risk
from .texts.pay_in_words import pay_in_words
from .texts.warning_words import is_denial

# Up to some thousands: budgets and what a company earns are larger, and in thousands or millions.
_AMOUNT = re.compile(
    r"(?:[$€£₹]|\br\$|\b(?:usd|eur|gbp|chf|inr|pln|brl))\s?\d{1,2}(?:[.,]?\d{3})?(?![\d%])"
    r"(?!\s?(?:k|m|mn|bn|b|million|billion|mio|mrd)\b)"
    r"|(?<![\d.,])\d{1,2}(?:[.,]?\d{3}|\d)?(?:[.,]\d\d)?\s?"
    r"(?:[$€£₹]|(?:usd|usdt|usdc|eur|euros?|gbp|chf|inr|pln|brl|dollars?|pounds?|rupees|reais|zł|zl"
    r"|kr|lei)\b)",
    re.IGNORECASE,
)
_FEE = re.compile(
    r"\b(?:fees?|deposits?|up ?front|(?:you|joiners|applicants|candidates|everyone) (?:first )?"
    r"(?:pay|contribute|transfer|send|buy|purchase|invest)|"
    r"gebuhr\w*|gebuehr\w*|pfand|kaution|anzahlung|uberweis\w*|ueberweis\w*|einzahl\w*|vorkasse|"
    r"frais|paiement|virement|caution|acompte|versez|verser|reglez|regler|"
    r"pago|cuota|tasa|deposito|fianza|transferencia|abon(?:ar|e|a)|ingreso de|"
    r"pagamento|taxa|caucao|pix|transfira|deposite|"
    r"quota|tassa|cauzione|bonifico|versare|borg|aanbetaling|bijdrage|"
    r"opłat\w*|opl?at\w*|kaucj\w*|wpłac\w*|uisc\w*|avgift\w*|gebyr\w*)\b"
)
_THEY_PAY = re.compile(
    r"\b(?:we|wir|nous|nosotros|wij|noi|company|employer)(?:[’']ll| will| can| also)? ?"
    r"(?:pay|cover|reimburse|refund|contribute|give|offer|add|zahlen|ubernehmen|erstatten|"
    r"payons|remboursons|prenons|pagamos|cubrimos|reembolsamos|betalen|vergoeden|paghiamo)\b"
)
_ENDS = re.compile(r"[\n\r]+|(?<=[.!?;])\s+")


def risks_of_fees(texts: JobTexts) -> Iterator[Risk]:
    for sentence in fees_in(texts.text):
        yield Risk(HEAVY, f"The text asks for money: {sentence[:160]}")


def fees_in(text: str) -> Iterator[str]:
    for sentence in _ENDS.split(text):
        if _AMOUNT.search(sentence) and _asks(sentence):
            yield sentence.strip()


def _asks(sentence: str) -> bool:
    folded = fold(sentence)
    if not _FEE.search(folded) or _THEY_PAY.search(folded):
        return False
    return not pay_in_words(sentence) and not is_denial(sentence)
