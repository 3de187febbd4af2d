"""The standard criteria in French, translated by the project (see docs/translating.md)."""

from __future__ import annotations

from studies.spec.wordings.form import Wording

CRITERIA = {
    "acoustic_quality": Wording(
        label="Qualité sonore",
        question="Quel extrait sonne mieux, indépendamment de la musique elle-même ?",
        absolute="Chaque extrait sonne-t-il bien, indépendamment de la musique elle-même ?",
        help="Jugez l'extrait comme un enregistrement : à quel point il sonne propre et clair.",
        listen_for=(
            "du bruit, du souffle, des craquements ou un bourdonnement",
            "de la distorsion, ou un son dur ou métallique",
            "un son étouffé, comme à travers un mur",
            "des instruments qui se confondent",
            "des coupures, des clics et des arrêts brusques",
        ),
        ignore=("si la musique vous plaît", "si elle correspond à la description"),
    ),
    "text_adherence": Wording(
        label="Fidélité au texte",
        question="Quel extrait correspond mieux à la description ?",
        absolute="Chaque extrait correspond-il bien à la description ?",
        help="Relisez la description et jugez quelle part vous en entendez.",
        listen_for=(
            "le style et l'ambiance",
            "les instruments et les voix nommés",
            "le tempo et l'énergie",
            "tout ce qu'elle demande d'éviter",
        ),
        ignore=("à quel point le son est propre", "si la musique est bonne"),
    ),
    "musicality": Wording(
        label="Musicalité",
        question="Quel extrait est meilleur en tant que musique ?",
        absolute="Chaque extrait est-il bon en tant que musique ?",
        help="Jugez la musique qui est jouée, comme si les deux étaient aussi bien enregistrées.",
        listen_for=(
            "une mélodie qui mène quelque part",
            "des harmonies qui vont ensemble",
            "un rythme qui tient, et des musiciens ensemble",
            "si le tout se tient du début à la fin",
        ),
        ignore=("le bruit et la qualité sonore", "si elle correspond à la description"),
    ),
    "diversity": Wording(
        label="Diversité",
        question="Quel groupe est plus varié ?",
        absolute="La variété au sein de chaque groupe est-elle bonne ?",
        help="Jugez à quel point les extraits d'un même groupe diffèrent les uns des autres.",
        listen_for=(
            "des mélodies différentes, et non toujours la même",
            "des rythmes et des tempos différents",
            "des instruments et des arrangements différents",
        ),
        ignore=("quel groupe vous plaît le plus", "à quel point les extraits sonnent propres"),
    ),
}
