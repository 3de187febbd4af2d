"""`/metrics` in Prometheus's format, for those who run the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from operations import selectors
from operations.health import CHECKS, must_be_inside

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Site(Collector):
    """Everything is read from the rows when it is asked for: processes and restarts do not matter."""

    def collect(self) -> Iterator[Metric]:
        yield _by_state("samples", "Samples, by state", selectors.samples_by_state())
        yield _by_state("studies", "Studies, by state", selectors.studies_by_state())
        free, total = selectors.free_disk()
        for name, text, value in (
            (
                "claims_out_of_lease",
                "Samples whose worker gave no sign of life",
                selectors.claims_out_of_lease(),
            ),
            ("samples_made_last_minute", "Clips that were made", selectors.made_in(MINUTE)),
            ("tasks_submitted_last_minute", "Tasks that raters handed in", selectors.submitted_in(MINUTE)),
            ("tasks_under_way", "Tasks that raters hold", selectors.under_way()),
            ("failed_logins_last_hour", "Wrong passwords at the console", selectors.failed_logins_in(HOUR)),
            ("disk_free_bytes", "Where the data folder lies", free),
            ("disk_bytes", "Where the data folder lies", total),
        ):
            yield GaugeMetricFamily(f"earwitness_{name}", text, value=value)
        parts = GaugeMetricFamily("earwitness_part_up", "1: the part answers", labels=["part"])
        for part, state in CHECKS.answers().items():
            parts.add_metric([part], 1 if state == "ok" else 0)
        yield parts


def _by_state(name: str, text: str, counts: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"earwitness_{name}", text, labels=["state"])
    for state, count in counts.items():
        family.add_metric([state], count)
    return family


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    must_be_inside(request)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Site())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
