"""The standard criteria in Spanish, translated by the project (see docs/translating.md)."""

from __future__ import annotations

from studies.spec.wordings.form import Wording

CRITERIA = {
    "acoustic_quality": Wording(
        label="Calidad acústica",
        question="¿Qué fragmento suena mejor, dejando de lado la música en sí?",
        absolute="¿Qué tan bien suena cada fragmento, dejando de lado la música en sí?",
        help="Juzgue el fragmento como grabación: lo limpio y claro que suena.",
        listen_for=(
            "ruido, siseo, crujidos o zumbido",
            "distorsión, o un sonido áspero o metálico",
            "un sonido apagado, como a través de una pared",
            "instrumentos que se confunden entre sí",
            "cortes, chasquidos e interrupciones bruscas",
        ),
        ignore=("si le gusta la música", "si encaja con la descripción"),
    ),
    "text_adherence": Wording(
        label="Fidelidad al texto",
        question="¿Qué fragmento encaja mejor con la descripción?",
        absolute="¿Qué tan bien encaja cada fragmento con la descripción?",
        help="Lea de nuevo la descripción y juzgue cuánto de ella se puede oír.",
        listen_for=(
            "el estilo y el ambiente",
            "los instrumentos y las voces que se nombran",
            "el tempo y la energía",
            "todo lo que pide dejar fuera",
        ),
        ignore=("lo limpio que suena", "si es buena música"),
    ),
    "musicality": Wording(
        label="Musicalidad",
        question="¿Qué fragmento es mejor como música?",
        absolute="¿Qué tan bueno es cada fragmento como música?",
        help="Juzgue la música que se toca, como si ambas estuvieran igual de bien grabadas.",
        listen_for=(
            "una melodía que lleva a alguna parte",
            "armonías que encajan entre sí",
            "un ritmo que se sostiene, y músicos que van juntos",
            "si se mantiene unida de principio a fin",
        ),
        ignore=("el ruido y la calidad del sonido", "si encaja con la descripción"),
    ),
    "diversity": Wording(
        label="Diversidad",
        question="¿Qué grupo es más variado?",
        absolute="¿Qué tan buena es la variedad dentro de cada grupo?",
        help="Juzgue cuánto se diferencian entre sí los fragmentos de un mismo grupo.",
        listen_for=(
            "melodías distintas, y no siempre la misma",
            "ritmos y tempos distintos",
            "instrumentos y arreglos distintos",
        ),
        ignore=("qué grupo le gusta más", "lo limpios que suenan los fragmentos"),
    ),
}
