"""Every column of every CSV the analysis writes, with its meaning: headers and the data dictionary come from here."""

from analysis.table.columns import RATINGS

_INTERVAL = (
    "Bound of the two-way cluster interval over raters and prompts; empty where it cannot be computed."
)

OUTPUTS: dict[str, dict[str, str]] = {
    "pairs.csv": {
        "criterion": "Id of what was judged.",
        "system_a": "The pair's first system in the alphabet.",
        "system_b": "The pair's second system in the alphabet.",
        "n": "Main ratings that no pre-declared rule excludes.",
        "n_raters": "Raters of the pair.",
        "n_prompts": "Prompts of the pair.",
        "wins_a": "Ratings that prefer system_a, weakly or strongly.",
        "wins_b": "Ratings that prefer system_b, weakly or strongly.",
        "ties": "Ratings without preference.",
        "tie_rate": "ties / n.",
        "win_rate_b": "(wins_b + ties / 2) / n.",
        "se": "Standard error of win_rate_b, two-way clustered.",
        "ci_low": _INTERVAL,
        "ci_high": _INTERVAL,
        "df": "Degrees of freedom: the smaller of raters and prompts, minus 1.",
        "p_value": "Two-sided t test of win_rate_b against one half.",
        "p_holm": "p_value after Holm's correction over the criterion's pairs.",
        "mean_preference": "Mean preference; positive favours system_b.",
        "mean_preference_ci_low": _INTERVAL,
        "mean_preference_ci_high": _INTERVAL,
        "wilcoxon_rater_means_p": "As in the literature, uncorrected: signed ranks of rater means, prompts as given.",
        "wilcoxon_prompt_means_p": "As in the literature, uncorrected: signed ranks of prompt means, raters as given.",
    },
    "preferences.csv": {
        "criterion": "Id of what was judged.",
        "system_a": "The pair's first system in the alphabet.",
        "system_b": "The pair's second system in the alphabet.",
        "preference": "The answer, oriented by system: negative favours system_a, positive system_b.",
        "system_b_first": "Ratings with that answer where system_b was side A.",
        "system_b_second": "Ratings with that answer where system_b was side B.",
    },
    "systems.csv": {
        "criterion": "Id of what was judged.",
        "system": "The system.",
        "n": "Ratings of pairs with the system.",
        "mean_win_rate": "Its wins with ties split, over all its ratings.",
        "bt_score": "Bradley-Terry score, natural-log scale, sum zero over systems.",
        "bt_se": "Standard error of bt_score, two-way clustered.",
        "bt_ci_low": _INTERVAL,
        "bt_ci_high": _INTERVAL,
        "rank_low": "Best rank in the interval, over raters and prompts; 1 is best.",
        "rank_high": "Worst rank in that interval.",
        "davidson_score": "Score in Davidson's model of ties, natural-log scale, sum zero.",
        "ordinal_score": "Score in the ordinal model with tastes of raters and prompts, log odds, sum zero.",
        "ordinal_ci_low": "Bound of its t interval on min(raters, prompts) - 1 degrees of freedom.",
        "ordinal_ci_high": "Bound of its t interval on min(raters, prompts) - 1 degrees of freedom.",
        "mean_score": "Mean score, on absolute scales only.",
        "mean_score_ci_low": _INTERVAL,
        "mean_score_ci_high": _INTERVAL,
    },
    "subgroups.csv": {
        "criterion": "Id of what was judged.",
        "by": "prompt_tags or rater_group.",
        "group": "The tag, or the group of raters.",
        "system_a": "The pair's first system in the alphabet.",
        "system_b": "The pair's second system in the alphabet.",
        "n": "Ratings inside the subgroup.",
        "n_raters": "Raters inside.",
        "n_prompts": "Prompts inside.",
        "win_rate_b": "(wins_b + ties / 2) / n inside.",
        "ci_low": _INTERVAL,
        "ci_high": _INTERVAL,
        "n_others": "Ratings of the pair outside the subgroup.",
        "win_rate_b_others": "The same win rate outside.",
        "difference": "Interaction contrast: win_rate_b minus win_rate_b_others.",
        "difference_se": "Its standard error, two-way clustered.",
        "difference_ci_low": _INTERVAL,
        "difference_ci_high": _INTERVAL,
        "df": "Degrees of freedom: the fewest raters or prompts on either side, minus 1.",
        "p_value": "Two-sided t test of no difference.",
        "p_holm": "p_value after Holm's correction over all subgroup tests of the criterion.",
    },
    "agreement.csv": {
        "criterion": "Id of what was judged.",
        "units": "Comparisons with two ratings or more.",
        "krippendorff_alpha_ordinal": "Ordinal alpha of preferences oriented by system; 1 = full agreement, "
        "0 = chance.",
        "ci_low": "Bound of the jackknife interval over raters and prompts; empty where it cannot be computed.",
        "ci_high": "Bound of the jackknife interval over raters and prompts; empty where it cannot be computed.",
        "gwet_ac2": "Gwet's AC2 with quadratic weights, which many ties do not pull down.",
    },
    "raters.csv": {
        "rater": "Pseudonym.",
        "n_ratings": "Main ratings.",
        "n_excluded": "Main ratings that a pre-declared rule excludes.",
        "simulated": "true where a program rated.",
        "tie_share": "Share of answers without preference.",
        "first_side_share": "Share of decided answers for side A.",
        "longest_run": "Share of the most frequent answer as presented: 1 = always the same button.",
        "median_response_ms": "Median time from display to submission.",
        "median_played_share": "Median of the shorter of the two listening times over the longest seen.",
        "repeat_agreement": "Share of repeated tasks answered for the same system as before.",
        "agreement_with_others": "Mean agreement of decided answers with the other raters of the same comparison.",
        "gold_passed": "Share of gold pairs answered for the side that is not broken; empty without any.",
        "failed_checks": "Codes of the quality checks that the rater failed, declared as rules or not.",
        "excluded_by": "Code of the pre-declared rule that excludes the rater, or empty.",
    },
    "diagnostics.csv": {
        "criterion": "Id of what was judged, empty where the measure is about the whole table.",
        "measure": "What was measured.",
        "value": "Its value.",
        "ci_low": "Bound of its interval, empty where it has none.",
        "ci_high": "Bound of its interval, empty where it has none.",
        "p_value": "Against what chance alone would give, empty where there is no test.",
        "n": "What it was measured on.",
        "note": "How to read it.",
    },
    "planes.csv": {
        "quality": "Criterion across.",
        "diversity": "Criterion upwards.",
        "system": "The system.",
        "quality_score": "Bradley-Terry score on the quality criterion.",
        "quality_ci_low": _INTERVAL,
        "quality_ci_high": _INTERVAL,
        "diversity_score": "Bradley-Terry score on the diversity criterion.",
        "diversity_ci_low": _INTERVAL,
        "diversity_ci_high": _INTERVAL,
        "pareto_probability": "Probability that no other system is at least as good in both and better in one.",
    },
}


