"""Texts that no newspaper prints, which musnad takes the whole way all the same."""

NEWS = "قال وزير النقل سامر الحداد لصحيفة «الميناء» إن نحو 30 ألف طن وصلت إلى لبنان، وأضاف أن 1،9 مليار دولار أنفقت. "
TORTURE = {
    "every plane": "".join(chr(code) + " " for code in range(1, 0x110000, 97) if not 0xD800 <= code < 0xE000),
    "the first plane as one word": "".join(chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000),
    "bidi overrides": "".join(f"\u202e\u2067{word}\u2069\u202c " for word in NEWS.split()) * 20,
    "joiners": "".join("\u200d".join(word) + " " for word in NEWS.split()) * 20,
    "towers of marks": "".join(letter + "\u0301\u0654\u064b\u0670" * 30 for letter in NEWS),
    "a tower of 200 000 marks": "قال" + "\u064b" * 200_000,
    "carriage returns alone": NEWS.replace(" ", "\r") * 20,
    "line separators": NEWS.replace(" ", "\u2028") * 20,
    "no white space": NEWS.replace(" ", "") * 100,
    "one line": NEWS.replace(".", "،") * 100,
    "10 000 lines": "قال\n" * 10_000,
    "emoji sequences": "👩\u200d👩\u200d👧🇸🇾👍🏽 " * 2_000,
}
