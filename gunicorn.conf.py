"""How gunicorn serves the portal; docs/configuration.md names the variables."""

import os
from pathlib import Path

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 25  # less than the time a container is given to stop
# Renew workers now and then, not all at once.
max_requests = 5000
max_requests_jitter = 500
# The heartbeat files: on a disk they may block a worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes its own files there
control_socket_disable = True
# No access log: the portal writes one line per request itself, without addresses and paths.
accesslog = None

level = os.environ.get("LOG_LEVEL", "INFO").upper()
loglevel = level.lower()
if os.environ.get("DEBUG", "").lower() not in {"1", "true", "on", "yes"}:
    logconfig_dict = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "miglobe.ops.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"gunicorn.error": {"level": level, "handlers": [], "propagate": True}},
    }