# Written beside the analysis by whoever has the sounds (`analysis.bridge.tables`), and explained here with the rest.
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


METRICS: dict[str, dict[str, str]] = {
    "metrics.csv": {
        "measure": "The automatic measure. Measures are made by programs; they are never ratings.",
        "criterion": "What raters judged.",
        "agreement_with_raters": "How often the measure orders a pair as the rater did, ties split; 0.5 = chance.",
        "ci_low": "Lower bound, clustered over raters and prompts.",
        "ci_high": "Upper bound.",
        "ceiling": "How often two raters of one comparison say the same, ties split: what a measure can be expected "
        "to reach.",
        "ceiling_ci_low": "Lower bound.",
        "ceiling_ci_high": "Upper bound.",
        "tau": "Kendall's tau-b between clips' mean preference and their measure.",
        "tau_ci_low": "Lower bound, by leaving prompts out.",
        "tau_ci_high": "Upper bound.",
        "system_correlation": "Pearson's r between systems' mean win rate and mean advantage on the measure.",
        "system_ci_low": "Lower bound (Fisher's z); empty below four systems.",
        "system_ci_high": "Upper bound.",
        "systems": "How many systems that is: five systems are five points.",
        "n": "Ratings of pairs of which both sides were measured.",
        "raters": "How many raters gave them.",
        "prompts": "How many prompts they are on.",
        "conclusion": "What may be concluded, in a sentence.",
    },
    "prediction_powered.csv": {
        "criterion": "What raters judged.",
        "system_a": "The first system in the alphabet.",
        "system_b": "The second system.",
        "measure": "The automatic measure that helps.",
        "win_rate_b": "Win rate of system_b, ties split, moved by what the measure says of the rated prompts beside "
        "all measured prompts (prediction-powered inference). Offered beside the raters' own, never instead.",
        "ci_low": "Lower bound, clustered over raters and prompts.",
        "ci_high": "Upper bound.",
        "se": "Standard error.",
        "raters_win_rate_b": "The raters' own win rate, from the same ratings.",
        "raters_ci_low": "Lower bound.",
        "raters_ci_high": "Upper bound.",
        "raters_se": "Standard error.",
        "lambda": "The measure's weight, tuned by prompt.",
        "prompts_rated": "Prompts that people rated.",
        "prompts_measured": "Prompts on which both systems were measured, rated or not.",
        "rating_worth": "How many ratings alone one rating with the measure is worth: the ratio of the variances.",
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


def dictionary_rows() -> list[tuple[str, str, str]]:
    """(file, column, meaning) of `ratings.csv`, of every file written here, of the platform's other tables."""
    ratings = [("ratings.csv", column.name, column.meaning) for column in RATINGS]
    written = [
        (file, name, meaning) for file, columns in OUTPUTS.items() for name, meaning in columns.items()
    ]
    samples = [("samples.csv", name, meaning) for name, meaning in SAMPLES.items()]
    samples += [("questionnaire.csv", name, meaning) for name, meaning in QUESTIONNAIRE.items()]
    measures = [
        (file, name, text) for file, columns in (MEASURES | METRICS).items() for name, text in columns.items()
    ]
    return ratings + written + samples + measures
