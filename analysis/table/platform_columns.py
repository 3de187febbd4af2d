"""Columns of the tables that the platform writes beside `ratings.csv` (`analysis.bridge.tables`), with their "
"meanings."""

SAMPLES: dict[str, str] = {
    "sample": "Id of the clip within the study: system.prompt.number; names the file under audio/.",
    "system": "The system that made it.",
    "prompt_id": "Id of the prompt.",
    "prompt": "The prompt's text.",
    "status": "ready, or planned, claimed, rendered (on its way), or failed.",
    "seed": "Seed of its random numbers; the same seed gives the same clip.",
    "sha256": "Digest of the canonical WAV file.",
    "duration": "Seconds, measured after writing.",
    "loudness": "Integrated loudness (ITU-R BS.1770-4), LUFS, measured after writing.",
    "true_peak": "True peak (four times oversampled), dBTP.",
    "silence_share": "Share of the clip that is silent, 0 to 1.",
    "clipped_share": "Share of samples in flat runs at full scale, 0 to 1.",
    "backend": "What kind of model made it.",
    "checkpoint": "Which checkpoint, as the study file names it.",
    "parameters": "The system's other settings in the study file, JSON.",
    "understood": "What the model understood of the prompt, JSON; empty where it does not say.",
    "unknown_words": "Words of the prompt that the model does not know, JSON.",
    "error_owner": "Of a failed clip: spec (the study file), operator (the machines) or ours (Earwitness).",
    "error_code": "Stable code of the failure.",
    "error_text": "The failure in words.",
    "attempts": "How often it was tried.",
    "made_at": "When it was rendered, ISO 8601, UTC.",
    "provenance": "Everything that was recorded when it was made, JSON: checkpoint digest, decoding, versions, device, "
    "seconds.",
    "left_out": "Why raters do not hear the clip, where the researcher left it out before the opening; else empty.",
    "reports": "How many raters reported the clip as broken.",
    "quarantined": "true where two raters reported it: from then on nobody was given a comparison with it.",
    "made_from": "Of a clip broken on purpose for training or gold pairs: the sample it was made from; else empty.",
    "checkpoint_sha256": "Digest of the weights; JSON where two were merged; empty where there are none here.",
    "device": "What it was made on, as torch names it: cpu, cuda:0.",
    "seconds": "Its share of the time its batch took.",
    "peak_memory": "Bytes held at the peak of its batch: on a card what torch held there, else of the whole process.",
    "versions": "Package versions, JSON.",
}

_MADE_WITH = (
    "What measured it, JSON: embedding, checkpoint and its digest, versions; empty for a clip's levels."
)

# One row per number, so that a join with `ratings.csv` is a filter and a merge.
MEASURES: dict[str, dict[str, str]] = {
    "measures.csv": {
        "sample": "Id of the clip, as in samples.csv and in samples_first and samples_second of ratings.csv.",
        "system": "The system that made it.",
        "prompt_id": "Id of the prompt.",
        "measure": "duration (s), loudness (LUFS), true_peak (dBTP), silence_share and clipped_share (0 to 1), of the "
        "canonical file; clap_adherence: cosine of the clip's and its prompt's CLAP embeddings, -1 to 1.",
        "value": "Its value.",
        "made_with": _MADE_WITH,
    },
    "set_measures.csv": {
        "system": "The system.",
        "prompt_id": "Id of the prompt.",
        "measure": "Mean over all pairs of the set of 1 - cosine, 0 = all clips the same: diversity_signal in an "
        "embedding of log-mel statistics (timbre and rhythm), diversity_clap in CLAP's.",
        "clips": "How many clips the set has.",
        "value": "Its value.",
        "made_with": _MADE_WITH,
    },
}


QUESTIONNAIRE: dict[str, str] = {
    "study": "The study's slug.",
    "rater": "Pseudonym of the person, as in ratings.csv.",
    "question": "Id of the question.",
    "label": "What the rater read.",
    "kind": "choice, number or text.",
    "answer": "What they answered; questions left out have no row.",
    "simulated": "true where a program answered instead of a person.",
    "answered_at": "When, ISO 8601, UTC.",
}

# Every one of these files by name.
PLATFORM: dict[str, dict[str, str]] = {"samples.csv": SAMPLES, "questionnaire.csv": QUESTIONNAIRE, **MEASURES}
