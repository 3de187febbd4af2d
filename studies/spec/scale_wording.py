"""The standard labels of the scales in the other languages a study can have.

The words are ours; no published translation of the categories of ITU-T P.800 was at hand to check them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from studies.spec.languages import Language
from studies.spec.scales import Scale

_GERMAN = {
    "Strongly prefer A": "Deutlich lieber A",
    "Slightly prefer A": "Etwas lieber A",
    "Prefer A": "Lieber A",
    "No preference": "Kein Vorzug",
    "Prefer B": "Lieber B",
    "Slightly prefer B": "Etwas lieber B",
    "Strongly prefer B": "Deutlich lieber B",
    "Much worse": "Viel schlechter",
    "Worse": "Schlechter",
    "Slightly worse": "Etwas schlechter",
    "About the same": "Etwa gleich",
    "Slightly better": "Etwas besser",
    "Better": "Besser",
    "Much better": "Viel besser",
    "Compared with A, B is": "Verglichen mit A ist B",
    "Bad": "Schlecht",
    "Poor": "Dürftig",
    "Fair": "Ordentlich",
    "Good": "Gut",
    "Excellent": "Ausgezeichnet",
    "": "",
}
_FRENCH = {
    "Strongly prefer A": "Préfère nettement A",
    "Slightly prefer A": "Préfère un peu A",
    "Prefer A": "Préfère A",
    "No preference": "Pas de préférence",
    "Prefer B": "Préfère B",
    "Slightly prefer B": "Préfère un peu B",
    "Strongly prefer B": "Préfère nettement B",
    "Much worse": "Beaucoup moins bon",
    "Worse": "Moins bon",
    "Slightly worse": "Un peu moins bon",
    "About the same": "À peu près pareil",
    "Slightly better": "Un peu meilleur",
    "Better": "Meilleur",
    "Much better": "Bien meilleur",
    "Compared with A, B is": "Comparé à A, B est",
    "Bad": "Mauvais",
    "Poor": "Médiocre",
    "Fair": "Moyen",
    "Good": "Bon",
    "Excellent": "Excellent",
    "": "",
}
_SPANISH = {
    "Strongly prefer A": "Prefiero claramente A",
    "Slightly prefer A": "Prefiero un poco A",
    "Prefer A": "Prefiero A",
    "No preference": "Sin preferencia",
    "Prefer B": "Prefiero B",
    "Slightly prefer B": "Prefiero un poco B",
    "Strongly prefer B": "Prefiero claramente B",
    "Much worse": "Mucho peor",
    "Worse": "Peor",
    "Slightly worse": "Un poco peor",
    "About the same": "Más o menos igual",
    "Slightly better": "Un poco mejor",
    "Better": "Mejor",
    "Much better": "Mucho mejor",
    "Compared with A, B is": "Comparado con A, B es",
    "Bad": "Malo",
    "Poor": "Mediocre",
    "Fair": "Regular",
    "Good": "Bueno",
    "Excellent": "Excelente",
    "": "",
}
_JAPANESE = {
    "Strongly prefer A": "A のほうがずっとよい",
    "Slightly prefer A": "A のほうが少しよい",
    "Prefer A": "A のほうがよい",
    "No preference": "どちらともいえない",
    "Prefer B": "B のほうがよい",
    "Slightly prefer B": "B のほうが少しよい",
    "Strongly prefer B": "B のほうがずっとよい",
    "Much worse": "非常に悪い",
    "Worse": "悪い",
    "Slightly worse": "少し悪い",
    "About the same": "ほぼ同じ",
    "Slightly better": "少し良い",
    "Better": "良い",
    "Much better": "非常に良い",
    "Compared with A, B is": "A と比べて、B は",
    "Bad": "非常に悪い",
    "Poor": "悪い",
    "Fair": "普通",
    "Good": "良い",
    "Excellent": "非常に良い",
    "": "",
}
_CHINESE = {
    "Strongly prefer A": "明显更喜欢 A",
    "Slightly prefer A": "稍微更喜欢 A",
    "Prefer A": "更喜欢 A",
    "No preference": "没有偏好",
    "Prefer B": "更喜欢 B",
    "Slightly prefer B": "稍微更喜欢 B",
    "Strongly prefer B": "明显更喜欢 B",
    "Much worse": "差得多",
    "Worse": "更差",
    "Slightly worse": "稍差",
    "About the same": "差不多",
    "Slightly better": "稍好",
    "Better": "更好",
    "Much better": "好得多",
    "Compared with A, B is": "与 A 相比，B",
    "Bad": "很差",
    "Poor": "较差",
    "Fair": "一般",
    "Good": "好",
    "Excellent": "很好",
    "": "",
}
_ARABIC = {
    "Strongly prefer A": "أفضّل A بوضوح",
    "Slightly prefer A": "أفضّل A قليلًا",
    "Prefer A": "أفضّل A",
    "No preference": "لا تفضيل",
    "Prefer B": "أفضّل B",
    "Slightly prefer B": "أفضّل B قليلًا",
    "Strongly prefer B": "أفضّل B بوضوح",
    "Much worse": "أسوأ بكثير",
    "Worse": "أسوأ",
    "Slightly worse": "أسوأ قليلًا",
    "About the same": "متماثلان تقريبًا",
    "Slightly better": "أفضل قليلًا",
    "Better": "أفضل",
    "Much better": "أفضل بكثير",
    "Compared with A, B is": "مقارنةً بـ A فإن B",
    "Bad": "سيئ",
    "Poor": "ضعيف",
    "Fair": "مقبول",
    "Good": "جيد",
    "Excellent": "ممتاز",
    "": "",
}
LABELS: Mapping[Language, Mapping[str, str]] = {
    "de": _GERMAN,
    "fr": _FRENCH,
    "es": _SPANISH,
    "ja": _JAPANESE,
    "zh-hans": _CHINESE,
    "ar": _ARABIC,
}


def scale_in(scale: Scale, language: Language) -> Scale:
    """The scale with its labels and stem in a language; values, short labels and sides stay."""
    words = LABELS.get(language)
    if words is None:
        return scale
    options = tuple(replace(option, label=words[option.label]) for option in scale.options)
    return replace(scale, options=options, stem=words[scale.stem])
