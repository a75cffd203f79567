"""Detects the encoding of a text file that is neither in UTF-8 nor in UTF-16: what old programs and
Excel's “CSV” save.

Known by the letters: of a language's text, nearly all that are not ASCII are of its alphabet.
charset-normalizer took 8 of 14 short files for another encoding than theirs, French, Spanish and
Danish among them: it needs more running text than a table of jobs has.
"""

WESTERN = "cp1252"
CENTRAL = "cp1250"
TURKISH = "cp1254"
CYRILLIC, GREEK = OTHER_SCRIPTS = ("cp1251", "cp1253")
WESTERN_LETTERS = "äöüßàâæçéèêëîïôœùûÿáíñóúãõìòåøý"
# The letters of a language beside ASCII, and the encoding that Windows uses for it. Where two fit
# alike, the first one counts.
ALPHABETS = (
    (WESTERN, "äöüß"),
    (WESTERN, "àâæçéèêëîïôœùûüÿ"),
    (WESTERN, "áéíñóúü"),
    (WESTERN, "áâãàçéêíóôõú"),
    (WESTERN, "àèéìíîòóùú"),
    (WESTERN, "æøåé"),
    (WESTERN, "åäöé"),
    (CENTRAL, "ąćęłńóśźż"),
    (CENTRAL, "áčďéěíňóřšťúůýžľĺŕäô"),
    (CENTRAL, "áéíóöőúüű"),
    (CENTRAL, "ăâîşţșț"),
    (CENTRAL, "čćđšž"),
    (TURKISH, "çğıiöşüâî"),
    (CYRILLIC, "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў"),
    (GREEK, "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ"),
)
# A file of several Western languages: none of their alphabets fits it whole.
MIXED = 0.9
MARKS = frozenset("€£§©®°·«»‘’‚“”„–—…•´ \u00a0\u00ad²½¿¡º")


def legacy_encoding(data: bytes) -> str:
    """The encoding of Windows in whose languages ``data`` is most likely written."""
    fits = {encoding: 0.0 for encoding, _ in ALPHABETS}
    for encoding, alphabet in ALPHABETS:
        fits[encoding] = max(fits[encoding], _share(data, encoding, alphabet))
    fits[WESTERN] = max(fits[WESTERN], MIXED * _share(data, WESTERN, WESTERN_LETTERS))
    return max(fits, key=lambda encoding: fits[encoding])


def _share(data: bytes, encoding: str, alphabet: str) -> float:
    """The share of the signs of ``data`` that are not ASCII which are letters of ``alphabet``."""
    text = data.decode(encoding, "replace")
    usual = count = 0
    for before, sign, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        is_within_word = before.isalpha() and after.isalpha()
        if sign.isascii() or (sign in MARKS and not is_within_word):
            continue
        count += 1
        # Words of these scripts have no Latin letters, and “é” is a letter in both.
        is_mixed = encoding in OTHER_SCRIPTS and _is_latin(before + after)
        is_odd = is_mixed or (before.islower() and sign.isupper())
        usual += not is_odd and sign.lower()[0] in alphabet  # “İ” becomes two signs
    if count:
        return usual / count
    return 1.0


def _is_latin(signs: str) -> bool:
    return any(sign.isascii() and sign.isalpha() for sign in signs)
