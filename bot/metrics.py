"""What the bot counts, in a registry that is handed in: two webhooks in one process share nothing."""

from prometheus_client import CollectorRegistry, Counter, Histogram

# A turn is some milliseconds; the platform hangs up after five seconds.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class BotMetrics:
    """Counters and timers of the webhook, the handlers and the calls to the platform."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.deliveries = Counter(
            "minyi_deliveries", "Deliveries that reached a handler, by kind", ["kind"], registry=registry
        )
        self.delivery_seconds = Histogram(
            "minyi_delivery_seconds", "From request to reply", buckets=SECONDS, registry=registry
        )
        self.refused = Counter(
            "minyi_webhook_refused", "Requests refused, by reason", ["reason"], registry=registry
        )
        self.shed = Counter("minyi_shed", "Messages answered with silence under overload", registry=registry)
        self.failures = Counter(
            "minyi_handler_failures",
            "Handlers that failed and apologised, by kind",
            ["kind"],
            registry=registry,
        )
        self.webhook_failures = Counter(
            "minyi_webhook_failures", "Failures outside any handler", registry=registry
        )
        self.api_seconds = Histogram(
            "minyi_wechat_api_seconds", "Calls to the platform, by call", ["call"], buckets=SECONDS,
            registry=registry,
        )  # fmt: skip
        self.api_errors = Counter(
            "minyi_wechat_api_errors", "Errors of the platform, by call and code", ["call", "code"],
            registry=registry,
        )  # fmt: skip
